"""One round of the limit, from receipt or restart on, and the days it used."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from procedures.calendar.rules.counting import CountedDay, DayCount, DayReason, list_days, list_hours
from procedures.calendar.rules.office_time import office_time_between
from procedures.calendar.rules.pauses import Days
from procedures.calendar.rules.units import LimitUnit
from procedures.calendar.rules.working_days import Calendar, local


@dataclass(frozen=True, slots=True)
class Target:
    """A due moment, and the last day of the limit itself, which lies before it when that day is off."""

    last_day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """The limit counted once: from a receipt to a due moment, to a restart, or to where the clock stands.

    `counts_at` is the moment as which the receipt counts; pauses do not begin before it. `taken` are the days that the
    pauses take, for limits in days. `target` is `first_target` moved to a working day, where a promise is of a day off,
    and by the pauses.
    """

    received_at: datetime
    counts_at: datetime
    first_target: Target | None
    target: Target | None
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    taken: tuple[Days, ...] = ()
    restarted_from: datetime | None = None
    stands_from: datetime | None = None


def list_of(rounds: Sequence[Round], unit: LimitUnit, calendar: Calendar) -> tuple[CountedDay, ...]:
    """List every day from the receipt to the due day, or to the day on which the clock stopped, each day once.

    Days used before a restart are listed as not counting, because the limit started again.

    Source: NĐ 61/2018, điều 19 khoản 4; Bộ luật Dân sự 2015, điều 147–148.
    """
    listed: dict[date, CountedDay] = {}
    for index, one in enumerate(rounds):
        if one.target is None:
            continue
        stopped_at = one.restarted_from or one.stands_from or one.target.at
        days = _list(one, stopped_at, unit, calendar)
        if one.restarted_from:
            days = (*map(_discarded, days), *_waiting(one.restarted_from, rounds[index + 1].received_at, calendar))
        listed |= {day.day: day for day in days}
    return tuple(listed.values())


def days_used_in(one: Round, until: datetime | None, unit: LimitUnit, calendar: Calendar) -> int | None:
    """Count the days this round used up to a moment, also beyond its due day; None for hours or without a moment.

    Source: Bộ luật Dân sự 2015, điều 147–148.
    """
    if until is None or unit is LimitUnit.HOUR:
        return None
    stopped_on = local(min(until, one.stands_from or until)).date()
    used = distance(one.counts_at.date(), stopped_on, unit, calendar)
    for after, up_to in one.taken:
        used -= distance(after, min(up_to, stopped_on), unit, calendar)
    return used


def minutes_used_in(one: Round, until: datetime | None, unit: LimitUnit, calendar: Calendar) -> int | None:
    """Count the whole office minutes this round used up to a moment; None for days, months or without a moment.

    Source: Bộ luật Dân sự 2015, điều 147 khoản 1.
    """
    if until is None or unit is not LimitUnit.HOUR:
        return None
    stopped_at = min(until, one.stands_from or until)
    used = office_time_between(one.counts_at, stopped_at, calendar)
    for begins_at, ends_at in one.pauses:
        used -= office_time_between(begins_at, min(ends_at, stopped_at), calendar)
    return int(used.total_seconds() // 60)


def distance(after: date, up_to: date, unit: LimitUnit, calendar: Calendar) -> int:
    """Count the days of a limit in this unit after one day, up to and including another; zero when that is not later.

    Source: Bộ luật Dân sự 2015, điều 147 khoản 2.
    """
    if unit is LimitUnit.WORKING_DAY:
        return calendar.working_days_between(after, up_to)
    return max(0, (up_to - after).days)


def _list(one: Round, up_to: datetime, unit: LimitUnit, calendar: Calendar) -> tuple[CountedDay, ...]:
    if unit is LimitUnit.HOUR:
        return list_hours(one.received_at, one.counts_at, up_to, one.pauses, calendar)
    last_day = one.target.last_day if one.target else up_to.date()
    return list_days(
        DayCount(unit, one.received_at.date(), one.counts_at.date(), last_day, one.taken), up_to.date(), calendar
    )


def _discarded(day: CountedDay) -> CountedDay:
    return replace(day, counts=False, reason=DayReason.STARTED_AGAIN, minutes=0) if day.counts else day


def _waiting(asked_at: datetime, complete_at: datetime, calendar: Calendar) -> tuple[CountedDay, ...]:
    count = DayCount(LimitUnit.CALENDAR_DAY, asked_at.date(), asked_at.date(), complete_at.date())
    days = list_days(count, complete_at.date(), calendar)
    return tuple(replace(day, counts=False, reason=DayReason.AWAITING_SUPPLEMENT) for day in days[1:])
