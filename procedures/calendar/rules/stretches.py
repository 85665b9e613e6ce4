"""How much of the limit each interval of a clock used."""

from dataclasses import dataclass
from datetime import datetime

from procedures.calendar.rules.clocks import Clock
from procedures.calendar.rules.interruptions import Cause, Interval
from procedures.calendar.rules.office_time import ONE_MINUTE, office_time_between
from procedures.calendar.rules.pauses import whole_days
from procedures.calendar.rules.rounds import Round, distance
from procedures.calendar.rules.units import LimitUnit


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval, and what passed in it in the unit of the limit (months: calendar days).

    `passed` are days, or office minutes for limits in hours; `counted` those that count against the limit as it runs
    now: nothing of a wait, of an exclusion the days that it does not take whole, and nothing of what was before the
    limit started again. Both are None while nobody knows where it ends.
    """

    interval: Interval
    unit: LimitUnit
    passed: int | None
    counted: int | None

    @property
    def is_discarded(self) -> bool:
        """Whether it counted once, and no more since the limit was counted again from the start.

        Source: NĐ 61/2018, điều 19 khoản 4.
        """
        return self.interval.counts and self.counted == 0 and bool(self.passed)


def stretches_of(clock: Clock, *, until: datetime | None = None) -> tuple[Stretch, ...]:
    """Measure each interval of a clock; one that is open is measured up to `until`.

    What they count adds up to the days (minutes) used of the limit.

    Source: Bộ luật Dân sự 2015, điều 147–148; NĐ 61/2018, điều 19 khoản 4.
    """
    end = clock.ended_at or until
    return tuple(_stretch(interval, clock, end) for interval in clock.intervals)


def _stretch(interval: Interval, clock: Clock, end: datetime | None) -> Stretch:
    ends = [at for at in (interval.ends_at, end) if at is not None]
    if not ends:
        return Stretch(interval, clock.unit, None, None)
    own = max((one for one in clock.rounds if one.received_at <= interval.begins_at), key=_beginning)
    begins_at, ends_at = max(interval.begins_at, own.counts_at), min(ends)
    if clock.unit is LimitUnit.HOUR:
        passed = office_time_between(begins_at, ends_at, clock.calendar) // ONE_MINUTE
        left = passed if interval.counts else 0
    else:
        passed, left = _days(interval, own, begins_at, ends_at, clock)
    return Stretch(interval, clock.unit, passed, left if own is clock.rounds[-1] else 0)


def _beginning(one: Round) -> datetime:
    return one.received_at


def _days(interval: Interval, own: Round, begins_at: datetime, ends_at: datetime, clock: Clock) -> tuple[int, int]:
    """Count the days that passed, and those of them that pauses left to the limit."""
    first, last = begins_at.date(), ends_at.date()
    passed = distance(first, last, clock.unit, clock.calendar)
    taken = sum(distance(max(a, first), min(b, last), clock.unit, clock.calendar) for a, b in own.taken)
    if interval.counts:
        return passed - taken, passed - taken
    if interval.cause is not Cause.EXCLUSION or (own.stands_from and interval.begins_at >= own.stands_from):
        return passed, 0
    whole = whole_days(begins_at, ends_at, clock.calendar)
    return passed - taken + (distance(*whole, clock.unit, clock.calendar) if whole else 0), passed - taken
