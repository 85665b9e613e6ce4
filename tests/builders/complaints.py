"""Complaints made as citizens and handlers make them: through our own services."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from feedback.complaints import services
from feedback.complaints.models import Complaint
from units.models import Official, Unit

A_MORNING = dt.datetime(2026, 9, 14, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
HANDLER: dict[str, Any] = {"by": "person:builder", "official_id": None}


def accused(
    *, official: Official | None = None, unit: Unit | None = None, description: str = "", **more: Any
) -> dict[str, Any]:
    """Return one accused as a citizen names him."""
    told: dict[str, Any] = dict(more)
    if official is not None:
        told["official"] = official.code
    if unit is not None:
        told["unit"] = unit.code
    if description or not told:
        told["description"] = description or "Người tiếp nhận hồ sơ ở quầy số 3"
    return told


def make_complaint(
    *,
    subjects: Sequence[dict[str, Any]] = (),
    categories: Sequence[str] = ("ATT-02",),
    legal_class: str = "petition",
    identity: dict[str, str] | None = None,
    now: dt.datetime = A_MORNING,
    **more: Any,
) -> Complaint:
    """File a complaint."""
    return services.submit(
        legal_class=legal_class,
        identity=identity or {"mode": "anonymous"},
        subjects=subjects or [accused()],
        categories=categories,
        statement="Tôi chờ từ sáng đến trưa mà không được tiếp nhận hồ sơ.",
        secret=secrets.token_hex(16),
        now=now,
        **more,
    )


def make_verified_complaint(*, now: dt.datetime = A_MORNING, **more: Any) -> Complaint:
    """File a complaint, accept and verify it."""
    complaint = make_complaint(now=now, **more)
    services.accept(complaint=complaint, message="", note="", now=now, **HANDLER)
    return services.verify(complaint=complaint, report="Đã đối chiếu camera và sổ tiếp nhận.", now=now, **HANDLER)


def make_concluded_complaint(*, outcome: str = "upheld", now: dt.datetime = A_MORNING, **more: Any) -> Complaint:
    """Take a complaint all the way, with the same finding for every allegation."""
    complaint = make_verified_complaint(now=now, **more)
    findings = [
        {"subject": subject.number, "category": allegation.category.code, "outcome": outcome, "reason": "Biên bản."}
        for subject in complaint.subjects.all() for allegation in subject.allegations.all()
    ]  # fmt: skip
    return services.conclude(
        complaint=complaint, text="Kết luận.", answer="Đã giải quyết.", findings=findings, now=now, **HANDLER
    )
