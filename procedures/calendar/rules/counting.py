"""The list a citizen can check: every day on the way to a due date, whether it counted, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from procedures.calendar.rules.office_time import NOTHING, ONE_MINUTE, office_time_between
from procedures.calendar.rules.units import LimitUnit
from procedures.calendar.rules.working_days import ONE_DAY, SATURDAY, ZONE, Calendar

# A list longer than ten years explains nothing and comes from a typing error; it is left empty.
LONGEST_LIST = timedelta(days=3700)


class DayReason(StrEnum):
    """Why a day counted or did not."""

    COUNTED = "counted"
    SWAPPED_WORK = "swapped_work"
    RECEIVED = "received"
    COUNTS_AS_RECEIVED = "counts_as_received"
    WEEKEND = "weekend"
    DAY_OFF = "day_off"
    OUTSIDE_OFFICE_HOURS = "outside_office_hours"
    PAUSED = "paused"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    STARTED_AGAIN = "started_again"
    ROLLED = "rolled"


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One day of a count.

    `name` is what the calendar calls a day off or a day worked in exchange, else empty; `minutes` are the office
    minutes used, for limits in hours only.
    """

    day: date
    counts: bool
    reason: DayReason
    name: str = ""
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class DayCount:
    """What a count of days goes by.

    `received_on` is the day of receipt and `counts_from` the day it counts as; `last_day` the last day that can be used
    up, pauses included; `paused` the days that pauses take as (first day, last day), of which the first still counts.
    """

    unit: LimitUnit
    received_on: date
    counts_from: date
    last_day: date
    paused: tuple[tuple[date, date], ...] = ()


def list_days(count: DayCount, up_to: date, calendar: Calendar) -> tuple[CountedDay, ...]:
    """List the days from receipt to the given day for a limit in days or months.

    Source: Bộ luật Dân sự 2015, điều 147–148.
    """
    return tuple(_counted_day(count, day, calendar) for day in _days(count.received_on, up_to))


def list_hours(
    received_at: datetime,
    counts_at: datetime,
    up_to: datetime,
    paused: Iterable[tuple[datetime, datetime]],
    calendar: Calendar,
) -> tuple[CountedDay, ...]:
    """List the days from receipt to the given moment for a limit in hours, each with the office minutes it used.

    Source: Bộ luật Dân sự 2015, điều 147 khoản 1.
    """
    pauses = tuple(paused)
    listed, total = [], NOTHING
    for day in _days(received_at.date(), up_to.date()):
        begins = max(counts_at, datetime.combine(day, time.min, ZONE))
        ends = min(up_to, datetime.combine(day + ONE_DAY, time.min, ZONE))
        lost = sum((office_time_between(max(a, begins), min(b, ends), calendar) for a, b in pauses), NOTHING)
        used = office_time_between(begins, ends, calendar) - lost
        reason = _reason_of_hours(received_at, counts_at, day, used, lost, calendar)
        minutes = (total + used) // ONE_MINUTE - total // ONE_MINUTE  # so that days add up to the limit
        total += used
        listed.append(CountedDay(day, used > NOTHING, reason, _name(day, calendar), minutes))
    return tuple(listed)


def _days(first: date, last: date) -> Iterator[date]:
    if last - first <= LONGEST_LIST:
        yield from (first + n * ONE_DAY for n in range((last - first).days + 1))


def _name(day: date, calendar: Calendar) -> str:
    return calendar.days_off.get(day) or calendar.days_worked.get(day, "")


def _reason_off(day: date, calendar: Calendar) -> DayReason:
    return DayReason.DAY_OFF if day in calendar.days_off else DayReason.WEEKEND


def _reason_worked(day: date) -> DayReason:
    return DayReason.SWAPPED_WORK if day.weekday() >= SATURDAY else DayReason.COUNTED


def _counted_day(count: DayCount, day: date, calendar: Calendar) -> CountedDay:
    reason = _reason(count, day, calendar)
    return CountedDay(day, reason in {DayReason.COUNTED, DayReason.SWAPPED_WORK}, reason, _name(day, calendar))


def _reason(count: DayCount, day: date, calendar: Calendar) -> DayReason:
    works = calendar.is_working_day(day)
    if day == count.received_on:
        return DayReason.RECEIVED
    if day <= count.counts_from:
        return DayReason.COUNTS_AS_RECEIVED if works else _reason_off(day, calendar)
    if any(first < day <= last for first, last in count.paused):
        return DayReason.PAUSED
    if count.unit is LimitUnit.WORKING_DAY:
        worked = _reason_worked(day) if day <= count.last_day else DayReason.ROLLED
        return worked if works else _reason_off(day, calendar)
    if day <= count.last_day:
        return DayReason.COUNTED
    return DayReason.ROLLED if works else _reason_off(day, calendar)


def _reason_of_hours(
    received_at: datetime, counts_at: datetime, day: date, used: timedelta, lost: timedelta, calendar: Calendar
) -> DayReason:
    if used > NOTHING:
        return _reason_worked(day)
    if lost > NOTHING:
        return DayReason.PAUSED
    if not calendar.is_working_day(day):
        return _reason_off(day, calendar)
    if day == received_at.date():
        return DayReason.RECEIVED
    return DayReason.COUNTS_AS_RECEIVED if day == counts_at.date() else DayReason.OUTSIDE_OFFICE_HOURS
