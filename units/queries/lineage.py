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

A_DAY = dt.timedelta(days=1)
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
        """Tell who does the work of a unit by a day (Note [Work in time]): itself, or who followed when it is gone.

        There is a sole heir only where every handing over on the way was of the whole: several heirs, a part split off
        and a dissolution leave it open. Procedures that a decision names go where it says from its day on, all others
        elsewhere, or nowhere while the unit is there.
        """
        living: set[int] = set()
        start = self._came(unit, self._latest_life(unit, on), on)
        is_whole, seen, coming = True, {start}, [start]
        while coming:
            one, since, ends = coming.pop()
            onward = self._named(one, since, ends or on, procedure)
            if not onward and ends is None and not self.is_gone(one, on):
                living.add(one)
                continue
            onward = onward or self._at_end(one, ends)
            is_whole = is_whole and bool(onward) and all(step.kind != SuccessionKind.SPLIT for step in onward)
            new = {
                self._came(step.successor, step.since, on) for step in onward if step.successor is not None
            } - seen  # fmt: skip
            seen |= new
            coming += new
        codes = tuple(sorted(self.codes[one] for one in living))
        return Heirs(codes, next(iter(living)) if is_whole and len(living) == 1 else None)

    def _named(self, unit: int, since: dt.date, until: dt.date, procedure: str) -> list[Handing]:
        steps = self.handings.get(unit, ())
        return [step for step in steps if procedure in step.procedures and since <= step.since <= until]

    def _at_end(self, unit: int, ends: dt.date | None) -> list[Handing]:
        steps = self.handings.get(unit, ())
        return [step for step in steps if not step.procedures and step.since == ends and step.successor != unit]

    def _came(self, unit: int, since: dt.date, on: dt.date) -> tuple[int, dt.date, dt.date | None]:
        """Tell of work that came to a unit on a day until when, not after the day asked for, the unit was there."""
        return unit, since, next((day for day in self._ends(unit) if since <= day <= on), None)

    def _latest_life(self, unit: int, on: dt.date) -> dt.date:
        """Tell from when on a unit was there that is there on a day, or that is gone by then, without a break."""
        ends = [day for day in self._ends(unit) if day <= on]
        before = ends[:-1] if self.is_gone(unit, on) else ends
        return before[-1] + A_DAY if before else dt.date.min

    def _ends(self, unit: int) -> list[dt.date]:
        """Tell the days from which a unit was gone, the oldest first."""
        lives = self.lives.get(unit, ())
        return sorted(gone for _, gone in lives if not any(lower <= gone < upper for lower, upper in lives))


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
