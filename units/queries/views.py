"""The organisation as it was then, and as it is now: which units a question means, and how a unit of then is shown now.

Note [As then, as now]: as then, a record belongs to the unit it was charged to, by the name of that day, and stands
under another only on the days on which its unit stood there. As now, it is carried over the successions to the one unit
that does the work today; where there are several, or none, nothing is guessed: it stays with the unit of then, and the
answer says so.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from units.errors import UnitUnknown
from units.models import Unit
from units.queries.card import Named, named
from units.queries.successions import present_units
from units.queries.tree import heritage

_PLACES = """
WITH RECURSIVE tree(unit_id, days) AS (
    SELECT %(unit)s::bigint, daterange(NULL, NULL)
    UNION
    SELECT v.unit_id, v.valid * tree.days
    FROM tree JOIN units_unitversion v ON v.parent_id = tree.unit_id AND v.valid && tree.days
)
SELECT unit_id, lower(days), upper(days) FROM tree
"""
PLACES_OF_CODE = f"""
WITH asked AS MATERIALIZED (SELECT id FROM units_unit WHERE code = %(code)s)
SELECT asked.id, places.* FROM asked CROSS JOIN LATERAL ({_PLACES.replace("%(unit)s", "asked.id")}) AS places
"""  # noqa: S608 - both are constants
"""The rows of `unit_and_places_under` for `code`; who asks it often prepares it."""
_SPLIT_OFF = """
SELECT DISTINCT s.predecessor_id FROM units_unitsuccession s
WHERE s.kind = 'split' AND s.revoked_at IS NULL AND s.effective_date <= %(on)s::date
AND s.successor_id = ANY(%(units)s) AND NOT s.predecessor_id = ANY(%(units)s)
"""


class Place(NamedTuple):
    """Days, `[first, after)`, None open, on which these units stood under the one asked for."""

    first: dt.date | None
    after: dt.date | None
    units: frozenset[int]


@dataclass(frozen=True)
class Carried:
    """How a unit of then is shown now: by the one that does its work, or, not `is_carried`, by itself.

    `heirs` are those that do a part of its work, itself while it is in force.
    """

    unit: Named
    was: Named
    heirs: tuple[Named, ...]
    is_carried: bool


def places_under(*, unit_id: int) -> list[Place]:
    """Return when which units stood under a unit (itself always), in one query, the same days together."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"unit": unit_id})
        return _by_days(cursor.fetchall())


def unit_and_places_under(*, code: str, asks: Callable[[Mapping[str, str]], Sequence[Any]]) -> tuple[Unit, list[Place]]:
    """Find a unit by our code, with what `places_under` says of it, in one query; raises UnitUnknown.

    `asks` runs PLACES_OF_CODE: who asks with every request prepares it.
    """
    rows = asks({"code": code})
    if not rows:
        raise UnitUnknown(code)
    return Unit.from_db("default", ["id", "code"], [rows[0][0], code]), _by_days([row[1:] for row in rows])


def _by_days(rows: Iterable[tuple[int, dt.date | None, dt.date | None]]) -> list[Place]:
    days: dict[tuple[dt.date | None, dt.date | None], set[int]] = {}
    for unit, first, after in rows:
        days.setdefault((first, after), set()).add(unit)
    return [Place(first, after, frozenset(units)) for (first, after), units in days.items()]


def shown_as(*, unit_id: int, on: dt.date) -> set[int]:
    """Return the units of then that are shown as this unit on a day (primary keys): Note [As then, as now]."""
    answered = heritage(unit_id=unit_id, on=on) | {unit_id}
    present = present_units(unit_ids=answered, on=on)
    own = () if _sole_heir(unit_id, present[unit_id], on) not in {None, unit_id} else (unit_id,)
    return {unit for unit, heirs in present.items() if heirs == (unit_id,)}.union(own)


def carried_over(*, codes: Iterable[str], on: dt.date) -> dict[str, Carried]:
    """Tell by our code how each unit is shown on a day; a query for each heir, and three more."""
    ids = dict(Unit.objects.filter(code__in=set(codes)).values_list("code", "id"))
    told = units_carried(unit_ids=ids.values(), on=on)
    return {code: told[unit] for code, unit in ids.items()}


def units_carried(*, unit_ids: Iterable[int], on: dt.date) -> dict[int, Carried]:
    """Tell by primary key how each unit is shown on a day."""
    present = present_units(unit_ids=unit_ids, on=on)
    names = named(ids={*present, *(heir for heirs in present.values() for heir in heirs)}, on=on)
    told = {}
    answered: dict[int, frozenset[int]] = {}
    for unit, heirs in present.items():
        sole = _sole_heir(unit, heirs, on, answered)
        shown = names[unit if sole is None else sole]
        told[unit] = Carried(shown, names[unit], tuple(names[heir] for heir in heirs), sole is not None)
    return told


def not_carried(*, unit_ids: Collection[int], on: dt.date) -> list[Carried]:
    """Return the units that were split so that a part came to one of these: their records stay with them."""
    with connection.cursor() as cursor:
        cursor.execute(_SPLIT_OFF, {"units": list(unit_ids), "on": on})
        gone = [unit for (unit,) in cursor.fetchall()]
    codes = Unit.objects.filter(pk__in=gone).order_by("code").values_list("code", flat=True)
    return [carried for carried in carried_over(codes=codes, on=on).values() if not carried.is_carried]


def _sole_heir(
    unit: int, heirs: tuple[int, ...], on: dt.date, answered: dict[int, frozenset[int]] | None = None
) -> int | None:
    """Return the one that does all of a unit's work by the rule of `heritage`: a part split off carries nothing."""
    if len(heirs) != 1:
        return None
    (heir,) = heirs
    if heir == unit:
        return unit
    known = {} if answered is None else answered
    if heir not in known:
        known[heir] = heritage(unit_id=heir, on=on)
    return heir if unit in known[heir] else None
