"""Which units' records a figure counts, and on which days each stood where the question asks."""

import datetime as dt
from typing import NamedTuple

from units.errors import UnitUnknown
from units.models import Unit
from units.queries import heritage, places_under, unit_with_code
from units.vocabulary import OrganisationView, Viewer

ALWAYS = "(,)"


class Charged(NamedTuple):
    """Units and, place by place, the days on which their records count (PostgreSQL's text of a date range).

    `everything`: no restriction at all, records whose unit is not known included.
    """

    everything: bool
    unit: Unit | None
    units: list[int]
    days: list[str]


def charged_units(*, unit_code: str, viewer: Viewer, view: OrganisationView, today: dt.date) -> Charged:
    """Return what a question about a unit's subtree counts, never beyond the viewer's boundary.

    As then: each unit on the days it stood under the one asked for. As now: all units whose work the one asked for
    answers for today. Raises UnitUnknown outside the boundary.
    """
    bounds = None if viewer.boundary is None else heritage(unit_id=viewer.boundary, on=today)
    if not unit_code and bounds is None:
        return Charged(everything=True, unit=None, units=[], days=[])
    unit = unit_with_code(code=unit_code) if unit_code else Unit.objects.get(pk=viewer.boundary or 0)
    if bounds is not None and unit.pk not in bounds:
        raise UnitUnknown(unit_code)
    places = _as_now(unit.pk, today) if view == OrganisationView.NOW else _as_then(unit.pk)
    inside = [(unit_id, days) for unit_id, days in places if bounds is None or unit_id in bounds]
    return Charged(everything=False, unit=unit, units=[unit_id for unit_id, _ in inside], days=[d for _, d in inside])


def _as_now(unit_id: int, today: dt.date) -> list[tuple[int, str]]:
    return [(inherited, ALWAYS) for inherited in sorted(heritage(unit_id=unit_id, on=today))]


def _as_then(unit_id: int) -> list[tuple[int, str]]:
    return [
        (unit, f"[{place.first or ''},{place.after or ''})")
        for place in places_under(unit_id=unit_id)
        for unit in sorted(place.units)
    ]
