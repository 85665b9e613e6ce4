"""Which instants are believed; moments as senders write them: Vietnamese time, in three formats, or empty."""

import datetime as dt
import re

from procedures.calendar.rules import ZONE

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
"""Of the office's wall clock: an instant elsewhere in the last hours of 1989 may be one of 1990 here."""
WIDEST_OFFSET = dt.timedelta(hours=15, minutes=59)
CLOSING_TIME = dt.time(17)
_COMPACT = re.compile(r"[0-9]{14}", re.ASCII)
_SLASHED = re.compile(r"([0-9]{2}/[0-9]{2}/[0-9]{4})(?: ([0-9]{2}:[0-9]{2}:[0-9]{2}))?", re.ASCII)
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)
_FIRST, _AFTER = (
    dt.datetime(year, 1, 1, tzinfo=ZONE).astimezone(dt.UTC) for year in (EARLIEST_YEAR, LATEST_YEAR + 1)
)  # fmt: skip
_NEVER = ("0001-01-01", "00010101", "01/01/0001")


def instant_of(text: str, *, day_means: dt.time = dt.time.min) -> dt.datetime | None:
    """Return the aware moment, or None for an empty text and for .NET's "never" (year 1).

    `yyyyMMddHHmmss`, `dd/MM/yyyy` with or without `HH:mm:ss`, or ISO 8601 with or without a zone; `day_means` is the
    time of a day told without one. Anything else raises ValueError, also impossible dates, years outside 1990–2100 and
    zones beyond ±15:59.
    """
    if not text or text.startswith(_NEVER):
        return None
    moment = _read(text, day_means)
    if not is_believed(moment):
        raise ValueError("the year is out of range")
    return moment


def is_believed(moment: dt.datetime) -> bool:
    """Tell whether an aware moment lies in the years of which dossiers are."""
    return _FIRST <= moment < _AFTER


def _read(text: str, day_means: dt.time) -> dt.datetime:
    if _COMPACT.fullmatch(text):
        return dt.datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=ZONE)
    if found := _SLASHED.fullmatch(text):
        day, clock = dt.datetime.strptime(found[1], "%d/%m/%Y").date(), found[2]  # noqa: DTZ007 - the zone comes next
        return dt.datetime.combine(day, dt.time.fromisoformat(clock) if clock else day_means, ZONE)
    if _ISO.fullmatch(text):
        moment = dt.datetime.fromisoformat(text)
        if abs(moment.utcoffset() or dt.timedelta()) > WIDEST_OFFSET:
            raise ValueError("no place on earth has this offset")
        return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    raise ValueError("the text is in none of the three formats")
