"""The two clocks of a transaction: of the promise, and of the catalogue's limit."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from procedures.calendar.rules import Calendar, Clock, Effect, Interruption, Limit, LimitUnit, clock
from procedures.calendar.rules.nd_61_2018 import SUPPLEMENT_NOTICE_DAYS


@dataclass(frozen=True, slots=True)
class Terms:
    """What the law said of the procedure on the day of receipt.

    `notice_days` are the working days within which a supplement is asked.
    `is_in_force` is false when the procedure had no version that day; then nothing else is known.
    """

    limit: Limit | None = None
    unit: LimitUnit = LimitUnit.WORKING_DAY
    supplement_effect: Effect = Effect.RESTART
    late_receipt_shifts: bool = False
    notice_days: int = SUPPLEMENT_NOTICE_DAYS
    is_in_force: bool = True


@dataclass(frozen=True, slots=True)
class Reception:
    """Where a dossier was taken in, as it was told: the unit's code, the first unit at work, and the day."""

    unit_code: str | None
    first_unit: tuple[str | None, str | None]
    on: dt.date


CalendarAt = Callable[[Reception], Calendar]
"""Finds the calendar as the unit keeps it that took a dossier in: hours are those of the counter that hands it back."""


@dataclass(frozen=True, slots=True)
class Course:
    """What a clock runs by: receipt, first promise, what stopped it, and its end, if that is known."""

    received_at: dt.datetime
    promised: dt.datetime | None
    stops: Sequence[Interruption]
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Times:
    """The clock of the promise and that of the catalogue's limit; None where there is nothing to count."""

    legal: Clock | None = None
    computed: Clock | None = None


def times_of(course: Course, terms: Terms, calendar: Calendar, as_of: dt.datetime | None) -> Times:
    """Run the two clocks. The promise restarts with the limit it implies, the catalogue's with its own.

    Source: NĐ 61/2018, điều 19 khoản 4; that both are kept is our choice, because a difference must be seen.
    """
    received_at = course.received_at
    ended_at = course.ended_at if course.ended_at and course.ended_at >= received_at else None
    shifts = terms.late_receipt_shifts
    legal = clock(
        received_at, course.promised, None, course.stops, calendar, ended_at,
        as_of=as_of, unit=terms.unit, late_receipt_shifts=shifts,
    )  # fmt: skip
    if terms.limit is None:
        return Times(legal)
    computed = clock(received_at, None, terms.limit, course.stops, calendar, ended_at, late_receipt_shifts=shifts)
    return Times(legal, computed)
