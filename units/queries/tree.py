"""Who stood under whom on a day: one recursive query each, whatever the size of the tree."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from units.queries.stamps import Remembered, reference_stamp

_SUBTREE = """
WITH RECURSIVE below(unit_id) AS (
    SELECT unit_id FROM units_unitversion WHERE unit_id = %(unit)s AND valid @> %(on)s::date
    UNION
    SELECT v.unit_id FROM below JOIN units_unitversion v ON v.parent_id = below.unit_id AND v.valid @> %(on)s::date
)
SELECT unit_id FROM below
"""
_ANCESTORS = """
WITH RECURSIVE above(unit_id, parent_id, height) AS (
    SELECT unit_id, parent_id, 0 FROM units_unitversion WHERE unit_id = %(unit)s AND valid @> %(on)s::date
    UNION
    SELECT v.unit_id, v.parent_id, above.height + 1
    FROM above JOIN units_unitversion v ON v.unit_id = above.parent_id AND v.valid @> %(on)s::date
)  CYCLE unit_id SET turned USING path
SELECT unit_id FROM above WHERE height > 0 AND NOT turned ORDER BY height
"""
_HERITAGE = """
WITH RECURSIVE last_seen AS (
    SELECT DISTINCT ON (unit_id) unit_id, parent_id FROM units_unitversion
    WHERE lower_inf(valid) OR lower(valid) <= %(on)s::date
    ORDER BY unit_id, lower(valid) DESC NULLS LAST
),
edges AS (
    SELECT parent_id AS heir, unit_id FROM last_seen WHERE parent_id IS NOT NULL
    UNION ALL
    SELECT s.successor_id, s.predecessor_id FROM units_unitsuccession s
    WHERE s.successor_id IS NOT NULL AND s.revoked_at IS NULL AND s.kind <> 'split'
    AND s.effective_date <= %(on)s::date
    AND s.procedures = '{}' AND NOT EXISTS (
        SELECT 1 FROM units_unitversion v WHERE v.unit_id = s.predecessor_id AND v.valid @> s.effective_date
    ) AND NOT (s.kind = 'transfer' AND EXISTS (
        SELECT 1 FROM units_unitsuccession other
        WHERE other.predecessor_id = s.predecessor_id AND other.id <> s.id AND other.procedures = '{}'
        AND other.revoked_at IS NULL
    ))
),
inherited(unit_id) AS (
    SELECT %(unit)s::bigint
    UNION
    SELECT edges.unit_id FROM inherited JOIN edges ON edges.heir = inherited.unit_id
)
SELECT unit_id FROM inherited
"""
_TREE = """
WITH RECURSIVE below(unit_id, name, kind, parent_id, depth, place) AS (
    SELECT unit_id, name, kind, NULL::bigint, 0, ARRAY[]::text[] COLLATE "C"
    FROM units_unitversion WHERE unit_id = %(unit)s AND valid @> %(on)s::date
    UNION ALL
    SELECT v.unit_id, v.name, v.kind, v.parent_id, below.depth + 1, below.place || (v.sort_key || ' ' || v.unit_id)
    FROM below JOIN units_unitversion v ON v.parent_id = below.unit_id AND v.valid @> %(on)s::date
) CYCLE unit_id SET turned USING path
SELECT u.code, below.name, below.kind, above.code, below.depth
FROM below JOIN units_unit u ON u.id = below.unit_id LEFT JOIN units_unit above ON above.id = below.parent_id
WHERE NOT turned ORDER BY below.place
"""


def subtree(*, unit_id: int, on: dt.date) -> set[int]:
    """Return the ids of the unit and of all units under it on that day; nothing when it was not in force."""
    return set(_ids(_SUBTREE, unit=unit_id, on=on))


def ancestors(*, unit_id: int, on: dt.date) -> list[int]:
    """Return the ids of the units above a unit on that day, the nearest first."""
    return _ids(_ANCESTORS, unit=unit_id, on=on)


def heritage(*, unit_id: int, on: dt.date) -> frozenset[int]:
    """Return the ids of all units whose records a unit answers for on that day.

    They are the unit, those under it, those that stood under it when they ended, and those whose work came to any of
    them, when they ended, by a merger, a renaming or a transfer of the whole. What hands over only a part (a split, a
    transfer beside another heir, from a unit that goes on, or of some procedures) carries no records along.
    """
    return _inherited.of(reference_stamp(), [(unit_id, on)])[unit_id, on]


@dataclass(frozen=True)
class TreeNode:
    """A unit in its place: `depth` 0 is the unit asked for; `parent` is our code of the unit above."""

    code: str
    name: str
    kind: str
    parent: str | None
    depth: int


def tree_of(*, unit_id: int, on: dt.date) -> list[TreeNode]:
    """Return a unit and all under it on a day, each after its parent, brothers in Vietnamese order; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TREE, {"unit": unit_id, "on": on})
        return [TreeNode(*row) for row in cursor.fetchall()]


def _ids(sql: str, **values: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [unit_id for (unit_id,) in cursor.fetchall()]


def _heritages(wanted: list[tuple[int, dt.date]]) -> dict[tuple[int, dt.date], frozenset[int]]:
    return {(unit, on): frozenset(_ids(_HERITAGE, unit=unit, on=on)) for unit, on in wanted}


_inherited = Remembered(_heritages, most=64)
"""Walking the tree takes milliseconds, and every list, card and figure of a caller with a boundary asks for it."""
