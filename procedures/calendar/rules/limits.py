"""A limit, and the day on which it ends."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from procedures.calendar.rules.counting import CountedDay, DayCount, list_days, list_hours
from procedures.calendar.rules.nd_61_2018 import is_late_receipt
from procedures.calendar.rules.office_time import add_office_time, office_time_between
from procedures.calendar.rules.units import LimitUnit
from procedures.calendar.rules.working_days import ONE_DAY, ZONE, Calendar, local

MONTHS_IN_A_YEAR = 12
ONE_HOUR = timedelta(hours=1)
# No procedure of the national catalogue takes ten years; a longer limit is a typing error.
LONGEST_LIMIT = 3660


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a procedure may take, in the unit its text uses; units are never converted.

    Zero days means "the same day". Raises ValueError when negative, when above 3,660, and for zero hours or months.
    """

    amount: int
    unit: LimitUnit

    def __post_init__(self) -> None:
        least = 1 if self.unit in {LimitUnit.HOUR, LimitUnit.MONTH} else 0
        if not least <= self.amount <= LONGEST_LIMIT:
            raise ValueError(f"not a limit: {self.amount} {self.unit}")


@dataclass(frozen=True, slots=True)
class DueDate:
    """When a limit ends, and every day that was looked at on the way.

    `last_day` is the last day of the limit itself: `at` lies later when that day is off.
    """

    at: datetime
    last_day: date
    counted: tuple[CountedDay, ...]
    calendar_version: str


def counts_as_received_at(
    received_at: datetime, unit: LimitUnit, calendar: Calendar, *, late_receipt_shifts: bool = False
) -> datetime:
    """Say from which receipt a limit is counted; a receipt that moves is at 00:00 of the day it moves to.

    Limits in working days and hours: a receipt on a day off is a receipt of the next working day, because one-stop
    units take dossiers in on working days, so such a receipt is an electronic one that nobody has seen yet. Limits in
    calendar days and months follow the Civil Code alone: the day on which it happened. With the 15:00 rule both kinds
    move to the next working day, or a dossier of Friday 16:00 would be due after one of Saturday.

    Source: NĐ 61/2018, điều 18 khoản 2 (15:00); Bộ luật Dân sự 2015, điều 147 khoản 3; days off: our choice.
    """
    here = local(received_at)
    day = here.date()
    if late_receipt_shifts and calendar.is_working_day(day) and is_late_receipt(here):
        day = calendar.next_working_day(day)
    if late_receipt_shifts or unit in {LimitUnit.WORKING_DAY, LimitUnit.HOUR}:
        day = calendar.working_day_from(day)
    return here if day == here.date() else datetime.combine(day, time.min, ZONE)


def add_months(day: date, months: int) -> date:
    """Find the corresponding day of a later month, or its last day when it has none.

    Source: Bộ luật Dân sự 2015, điều 148 khoản 3.
    """
    year, month = divmod(day.year * MONTHS_IN_A_YEAR + day.month - 1 + months, MONTHS_IN_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_at(received_at: datetime, limit: Limit, calendar: Calendar, *, late_receipt_shifts: bool = False) -> DueDate:
    """Count a limit from the receipt of a dossier.

    The day of receipt is not counted; the last day of a limit in calendar days or months that is off rolls to the next
    working day. The due moment is the end of office hours of the last day; for hours, the exact office moment. A
    same-day limit of a dossier received after closing ends on the next working day.

    Source: Bộ luật Dân sự 2015, điều 147–148; NĐ 61/2018, điều 18 khoản 2.
    """
    counts_at = counts_as_received_at(received_at, limit.unit, calendar, late_receipt_shifts=late_receipt_shifts)
    if limit.unit is LimitUnit.HOUR:
        at = add_office_time(counts_at, timedelta(hours=limit.amount), calendar)
        return DueDate(at, at.date(), list_hours(local(received_at), counts_at, at, (), calendar), calendar.version)
    last_day = _last_day(counts_at.date(), limit, calendar)
    due_day = calendar.working_day_from(last_day)
    if calendar.end_of(due_day) < local(received_at):
        due_day = calendar.next_working_day(due_day)
    count = DayCount(limit.unit, local(received_at).date(), counts_at.date(), last_day)
    return DueDate(calendar.end_of(due_day), last_day, list_days(count, due_day, calendar), calendar.version)


def implied_limit(
    received_at: datetime, promised_at: datetime, unit: LimitUnit, calendar: Calendar, *, late_receipt_shifts: bool
) -> Limit | None:
    """Read the limit out of a promised due date: the days between receipt and promise, in the procedure's unit.

    Months are read as calendar days, hours are rounded up. None when the promise lies before the receipt (a typing
    error) or further away than any limit.

    Source: our choice, because senders give the promised date but not the limit, and điều 19 khoản 4 of NĐ 61/2018
    counts the same limit again.
    """
    counts_at = counts_as_received_at(received_at, unit, calendar, late_receipt_shifts=late_receipt_shifts)
    promised = local(promised_at)
    days = (promised.date() - counts_at.date()) // ONE_DAY
    if not 0 <= days <= LONGEST_LIMIT:
        return None
    if unit is LimitUnit.WORKING_DAY:
        return Limit(calendar.working_days_between(counts_at.date(), promised.date()), unit)
    if unit is LimitUnit.HOUR:
        passed = -(-office_time_between(counts_at, promised, calendar) // ONE_HOUR)
        return Limit(passed, unit) if 1 <= passed <= LONGEST_LIMIT else None
    return Limit(days, LimitUnit.CALENDAR_DAY)


def _last_day(counts_from: date, limit: Limit, calendar: Calendar) -> date:
    if limit.unit is LimitUnit.WORKING_DAY:
        return calendar.add_working_days(counts_from, limit.amount)
    if limit.unit is LimitUnit.MONTH:
        return add_months(counts_from, limit.amount)
    return counts_from + limit.amount * ONE_DAY
