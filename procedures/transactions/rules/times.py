"""The two clocks of a transaction: of the promise, and of the catalogue's limit."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from procedures.calendar.rules import Calendar, Clock, Interruption, clock
from procedures.transactions.rules.terms import Terms


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

    An end before the receipt ends them too, and no time passes: who sent such dates has ended the work all the same.

    Source: NĐ 61/2018, điều 19 khoản 4; that both are kept is our choice, because a difference must be seen.
    """
    received_at, ended_at = course.received_at, course.ended_at
    shifts = terms.late_receipt_shifts
    legal = clock(
        received_at, course.promised, None, course.stops, calendar, ended_at,
        as_of=as_of, unit=terms.unit, late_receipt_shifts=shifts,
    )  # fmt: skip
    if terms.limit is None:
        return Times(legal)
    computed = clock(received_at, None, terms.limit, course.stops, calendar, ended_at, late_receipt_shifts=shifts)
    return Times(legal, computed)
