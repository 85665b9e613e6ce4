import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.utils.timezone import localdate, now

from feedback.errors import AmendmentTooLate
from feedback.models import Rating, RatingFormVersion, RatingVersion
from feedback.ratings.queries import seen_in
from feedback.ratings.services import Amendment, amend_by_right, publish_form
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit, an_official
from tests.contract_client import ContractClient, faults, problem


def anew(secret: str | None = None, **overrides: Any) -> dict[str, Any]:
    """Return the body of PUT /ratings/{id}."""
    return {"form": "THANH_HOA_3", "answers": {"overall": 3}, **({"right": secret} if secret else {}), **overrides}


def rated(api: ContractClient, **overrides: Any) -> tuple[str, str]:
    """Return the secret by which somebody rated, and the id that his phone made."""
    _, secret = a_right()
    body = a_submission(secret, **overrides)
    assert api.once("/ratings", body).status_code == 201
    return secret, body["id"]


def test_who_rated_may_think_it_over_and_what_he_said_first_is_kept(api: ContractClient) -> None:
    secret, given = rated(api, answers={"overall": 1}, comment="Chờ lâu")

    answer = api.put(f"/ratings/{given}", anew(secret, comment="Đã được xin lỗi"))

    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    rating = Rating.objects.get()
    assert (rating.answers, rating.is_dissatisfied, rating.comment) == ({"overall": 3}, False, "Đã được xin lỗi")
    first = RatingVersion.objects.get()
    assert (first.number, first.answers, first.is_dissatisfied, first.comment) == (1, {"overall": 1}, True, "Chờ lâu")


def test_what_tells_who_wrote_it_is_masked_in_an_amendment_too(api: ContractClient) -> None:
    secret, given = rated(api, comment="Chờ lâu")

    api.put(f"/ratings/{given}", anew(secret, comment="Gọi tôi 0905 123 456"))

    assert Rating.objects.get().comment_masked == "Gọi tôi •••"
    assert RatingVersion.objects.get().comment_masked == "Chờ lâu"


def test_the_same_amendment_again_makes_no_new_version(api: ContractClient) -> None:
    secret, given = rated(api)

    first, again = (api.put(f"/ratings/{given}", anew(secret)) for _ in range(2))

    assert first.content == again.content
    assert RatingVersion.objects.count() == 1


@pytest.mark.parametrize("asks_more", [False, True])
def test_the_same_amendment_again_is_the_same_whatever_the_form_asks_by_now(
    api: ContractClient,
    asks_more: bool,  # noqa: FBT001
) -> None:
    secret, given = rated(api)
    first = api.put(f"/ratings/{given}", anew(secret, comment="Đã được xin lỗi"))
    content = RatingFormVersion.objects.get(form__code="THANH_HOA_3").content
    more = [{**content["criteria"][0], "code": "more"}] if asks_more else []
    changed = {**content, "title_vi": "Khác", "criteria": [*content["criteria"], *more]}
    publish_form(code="THANH_HOA_3", content=changed, now=now(), by="bo-phan-mot-cua")

    again = api.put(f"/ratings/{given}", anew(secret, comment="Đã được xin lỗi"))

    assert (again.status_code, again.content) == (200, first.content)
    assert RatingVersion.objects.count() == 1


def test_the_same_answers_by_another_version_that_is_named_are_a_new_version(api: ContractClient) -> None:
    secret, given = rated(api)
    api.put(f"/ratings/{given}", anew(secret))
    content = RatingFormVersion.objects.get(form__code="THANH_HOA_3").content
    publish_form(code="THANH_HOA_3", content={**content, "title_vi": "Khác"}, now=now(), by="bo-phan-mot-cua")

    told = api.put(f"/ratings/{given}", anew(secret, form_version=2)).json()

    assert (told["form_version"], told["version"]) == (2, 3)


def test_the_same_answers_to_another_form_are_not_the_same(api: ContractClient) -> None:
    secret, given = rated(api)
    content = RatingFormVersion.objects.get(form__code="THANH_HOA_3").content
    publish_form(code="MAU_KHAC", content=content, now=now(), by="bo-phan-mot-cua")

    answer = api.put(f"/ratings/{given}", anew(secret, form="MAU_KHAC", answers={"overall": 2}))

    assert problem(answer) == (410, "right-not-usable")


def test_after_a_day_a_rating_stands(api: ContractClient) -> None:
    secret, given = rated(api)
    amendment = Amendment(uuid.UUID(given), "THANH_HOA_3", None, {"overall": 3}, "")

    with pytest.raises(AmendmentTooLate):
        amend_by_right(amendment=amendment, secret=secret, now=now() + dt.timedelta(hours=24))
    amend_by_right(amendment=amendment, secret=secret, now=now() + dt.timedelta(hours=23, minutes=59))
    assert Rating.objects.get().version == 2


def test_a_rating_is_amended_nineteen_times_and_no_more(api: ContractClient) -> None:
    secret, given = rated(api)

    answers = [api.put(f"/ratings/{given}", anew(secret, comment=f"Lần {n}")) for n in range(20)]
    again = api.put(f"/ratings/{given}", anew(secret, comment="Lần 18"))

    assert [answer.status_code for answer in answers] == [200] * 19 + [409]
    assert problem(answers[-1]) == (409, "amended-too-often")
    assert "19 lần" in answers[-1].json()["detail"]
    assert (again.status_code, Rating.objects.get().comment) == (200, "Lần 18")


def test_nobody_amends_with_another_right_or_another_id(api: ContractClient) -> None:
    _, given = rated(api)
    other, _ = rated(api)
    _, unused = a_right()

    assert problem(api.put(f"/ratings/{given}", anew(unused))) == (404, "not-found")
    assert problem(api.put(f"/ratings/{given}", anew(other))) == (404, "not-found")
    assert problem(api.put(f"/ratings/{uuid.uuid4()}", anew("0" * 26))) == (410, "right-not-usable")
    assert RatingVersion.objects.count() == 0


def test_what_a_rating_could_not_say_at_first_it_cannot_say_anew(api: ContractClient) -> None:
    secret, given = rated(api)

    off_scale = api.put(f"/ratings/{given}", anew(secret, answers={"overall": 6}))
    other_form = api.put(f"/ratings/{given}", anew(secret, form="FIVE_FACTORS", answers={"access_1": 3}))

    assert faults(off_scale) == {("/answers/overall", "off_scale")}
    assert problem(other_form)[0] in {400, 410}
    assert Rating.objects.get().version == 1


def test_a_trusted_counter_amends_what_it_sent_and_nobody_else_does(api: ContractClient) -> None:
    counter = api.machine("ratings:write", is_trusted_counter=True)
    transaction = a_dossier()
    ground = {"dossier_code": transaction.dossier_code, "step": "reception"}
    body = a_submission(**ground, channel="kiosk")
    assert counter.once("/ratings", body).status_code == 201

    assert problem(api.put(f"/ratings/{body['id']}", anew(**ground))) == (403, "forbidden")
    assert counter.put(f"/ratings/{body['id']}", anew(**ground)).json()["version"] == 2


def test_another_counter_amends_nothing_that_it_did_not_send(api: ContractClient) -> None:
    one, other = (api.machine("ratings:write", is_trusted_counter=True) for _ in range(2))
    ground = {"dossier_code": a_dossier().dossier_code, "step": "reception"}
    body = a_submission(**ground, channel="kiosk", answers={"overall": 1})
    assert one.once("/ratings", body).status_code == 201

    assert problem(other.put(f"/ratings/{body['id']}", anew(**ground))) == (404, "not-found")
    assert Rating.objects.get().answers == {"overall": 1}


def test_staff_think_nothing_over_for_others_not_even_what_they_typed_in(api: ContractClient) -> None:
    helper = api.signed_in(as_official=an_official("CB-07"))
    _, secret = a_right()
    body = a_submission(secret, answers={"overall": 1}, assisted_by={"role": "official", "official": "CB-07"})
    assert helper.once("/ratings", body).status_code == 201

    assert problem(helper.put(f"/ratings/{body['id']}", anew(secret))) == (403, "staff-may-not-rate")
    assert api.put(f"/ratings/{body['id']}", anew(secret)).json()["version"] == 2


def test_what_a_counter_makes_better_is_seen_by_the_detector(api: ContractClient) -> None:
    counter = api.machine("ratings:write", is_trusted_counter=True)
    for first, then in ((1, 3), (3, 1), (2, 2)):
        ground = {"dossier_code": a_dossier().dossier_code, "step": "reception"}
        body = a_submission(**ground, channel="kiosk", answers={"overall": first})
        counter.once("/ratings", body)
        counter.put(f"/ratings/{body['id']}", anew(**ground, answers={"overall": then}))
    secret, given = rated(api, answers={"overall": 1})
    api.put(f"/ratings/{given}", anew(secret))

    today = localdate()
    seen = seen_in(unit=a_unit().pk, since=today, until=today + dt.timedelta(days=1), with_put_aside=False)

    assert [one.is_raised for one in seen] == [True, False, False, False]


def test_control_without_its_version_the_database_refuses_an_amendment(api: ContractClient) -> None:
    rated(api)

    with pytest.raises(IntegrityError, match="never changes"), atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE feedback_rating SET answers = '{}'")
    with pytest.raises(IntegrityError, match="never changes"), atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE feedback_rating SET version = version + 1, unit_id = NULL, week_date = '2020-01-06'")


def test_a_version_that_was_said_cannot_be_made_unsaid(api: ContractClient) -> None:
    secret, given = rated(api)
    api.put(f"/ratings/{given}", anew(secret))

    for statement in ("UPDATE feedback_ratingversion SET answers = '{}'", "DELETE FROM feedback_ratingversion"):
        with (
            pytest.raises(Exception, match=r"never changes|permission denied"),
            atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_inspectors_see_what_was_said_before(api: ContractClient) -> None:
    secret, given = rated(api, answers={"overall": 1})
    api.put(f"/ratings/{given}", anew(secret))

    row = api.signed_in("ratings:manage").get(f"/ratings/{Rating.objects.get().pk}").json()

    assert (row["version"], [version["answers"] for version in row["earlier"]]) == (2, [{"overall": 1}])


def test_a_telephone_that_writes_its_ids_in_capitals_amends_as_any_other(api: ContractClient) -> None:
    """RFC 9562, section 4: either case is read. Apple's UUID().uuidString is in capitals."""
    body = a_submission(a_right()[1], id=str(uuid.uuid4()).upper())
    assert api.once("/ratings", body).status_code == 201

    answer = api.put(
        f"/ratings/{body['id']}", {"right": body["right"], "form": body["form"], "answers": {"overall": 1}}
    )

    assert (answer.status_code, answer.json()["version"]) == (200, 2)
