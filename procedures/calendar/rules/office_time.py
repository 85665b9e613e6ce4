"""Hours: office time that passes, and where it ends. Eight office hours make one day in the software of offices."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from procedures.calendar.rules.working_days import ONE_DAY, ZONE, Calendar, local

NOTHING, ONE_MINUTE = timedelta(0), timedelta(minutes=1)


def _sessions_of(day: date, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    for opens, closes in calendar.sessions_on(day):
        yield datetime.combine(day, opens, ZONE), datetime.combine(day, closes, ZONE)


def office_time_between(after: datetime, up_to: datetime, calendar: Calendar) -> timedelta:
    """Measure the office time between two instants; nothing when the second is not later.

    Source: Bộ luật Dân sự 2015, điều 147 khoản 1 (hours run from the moment); that only office hours count is our
    choice, because the one-stop software keeps eight hours to the working day.
    """
    after, up_to = local(after), local(up_to)
    passed, day = NOTHING, after.date()
    while day <= up_to.date():
        for opens, closes in _sessions_of(day, calendar):
            passed += max(NOTHING, min(closes, up_to) - max(opens, after))
        day += ONE_DAY
    return passed


def add_office_time(start: datetime, amount: timedelta, calendar: Calendar) -> datetime:
    """Find the first instant at which this much office time has passed since the start; nothing gives the start.

    Source: Bộ luật Dân sự 2015, điều 147 khoản 1.
    """
    start = local(start)
    left, day = amount, start.date()
    if left <= NOTHING:
        return start
    while True:
        for opens, closes in _sessions_of(day, calendar):
            begins = max(opens, start)
            if begins + left <= closes:
                return begins + left
            left -= max(NOTHING, closes - begins)
        day += ONE_DAY


def office_moment_from(instant: datetime, calendar: Calendar) -> datetime:
    """Find the first moment of office time that is this instant or later.

    Source: our choice, because nobody works on a dossier outside office hours.
    """
    instant = local(instant)
    day = instant.date()
    while True:
        for opens, closes in _sessions_of(day, calendar):
            if instant < closes:
                return max(opens, instant)
        day += ONE_DAY


def office_moment_until(instant: datetime, calendar: Calendar) -> datetime:
    """Find the last moment of office time that is this instant or earlier.

    Source: our choice, as for `office_moment_from`.
    """
    instant = local(instant)
    day = instant.date()
    while True:
        for opens, closes in reversed(list(_sessions_of(day, calendar))):
            if opens < instant:
                return min(closes, instant)
        day -= ONE_DAY
