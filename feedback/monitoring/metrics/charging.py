"""Which units' records a figure counts, and on which days each stood where the question asks."""

import datetime as dt
from typing import NamedTuple

from procedures.prepared import Prepared
from units.errors import UnitUnknown
from units.models import Unit
from units.queries import PLACES_OF_CODE, heritage, unit_and_places_under, unit_with_code
from units.vocabulary import OrganisationView, Viewer

ALWAYS = "(,)"
_PLACES = Prepared("places_of_unit", PLACES_OF_CODE, code="text")


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
    unit, places = _places(unit_code or Unit.objects.get(pk=viewer.boundary or 0).code, view, today)
    if bounds is not None and unit.pk not in bounds:
        raise UnitUnknown(unit_code)
    inside = [(unit_id, days) for unit_id, days in places if bounds is None or unit_id in bounds]
    return Charged(everything=False, unit=unit, units=[unit_id for unit_id, _ in inside], days=[d for _, d in inside])


def _places(code: str, view: OrganisationView, today: dt.date) -> tuple[Unit, list[tuple[int, str]]]:
    if view == OrganisationView.NOW:
        unit = unit_with_code(code=code)
        return unit, [(inherited, ALWAYS) for inherited in sorted(heritage(unit_id=unit.pk, on=today))]
    unit, places = unit_and_places_under(code=code, asks=_PLACES.rows)
    return unit, [
        (under, f"[{place.first or ''},{place.after or ''})") for place in places for under in sorted(place.units)
    ]
