"""Which unit was at work at an instant, by what was told of it in the course of time (Note [Who was at work])."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitTold:
    """A unit as a state names it, by code or name (None, None: it says that there is none), and the state's instant."""

    told_at: dt.datetime
    code: str | None
    name: str | None = None

    @property
    def is_named(self) -> bool:
        """Tell whether it names a unit at all.

        Source: our choice, because a state may clear what an older one said.
        """
        return bool(self.code or self.name)


def unit_at(told: Sequence[UnitTold], at: dt.datetime) -> UnitTold | None:
    """Return the unit at work at an instant, of those told in their order: the last one told by then, else the first.

    Note [Who was at work]: a state speaks of its own instant and of what follows, never of what was before another
    state. So a later state, once one has named a unit, moves no work that was done before it. Who wants to correct the
    unit of work that is past says so of that work: by a state of its instant, or by the step with its own unit.

    Source: our choice, because a figure is the unit's of that step on that day (NĐ 61/2018, điều 11.2g).
    """
    by_then = [one for one in told if one.told_at <= at]
    return by_then[-1] if by_then else next(iter(told), None)
