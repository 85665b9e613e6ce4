"""Which days a pause takes out of a limit in days, and the first day on which the limit may end because of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from procedures.calendar.rules.interruptions import Cause, Interruption
from procedures.calendar.rules.office_time import office_moment_from, office_moment_until
from procedures.calendar.rules.working_days import ONE_DAY, ZONE, Calendar

Days = tuple[date, date]
"""Days in a row: those after the first of the two, up to and including the second."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a pause takes: the `days` that do not count, in order, no day twice; `free_from` is None for nothing."""

    days: tuple[Days, ...]
    free_from: date | None


def in_office_time(interruptions: Iterable[Interruption], calendar: Calendar) -> tuple[Interruption, ...]:
    """Cut exclusions to the office time in them; those between which no office time lies are one, the empty ones none.

    Source: our choice, because what is excluded is time that an office lost, however it is written down: of a night
    and a weekend it loses nothing.
    """
    others, excluded = [], list[Interruption]()
    for one in sorted(interruptions, key=lambda item: item.begins_at):
        if one.cause is not Cause.EXCLUSION or one.ends_at is None:
            others.append(one)
            continue
        begin, end = office_moment_from(one.begins_at, calendar), office_moment_until(one.ends_at, calendar)
        last = excluded[-1].ends_at if excluded else None
        if last is not None and begin <= office_moment_from(last, calendar):
            excluded[-1] = replace(excluded[-1], ends_at=max(last, end))
        elif begin < end:
            excluded.append(replace(one, begins_at=begin, ends_at=end))
    return (*others, *excluded)


def taken_by(pauses: Iterable[Interruption], begins_at: datetime, ends_at: datetime, calendar: Calendar) -> Taken:
    """Say what pauses take between two instants: a wait for somebody else by the day, an exclusion by whole days.

    A wait takes the days after the one on which it began, up to the one on which it ended. An exclusion takes the
    working days of which it covers all office hours (`whole_days`). Where both take a day it is taken once.

    Source: our choice, because no text says how a pause is counted.
    """
    days: list[Days] = []
    free: list[date] = []
    for cause, begin, end in _cut(pauses, begins_at, ends_at):
        whole = whole_days(begin, end, calendar) if cause is Cause.EXCLUSION else (begin.date(), end.date())
        days += [whole] if whole else []
        is_gone = cause is Cause.EXCLUSION and whole is not None and whole[1] == end.date()
        free.append(end.date() + ONE_DAY if is_gone else end.date())
    return Taken(each_once(days, begins_at.date() - ONE_DAY), max(free, default=None))


def whole_days(begins_at: datetime, ends_at: datetime, calendar: Calendar) -> Days | None:
    """Return the days of which a period covers all office hours, with the days off between them; None for none.

    So it makes no difference how a day is written, 07:00 to 17:00 or 00:00 to 24:00, and a night or a weekend takes
    nothing: no office time was lost.

    Source: our choice, because a limit in days has no parts of a day: what is left of a day is used for the dossier,
    and what is not is given back whole.
    """
    first, last = calendar.working_day_from(begins_at.date()), ends_at.date()
    if begins_at > datetime.combine(first, calendar.sessions_on(first)[0][0], ZONE):
        first = calendar.next_working_day(first)
    while last >= first and not (calendar.is_working_day(last) and calendar.end_of(last) <= ends_at):
        last -= ONE_DAY
    return (first - ONE_DAY, last) if first <= last else None


def each_once(days: Iterable[Days], after: date) -> tuple[Days, ...]:
    """Return days in order without those up to `after` and without those that came before, each day once.

    Source: our choice, because a day that two causes take away is taken away once.
    """
    kept: list[Days] = []
    for first, last in sorted(days):
        first = max(first, after)  # noqa: PLW2901 - the same days, without those that are there already
        if first < last:
            kept.append((first, last))
            after = last
    return tuple(kept)


def _cut(
    pauses: Iterable[Interruption], begins_at: datetime, ends_at: datetime
) -> Iterator[tuple[Cause, datetime, datetime]]:
    for one in pauses:
        begin, end = max(one.begins_at, begins_at), min(one.ends_at or ends_at, ends_at)
        if begin < end:
            yield one.cause, begin, end
