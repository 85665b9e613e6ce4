"""Questions about exclusions, inside the boundary of who asks."""

import datetime as dt

from django.db.models import QuerySet

from procedures.errors import ExclusionReasonUnknown, ExclusionUnknown
from procedures.exclusions.models import Exclusion, ExclusionEvent, ExclusionReason
from procedures.transactions.models import Pause, Transaction
from procedures.transactions.queries import answered_for
from units.models import Posting, Unit
from units.queries import heritage
from units.vocabulary import Viewer

SHOWN = 1000
"""Dossier codes that one exclusion shows; all of them are found by GET /transactions?exclusion=…"""


def own_unit(*, viewer: Viewer) -> Unit | None:
    """Return the unit in whose name a viewer acts; None for the whole province."""
    return Unit.objects.filter(pk=viewer.boundary).first() if viewer.boundary is not None else None


def reasons() -> QuerySet[ExclusionReason]:
    """Return the reasons for which time may be excluded."""
    return ExclusionReason.objects.order_by("code")


def reason_with_code(*, code: str) -> ExclusionReason:
    """Find a reason in use; raises ExclusionReasonUnknown."""
    found = ExclusionReason.objects.filter(code=code, is_open=True).first()
    if found is None:
        raise ExclusionReasonUnknown(code)
    return found


def exclusions_visible_to(*, viewer: Viewer, on: dt.date) -> QuerySet[Exclusion]:
    """Return the exclusions proposed by what a viewer answers for."""
    rows = Exclusion.objects.select_related("reason", "unit", "decided_for")
    return rows if viewer.boundary is None else rows.filter(unit__in=heritage(unit_id=viewer.boundary, on=on))


def exclusion_visible_to(*, exclusion_id: int, viewer: Viewer, on: dt.date) -> Exclusion:
    """Return one; raises ExclusionUnknown also where the viewer may not know of it."""
    found = exclusions_visible_to(viewer=viewer, on=on).filter(pk=exclusion_id).first()
    if found is None:
        raise ExclusionUnknown
    return found


def exclusions_naming(*, dossier_code: str) -> QuerySet[Exclusion]:
    """Return those that name a dossier, the oldest first."""
    named = Pause.objects.filter(dossier_code=dossier_code).values("reference")
    return Exclusion.objects.select_related("reason", "unit", "decided_for").filter(pk__in=named).order_by("id")


def events_of(*, exclusion: Exclusion) -> QuerySet[ExclusionEvent]:
    """Return what happened to an exclusion, in order."""
    return exclusion.events.order_by("number")


def codes_named(*, exclusion: Exclusion) -> list[str]:
    """Return the first thousand dossier codes that an exclusion names."""
    named = Pause.objects.filter(reference=exclusion.pk).order_by("dossier_code")
    return list(named.values_list("dossier_code", flat=True)[:SHOWN])


def codes_answered_for(*, dossier_codes: list[str], unit_id: int, on: dt.date) -> set[str]:
    """Return which of these dossiers a unit answers for."""
    rows = answered_for(Transaction.objects.filter(dossier_code__in=dossier_codes), unit_id=unit_id, on=on)
    return set(rows.values_list("dossier_code", flat=True))


def posts_of(*, official_id: int, first: dt.date, last: dt.date) -> set[int]:
    """Return the units in which an official belonged or served between two days."""
    held = Posting.objects.filter(official=official_id, valid__overlap=(first, last + dt.timedelta(days=1)))
    return {unit for row in held.values_list("home_unit_id", "serving_unit_id") for unit in row}
