"""One complaint from the citizen's telephone to the finding, through the API alone."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Iterable
from contextlib import nullcontext as does_not_raise
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.db.transaction import atomic, set_rollback

from api.idempotency.forgetting import forget_old_answers
from api.idempotency.models import StoredAnswer
from feedback.complaints.models import Complaint, ComplaintEvent, Finding
from feedback.complaints.rules import TRANSITIONS
from feedback.vocabulary import ComplaintState
from procedures.calendar.rules import ZONE
from tests.builders.complaints import make_complaint, make_concluded_complaint, make_verified_complaint
from tests.complaints.test_identity_stays_sealed import rows_of_the_database
from tests.contract_client import ContractClient, faults, problem

STATEMENT = "Cán bộ quầy 3 quát người dân và đòi thêm giấy tờ ngoài quy định."
A_COMPLAINT = {
    "subjects": [{"description": "Người ngồi quầy 3, tóc ngắn"}, {"description": "Người trực buổi chiều"}],
    "categories": ["ATT-02", "DOC-01"],
    "statement": STATEMENT,
    "identity": {"mode": "anonymous"},
}
SEALED = {"mode": "sealed", "name": "Nguyễn Văn Mẫu", "phone": "0900000000"}
ACTIONS: dict[str, Any] = {
    "acceptance": {"message": "Chúng tôi đã thụ lý."},
    "refusal": {"message": "Không thuộc thẩm quyền."},
    "verification": {"report": "Đã đối chiếu camera."},
    "conclusion": {
        "text": "Đúng một phần.",
        "answer": "Chúng tôi xin lỗi ông/bà.",
        "findings": [
            {"subject": 1, "category": "ATT-02", "outcome": "upheld"},
            {"subject": 1, "category": "DOC-01", "outcome": "not_upheld"},
            {"subject": 2, "category": "ATT-02", "outcome": "undetermined", "reason": "Không có hình ảnh."},
            {"subject": 2, "category": "DOC-01", "outcome": "not_upheld"},
        ],
    },
}


@pytest.fixture
def inspector(api: ContractClient) -> ContractClient:
    return api.signed_in("complaints:read", "complaints:handle")


def act(inspector: ContractClient, complaint: Complaint, noun: str, **changes: Any) -> Any:
    """Take the action noun with the newest version."""
    version = Complaint.objects.get(pk=complaint.pk).version
    path = f"/complaints/{complaint.pk}/{noun}"
    return inspector.once(path, {**ACTIONS[noun], **changes}, **{"If-Match": f'"{version}"'})


def test_a_complaint_goes_from_the_citizen_to_the_finding_and_back(
    api: ContractClient, inspector: ContractClient
) -> None:
    receipt = api.once("/complaints", A_COMPLAINT).json()
    (row,) = inspector.get("/complaints").json()["results"]
    complaint = Complaint.objects.get(pk=row["id"])

    for noun in ("acceptance", "verification", "conclusion"):
        answer = act(inspector, complaint, noun)
        assert answer.status_code == 200, answer.content

    told = api.post(
        "/complaint-receipts", {name: receipt[name] for name in ("receipt_number", "receipt_secret")}
    ).json()
    assert (told["state"], told["outcome"]) == ("concluded", "partly_upheld")
    assert [message["text"] for message in told["messages"]] == ["Chúng tôi đã thụ lý.", "Chúng tôi xin lỗi ông/bà."]
    detail = inspector.get(f"/complaints/{complaint.pk}").json()
    assert detail["subjects"][1]["allegations"][0]["finding"]["outcome"] == "undetermined"
    events = inspector.get(f"/complaints/{complaint.pk}/timeline").json()
    assert [event["state"] for event in events] == ["submitted", "accepted", "verifying", "concluded"]


def test_a_retry_gets_the_same_receipt_byte_for_byte_and_files_nothing_twice(api: ContractClient) -> None:
    key = str(uuid.uuid4())

    answers = [api.once("/complaints", A_COMPLAINT, key=key) for _ in range(3)]

    assert {answer.content for answer in answers} == {answers[0].content}
    assert Complaint.objects.count() == 1


def test_the_stored_answer_holds_neither_number_nor_secret_of_the_receipt(api: ContractClient) -> None:
    receipt = api.once("/complaints", A_COMPLAINT).json()

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM api_storedanswer")
        kept = cursor.fetchall()

    assert len(kept) == 1
    assert not any(receipt[name] in body for (body,) in kept for name in ("receipt_number", "receipt_secret"))


def test_an_anonymous_complaint_keeps_its_day_and_no_hour_in_any_table(api: ContractClient) -> None:
    before = set(rows_of_the_database())
    key = str(uuid.uuid4())

    receipt = api.once("/complaints", A_COMPLAINT, key=key)
    again = api.once("/complaints", A_COMPLAINT, key=key)
    asked = {name: receipt.json()[name] for name in ("receipt_number", "receipt_secret")}
    api.post("/complaint-receipts", asked)

    written = set(rows_of_the_database()) - before
    assert len(written) >= 6
    assert hours_in(written) == []
    assert again.json() == receipt.json()


def test_the_search_finds_the_hour_of_a_complaint_that_is_not_anonymous(api: ContractClient) -> None:
    """The control of the test above."""
    before = set(rows_of_the_database())

    api.once("/complaints", {**A_COMPLAINT, "identity": SEALED})

    tables = {found.split(":")[0] for found in hours_in(set(rows_of_the_database()) - before)}
    assert {"feedback_complaint", "feedback_complaintevent"} <= tables


def test_an_answer_without_an_hour_is_kept_as_long_as_any_other(api: ContractClient) -> None:
    with time_machine.travel(dt.datetime(2026, 9, 14, 23, 50, tzinfo=ZONE), tick=False):
        key = str(uuid.uuid4())
        receipt = api.once("/complaints", A_COMPLAINT, key=key).json()

    forget_old_answers(now=dt.datetime(2026, 9, 17, 23, 50, tzinfo=ZONE))
    kept = StoredAnswer.objects.count()
    again = api.once("/complaints", A_COMPLAINT, key=key).json()
    forget_old_answers(now=dt.datetime(2026, 9, 18, 0, 1, tzinfo=ZONE))

    assert (kept, again) == (1, receipt)
    assert StoredAnswer.objects.count() == 0


def hours_in(rows: Iterable[str]) -> list[str]:
    """Return the rows that hold a moment other than one that is the same for a whole day, in whatever column or text.

    Left out is what is taken off the allowance of a network or of all citizens, whatever they ask: it is in an
    unlogged table, and full again, hence gone, after a day.
    """
    kept = (row for row in rows if not row.startswith("api_bucket:"))
    return [row for row in kept if any(not _is_of_a_day(found) for found in _MOMENT.finditer(row))]


_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[ T](?P<hour>\d\d:\d\d(:\d\d(\.\d+)?)?)(?P<zone>\+07(:00)?)?|\b1[6-9]\d{8}(\.\d+)?\b"
)
"""A date with a time, or seconds since 1970."""


def _is_of_a_day(moment: re.Match[str]) -> bool:
    """A midnight of ours, or the hour after it at which the feed tells of a day."""
    hours = {"00:00:00", "01:00:00"} if moment["zone"] else {"17:00:00", "18:00:00"}
    return bool(moment["hour"]) and f"{moment['hour']}:00"[:8] in hours and "." not in moment["hour"]


def test_a_complaint_with_an_hour_cannot_be_called_anonymous() -> None:
    make_complaint(identity=SEALED)

    with pytest.raises(IntegrityError, match="an_anonymous_complaint_has_no_hour"), atomic():
        Complaint.objects.update(mode="anonymous")


def test_an_anonymous_complaint_that_names_its_author_is_refused_naming_the_fields(api: ContractClient) -> None:
    answer = api.once("/complaints", {**A_COMPLAINT, "identity": {**SEALED, "mode": "anonymous"}})

    assert problem(answer) == (400, "invalid")
    assert faults(answer) == {("/identity/name", "not_anonymous"), ("/identity/phone", "not_anonymous")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"statement": "x" * 100_000}, ("/statement", "max_length")),
        ({"statement": "Lặp lại\x07 lặp lại\x07"}, ("/statement", "control")),
        ({"statement": ""}, ("/statement", "blank")),
        ({"subjects": []}, ("/subjects", "min_length")),
        ({"subjects": [{"role": "tiếp nhận"}]}, ("/subjects/0", "nobody_named")),
        ({"subjects": [{"official": "KHONG-CO"}]}, ("/subjects/0/official", "unknown_official")),
        ({"subjects": [{"unit": "khong-co"}]}, ("/subjects/0/unit", "unknown_unit")),
        ({"categories": ["ATT-02", "XXX-01"]}, ("/categories/1", "unknown_category")),
        ({"happened_on": "2099-01-01"}, ("/happened_on", "in_future")),
        ({"identity": {"mode": "sealed"}}, ("/identity/name", "required")),
        ({"identity": {"mode": "open", "name": "Nguyễn Văn Mẫu"}}, ("/identity/phone", "contact_needed")),
        ({"class": "grievance"}, ("/identity/mode", "grievance_needs_name")),
        ({"dosier_code": "000"}, ("/dosier_code", "unknown_field")),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_its_place(
    api: ContractClient, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    answer = api.once("/complaints", {**A_COMPLAINT, **change})

    assert problem(answer) == (400, "invalid")
    assert expected in faults(answer)
    assert Complaint.objects.count() == 0


def test_an_unknown_receipt_and_a_wrong_secret_are_answered_alike(api: ContractClient) -> None:
    receipt = api.once("/complaints", A_COMPLAINT).json()
    questions = [
        {"receipt_number": receipt["receipt_number"], "receipt_secret": "0" * 26},
        {"receipt_number": "1234567890123452", "receipt_secret": receipt["receipt_secret"]},
        {"receipt_number": "khong-phai-so", "receipt_secret": "x"},
    ]

    answers = [api.post("/complaint-receipts", question) for question in questions]

    assert {problem(answer) for answer in answers} == {(404, "receipt-unknown")}
    assert len({json.dumps({**answer.json(), "instance": ""}) for answer in answers}) == 1


def test_a_conclusion_before_the_verification_is_refused(inspector: ContractClient) -> None:
    complaint = make_complaint()

    assert problem(act(inspector, complaint, "conclusion")) == (409, "verification-missing")
    act(inspector, complaint, "acceptance")
    assert problem(act(inspector, complaint, "conclusion")) == (409, "verification-missing")


def test_a_conclusion_that_leaves_an_allegation_without_finding_is_refused(inspector: ContractClient) -> None:
    complaint = make_verified_complaint(categories=["ATT-02", "DOC-01"])

    answer = act(
        inspector, complaint, "conclusion", findings=[{"subject": 1, "category": "ATT-02", "outcome": "upheld"}]
    )

    assert problem(answer) == (409, "findings-incomplete")
    assert "1/DOC-01" in answer.json()["detail"]
    assert Complaint.objects.get().state == "verifying"


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        ({"subject": 2, "category": "ATT-02", "outcome": "upheld"}, "unknown_allegation"),
        ({"subject": 1, "category": "ATT-02", "outcome": "slander"}, "reason_needed"),
    ],
)
def test_a_finding_must_answer_what_was_alleged(
    inspector: ContractClient, finding: dict[str, Any], expected: str
) -> None:
    complaint = make_verified_complaint()

    answer = act(inspector, complaint, "conclusion", findings=[finding])

    assert faults(answer) == {("/findings/0", expected)}


def test_a_change_needs_the_version_that_was_read(inspector: ContractClient) -> None:
    complaint = make_complaint()
    path = f"/complaints/{complaint.pk}/acceptance"

    assert problem(inspector.once(path, {})) == (428, "precondition-required")
    assert problem(inspector.once(path, {}, **{"If-Match": '"99"'})) == (412, "precondition-failed")
    assert (
        inspector.once(path, {}, **{"If-Match": inspector.get(f"/complaints/{complaint.pk}")["ETag"]}).status_code
        == 200
    )


def test_a_change_needs_an_idempotency_key_and_is_done_once(inspector: ContractClient) -> None:
    complaint, key = make_complaint(), str(uuid.uuid4())
    path = f"/complaints/{complaint.pk}/acceptance"

    assert faults(inspector.post(path, {}, headers={"If-Match": '"1"'})) == {("Idempotency-Key", "required")}
    answers = [inspector.once(path, {}, key=key, **{"If-Match": '"1"'}) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert ComplaintEvent.objects.filter(complaint=complaint, state="accepted").count() == 1


def test_a_closed_case_says_what_it_cannot_become(inspector: ContractClient) -> None:
    complaint = make_complaint()
    act(inspector, complaint, "refusal")

    answer = act(inspector, complaint, "acceptance")

    assert problem(answer) == (409, "transition-refused")
    assert inspector.get(f"/complaints/{complaint.pk}").json()["allowed_transitions"] == []


@pytest.mark.parametrize("before", ComplaintState.values)
@pytest.mark.parametrize("after", ComplaintState.values)
def test_the_database_itself_lets_a_case_move_only_as_the_law_allows(before: str, after: str) -> None:
    made: dict[str, Any] = {"verifying": make_verified_complaint, "concluded": make_concluded_complaint}
    complaint = made.get(before, make_complaint)()
    if before in {"accepted", "refused"}:
        _force(complaint, before)
    is_allowed = before == after or any((t.before, t.after) == (before, after) for t in TRANSITIONS)

    with does_not_raise() if is_allowed else pytest.raises(IntegrityError, match="cannot go from"), atomic():
        _force(complaint, after)
        set_rollback(True)  # a conclusion forced like this has no findings, which the commit would refuse


def _force(complaint: Complaint, state: str) -> None:
    closed_on = "2026-09-20" if state in {"refused", "concluded"} else None
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE feedback_complaint SET state = %s, closed_on = %s WHERE id = %s", [state, closed_on, complaint.pk]
        )


def test_the_database_refuses_a_conclusion_without_findings_and_a_rewritten_statement() -> None:
    complaint = make_verified_complaint()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match="without a finding"), atomic():
        _force(complaint, "concluded")
    with pytest.raises(IntegrityError, match="stays as he said it"), atomic():
        Complaint.objects.filter(pk=complaint.pk).update(statement="Không có gì.")


def test_a_conclusion_in_the_database_stays() -> None:
    make_concluded_complaint()

    with pytest.raises(Exception, match=r"permission denied|only grows"), atomic():
        Finding.objects.update(outcome="upheld")
