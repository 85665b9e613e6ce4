"""Who follows whom, from some units down to the last heirs: read once, asked for any day."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection

from units.vocabulary import SuccessionKind

_LINEAGE = """
WITH RECURSIVE line(unit_id) AS (
    SELECT unnest(%(units)s::bigint[])
    UNION
    SELECT s.successor_id FROM line JOIN units_unitsuccession s ON s.predecessor_id = line.unit_id
    WHERE s.successor_id IS NOT NULL AND s.revoked_at IS NULL
)
SELECT line.unit_id, u.code,
    (SELECT jsonb_agg(jsonb_build_array(lower(v.valid), upper(v.valid)))
     FROM units_unitversion v WHERE v.unit_id = line.unit_id)::text,
    (SELECT jsonb_agg(jsonb_build_array(s.successor_id, s.kind, s.effective_date, s.procedures) ORDER BY s.id)
     FROM units_unitsuccession s WHERE s.predecessor_id = line.unit_id AND s.revoked_at IS NULL)::text
FROM line JOIN units_unit u ON u.id = line.unit_id
"""

Life = tuple[dt.date, dt.date]
"""A half-open period in which a unit was in force; without bound: the first and the last day there is."""


@dataclass(frozen=True, slots=True)
class Handing:
    """That a unit's work, or only some procedures of it, went to another (None: to nobody) from a day on."""

    successor: int | None
    kind: str
    since: dt.date
    procedures: frozenset[str]


@dataclass(frozen=True, slots=True)
class Heirs:
    """Who does the work of a unit that is gone: our codes, sorted, and the one whom it certainly went to, if any."""

    codes: tuple[str, ...]
    sole: int | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """Some units and all who ever followed them, by primary key."""

    codes: Mapping[int, str] = field(default_factory=dict)
    lives: Mapping[int, tuple[Life, ...]] = field(default_factory=dict)
    handings: Mapping[int, tuple[Handing, ...]] = field(default_factory=dict)

    def is_gone(self, unit: int, on: dt.date) -> bool:
        """Tell whether a unit had ended by a day; one that had not begun yet, or that is not asked about, is not."""
        lives = self.lives.get(unit, ())
        return any(upper <= on for _, upper in lives) and not any(lower <= on < upper for lower, upper in lives)

    def heirs(self, unit: int, on: dt.date, procedure: str = "") -> Heirs:
        """Tell who does the work of a unit that is gone by a day (Note [Work in time]).

        There is a sole heir only where every handing over on the way was of the whole: several heirs, a part split off
        and a dissolution leave it open. Procedures that a decision names go where it says, all others elsewhere.
        """
        living: set[int] = set()
        start = (unit, dt.date.min, self._last_end(unit, on))
        is_whole, seen, coming = True, {start}, [start]
        while coming:
            one, since, ends = coming.pop()
            if ends is None and not self.is_gone(one, on):
                living.add(one)
                continue
            onward = self._onward(one, since, ends, procedure)
            is_whole = is_whole and bool(onward) and all(step.kind != SuccessionKind.SPLIT for step in onward)
            new = {
                (step.successor, step.since, self._next_end(step.successor, step.since, on))
                for step in onward if step.successor is not None
            } - seen  # fmt: skip
            seen |= new
            coming += new
        codes = tuple(sorted(self.codes[one] for one in living))
        return Heirs(codes, next(iter(living)) if is_whole and len(living) == 1 else None)

    def _onward(self, unit: int, since: dt.date, ends: dt.date | None, procedure: str) -> list[Handing]:
        if ends is None:
            return []
        steps = [step for step in self.handings.get(unit, ()) if step.successor != unit]
        named = [step for step in steps if procedure in step.procedures and since <= step.since <= ends]
        return named or [step for step in steps if not step.procedures and step.since == ends]

    def _ends(self, unit: int) -> list[dt.date]:
        """Tell the days from which a unit was gone, the oldest first."""
        lives = self.lives.get(unit, ())
        return sorted(gone for _, gone in lives if not any(lower <= gone < upper for lower, upper in lives))

    def _last_end(self, unit: int, on: dt.date) -> dt.date | None:
        return max((day for day in self._ends(unit) if day <= on), default=None) if self.is_gone(unit, on) else None

    def _next_end(self, unit: int, since: dt.date, on: dt.date) -> dt.date | None:
        return next((day for day in self._ends(unit) if since <= day <= on), None)


def lineage(*, unit_ids: Iterable[int]) -> Lineage:
    """Read these units and everyone who followed them, in one query; none for no units."""
    asked = sorted(set(unit_ids))
    if not asked:
        return Lineage()
    with connection.cursor() as cursor:
        cursor.execute(_LINEAGE, {"units": asked})
        rows = cursor.fetchall()
    return Lineage(
        codes={unit: code for unit, code, _lives, _steps in rows},
        lives={unit: tuple(map(_life, json.loads(lives or "[]"))) for unit, _code, lives, _steps in rows},
        handings={unit: tuple(map(_handing, json.loads(steps or "[]"))) for unit, _code, _lives, steps in rows},
    )


def _life(told: tuple[str | None, str | None]) -> Life:
    first, gone = told
    return (
        dt.date.fromisoformat(first) if first else dt.date.min,
        dt.date.fromisoformat(gone) if gone else dt.date.max,
    )


def _handing(told: tuple[int | None, str, str, list[str]]) -> Handing:
    successor, kind, since, procedures = told
    return Handing(successor, kind, dt.date.fromisoformat(since), frozenset(procedures))
