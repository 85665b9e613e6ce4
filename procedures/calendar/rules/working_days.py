"""Which days and hours an office works: one dated version of the calendar."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ONE_DAY = timedelta(days=1)
WORKING_WEEK = 5
SATURDAY = 5
# A year outside this range is a typing error or an empty date of the sender's software (.NET sends the year 1).
FIRST_YEAR, LAST_YEAR = 1990, 2199


@lru_cache(maxsize=4096)
def local(instant: datetime) -> datetime:
    """Turn an aware instant into the time of the office's wall clock.

    Raises ValueError for an instant without a zone, and for a year that no dossier can have (before 1990, after 2199).

    Source: our choice, because every clause speaks of days, and a day is a day of Việt Nam (UTC+7, no summer time).
    """
    if instant.utcoffset() is None:
        raise ValueError("an instant needs its zone")
    here = instant if instant.tzinfo is ZONE else instant.astimezone(ZONE)
    if not FIRST_YEAR <= here.year <= LAST_YEAR:
        raise ValueError(f"no dossier has a date in the year {here.year}")
    return here


Sessions = tuple[tuple[time, time], ...]
"""The stretches of a day in which an office works, in order; each is (opens, closes) by the wall clock."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The sessions of a working day, and those of the weekdays (Monday is 0) that differ: half days.

    The default is what offices of the Central Highlands commonly keep; no text of law fixes it, a province sets its
    own. A day without any session is a day off, which the calendar says and not the hours. Raises ValueError when there
    is no session, or when sessions are empty, overlap or are out of order.
    """

    sessions: Sessions = ((time(7), time(11)), (time(13), time(17)))
    half_days: tuple[tuple[int, Sessions], ...] = ()

    def __post_init__(self) -> None:
        for sessions in (self.sessions, *(sessions for _, sessions in self.half_days)):
            edges = [edge for session in sessions for edge in session]
            if not edges or any(a >= b for a, b in pairwise(edges)):
                raise ValueError("office hours are sessions in order that do not overlap")

    def sessions_on(self, day: date) -> Sessions:
        """Return the sessions of a day, if it is a working day.

        Source: our choice, because no text of law fixes office hours.
        """
        return dict(self.half_days).get(day.weekday(), self.sessions) if self.half_days else self.sessions


@dataclass(frozen=True, slots=True)
class DatedHours:
    """Office hours in force from `first` up to, not including, `until`; None is without bound."""

    first: date | None
    until: date | None
    hours: OfficeHours

    def holds(self, day: date) -> bool:
        """Tell whether these hours are in force on a day.

        Source: our choice, because an office's hours change with the season and with its decisions.
        """
        return (self.first is None or self.first <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Calendar:
    """One version of the working calendar, as one office keeps it.

    `dated_hours` are the hours that somebody set for the office, the first that holds counts; `office_hours` those of
    a day for which nobody set any.
    `days_off` names the days that are off beside Saturdays and Sundays (holidays, days in lieu, swapped days);
    `days_worked` names the Saturdays or Sundays worked in exchange. A day cannot be both: ValueError. `doubtful` are
    those of both that are expected and not yet official.
    """

    version: str
    days_off: Mapping[date, str]
    days_worked: Mapping[date, str] = field(default_factory=dict)
    office_hours: OfficeHours = field(default_factory=OfficeHours)
    dated_hours: tuple[DatedHours, ...] = ()
    doubtful: frozenset[date] = frozenset()
    _weekdays_off: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _weekends_worked: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        both = self.days_off.keys() & self.days_worked.keys()
        if both:
            raise ValueError(f"off and worked at once: {sorted(both)}")
        lost = sorted(day for day in self.days_off if day.weekday() < SATURDAY)
        won = sorted(day for day in self.days_worked if day.weekday() >= SATURDAY)
        object.__setattr__(self, "_weekdays_off", tuple(lost))
        object.__setattr__(self, "_weekends_worked", tuple(won))
        object.__setattr__(self, "days_off", MappingProxyType(dict(self.days_off)))
        object.__setattr__(self, "days_worked", MappingProxyType(dict(self.days_worked)))

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on this day.

        Source: Bộ luật Lao động 2019, điều 111–112; the yearly notice on swapped days.
        """
        if day in self.days_off:
            return False
        return day.weekday() < SATURDAY or day in self.days_worked

    def next_working_day(self, day: date) -> date:
        """Find the first working day after this day.

        Source: Bộ luật Dân sự 2015, điều 148 khoản 5.
        """
        return self.working_day_from(day + ONE_DAY)

    def working_day_from(self, day: date) -> date:
        """Find the first working day that is this day or later.

        Source: Bộ luật Dân sự 2015, điều 148 khoản 5.
        """
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def working_days_between(self, after: date, up_to: date) -> int:
        """Count the working days after one day, up to and including another; zero when that is not later.

        Source: Bộ luật Dân sự 2015, điều 147 khoản 2 (the first day is not counted).
        """
        if up_to <= after:
            return 0
        weeks, rest = divmod((up_to - after).days, 7)
        plain = weeks * WORKING_WEEK + sum((after.weekday() + n) % 7 < SATURDAY for n in range(1, rest + 1))
        lost = bisect_right(self._weekdays_off, up_to) - bisect_right(self._weekdays_off, after)
        won = bisect_right(self._weekends_worked, up_to) - bisect_right(self._weekends_worked, after)
        return plain - lost + won

    def add_working_days(self, day: date, count: int) -> date:
        """Find the working day that lies `count` working days after this day; zero gives the day itself.

        Source: Bộ luật Dân sự 2015, điều 147 khoản 2.
        """
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def doubtful_between(self, first: date, last: date) -> dict[date, str]:
        """Name the days from the first to the last that are expected and not yet official, in order.

        Source: our choice, because Bộ luật Lao động 2019 (điều 112 khoản 3) leaves days to a yearly notice.
        """
        days = sorted(day for day in self.doubtful if first <= day <= last)
        return {day: self.days_off.get(day) or self.days_worked[day] for day in days}

    def sessions_on(self, day: date) -> Sessions:
        """Return when the office works on a day; nothing on a day off.

        Source: our choice, because no text of law fixes office hours.
        """
        if not self.is_working_day(day):
            return ()
        if not self.dated_hours:
            return self.office_hours.sessions_on(day)
        hours = next((one.hours for one in self.dated_hours if one.holds(day)), self.office_hours)
        return hours.sessions_on(day)

    def end_of(self, day: date) -> datetime:
        """Say when this day's office hours end.

        Source: our choice, because điều 148 khoản 6 lets a limit run to 24:00, but nobody hands over a result then; the
        label of timeliness compares days, so the two hours differ only in the minutes of a delay.
        """
        sessions = self.sessions_on(day) or self.office_hours.sessions
        return datetime.combine(day, sessions[-1][1], ZONE)

    def rolled(self, promised_at: datetime) -> datetime:
        """Return a moment that was promised, or the end of the next working day when its day is off.

        Source: Bộ luật Dân sự 2015, điều 148 khoản 5.
        """
        here = local(promised_at)
        day = self.working_day_from(here.date())
        return here if day == here.date() else self.end_of(day)
