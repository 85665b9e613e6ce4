"""Cases as staff read them; each question starts from what the asker may know of."""

import datetime as dt
import uuid

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from feedback.complaints.models import (
    Allegation,
    Complaint,
    ComplaintEvent,
    ComplaintSubject,
    Conclusion,
    Finding,
    Verification,
)
from feedback.complaints.queries.visibility import complaints_visible_to, served_there, stands_in
from feedback.errors import ComplaintUnknown
from units.queries import heritage, places_under, unit_named
from units.vocabulary import Viewer


def complaints_listed(*, viewer: Viewer, today: dt.date) -> QuerySet[Complaint]:
    """Return the complaints that a viewer may know of, with what a list prints, in four queries a page."""
    allegations = Allegation.objects.select_related("category").order_by("category__code")
    subjects = ComplaintSubject.objects.select_related("official", "unit").order_by("number")
    return complaints_visible_to(viewer=viewer, today=today).prefetch_related(
        Prefetch("subjects", subjects.prefetch_related(Prefetch("allegations", allegations)))
    )


def complaint_known_to(*, complaint_id: uuid.UUID, viewer: Viewer, today: dt.date) -> Complaint:
    """Return one complaint with all that staff may read of it; raises ComplaintUnknown."""
    findings = Finding.objects.select_related("conclusion").order_by("-conclusion__number")
    subjects = ComplaintSubject.objects.select_related("official", "unit").order_by("number")
    allegations = (
        Allegation.objects.select_related("category")
        .order_by("category__code")
        .prefetch_related(Prefetch("findings", findings))
    )
    complaint = (
        complaints_visible_to(viewer=viewer, today=today)
        .filter(pk=complaint_id)
        .prefetch_related(
            Prefetch("subjects", subjects.prefetch_related(Prefetch("allegations", allegations))),
            Prefetch("verifications", Verification.objects.order_by("id")),
            Prefetch("conclusions", Conclusion.objects.order_by("-number")),
        )
        .first()
    )
    if complaint is None:
        raise ComplaintUnknown
    return complaint


def complaint_to_handle(*, complaint_id: uuid.UUID, viewer: Viewer, today: dt.date) -> Complaint:
    """Lock one complaint for a change; raises ComplaintUnknown, also for who may not handle it.

    Who may not know of a case may not handle it, and who may not handle it must not learn of it, so one rule serves.
    Source: Luật Tố cáo 2018, điều 12; Luật Khiếu nại 2011, điều 17–21 (never the person complained of nor his line).
    """
    visible = complaints_visible_to(viewer=viewer, today=today)
    complaint = visible.filter(pk=complaint_id).select_for_update(of=("self",)).first()
    if complaint is None:
        raise ComplaintUnknown
    return complaint


def timeline(*, complaint_id: uuid.UUID, viewer: Viewer, today: dt.date) -> QuerySet[ComplaintEvent]:
    """Return what happened to a complaint, in order; raises ComplaintUnknown."""
    if not complaints_visible_to(viewer=viewer, today=today).filter(pk=complaint_id).exists():
        raise ComplaintUnknown
    return ComplaintEvent.objects.filter(complaint=complaint_id).select_related("official").order_by("number")


def accused_under(*, complaints: QuerySet[Complaint], code: str, today: dt.date) -> QuerySet[Complaint]:
    """Narrow complaints to those with an accused in a unit's subtree; raises UnitUnknown."""
    inside = heritage(unit_id=unit_named(code=code, on=today).pk, on=today)
    accused = ComplaintSubject.objects.filter(stands_in(inside, today=today), complaint=OuterRef("pk"))
    return complaints.filter(Exists(accused))


def accused_under_then(*, complaints: QuerySet[Complaint], code: str, today: dt.date) -> QuerySet[Complaint]:
    """Narrow complaints to those with an accused in what stood under a unit on the day of the act; raises UnitUnknown.

    See units.queries.views, Note [As then, as now].
    """
    there = Q(pk__in=[])
    for place in places_under(unit_id=unit_named(code=code, on=today).pk):
        there |= served_there(place)
    return complaints.filter(Exists(ComplaintSubject.objects.filter(there, complaint=OuterRef("pk"))))


def accusing(*, complaints: QuerySet[Complaint], official_code: str) -> QuerySet[Complaint]:
    """Narrow complaints to those about one official; none when nobody carries the code."""
    return complaints.filter(
        Exists(ComplaintSubject.objects.filter(official__code=official_code, complaint=OuterRef("pk")))
    )


def alleging(*, complaints: QuerySet[Complaint], category_code: str) -> QuerySet[Complaint]:
    """Narrow complaints to those that allege a kind of misconduct."""
    alleged = Q(category__code=category_code, subject__complaint=OuterRef("pk"))
    return complaints.filter(Exists(Allegation.objects.filter(alleged)))
