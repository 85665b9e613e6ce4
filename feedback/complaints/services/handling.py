"""Move a case along. Each takes a complaint that `queries.complaint_to_handle` has locked for its handler."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.transaction import atomic

from feedback.complaints.models import (
    Allegation,
    Complaint,
    ComplaintEvent,
    ComplaintMessage,
    Conclusion,
    Finding,
    Verification,
)
from feedback.complaints.rules import deadline, may_become, must_give_reason
from feedback.complaints.services.refusals import finding_fault
from feedback.errors import FieldFault, FindingsIncomplete, SubmissionRejected, TransitionRefused, VerificationMissing
from feedback.vocabulary import ComplaintState
from procedures.calendar.queries import calendar_of
from procedures.calendar.rules import local

CLOSED = frozenset({ComplaintState.REFUSED, ComplaintState.CONCLUDED})


@atomic
def accept(
    *, complaint: Complaint, message: str, note: str, by: str, official_id: int | None, now: dt.datetime
) -> Complaint:
    """Take the case on (thụ lý); the deadline to settle it begins. Raises TransitionRefused."""
    _require(complaint, ComplaintState.ACCEPTED)
    _tell(complaint=complaint, text=message, by=by, now=now)
    return _move(complaint, ComplaintState.ACCEPTED, note=note, by=by, official_id=official_id, now=now)


@atomic
def refuse(
    *, complaint: Complaint, message: str, note: str, by: str, official_id: int | None, now: dt.datetime
) -> Complaint:
    """Decline the case (không thụ lý); `message` tells the citizen why. Raises TransitionRefused."""
    _require(complaint, ComplaintState.REFUSED)
    _tell(complaint=complaint, text=message, by=by, now=now)
    return _move(complaint, ComplaintState.REFUSED, note=note, by=by, official_id=official_id, now=now)


@atomic
def verify(*, complaint: Complaint, report: str, by: str, official_id: int | None, now: dt.datetime) -> Complaint:
    """Record how the allegations were checked. Raises TransitionRefused."""
    _require(complaint, ComplaintState.VERIFYING)
    Verification.objects.create(
        complaint=complaint, report=report, verified_on=local(now).date(), by=by, official_id=official_id
    )
    return _move(complaint, ComplaintState.VERIFYING, note="", by=by, official_id=official_id, now=now)


@atomic
def conclude(
    *,
    complaint: Complaint,
    text: str,
    answer: str,
    findings: Sequence[Mapping[str, Any]],
    by: str,
    official_id: int | None,
    now: dt.datetime,
) -> Complaint:
    """Close a verified case with one finding {subject, category, outcome, reason} for each accused and allegation.

    Raises VerificationMissing, TransitionRefused, FindingsIncomplete, and SubmissionRejected for findings of what was
    not alleged. `answer` is what the citizen is told.
    """
    if complaint.state in {ComplaintState.SUBMITTED, ComplaintState.ACCEPTED}:
        raise VerificationMissing
    _require(complaint, ComplaintState.CONCLUDED)
    found = _findings_by_allegation(complaint=complaint, findings=findings)
    conclusion = Conclusion.objects.create(
        complaint=complaint,
        number=complaint.conclusions.count() + 1,
        text=text,
        answer=answer,
        concluded_on=local(now).date(),
        by=by,
        official_id=official_id,
    )
    Finding.objects.bulk_create(
        [
            Finding(
                conclusion=conclusion, allegation=allegation, outcome=told["outcome"], reason=told.get("reason", "")
            )
            for allegation, told in found
        ]
    )
    _tell(complaint=complaint, text=answer, by=by, now=now)
    return _move(complaint, ComplaintState.CONCLUDED, note="", by=by, official_id=official_id, now=now)


def _findings_by_allegation(
    *, complaint: Complaint, findings: Sequence[Mapping[str, Any]]
) -> list[tuple[Allegation, Mapping[str, Any]]]:
    """Match findings with allegations one to one; raises SubmissionRejected or FindingsIncomplete."""
    alleged = {
        (allegation.subject.number, allegation.category.code): allegation
        for allegation in Allegation.objects.filter(subject__complaint=complaint).select_related("subject", "category")
    }
    found: dict[tuple[int, str], Mapping[str, Any]] = {}
    faults: list[FieldFault] = []
    for index, told in enumerate(findings):
        key = (told["subject"], told["category"])
        if key not in alleged:
            faults.append(finding_fault(index, "unknown_allegation"))
        elif key in found:
            faults.append(finding_fault(index, "repeated"))
        elif must_give_reason(told["outcome"]) and not told.get("reason"):
            faults.append(finding_fault(index, "reason_needed"))
        found[key] = told
    if faults:
        raise SubmissionRejected(faults)
    if missing := sorted(f"{number}/{code}" for number, code in alleged.keys() - found.keys()):
        raise FindingsIncomplete(missing)
    return [(allegation, found[key]) for key, allegation in alleged.items()]


def _require(complaint: Complaint, wanted: ComplaintState) -> None:
    if not may_become(complaint.state, wanted):
        raise TransitionRefused(complaint.state, wanted)


def _move(
    complaint: Complaint, wanted: ComplaintState, *, note: str, by: str, official_id: int | None, now: dt.datetime
) -> Complaint:
    """Write the new state, the deadline that begins with it if any, and the event of the ledger."""
    before, today = complaint.state, local(now).date()
    complaint.state = wanted
    complaint.version += 1
    if due := deadline(complaint.legal_class, wanted, today, calendar_of()):
        complaint.due_on, complaint.due_rule, complaint.due_calendar_id = due.on, due.rule, int(due.calendar)
    if wanted in CLOSED:
        complaint.closed_on = today
    complaint.save(update_fields=["state", "version", "due_on", "due_rule", "due_calendar", "closed_on"])
    ComplaintEvent.objects.create(
        complaint=complaint,
        number=complaint.events.count() + 1,
        before=before,
        state=wanted,
        on=today,
        at=now,
        by=by,
        official_id=official_id,
        note=note,
        due_on=complaint.due_on,
        due_rule=complaint.due_rule,
    )
    return complaint


def _tell(*, complaint: Complaint, text: str, by: str, now: dt.datetime) -> None:
    if text:
        number = complaint.messages.count() + 1
        ComplaintMessage.objects.create(complaint=complaint, number=number, on=local(now).date(), text=text, by=by)
