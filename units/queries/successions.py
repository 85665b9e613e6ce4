"""Where a unit's work came from and where it went.

Note [Work in time]: what came to a unit stays there until the unit ends, and goes on with the decisions of that very
day. Those before the work came do not take it along; nor does a part that was taken out of a unit which went on, not
even on the day on which the work came or for the unit's own: what it did until it ended went where it ended. A unit
that is taken up again begins anew. `ends` is the first such day since the work came, null while there was none by the
day asked for; of the unit asked for, its last.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from units.errors import SuccessionUnknown
from units.models import UnitSuccession, UnitVersion

_END = """
SELECT {which}(upper(v.valid)) FROM units_unitversion v
WHERE v.unit_id = {unit} AND upper(v.valid) <= %(on)s::date AND NOT EXISTS (
    SELECT 1 FROM units_unitversion next WHERE next.unit_id = v.unit_id AND next.valid @> upper(v.valid)
)
"""
_IN_FORCE = "SELECT 1 FROM units_unitversion now WHERE now.unit_id = asked AND now.valid @> %(on)s::date"
_ENDED = f"({_END.format(which='max', unit='asked')} AND NOT EXISTS ({_IN_FORCE}))"
_ENDS = f"({_END.format(which='min', unit='s.successor_id')} AND upper(v.valid) >= s.effective_date)"
_HANDED = """
JOIN units_unitsuccession s ON s.predecessor_id = went.unit_id AND s.effective_date = went.ends
AND s.successor_id <> s.predecessor_id AND s.revoked_at IS NULL
"""
_PRESENT = f"""
WITH RECURSIVE went(origin, unit_id, ends) AS (
    SELECT asked, asked, {_ENDED} FROM unnest(%(units)s::bigint[]) AS asked
    UNION
    SELECT went.origin, s.successor_id, {_ENDS} FROM went {_HANDED}
)
SELECT went.origin, went.unit_id FROM went
JOIN units_unitversion v ON v.unit_id = went.unit_id AND v.valid @> %(on)s::date
WHERE went.ends IS NULL
ORDER BY went.origin, v.sort_key, v.unit_id
"""  # noqa: S608 - all are constants
_WAYS = f"""
WITH RECURSIVE went(unit_id, ends, way) AS (
    SELECT asked, {_ENDED}, ARRAY[]::bigint[] FROM unnest(ARRAY[%(unit)s]::bigint[]) AS asked
    UNION ALL
    SELECT s.successor_id, {_ENDS}, went.way || s.id FROM went {_HANDED} WHERE NOT s.id = ANY(went.way)
)
SELECT unit_id, way FROM (
    SELECT DISTINCT ON (went.unit_id) went.unit_id, went.way, v.sort_key FROM went
    JOIN units_unitversion v ON v.unit_id = went.unit_id AND v.valid @> %(on)s::date
    WHERE went.ends IS NULL
    ORDER BY went.unit_id, cardinality(went.way), went.way
) heirs ORDER BY sort_key, unit_id
"""  # noqa: S608 - all are constants


def present_units(*, unit_ids: Iterable[int], on: dt.date) -> dict[int, tuple[int, ...]]:
    """Map units (primary keys) of whatever day to the units in force on a day that do their work, in one query.

    A unit in force is its own; one that is gone is followed to the living (Note [Work in time]), several after a
    split, in Vietnamese order; one that was dissolved, is not known or did not exist yet maps to nothing, ().
    """
    asked = sorted(set(unit_ids))
    present: dict[int, list[int]] = {unit: [] for unit in asked}
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(_PRESENT, {"units": asked, "on": on})
            for origin, unit in cursor.fetchall():
                present[origin].append(unit)
    return {origin: tuple(units) for origin, units in present.items()}


def where_it_went(*, unit_id: int, on: dt.date) -> list[UnitVersion]:
    """Return the units in force on a day that do the work of this one: itself, or its heirs, or theirs."""
    heirs = present_units(unit_ids=[unit_id], on=on)[unit_id]
    versions = UnitVersion.objects.filter(unit__in=heirs, valid__contains=on)
    return list(versions.select_related("unit").order_by("sort_key", "id"))


def ways_to_heirs(*, unit_id: int, on: dt.date) -> dict[int, list[UnitSuccession]]:
    """Return, for each unit that does the work of one that is gone by a day, the successions that led there, in order.

    Where several ways lead to the same heir, the shortest.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAYS, {"unit": unit_id, "on": on})
        ways = dict(cursor.fetchall())
    rows = UnitSuccession.objects.in_bulk({step for way in ways.values() for step in way})
    return {heir: [rows[step] for step in way] for heir, way in ways.items() if way}


def successions_recorded(*, unit_id: int | None = None) -> QuerySet[UnitSuccession]:
    """Return every handing over ever recorded, revoked ones included; of one unit, on whichever side it stands."""
    rows = UnitSuccession.objects.select_related("predecessor", "successor")
    return rows if unit_id is None else rows.filter(Q(predecessor=unit_id) | Q(successor=unit_id))


def succession_with_id(*, succession_id: int) -> UnitSuccession:
    """Return one handing over, revoked or not; raises SuccessionUnknown."""
    found = successions_recorded().filter(pk=succession_id).first()
    if found is None:
        raise SuccessionUnknown
    return found


def successions_of(*, unit_id: int) -> QuerySet[UnitSuccession]:
    """Return the handing over of a unit's work, the oldest first."""
    rows = UnitSuccession.objects.valid().filter(predecessor=unit_id)
    return rows.select_related("successor").order_by("effective_date", "id")


def predecessions_of(*, unit_id: int) -> QuerySet[UnitSuccession]:
    """Return whose work came to a unit, the oldest first."""
    rows = UnitSuccession.objects.valid().filter(successor=unit_id)
    return rows.select_related("predecessor").order_by("effective_date", "id")
