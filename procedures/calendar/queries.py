"""The calendar as an edition says it.

Note [Which edition counts]: a transaction that runs is counted with the newest edition. One that has ended keeps the
edition that was in use at its end, whenever its messages came: the change of a day never reaches back behind an end,
and the order of messages and changes is indifferent. What ended before there was any edition, as everything did that is
filled in from older years, is counted with the one in use when its first message came, whichever that was; where nobody
dated the end, the instant of the newest state stands for it. It never depends on what was judged before: that would be
the order of arrival.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from procedures.calendar import rules
from procedures.calendar.models import CalendarVersion, DayOverride, OfficeHours
from procedures.errors import NoCalendar
from procedures.vocabulary import Certainty, DayKind
from units.queries import Remembered

EDITIONS_KEPT = 16
"""Editions held in memory by a process: the newest, and those that running transactions were counted with."""
_EDITION = """
SELECT number, digest FROM procedures_calendarversion WHERE number = COALESCE(%(number)s, number)
ORDER BY number DESC LIMIT 1
"""


def newest_edition() -> CalendarVersion:
    """Return the edition in use; raises NoCalendar."""
    newest = CalendarVersion.objects.order_by("-number").first()
    if newest is None:
        raise NoCalendar
    return newest


@dataclass(frozen=True)
class Edition:
    """An edition of the calendar: as units keep it that have no office hours of their own, and as those that have."""

    usual: rules.Calendar
    own: Mapping[int, rules.Calendar]

    def kept_by(self, unit_id: int | None) -> rules.Calendar:
        """Return the calendar as a unit keeps it."""
        return self.usual if unit_id is None else self.own.get(unit_id, self.usual)


class Editions:
    """Every edition there is, asked for once; raises NoCalendar where there is none (Note [Which edition counts])."""

    def __init__(self, stamp: str) -> None:
        """Read them as of a state of the calendar (Note [Stamps])."""
        self._rows = _known_editions.of(stamp, ["all"])["all"]
        if not self._rows:
            raise NoCalendar
        self._digests = {number: digest for number, digest, _ in self._rows}

    @property
    def newest(self) -> int:
        """The number of the edition in use now."""
        return int(self._rows[-1][0])

    def in_use_at(self, instant: dt.datetime, *, heard_of_at: dt.datetime) -> int:
        """Return the number of the edition in use at an instant; before there was any, the one in use when it was told.

        Where there was none then either, it is the first.
        """
        then = [int(number) for number, _, published_at in self._rows if published_at <= instant]
        told = [int(number) for number, _, published_at in self._rows if published_at < heard_of_at]
        return (then or told or [int(self._rows[0][0])])[-1]

    def edition(self, number: int) -> Edition:
        """Return an edition; its days and hours are read once per process."""
        return _edition(number, self._digests[number])


def calendar_of(version: int | str | None = None) -> rules.Calendar:
    """Return the calendar of an edition (None: the newest) with the usual office hours; raises NoCalendar."""
    return edition_of(version).usual


def edition_of(version: int | str | None = None) -> Edition:
    """Return an edition of the calendar (None: the newest); raises NoCalendar.

    One small query: the days are read once per edition and process.
    """
    with connection.cursor() as cursor:
        cursor.execute(_EDITION, {"number": None if version is None else int(version)})
        found = cursor.fetchone()
    if found is None:
        raise NoCalendar
    return _edition(*found)


def days_of(*, number: int) -> QuerySet[DayOverride]:
    """Return the days that differ from the week's rule in an edition."""
    return DayOverride.objects.filter(since__lte=number).filter(Q(until__isnull=True) | Q(until__gt=number))


def days_between(*, first: dt.date, last: dt.date, number: int) -> QuerySet[DayOverride]:
    """Return an edition's special days from the first day to the last, in order."""
    return days_of(number=number).filter(date__range=(first, last)).order_by("date")


def doubtful_days(*, first: dt.date, last: dt.date, number: int) -> QuerySet[DayOverride]:
    """Return those days of an edition that are estimated or unconfirmed."""
    return days_between(first=first, last=last, number=number).exclude(certainty=Certainty.OFFICIAL)


def unsettled_days(*, number: int) -> QuerySet[DayOverride]:
    """Return those days of an edition that were estimated or unconfirmed, and that nobody has confirmed since."""
    confirmed = DayOverride.objects.filter(
        date=OuterRef("date"), kind=OuterRef("kind"), until__isnull=True, certainty=Certainty.OFFICIAL
    )
    return days_of(number=number).exclude(certainty=Certainty.OFFICIAL).filter(~Exists(confirmed)).order_by("date")


def years_known(*, number: int) -> set[int]:
    """Return the years of which an edition says anything; of others no holiday is known."""
    return {day.year for day in days_of(number=number).dates("date", "year")}


def day_now(*, date: dt.date) -> DayOverride | None:
    """Return what the newest edition says of a day; None when it is an ordinary one."""
    return DayOverride.objects.filter(date=date, until__isnull=True).first()


def day_version(*, date: dt.date) -> int:
    """Return the number of the edition that last changed a day; 0 when none ever did."""
    rows = DayOverride.objects.filter(date=date).values_list("since_id", "until_id")
    return max((number for row in rows for number in row if number is not None), default=0)


def hours_of(*, number: int) -> QuerySet[OfficeHours]:
    """Return the office hours that an edition says, of all units."""
    return OfficeHours.objects.filter(since__lte=number).filter(Q(until__isnull=True) | Q(until__gt=number))


def hours_kept_by(*, unit_id: int | None, number: int) -> QuerySet[OfficeHours]:
    """Return what an edition says of one unit's office hours (None: of all units), in the order of time."""
    return hours_of(number=number).filter(unit=unit_id).order_by("valid")


def hours_version(*, unit_id: int | None) -> int:
    """Return the number of the edition that last changed a unit's office hours; 0 when none ever did."""
    rows = OfficeHours.objects.filter(unit=unit_id).values_list("since_id", "until_id")
    return max((number for row in rows for number in row if number is not None), default=0)


def _editions(whole: list[str]) -> dict[str, list[tuple[int, str, dt.datetime]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, digest, published_at FROM procedures_calendarversion ORDER BY number")
        return dict.fromkeys(whole, cursor.fetchall())


_known_editions = Remembered(_editions)


@lru_cache(maxsize=EDITIONS_KEPT)
def _edition(number: int, _digest: str) -> Edition:
    days = list(days_of(number=number).values_list("date", "kind", "name", "certainty"))
    hours: dict[int | None, list[rules.DatedHours]] = defaultdict(list)
    for row in hours_of(number=number).order_by("valid"):
        hours[row.unit_id].append(rules.DatedHours(row.valid.lower, row.valid.upper, hours_in(row)))
    everybody = tuple(hours.pop(None, ()))
    usual = rules.Calendar(
        version=str(number),
        days_off={date: name for date, kind, name, _ in days if kind != DayKind.SWAP_WORK},
        days_worked={date: name for date, kind, name, _ in days if kind == DayKind.SWAP_WORK},
        dated_hours=everybody,
        doubtful=frozenset(date for date, _, _, certainty in days if certainty != Certainty.OFFICIAL),
    )
    own = {unit: replace(usual, dated_hours=(*said, *everybody)) for unit, said in hours.items() if unit is not None}
    return Edition(usual, own)


def hours_in(row: OfficeHours) -> rules.OfficeHours:
    """Return the hours that a row says."""
    half_days = tuple((int(day), _sessions(sessions)) for day, sessions in sorted(row.half_days.items()))
    return rules.OfficeHours(_sessions(row.sessions), half_days)


def _sessions(kept: Sequence[Sequence[str]]) -> rules.Sessions:
    return tuple((dt.time.fromisoformat(opens), dt.time.fromisoformat(closes)) for opens, closes in kept)
