import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from api.idempotency.models import StoredAnswer
from feedback.models import Rating, RatingLink
from feedback.ratings.queries import charge_of, held_right
from procedures.models import Transaction
from procedures.secrecy import derived_secret
from procedures.vocabulary import StepKind
from tests.builders.ratings import (
    MORNING,
    MUCH_LATER,
    a_dossier,
    a_right,
    a_submission,
    a_unit,
    an_official,
    serve,
)
from tests.builders.transactions import a_message, a_step, tell
from tests.contract_client import ContractClient, faults, problem
from units.models import Unit
from units.services import add_posting

FIVE: dict[str, int] = {
    f"{group}_{place}": 4
    for group, size in {"access": 4, "procedures": 4, "staff": 5, "result": 3}.items()
    for place in range(1, size + 1)
}


def test_whoever_holds_a_right_rates_without_an_account(api: ContractClient) -> None:
    _, secret = a_right()
    body = a_submission(secret, comment="Phục vụ tốt")

    answer = api.once("/ratings", body)

    assert answer.status_code == 201
    assert answer.json() == {
        "id": body["id"],
        "form": "THANH_HOA_3",
        "form_version": 1,
        "step": "reception",
        "version": 1,
    }
    rating = Rating.objects.get(given_id=body["id"])
    assert (rating.answers, str(rating.overall), str(rating.normalised)) == ({"overall": 2}, "2.0000", "0.5000")
    assert not rating.is_dissatisfied
    assert (rating.comment, rating.origin, rating.channel, rating.state) == ("Phục vụ tốt", "right", "web", "counted")


def test_readers_know_a_rating_by_another_id_and_only_its_week(api: ContractClient) -> None:
    _, secret = a_right()
    body = a_submission(secret)

    api.once("/ratings", body)

    rating = Rating.objects.get(given_id=body["id"])
    assert str(rating.pk) != body["id"]
    assert rating.pk.version == 4
    assert rating.week_date == localdate() - dt.timedelta(days=localdate().weekday())


def test_the_lowest_of_three_levels_is_dissatisfaction(api: ContractClient) -> None:
    _, secret = a_right()

    api.once("/ratings", a_submission(secret, answers={"overall": 1}))

    assert Rating.objects.get().is_dissatisfied


def test_the_same_request_again_gets_the_same_bytes_and_no_second_rating(api: ContractClient) -> None:
    _, secret = a_right()
    body, key = a_submission(secret), str(uuid.uuid4())
    first = api.once("/ratings", body, key)

    again = api.once("/ratings", body, key)

    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert Rating.objects.count() == 1


def test_the_stored_answer_to_a_rating_holds_no_secret(api: ContractClient) -> None:
    _, secret = a_right()

    api.once("/ratings", a_submission(secret))

    row = StoredAnswer.objects.get()
    assert secret not in row.body + str(row.headers) + row.principal + row.operation
    assert secret.encode() not in bytes(row.key_hash) + bytes(row.body_hash)


def test_a_rating_without_a_key_is_refused(api: ContractClient) -> None:
    _, secret = a_right()

    answer = api.post("/ratings", a_submission(secret))

    assert problem(answer) == (400, "invalid")
    assert faults(answer) == {("Idempotency-Key", "required")}


def _unknown() -> str:
    return derived_secret("test", "nobody issued this")


def _used() -> str:
    _, secret = a_right()
    ContractClient().once("/ratings", a_submission(secret))
    return secret


def _expired() -> str:
    return a_right(at=now() - dt.timedelta(days=30))[1]


def _replaced() -> str:
    right, secret = a_right()
    a_right(right.transaction)
    return secret


def _of_another_form() -> str:
    return a_right(form="MIC_5")[1]


BAD_RIGHTS = (_unknown, _used, _expired, _replaced, _of_another_form)


def test_nobody_can_tell_one_bad_right_from_another(api: ContractClient) -> None:
    answers = [api.once("/ratings", a_submission(make())) for make in BAD_RIGHTS]

    assert {problem(answer) for answer in answers} == {(410, "right-not-usable")}
    assert len({str({**answer.json(), "instance": ""}) for answer in answers}) == 1
    assert len({str(sorted(set(answer.headers) - {"X-Request-Id"})) for answer in answers}) == 1


def test_a_bad_right_costs_the_same_look_ups_whatever_is_wrong_with_it(api: ContractClient) -> None:
    """That it was used is found by the database as the rating is written: until then it costs what a good one does."""
    secrets = [make() for make in BAD_RIGHTS if make is not _used]
    api.once("/ratings", a_submission(_unknown()))  # a connection prepares its statements when it first needs them

    asked = []
    for secret in secrets:
        with CaptureQueriesContext(connection) as seen:
            api.once("/ratings", a_submission(secret))
        asked.append([re.sub(r"\(.*", "", query["sql"]) for query in seen if "SAVEPOINT" not in query["sql"]])
        asked[-1] += [name for query in seen for name in re.findall(r"EXECUTE \w+", query["sql"])]

    assert all(queries == asked[0] for queries in asked)


def test_a_right_typed_by_hand_is_read_as_issued(api: ContractClient) -> None:
    _, secret = a_right()
    typed = "-".join([secret[:9].lower(), secret[9:].replace("0", "o").replace("1", "l")])

    answer = api.once("/ratings", a_submission(typed))

    assert answer.status_code == 201


def test_a_step_is_rated_once_even_with_a_new_right(api: ContractClient) -> None:
    right, secret = a_right()
    api.once("/ratings", a_submission(secret))
    _, another = a_right(right.transaction)

    answer = api.once("/ratings", a_submission(another))

    assert problem(answer) == (409, "already-rated")
    assert Rating.objects.count() == 1


def test_each_step_of_a_transaction_has_its_own_rating(api: ContractClient) -> None:
    transaction = a_dossier()
    rights = [a_right(transaction, step=step)[1] for step in StepKind]

    answers = [api.once("/ratings", a_submission(secret)) for secret in rights]

    assert [answer.status_code for answer in answers] == [201, 201, 201]


def test_an_id_names_one_rating(api: ContractClient) -> None:
    first, second = a_right()[1], a_right()[1]
    body = a_submission(first)
    api.once("/ratings", body)

    answer = api.once("/ratings", {**body, "right": second})

    assert problem(answer) == (409, "rating-id-taken")


def test_six_is_off_a_scale_of_five(api: ContractClient) -> None:
    _, secret = a_right(form="FIVE_FACTORS")

    answer = api.once("/ratings", a_submission(secret, form="FIVE_FACTORS", answers={**FIVE, "access_1": 6}))

    assert faults(answer) == {("/answers/access_1", "off_scale")}


def test_criteria_that_are_unknown_and_those_that_are_missing_are_named(api: ContractClient) -> None:
    _, secret = a_right(form="FIVE_FACTORS")
    answers = {**FIVE, "a/b": 3}
    answers.pop("staff_5")

    answer = api.once("/ratings", a_submission(secret, form="FIVE_FACTORS", answers=answers))

    assert faults(answer) == {("/answers/a~1b", "unknown_criterion"), ("/answers/staff_5", "missing_answer")}


@pytest.mark.parametrize("value", ["2", True, 2.5, None, [2]])
def test_an_answer_is_a_whole_number(api: ContractClient, value: object) -> None:
    _, secret = a_right()

    answer = api.once("/ratings", a_submission(secret, answers={"overall": value}))

    assert problem(answer) == (400, "invalid")


def test_answers_are_judged_before_the_right_is_looked_at(api: ContractClient) -> None:
    answer = api.once("/ratings", a_submission(_unknown(), answers={"overall": 9}))

    assert faults(answer) == {("/answers/overall", "off_scale")}


def test_five_levels_give_a_mean_and_its_place_between_0_and_1(api: ContractClient) -> None:
    _, secret = a_right(form="FIVE_FACTORS")

    api.once("/ratings", a_submission(secret, form="FIVE_FACTORS", answers={**FIVE, "access_1": 1}))

    rating = Rating.objects.get()
    assert (str(rating.overall), str(rating.normalised), rating.is_dissatisfied) == ("3.8125", "0.7031", False)


def test_a_comment_of_2001_letters_is_refused_and_one_of_2000_is_kept(api: ContractClient) -> None:
    _, secret = a_right()

    long = api.once("/ratings", a_submission(secret, comment="ạ" * 2001))
    answer = api.once("/ratings", a_submission(secret, comment="ạ" * 2000))

    assert faults(long) == {("/comment", "max_length")}
    assert answer.status_code == 201


def test_emoji_and_marks_of_direction_are_kept_as_written(api: ContractClient) -> None:
    _, secret = a_right()
    comment = "Tốt 👍🏽 \u202eđảo chiều\u202c và e\u0301 👨‍👩‍👧"

    api.once("/ratings", a_submission(secret, comment=comment))

    assert Rating.objects.get().comment == comment.replace("e\u0301", "é")


def test_the_clock_of_a_phone_may_be_ahead_and_ours_stands_beside_it(api: ContractClient) -> None:
    _, secret = a_right()
    before = now()

    answer = api.once("/ratings", a_submission(secret, rated_at="2031-01-01T08:00:00+07:00"))

    assert answer.status_code == 201
    link = RatingLink.objects.get()
    assert link.rated_at == dt.datetime(2031, 1, 1, 1, tzinfo=dt.UTC)
    assert before <= link.received_at <= now()


@pytest.mark.parametrize("told", ["1970-01-01T00:00:12Z", "1980-01-06T07:00:00+07:00", "2999-12-31T23:59:59Z", None])
def test_a_clock_that_is_off_the_calendar_costs_no_rating(api: ContractClient, told: str | None) -> None:
    _, secret = a_right()

    answer = api.once("/ratings", a_submission(secret, rated_at=told))

    assert answer.status_code == 201
    assert RatingLink.objects.get().rated_at is None
    assert now() - RatingLink.objects.get().received_at < dt.timedelta(minutes=1)


@pytest.mark.parametrize("fraction", ["1234567", "123456789"])
def test_a_clock_may_tell_finer_parts_of_a_second_than_are_kept(api: ContractClient, fraction: str) -> None:
    """.NET tells seven digits and Java nine; RFC 3339 sets no limit."""
    answer = api.once("/ratings", a_submission(a_right()[1], rated_at=f"2026-03-04T08:15:00.{fraction}+07:00"))

    assert answer.status_code == 201
    assert RatingLink.objects.get().rated_at == dt.datetime(2026, 3, 4, 1, 15, 0, 123456, dt.UTC)


@pytest.mark.parametrize("told", ["hôm qua", "2026-03-04T08:15:00", 1_772_586_900, "2026-02-30T08:00:00Z"])
def test_what_is_no_instant_is_refused_as_a_time(api: ContractClient, told: object) -> None:
    answer = api.once("/ratings", a_submission(a_right()[1], rated_at=told))

    assert {place for place, _ in faults(answer)} == {"/rated_at"}


@pytest.mark.parametrize(
    "given_id",
    [True, 7, ["x"], "7", f"{{{uuid.UUID(int=7)}}}", uuid.UUID(int=7).urn, uuid.UUID(int=7).hex],
)
def test_an_id_is_a_uuid_in_letters(api: ContractClient, given_id: object) -> None:
    """As it stands in the address by which the rating is amended."""
    answer = api.once("/ratings", a_submission(a_right()[1], id=given_id))

    assert {place for place, _ in faults(answer)} == {"/id"}


@pytest.mark.parametrize("row", [None, 7, "x", []])
def test_a_row_of_a_batch_that_is_no_rating_is_refused_alone(api: ContractClient, row: object) -> None:
    answer = api.once("/ratings/batch", {"ratings": [a_submission(a_right()[1]), row]})

    assert (answer.status_code, answer.json()["taken"], answer.json()["rejected"]) == (201, 1, 1)


def test_unknown_fields_are_refused(api: ContractClient) -> None:
    _, secret = a_right()

    answer = api.once("/ratings", a_submission(secret, national_id="051099000000"))

    assert faults(answer) == {("/national_id", "unknown_field")}


def test_a_right_and_a_dossier_code_at_once_are_refused(api: ContractClient) -> None:
    right, secret = a_right()
    code = right.transaction.dossier_code

    both = api.once("/ratings", a_submission(secret, dossier_code=code, step="reception"))
    neither = api.once("/ratings", a_submission())

    assert (faults(both), faults(neither)) == ({("/right", "one_of_two")}, {("/right", "one_of_two")})


def test_a_dossier_that_is_neither_finished_nor_accepted_may_be_rated(api: ContractClient) -> None:
    secrets = [a_right(a_dossier(status=status))[1] for status in ("refused", "supplement_requested", "processing")]

    answers = [api.once("/ratings", a_submission(secret)) for secret in secrets]

    assert [answer.status_code for answer in answers] == [201, 201, 201]


def test_a_rating_is_charged_to_the_unit_and_official_of_that_step(api: ContractClient) -> None:
    here, there = a_unit(0), a_unit(1)
    transaction, clerk = a_dossier(unit=there), an_official(unit=here)
    serve(transaction, unit=here, official=clerk)
    _, secret = a_right(transaction)

    api.once("/ratings", a_submission(secret))

    rating = Rating.objects.get()
    assert (rating.unit, rating.official, rating.procedure) == (here, clerk, transaction.procedure)
    assert rating.field == transaction.procedure_version.field  # type: ignore[union-attr]


def test_whom_a_rating_is_charged_to_is_frozen_at_once(api: ContractClient) -> None:
    here, there = a_unit(0), a_unit(1)
    transaction, clerk = a_dossier(unit=here), an_official(unit=here)
    serve(transaction, unit=here, official=clerk)
    api.once("/ratings", a_submission(a_right(transaction)[1]))

    serve(transaction, unit=there, official=an_official("CB-02", there), status="processing")
    a_step_again(transaction, there)
    add_posting(
        official=clerk, home_unit=there, serving_unit=there, post="công chức", valid_from=dt.date(2025, 8, 1),
        by="test", now=now(),
    )  # fmt: skip

    rating = Rating.objects.get()
    assert (rating.unit, rating.official) == (here, clerk)
    control = charge_of(transaction_id=transaction.pk, step=StepKind.RECEPTION, now=MUCH_LATER)
    assert (control.unit_id, control.official_id) == (there.pk, an_official("CB-02").pk)  # asked today it were others


def test_a_slip_speaks_of_who_had_done_the_step_when_it_was_printed(api: ContractClient) -> None:
    here, there = a_unit(0), a_unit(1)
    transaction, clerk = a_dossier(unit=here), an_official(unit=here)
    serve(transaction, unit=here, official=clerk)
    slips = [a_right(transaction, at=at) for at in (MORNING - dt.timedelta(days=1), MORNING)]
    an_official("CB-02", there)
    a_step_again(transaction, there)

    charged = [held.charge.official_id for _, secret in slips if (held := held_right(secret=secret))]

    assert charged == [an_official("CB-02").pk, clerk.pk]  # printed before anybody had done it: who did it last


def a_step_again(transaction: Transaction, unit: Unit) -> None:
    """Tell of a later reception of the same dossier, by CB-02 of that unit."""
    step = a_step(
        transaction.dossier_code, at=MORNING + dt.timedelta(days=2), status="received", unit_code=unit.code,
        official_code="CB-02",
    )  # fmt: skip
    (result,) = tell(a_message(step), now=MUCH_LATER)
    assert not result.is_rejected, result.faults


def test_the_official_who_served_may_not_be_the_helper(api: ContractClient) -> None:
    transaction = a_dossier()
    serve(transaction, unit=a_unit(), official=an_official("CB-01"))
    an_official("CB-02")
    _, secret = a_right(transaction)

    served = api.once("/ratings", a_submission(secret, assisted_by={"role": "official", "official": "CB-01"}))
    other = api.once("/ratings", a_submission(secret, assisted_by={"role": "official", "official": "CB-02"}))

    assert problem(served) == (409, "helper-served")
    assert other.status_code == 201
    assert (Rating.objects.get().helper_role, Rating.objects.get().helper_code) == ("official", "CB-02")


@pytest.mark.parametrize("written", ["cb-01", " CB-01 ", "Cb-01"])
def test_the_official_who_served_does_not_help_under_his_code_in_other_letters(
    api: ContractClient, written: str
) -> None:
    transaction = a_dossier()
    serve(transaction, unit=a_unit(), official=an_official("CB-01"))
    counter = api.machine("ratings:write", is_trusted_counter=True)
    by_code = {"dossier_code": transaction.dossier_code, "step": "reception"}
    helper = {"role": "official", "official": written}

    answers = [
        api.once("/ratings", a_submission(a_right(transaction)[1], assisted_by=helper)),
        counter.once("/ratings", a_submission(**by_code, assisted_by=helper)),
    ]

    assert {problem(answer) for answer in answers} == {(409, "helper-served")}
    assert not Rating.objects.exists()


def test_two_officials_whose_codes_differ_in_case_are_two(api: ContractClient) -> None:
    transaction = a_dossier()
    an_official("CB-01")
    serve(transaction, unit=a_unit(), official=an_official("cb-01"))

    answers = [
        api.once("/ratings", a_submission(a_right(transaction)[1], assisted_by={"role": "official", "official": code}))
        for code in ("Cb-01", "cb-01", " CB-01 ")
    ]

    assert faults(answers[0]) == {("/assisted_by/official", "official_unknown")}
    assert problem(answers[1]) == (409, "helper-served")
    assert (answers[2].status_code, Rating.objects.get().helper_code) == (201, "CB-01")


def test_an_official_helps_under_his_own_code_if_another_has_it_in_other_letters(api: ContractClient) -> None:
    an_official("CB-01")
    helper = api.signed_in(as_official=an_official("cb-01", a_unit()))

    answer = helper.once(
        "/ratings", a_submission(a_right()[1], assisted_by={"role": "official", "official": "cb-01"})
    )  # fmt: skip

    assert (answer.status_code, Rating.objects.get().helper_code) == (201, "cb-01")


@pytest.mark.parametrize("is_by_right", [True, False])
def test_a_helper_whom_nobody_knows_is_refused(api: ContractClient, is_by_right: bool) -> None:  # noqa: FBT001
    nobody, transaction = {"role": "official", "official": "KHONG-CO-AI"}, a_dossier()
    counter = api.machine("ratings:write", is_trusted_counter=True)
    at_counter = a_submission(dossier_code=transaction.dossier_code, step="reception", assisted_by=nobody)

    answer = (
        api.once("/ratings", a_submission(a_right(transaction)[1], assisted_by=nobody))
        if is_by_right
        else counter.once("/ratings", at_counter)
    )

    assert faults(answer) == {("/assisted_by/official", "official_unknown")}
    assert not Rating.objects.exists()


def test_who_holds_no_right_does_not_learn_which_codes_there_are(api: ContractClient) -> None:
    an_official("CB-02")

    answers = [
        api.once("/ratings", a_submission("khong-co-quyen", assisted_by={"role": "official", "official": code}))
        for code in ("CB-02", "KHONG-CO-AI")
    ]

    assert {problem(answer) for answer in answers} == {(410, "right-not-usable")}


def test_who_helped_is_shown_to_those_who_read_rows(api: ContractClient) -> None:
    an_official("CB-02")
    helper = {"role": "official", "official": " cb-02"}
    api.once("/ratings", a_submission(a_right()[1], assisted_by=helper))

    rows = api.signed_in("ratings:manage").get("/ratings").json()["results"]

    assert [row["assisted_by"] for row in rows] == [{"role": "official", "official": "CB-02"}]


def test_an_official_who_helps_is_named_and_a_relative_is_not(api: ContractClient) -> None:
    _, secret = a_right()

    nameless = api.once("/ratings", a_submission(secret, assisted_by={"role": "official"}))
    named = api.once("/ratings", a_submission(secret, assisted_by={"role": "relative", "official": "CB-01"}))

    assert (faults(nameless), faults(named)) == ({("/assisted_by/official", "required")},) * 2


def test_a_trusted_counter_rates_by_dossier_code_and_is_marked(api: ContractClient) -> None:
    transaction = a_dossier()
    counter = api.machine("ratings:write", is_trusted_counter=True)
    body = a_submission(dossier_code=transaction.dossier_code, step="reception", channel="kiosk")

    answer = counter.once("/ratings", body)

    assert answer.status_code == 201
    assert (Rating.objects.get().origin, Rating.objects.get().channel) == ("counter", "kiosk")


@pytest.mark.parametrize(
    ("channel", "status"), [("kiosk", 201), ("paper", 201), ("phone", 201), ("app", 409), ("web", 409)]
)
def test_a_counter_does_not_rate_as_if_a_citizen_had_done_so_at_home(
    api: ContractClient, channel: str, status: int
) -> None:
    counter = api.machine("ratings:write", is_trusted_counter=True)
    code = a_dossier().dossier_code

    answer = counter.once("/ratings", a_submission(dossier_code=code, step="reception", channel=channel))

    assert answer.status_code == status
    assert status == 201 or problem(answer) == (409, "channel-not-of-counter")
    assert Rating.objects.count() == (status == 201)


def test_a_counter_rates_a_step_whose_message_is_still_on_its_way(api: ContractClient) -> None:
    counter = api.machine("ratings:write", is_trusted_counter=True)
    code = a_dossier(status="registered", received_at=None).dossier_code

    answer = counter.once("/ratings", a_submission(dossier_code=code, step="return"))

    assert (answer.status_code, Rating.objects.get().state) == (201, "counted")


def test_who_is_no_trusted_counter_needs_a_right(api: ContractClient) -> None:
    transaction = a_dossier()
    body = a_submission(dossier_code=transaction.dossier_code, step="reception")
    callers = (api, api.machine("ratings:write"), api.machine("transactions:write", is_trusted_counter=True))

    answers = [caller.once("/ratings", {**body, "id": str(uuid.uuid4())}) for caller in callers]

    assert {problem(answer) for answer in answers} == {(403, "forbidden")}
    assert not Rating.objects.exists()


def test_a_counter_learns_nothing_of_dossiers_outside_its_boundary(api: ContractClient) -> None:
    outside = a_dossier(unit=a_unit(1))
    counter = api.machine("ratings:write", is_trusted_counter=True, boundary=a_unit(0))

    foreign = counter.once("/ratings", a_submission(dossier_code=outside.dossier_code, step="reception"))
    absent = counter.once("/ratings", a_submission(dossier_code="no-such-dossier", step="reception"))

    assert problem(foreign) == problem(absent) == (404, "transaction-unknown")


def test_a_counter_and_a_right_cannot_both_rate_a_step(api: ContractClient) -> None:
    right, secret = a_right()
    counter = api.machine("ratings:write", is_trusted_counter=True)
    counter.once("/ratings", a_submission(dossier_code=right.transaction.dossier_code, step="reception"))

    answer = api.once("/ratings", a_submission(secret))

    assert problem(answer) == (409, "already-rated")


def test_the_facts_of_a_rating_never_change_and_no_rating_is_deleted(api: ContractClient) -> None:
    _, secret = a_right()
    api.once("/ratings", a_submission(secret))
    rows = Rating.objects.all()
    changes: list[Callable[[], object]] = [
        lambda: rows.update(overall=3),
        lambda: rows.update(comment="khác"),
        lambda: rows._raw_delete(rows.db),
    ]

    for change in changes:
        with pytest.raises(IntegrityError, match="never changes"), atomic():
            change()

    assert rows.update(state="quarantined", quarantine_reason="cùng một thiết bị") == 1
