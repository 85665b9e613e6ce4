"""Since when a routine is due. A night begins an hour after midnight, so that a day is over for every clock of ours."""

import datetime as dt
from collections.abc import Callable

from procedures.calendar.rules import ZONE

NIGHT = dt.timedelta(hours=1)

Schedule = Callable[[dt.datetime | None, dt.datetime], dt.datetime]
"""Asked with the beginning of the last run that succeeded and the present: since when, or from when on, it is due."""


def night_of(at: dt.datetime) -> dt.date:
    """Return the local day to whose night, and what is left of it, an instant belongs."""
    return (at.astimezone(ZONE) - NIGHT).date()


def nightly(last: dt.datetime | None, at: dt.datetime) -> dt.datetime:
    """Once a local day, however late."""
    return _begin(night_of(last) + dt.timedelta(days=1) if last else night_of(at))


def monthly(last: dt.datetime | None, at: dt.datetime) -> dt.datetime:
    """Once a local month, in its first night."""
    if last is None:
        return _begin(night_of(at))
    return _begin((night_of(last).replace(day=1) + dt.timedelta(days=31)).replace(day=1))


def every(pause: dt.timedelta) -> Schedule:
    """Again and again, with so much between two beginnings."""
    return lambda last, at: last + pause if last else at


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, ZONE) + NIGHT
