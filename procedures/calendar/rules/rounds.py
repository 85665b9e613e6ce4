"""One round of the limit, from receipt or restart on, and the days it used."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from procedures.calendar.rules.counting import CountedDay, DayCount, DayReason, list_days, list_hours
from procedures.calendar.rules.limits import counts_as_received_at
from procedures.calendar.rules.office_time import NOTHING, office_time_between
from procedures.calendar.rules.units import LimitUnit
from procedures.calendar.rules.working_days import Calendar, local


@dataclass(frozen=True, slots=True)
class Target:
    """A due moment, and the last day of the limit itself, which lies before it when that day is off."""

    last_day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """The limit counted once: from a receipt to a due moment, to a restart, or to where the clock stands."""

    received_at: datetime
    target: Target | None
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    restarted_from: datetime | None = None
    stands_from: datetime | None = None


def list_of(
    rounds: Sequence[Round], unit: LimitUnit, calendar: Calendar, *, late_receipt_shifts: bool
) -> tuple[CountedDay, ...]:
    """List every day from the receipt to the due day, or to the day on which the clock stopped, each day once.

    Days used before a restart are listed as not counting, because the limit started again.

    Source: NĐ 61/2018, điều 19 khoản 4; Bộ luật Dân sự 2015, điều 147–148.
    """
    listed: dict[date, CountedDay] = {}
    for index, one in enumerate(rounds):
        if one.target is None:
            continue
        stopped_at = one.restarted_from or one.stands_from or one.target.at
        days = _list(one, stopped_at, unit, calendar, late_receipt_shifts=late_receipt_shifts)
        if one.restarted_from:
            days = (*map(_discarded, days), *_waiting(one.restarted_from, rounds[index + 1].received_at, calendar))
        listed |= {day.day: day for day in days}
    return tuple(listed.values())


def days_used_in(
    one: Round, until: datetime | None, unit: LimitUnit, calendar: Calendar, *, late_receipt_shifts: bool
) -> int | None:
    """Count the days this round used up to a moment, also beyond its due day; None for limits in hours and without a moment.

    Source: Bộ luật Dân sự 2015, điều 147–148.
    """
    if until is None or unit is LimitUnit.HOUR:
        return None
    stopped_on = local(min(until, one.stands_from or until)).date()
    counts_at = counts_as_received_at(one.received_at, unit, calendar, late_receipt_shifts=late_receipt_shifts)
    used = _distance(counts_at.date(), stopped_on, unit, calendar)
    for begins_at, ends_at in one.pauses:
        first = max(begins_at.date(), counts_at.date())
        used -= _distance(first, min(ends_at.date(), stopped_on), unit, calendar)
    return used


def minutes_used_in(
    one: Round, until: datetime | None, unit: LimitUnit, calendar: Calendar, *, late_receipt_shifts: bool
) -> int | None:
    """Count the whole office minutes this round used up to a moment; None for limits in days and months and without a moment.

    Source: Bộ luật Dân sự 2015, điều 147 khoản 1.
    """
    if until is None or unit is not LimitUnit.HOUR:
        return None
    stopped_at = min(until, one.stands_from or until)
    counts_at = counts_as_received_at(one.received_at, unit, calendar, late_receipt_shifts=late_receipt_shifts)
    used = office_time_between(counts_at, stopped_at, calendar)
    for begins_at, ends_at in one.pauses:
        used -= max(NOTHING, office_time_between(max(begins_at, counts_at), min(ends_at, stopped_at), calendar))
    return int(used.total_seconds() // 60)


def _distance(after: date, up_to: date, unit: LimitUnit, calendar: Calendar) -> int:
    if unit is LimitUnit.WORKING_DAY:
        return calendar.working_days_between(after, up_to)
    return max(0, (up_to - after).days)


def _list(
    one: Round, up_to: datetime, unit: LimitUnit, calendar: Calendar, *, late_receipt_shifts: bool
) -> tuple[CountedDay, ...]:
    counts_at = counts_as_received_at(one.received_at, unit, calendar, late_receipt_shifts=late_receipt_shifts)
    if unit is LimitUnit.HOUR:
        return list_hours(one.received_at, counts_at, up_to, one.pauses, calendar)
    last_day = one.target.last_day if one.target else up_to.date()
    pauses = tuple((begins_at.date(), ends_at.date()) for begins_at, ends_at in one.pauses)
    return list_days(DayCount(unit, one.received_at.date(), counts_at.date(), last_day, pauses), up_to.date(), calendar)


def _discarded(day: CountedDay) -> CountedDay:
    return replace(day, counts=False, reason=DayReason.STARTED_AGAIN, minutes=0) if day.counts else day


def _waiting(asked_at: datetime, complete_at: datetime, calendar: Calendar) -> tuple[CountedDay, ...]:
    count = DayCount(LimitUnit.CALENDAR_DAY, asked_at.date(), asked_at.date(), complete_at.date())
    days = list_days(count, complete_at.date(), calendar)
    return tuple(replace(day, counts=False, reason=DayReason.AWAITING_SUPPLEMENT) for day in days[1:])
