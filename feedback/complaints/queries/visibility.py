"""Which complaints a caller may know of: the only way from a caller to the table."""

import datetime as dt
from collections.abc import Set as AbstractSet

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, Q, QuerySet

from feedback.complaints.models import Complaint, ComplaintSubject
from feedback.complaints.queries.line import line_of
from units.models import Posting
from units.queries import Place, heritage
from units.vocabulary import Viewer


def complaints_visible_to(*, viewer: Viewer, today: dt.date) -> QuerySet[Complaint]:
    """Return the complaints that a viewer may know of; every read path and every action starts here.

    Out of sight is every complaint about himself, and about anybody in his line (see Note [The line]). A viewer with a
    boundary sees only complaints all of whose accused stand inside it, and none about the boundary's own unit.
    """
    complaints = Complaint.objects.all()
    accused = ComplaintSubject.objects.filter(complaint=OuterRef("pk"))
    hidden = Q(pk__in=[])
    if viewer.official is not None:
        hidden |= Q(official=viewer.official)
    for acts, units in line_of(viewer=viewer, today=today).items():
        hidden |= _happened_within(acts) & stands_in(units, today=today)
    if hidden:
        complaints = complaints.filter(~Exists(accused.filter(hidden)))
    if viewer.boundary is not None:
        inside = stands_in(heritage(unit_id=viewer.boundary, on=today), today=today)
        complaints = complaints.filter(~Exists(accused.exclude(inside)))
    return complaints


def stands_in(units: AbstractSet[int], *, today: dt.date) -> Q:
    """Return the condition on an accused that he serves in one of these units, on the day of the act or today.

    He does when a posting says so, and when the citizen said so.
    """
    posted = Posting.objects.filter(
        Q(home_unit__in=units) | Q(serving_unit__in=units),
        Q(valid__contains=today) | Q(valid__contains=OuterRef("complaint__event_date")),
        official=OuterRef("official"),
    )
    return Q(unit__in=units) | Q(Exists(posted))


def served_there(place: Place) -> Q:
    """Return the condition on an accused that he served in one of these units on the day of the act, in those days."""
    posted = Posting.objects.filter(
        Q(home_unit__in=place.units) | Q(serving_unit__in=place.units),
        official=OuterRef("official"), valid__contains=OuterRef("complaint__event_date"),
    )  # fmt: skip
    return _happened_within(DateRange(place.first, place.after)) & (Q(unit__in=place.units) | Q(Exists(posted)))


def _happened_within(acts: DateRange) -> Q:
    within = Q()
    if acts.lower is not None:
        within &= Q(complaint__event_date__gte=acts.lower)
    if acts.upper is not None:
        within &= Q(complaint__event_date__lt=acts.upper)
    return within
