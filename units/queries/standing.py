"""Under whom units stood, on any day: read once for many units, asked in Python."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from units.queries.stamps import Remembered

_ABOVE = """
WITH RECURSIVE line(start, unit_id) AS (
    SELECT unit_id, unit_id FROM unnest(%s::bigint[]) AS unit_id
    UNION
    SELECT line.start, v.parent_id FROM line JOIN units_unitversion v ON v.unit_id = line.unit_id
    WHERE v.parent_id IS NOT NULL
)
SELECT line.start, line.unit_id, v.valid, v.parent_id
FROM line JOIN units_unitversion v ON v.unit_id = line.unit_id WHERE v.parent_id IS NOT NULL
"""
_A_DAY = dt.timedelta(days=1)
_Edge = tuple[int, Any, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """Some units and all that ever stood above them: by unit, the days and who stood above it then."""

    parents: Mapping[int, Sequence[tuple[Any, int]]] = field(default_factory=dict)

    def is_under(self, unit: int, top: int, on: dt.date) -> bool:
        """Tell whether a unit is another, or stood under it, on a day."""
        return self.was_under(unit, top, first=on, last=on)

    def was_under(self, unit: int, top: int, *, first: dt.date | None, last: dt.date | None) -> bool:
        """Tell whether a unit is another, or stood under it on a day from the first to the last (None: unbounded)."""
        return self._climbs(unit, top, first or dt.date.min, last or dt.date.max, frozenset())

    def above(self, units: Iterable[int]) -> set[int]:
        """Return the units and all that stood above them on any day."""
        found, coming = set(units), list(units)
        while coming:
            new = {parent for _, parent in self.parents.get(coming.pop(), ())} - found
            found |= new
            coming += new
        return found

    def _climbs(self, unit: int, top: int, first: dt.date, last: dt.date, seen: frozenset[int]) -> bool:
        if unit == top:
            return True
        for valid, parent in self.parents.get(unit, ()):
            begins = max(first, valid.lower or dt.date.min)
            ends = min(last, valid.upper - _A_DAY if valid.upper else dt.date.max)
            if begins <= ends and parent not in seen and self._climbs(parent, top, begins, ends, seen | {unit}):
                return True
        return False


def standing(*, unit_ids: Collection[int], stamp: str) -> Standing:
    """Read under whom these units stood, in one query or none (Note [Stamps])."""
    parents: dict[int, dict[tuple[Any, int], None]] = {}
    for edges in _remembered.of(stamp, set(unit_ids)).values():
        for unit, valid, parent in edges:
            parents.setdefault(unit, {})[valid, parent] = None
    return Standing({unit: list(above) for unit, above in parents.items()})


def _edges(units: list[int]) -> dict[int, list[_Edge]]:
    found: dict[int, list[_Edge]] = {unit: [] for unit in units}
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [units])
        for start, *edge in cursor.fetchall():
            found[start].append((edge[0], edge[1], edge[2]))
    return found


_remembered: Remembered[int, list[_Edge]] = Remembered(_edges)
