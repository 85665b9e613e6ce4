"""Which dossier a rating is about is told to an inspector from elsewhere, for a reason and on record."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections
from django.db.transaction import atomic

from feedback.models import LinkAccess, Rating
from feedback.ratings.vault import verification
from tests.builders.ratings import a_dossier, a_unit, an_official, give, serve
from tests.contract_client import ContractClient, faults, problem

GIVEN_AT = dt.datetime(2026, 3, 3, 2, tzinfo=dt.UTC)
WHY = {"reason": "Xác minh phản ánh về đòi tiền.", "case_reference": "QĐ 12/QĐ-TTr"}


def opened(api: ContractClient, rating: Rating) -> dict[str, Any]:
    answer = api.signed_in("ratings:manage").once(f"/ratings/{rating.pk}/link-openings", WHY)
    assert answer.status_code == 201, answer.content
    return answer.json()  # type: ignore[no-any-return]


def a_rating() -> Rating:
    return give(a_dossier(), at=GIVEN_AT)


def test_an_inspector_learns_the_dossier_and_is_written_down(api: ContractClient) -> None:
    transaction = a_dossier()
    rating = give(transaction, at=GIVEN_AT)

    told = opened(api, rating)

    assert (told["dossier_code"], told["step"], told["number"]) == (transaction.dossier_code, "reception", 1)
    entry = LinkAccess.objects.get()
    assert (entry.rating, entry.reason, entry.case_reference) == (rating, WHY["reason"], WHY["case_reference"])
    assert (told["digest"], told["by"]) == (entry.digest, entry.by)


@pytest.mark.parametrize("missing", ["reason", "case_reference"])
def test_nothing_is_opened_without_a_reason_and_a_case(api: ContractClient, missing: str) -> None:
    rating = a_rating()

    answer = api.signed_in("ratings:manage").once(f"/ratings/{rating.pk}/link-openings", {**WHY, missing: " "})

    assert faults(answer) == {(f"/{missing}", "blank")}
    assert not LinkAccess.objects.exists()


def test_nobody_opens_what_speaks_about_him_or_his_unit_and_cannot_tell_it_from_what_is_not_there(
    api: ContractClient,
) -> None:
    transaction, judged = a_dossier(), an_official("CB-01", a_unit(1))
    serve(transaction, unit=a_unit(0), official=judged)
    rating = give(transaction, at=GIVEN_AT)
    concerned = (judged, an_official("CB-02", a_unit(0)))

    answers = [
        api.signed_in("ratings:manage", "audit:read", as_official=one).once(f"/ratings/{pk}/link-openings", WHY)
        for one in concerned
        for pk in (rating.pk, uuid.uuid4())
    ]

    assert {problem(answer) for answer in answers} == {(404, "not-found")}
    assert not LinkAccess.objects.exists()


def test_the_record_is_read_by_auditors_but_not_by_who_is_concerned(api: ContractClient) -> None:
    rating, elsewhere = a_rating(), an_official("CB-03", a_unit(1))
    told, colleague = opened(api, rating), an_official("CB-02", a_unit(0))

    def record(**who: Any) -> list[dict[str, Any]]:
        return api.signed_in("audit:read", **who).get("/rating-link-openings").json()["results"]  # type: ignore[no-any-return]

    assert (
        record()
        == record(as_official=elsewhere)
        == [{k: v for k, v in told.items() if k not in {"dossier_code", "step"}}]
    )
    assert record(as_official=colleague) == []
    bounded = api.signed_in("audit:read", boundary=a_unit(0)).get("/rating-link-openings")
    assert problem(bounded) == (403, "rows-of-inspectorate")
    assert problem(api.signed_in("ratings:manage").get("/rating-link-openings")) == (403, "forbidden")


def test_the_same_sent_again_is_one_entry_and_the_stored_answer_holds_no_dossier(api: ContractClient) -> None:
    transaction = a_dossier()
    rating, inspector, key = give(transaction, at=GIVEN_AT), api.signed_in("ratings:manage"), str(uuid.uuid4())

    answers = [inspector.once(f"/ratings/{rating.pk}/link-openings", WHY, key=key) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert LinkAccess.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(body, '') FROM api_storedanswer WHERE operation = 'openRatingLink'")
        assert transaction.dossier_code not in cursor.fetchone()[0]


def test_the_service_itself_changes_no_entry(api: ContractClient) -> None:
    opened(api, a_rating())

    for statement in ("UPDATE feedback_linkaccess SET reason = 'x'", "DELETE FROM feedback_linkaccess"):
        with pytest.raises(Exception, match="permission denied"), atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_two_entries_never_follow_the_same_one(api: ContractClient) -> None:
    opened(api, a_rating())
    first = LinkAccess.objects.get()

    first.pk, first.number, first.digest = None, 2, "f" * 64
    with pytest.raises(IntegrityError), atomic():
        first.save(force_insert=True)


FILL_THE_GAP = """
DELETE FROM feedback_linkaccess WHERE number = 2;
UPDATE feedback_linkaccess SET number = 2, previous = (SELECT digest FROM feedback_linkaccess WHERE number = 1)
WHERE number = 3
"""
TAMPERING = {
    "a reason is changed": ("UPDATE feedback_linkaccess SET reason = 'Kiểm tra.' WHERE number = 2", 2),
    "who asked is changed": ("UPDATE feedback_linkaccess SET by = 'person:x' WHERE number = 3", 3),
    "the hour is changed": ("UPDATE feedback_linkaccess SET at = at + interval '1 minute' WHERE number = 1", 1),
    "an entry is removed": ("DELETE FROM feedback_linkaccess WHERE number = 2", 2),
    "an entry is removed and the rest is numbered anew": (FILL_THE_GAP, 2),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_whoever_owns_the_database_changes_nothing_unseen(own_database: str, how: str) -> None:
    api = ContractClient()
    auditor = api.signed_in("audit:read")
    for rating in [a_rating() for _ in range(3)]:
        opened(api, rating)
    whole = auditor.get("/rating-link-openings/verification").json()

    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE feedback_linkaccess DISABLE TRIGGER USER")
        cursor.execute(TAMPERING[how][0])

    broken = auditor.get("/rating-link-openings/verification").json()
    assert (whole["entries"], whole["is_intact"], whole["first_broken"]) == (3, True, None)
    assert (broken["is_intact"], broken["first_broken"]) == (False, TAMPERING[how][1])


def test_who_noted_a_digest_notices_that_the_newest_entries_were_cut_off(own_database: str) -> None:
    api = ContractClient()
    auditor = api.machine("audit:read", "events:read")
    opened(api, a_rating())
    noted = opened(api, a_rating())["digest"]
    before = auditor.get(f"/rating-link-openings/verification?digest={noted}").json()

    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE feedback_linkaccess DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM feedback_linkaccess WHERE number = 2")

    after = auditor.get(f"/rating-link-openings/verification?digest={noted}").json()
    assert (before["is_known"], after["is_known"], after["is_intact"]) == (True, False, True)
    events = auditor.get("/events?limit=1000").json()["events"]
    assert noted in [
        event["data"].get("digest") for event in events if event["type"].endswith("rating_link.created.v1")
    ]


def test_neither_the_feed_nor_the_length_of_the_chain_tells_who_serves_in_a_unit_of_an_opening(
    own_database: str,
) -> None:
    api = ContractClient()
    opened(api, a_rating())
    scopes = ("audit:read", "events:read")
    concerned = api.signed_in(*scopes, as_official=an_official("CB-02", a_unit(0)))
    bounded = api.signed_in(*scopes, boundary=a_unit(0))

    def told(reader: ContractClient) -> list[str]:
        events = reader.get("/events?limit=1000").json()["events"]
        return [event["type"] for event in events if "rating_link" in event["type"]]

    assert told(api.machine(*scopes)) == ["vn.gov.province.rating_link.created.v1"], "the control"
    assert told(concerned) == told(bounded) == []
    assert problem(bounded.get("/rating-link-openings/verification")) == (403, "rows-of-inspectorate")


def test_a_digest_is_64_digits(api: ContractClient) -> None:
    answer = api.signed_in("audit:read").get("/rating-link-openings/verification?digest=abc")

    assert faults(answer) == {("digest", "invalid")}
    assert verification().entries == 0


def test_who_reads_single_ratings_is_on_record_with_what_he_asked_for_and_how_many_he_saw(api: ContractClient) -> None:
    rating, reader = a_rating(), api.signed_in("ratings:manage", "transactions:read")

    reader.get("/ratings?step=reception&state=counted")
    reader.get("/ratings?step=return")
    reader.get(f"/ratings/{rating.pk}")

    record = api.signed_in("audit:read").get("/rating-link-openings?kind=reading").json()["results"]
    assert [(entry["rating"], entry["reason"]) for entry in record] == [
        (str(rating.pk), "1: *"), (None, "0: step=return"), (None, "1: state=counted&step=reception"),
    ]  # fmt: skip
    assert len({entry["by"] for entry in record}) == 1
    assert verification().first_broken is None


def test_who_may_not_read_rows_leaves_no_reading(api: ContractClient) -> None:
    rating = a_rating()

    api.signed_in("ratings:manage", boundary=a_unit()).get("/ratings")
    api.signed_in("ratings:manage").get(f"/ratings/{uuid.uuid4()}")
    api.signed_in("ratings:read").get(f"/ratings/{rating.pk}")

    assert not LinkAccess.objects.exists()


def test_who_serves_in_a_unit_is_not_told_how_many_ratings_of_it_others_read(own_database: str) -> None:
    """The control: who serves in none is told, by the list and by the feed."""
    api = ContractClient()
    rights = ("audit:read", "events:read")
    auditors = [api.signed_in(*rights, as_official=an_official("CB-02", a_unit())), api.signed_in(*rights)]
    begun = [one.get("/events?limit=1000").json()["after"] for one in auditors]

    api.signed_in("ratings:manage").get(f"/ratings?unit={a_unit().code}")

    lists = [len(one.get("/rating-link-openings").json()["results"]) for one in auditors]
    feeds = [
        len(one.get(f"/events?limit=1000&after={after}").json()["events"])
        for one, after in zip(auditors, begun, strict=True)
    ]
    assert (lists, feeds) == ([0, 1], [0, 1])
