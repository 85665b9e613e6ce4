import datetime as dt
import json
import uuid

from django.utils.timezone import localdate, now

from feedback.models import Rating
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit, an_official, serve
from tests.contract_client import ContractClient, faults, problem
from units.models import Official, Unit
from units.services import add_posting


def a_rating(unit: Unit, official: Official | None = None, **answers: object) -> Rating:
    """Return a rating about that unit and official."""
    transaction = a_dossier(unit=unit)
    serve(transaction, unit=unit, official=official)
    body = a_submission(a_right(transaction)[1], **answers)
    assert ContractClient().once("/ratings", body).status_code == 201
    return Rating.objects.get(given_id=body["id"])


def test_a_reviewer_reads_what_was_answered_about_whom(api: ContractClient) -> None:
    rating = a_rating(a_unit(), an_official(), comment="Chờ lâu", assisted_by={"role": "relative"})

    row = api.signed_in("ratings:manage").get(f"/ratings/{rating.pk}").json()

    assert (row["id"], row["unit"], row["official"]) == (str(rating.pk), a_unit().code, "CB-01")
    assert (row["answers"], row["overall"], row["normalised"]) == ({"overall": 2}, "2.0000", "0.5000")
    assert (row["comment"], row["assisted_by"], row["state"]) == ("Chờ lâu", {"role": "relative"}, "counted")


def test_an_inspector_is_told_which_ratings_were_given_by_right_and_which_at_a_counter(api: ContractClient) -> None:
    by_right = a_rating(a_unit(), channel="paper")
    at_counter = a_submission(dossier_code=a_dossier().dossier_code, step="reception", channel="paper")
    assert api.machine("ratings:write", is_trusted_counter=True).once("/ratings", at_counter).status_code == 201
    inspector = api.signed_in("ratings:manage")

    told = {row["id"]: row["origin"] for row in inspector.get("/ratings").json()["results"]}

    assert told == {
        str(by_right.pk): "right", str(Rating.objects.get(given_id=at_counter["id"]).pk): "counter",
    }  # fmt: skip
    assert {one: inspector.get(f"/ratings/{one}").json()["origin"] for one in told} == told


def test_neither_the_dossier_nor_the_moment_of_a_rating_is_ever_told(api: ContractClient) -> None:
    rating = a_rating(a_unit(), rated_at="2026-03-04T08:15:30+07:00")
    reviewer = api.signed_in("ratings:manage")

    told = reviewer.get("/ratings").content.decode() + reviewer.get(f"/ratings/{rating.pk}").content.decode()

    link = rating.link
    hidden = (
        link.transaction.dossier_code,
        str(rating.given_id),
        "08:15",
        "01:15",
        link.received_at.isoformat()[11:16],
    )
    assert [word for word in hidden if word in told] == []
    assert json.loads(reviewer.get("/ratings").content)["results"][0]["week"] == rating.week_date.isoformat()


def test_only_the_scope_to_manage_opens_single_ratings(api: ContractClient) -> None:
    rating = a_rating(a_unit())

    callers = (api.signed_in("ratings:read", "ratings:write", "monitoring:read"), api.machine("ratings:read"))
    answers = [caller.get(path) for caller in callers for path in ("/ratings", f"/ratings/{rating.pk}")]

    assert {problem(answer) for answer in answers} == {(403, "forbidden")}
    assert problem(api.get("/ratings")) == (401, "unauthenticated")


def test_within_one_units_part_nobody_reads_or_judges_single_ratings(api: ContractClient) -> None:
    rating = a_rating(a_unit(0))
    head = api.signed_in("ratings:manage", "ratings:read", boundary=a_unit(0))

    answers = [
        head.get("/ratings"), head.get(f"/ratings/{rating.pk}"), head.get(f"/ratings/{uuid.uuid4()}"),
        head.once(f"/ratings/{rating.pk}/quarantine", {"reason": "Không đúng."}),
        head.once(f"/ratings/{rating.pk}/link-openings", {"reason": "Muốn biết.", "case_reference": "1"}),
    ]  # fmt: skip

    assert {problem(answer) for answer in answers} == {(403, "rows-of-inspectorate")}


def test_nobody_reads_what_was_said_of_himself_or_of_his_colleagues(api: ContractClient) -> None:
    judged = an_official("CB-01", a_unit(0))
    of_him, of_colleague, elsewhere = a_rating(a_unit(1), judged), a_rating(a_unit(0)), a_rating(a_unit(2))
    himself = api.signed_in("ratings:manage", as_official=judged)

    listed = himself.get("/ratings?count=exact").json()

    assert ([row["id"] for row in listed["results"]], listed["count"]) == ([str(elsewhere.pk)], 1)
    answers = [himself.get(f"/ratings/{hidden}") for hidden in (of_him.pk, of_colleague.pk, uuid.uuid4())]
    assert {problem(answer) for answer in answers} == {(404, "not-found")}
    assert len({str({**answer.json(), "instance": ""}) for answer in answers}) == 1


def test_who_left_a_unit_before_the_week_of_a_rating_may_read_it_and_who_left_later_may_not(
    api: ContractClient,
) -> None:
    monday = localdate() - dt.timedelta(days=localdate().weekday())
    before, after = an_official("CB-01", a_unit(0)), an_official("CB-02", a_unit(0))
    for official, day in ((before, monday), (after, monday + dt.timedelta(days=1))):
        add_posting(
            official=official, home_unit=a_unit(1), serving_unit=a_unit(1), post="công chức", valid_from=day, by="test",
            now=now(),
        )  # fmt: skip
    rating = a_rating(a_unit(0))

    answers = [api.signed_in("ratings:manage", as_official=who).get(f"/ratings/{rating.pk}") for who in (before, after)]

    assert [answer.status_code for answer in answers] == [200, 404]


def test_a_list_is_narrowed_by_what_reviewers_look_for(api: ContractClient) -> None:
    bad = a_rating(a_unit(0), answers={"overall": 1})
    a_rating(a_unit(0))
    a_rating(a_unit(1), answers={"overall": 1})
    reviewer = api.signed_in("ratings:manage")

    answer = reviewer.get(
        f"/ratings?unit={a_unit(0).code}&is_dissatisfied=true&form=THANH_HOA_3&week_from={bad.week_date}&state=counted"
    )

    assert [row["id"] for row in answer.json()["results"]] == [str(bad.pk)]
    assert faults(reviewer.get("/ratings?dossier_code=1")) == {("dossier_code", "unknown_parameter")}


def test_pages_of_ratings_neither_skip_nor_repeat(api: ContractClient) -> None:
    ratings = {str(a_rating(a_unit()).pk) for _ in range(5)}
    reviewer = api.signed_in("ratings:manage")
    page = reviewer.get("/ratings?page_size=2").json()
    seen = [row["id"] for row in page["results"]]

    while page["next_cursor"]:
        page = reviewer.get(f"/ratings?page_size=2&cursor={page['next_cursor']}").json()
        seen += [row["id"] for row in page["results"]]

    assert (len(seen), set(seen)) == (5, ratings)
