"""Take a complaint in."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.transaction import atomic

from feedback.complaints import vault
from feedback.complaints.models import (
    Allegation,
    Complaint,
    ComplaintCategory,
    ComplaintEvent,
    ComplaintSubject,
)
from feedback.complaints.rules import FIELDS, Deadline, deadline, identity_faults
from feedback.complaints.services.refusals import (
    IDENTITY_WORDS,
    future_fault,
    unknown_fault,
)
from feedback.errors import FieldFault, SubmissionRejected
from feedback.vocabulary import ComplaintState, IdentityMode
from procedures.calendar.queries import calendar_of
from procedures.calendar.rules import local
from units.errors import UnitUnknown
from units.models import Official, Unit
from units.queries import unit_named

CITIZEN = "citizen"
_OFFICIALS = "SELECT * FROM units_official WHERE code = ANY(%s)"
_CATEGORIES = "SELECT * FROM feedback_complaintcategory WHERE code = ANY(%s)"


def receipt_number(*, secret: str) -> str:
    """Return the number of the receipt that belongs to a secret."""
    return vault.number_for(secret)


@atomic
def submit(
    *,
    legal_class: str,
    identity: Mapping[str, str],
    subjects: Sequence[Mapping[str, Any]],
    categories: Sequence[str],
    statement: str,
    secret: str,
    now: dt.datetime,
    dossier_code: str = "",
    happened_on: dt.date | None = None,
    place: str = "",
) -> Complaint:
    """Store a complaint, its accused and allegations, and put the complainant's identity away.

    `subjects` are {official, description, unit, role, categories} by codes, each optional; without categories of its
    own a subject is accused of all. Of the secret only a keyed hash is kept. Raises SubmissionRejected with every
    fault. A dossier code that is not known is kept as told: refusing it would tell strangers which codes exist.
    """
    today = local(now).date()
    faults = _identity_faults(legal_class=legal_class, identity=identity)
    if happened_on is not None and happened_on > today:
        faults.append(future_fault())
    accused, unknown = _accused(subjects=subjects, categories=categories, on=happened_on or today)
    if faults or unknown:
        raise SubmissionRejected([*faults, *unknown])
    number = vault.number_for(secret)
    is_anonymous = identity["mode"] == IdentityMode.ANONYMOUS
    due = _first_deadline(legal_class=legal_class, today=today)
    complaint = Complaint.objects.create(
        id=uuid.uuid4(),
        legal_class=legal_class,
        mode=identity["mode"],
        dossier_code=dossier_code,
        happened_on=happened_on,
        place=place,
        statement=statement,
        receipt_number=number,
        receipt_hash=vault.secret_hash(number=number, secret=secret),
        filed_on=today,
        filed_at=None if is_anonymous else now,
        due_on=due.on,
        due_rule=due.rule,
        due_calendar_id=int(due.calendar),
    )
    _write_accused(complaint=complaint, accused=accused)
    _write_first_event(complaint=complaint)
    if not is_anonymous:
        vault.put_away(
            complaint_id=complaint.pk, identity={name: identity[name] for name in FIELDS if name in identity}
        )
    return complaint


def _identity_faults(*, legal_class: str, identity: Mapping[str, str]) -> list[FieldFault]:
    given = {name for name in FIELDS if identity.get(name)}
    found = identity_faults(identity["mode"], legal_class, given)
    return [FieldFault(f"/identity/{field}", code, *IDENTITY_WORDS[code]) for field, code in found]


def _first_deadline(*, legal_class: str, today: dt.date) -> Deadline:
    due = deadline(legal_class, ComplaintState.SUBMITTED, today, calendar_of())
    if due is None:
        raise LookupError(f"no law gives {legal_class} a deadline on {today}")
    return due


def _accused(
    *, subjects: Sequence[Mapping[str, Any]], categories: Sequence[str], on: dt.date
) -> tuple[list[tuple[ComplaintSubject, list[ComplaintCategory]]], list[FieldFault]]:
    """Resolve the codes of all accused; return them and a fault for each code nobody carries."""
    faults: list[FieldFault] = []
    named = [subject["official"] for subject in subjects if subject.get("official")]
    officials = {one.code: one for one in Official.objects.raw(_OFFICIALS, [named])}
    wanted = {*categories, *(code for subject in subjects for code in subject.get("categories", ()))}
    known = {one.code: one for one in ComplaintCategory.objects.raw(_CATEGORIES, [list(wanted)])}
    faults += [unknown_fault(f"/categories/{i}", "category") for i, code in enumerate(categories) if code not in known]
    accused, seen = [], set()
    for index, told in enumerate(subjects):
        code = told.get("official")
        if code and (code not in officials or code in seen):
            faults.append(unknown_fault(f"/subjects/{index}/official", "official"))
        seen.add(code)
        own = told.get("categories") or categories
        faults += [
            unknown_fault(f"/subjects/{index}/categories/{i}", "category")
            for i, one in enumerate(told.get("categories", ())) if one not in known
        ]  # fmt: skip
        subject = ComplaintSubject(
            number=index + 1,
            official=officials.get(code) if code else None,
            description=told.get("description", ""),
            unit=_unit(told=told, index=index, on=on, faults=faults),
            role=told.get("role", ""),
        )
        accused.append((subject, [known[one] for one in dict.fromkeys(own) if one in known]))
    return accused, faults


def _unit(*, told: Mapping[str, Any], index: int, on: dt.date, faults: list[FieldFault]) -> Unit | None:
    if not told.get("unit"):
        return None
    try:
        return unit_named(code=told["unit"], on=on)
    except UnitUnknown:
        faults.append(unknown_fault(f"/subjects/{index}/unit", "unit"))
        return None


def _write_accused(
    *, complaint: Complaint, accused: Sequence[tuple[ComplaintSubject, list[ComplaintCategory]]]
) -> None:
    for subject, _ in accused:
        subject.complaint = complaint
    ComplaintSubject.objects.bulk_create([subject for subject, _ in accused])
    Allegation.objects.bulk_create(
        [Allegation(subject=subject, category=category) for subject, alleged in accused for category in alleged]
    )


def _write_first_event(*, complaint: Complaint) -> None:
    ComplaintEvent.objects.create(
        complaint=complaint,
        number=1,
        state=complaint.state,
        on=complaint.filed_on,
        at=complaint.filed_at,
        by=CITIZEN,
        due_on=complaint.due_on,
        due_rule=complaint.due_rule,
    )
