"""Cases as staff read them; each question starts from what the asker may know of."""

import datetime as dt
import uuid

from django.db.backends.postgresql.psycopg_any import DateRange
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
from feedback.complaints.queries.accused import (
    FEW_UNITS,
    HasAccused,
    HasAccusedOfFew,
    any_of,
    happened_within,
    served_in,
    stands_in,
)
from feedback.complaints.queries.visibility import complaints_visible_to
from feedback.errors import ComplaintUnknown
from units.queries import Place, heritage, places_under, unit_named
from units.vocabulary import Viewer


def complaints_listed(*, viewer: Viewer, today: dt.date) -> QuerySet[Complaint]:
    """Return the complaints that a viewer may know of, with what a list prints, in three queries a page."""
    allegations = Allegation.objects.select_related("category").order_by("category__code")
    subjects = ComplaintSubject.objects.select_related("official", "unit").order_by("number")
    told = allegations.only("subject_id", "category__code", "category__severity_default")
    accused = subjects.only(
        "complaint_id", "number", "description", "role", "official__code", "official__name", "unit__code"
    )
    return (
        complaints_visible_to(viewer=viewer, today=today)
        .defer("statement", "place", "receipt_number", "receipt_hash")
        .prefetch_related(Prefetch("subjects", accused.prefetch_related(Prefetch("allegations", told))))
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
    if len(inside) <= FEW_UNITS:
        return complaints.filter(HasAccusedOfFew(inside, today=today))
    return complaints.filter(HasAccused(stands_in(inside, today=today)))


def accused_under_then(*, complaints: QuerySet[Complaint], code: str, today: dt.date) -> QuerySet[Complaint]:
    """Narrow complaints to those with an accused in what stood under a unit on the day of the act; raises UnitUnknown.

    See units.queries.views, Note [As then, as now].
    """
    places = places_under(unit_id=unit_named(code=code, on=today).pk)
    match places:
        case [Place(first=None, after=None, units=units)] if len(units) <= FEW_UNITS:
            return complaints.filter(HasAccusedOfFew(units))
    there = [happened_within(DateRange(place.first, place.after), served_in(place.units)) for place in places]
    return complaints.filter(HasAccused(any_of(there)))


def accusing(*, complaints: QuerySet[Complaint], official_code: str) -> QuerySet[Complaint]:
    """Narrow complaints to those about one official; none when nobody carries the code."""
    return complaints.filter(
        Exists(ComplaintSubject.objects.filter(official__code=official_code, complaint=OuterRef("pk")))
    )


def alleging(*, complaints: QuerySet[Complaint], category_code: str) -> QuerySet[Complaint]:
    """Narrow complaints to those that allege a kind of misconduct."""
    alleged = Q(category__code=category_code, subject__complaint=OuterRef("pk"))
    return complaints.filter(Exists(Allegation.objects.filter(alleged)))
