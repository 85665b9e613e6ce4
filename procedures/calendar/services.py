"""Publish editions of the calendar. An edition never changes: whatever differs is a new one."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.transaction import atomic

from procedures.calendar import rules
from procedures.calendar.models import CalendarVersion, DayOverride, OfficeHours
from procedures.calendar.queries import day_version, days_of, hours_of, hours_version
from procedures.calendar.rules.expected_days import LIBRARY, ExpectedDay, expected_days, is_announced
from procedures.calendar.rules.working_days import SATURDAY
from procedures.errors import DayDoesNotFit
from procedures.vocabulary import Certainty, DayKind
from units.vocabulary import REFERENCE

BY_LIBRARY = "holidays-library"
"""Who published editions that a library's expectation made; who asked for them stands in their note."""
_LOCK = 0x0CA1E4DA
"""Key of the advisory lock under which editions get their numbers."""
Said = DayOverride | OfficeHours
"""One thing that an edition says."""


@atomic
def load_days(*, rows: Sequence[Mapping[str, str]], now: dt.datetime) -> int:
    """Publish the days of day_overrides.csv (date, kind, name_vi, for_date, status, source); return how many changed.

    The first load is edition 1; a file that says something else later is a new edition; the same file is none. A day
    that people have set since is theirs; an expected one stays until the file knows better.
    """
    _lock()
    current = {day.date: day for day in DayOverride.objects.filter(until__isnull=True)}
    theirs = _days_set_by_people()
    wanted = {day.date: day for day in map(_day, rows) if day.date not in theirs}
    expected = _days_expected() - set(wanted)
    gone = [day for date, day in current.items() if date not in theirs | expected and not _same(day, wanted.get(date))]
    new = [day for date, day in wanted.items() if not _same(current.get(date), day)]
    if gone or new or not CalendarVersion.objects.exists():
        _publish(gone=gone, new=new, by=REFERENCE, note="day_overrides.csv", now=now)
    return len({day.date for day in (*gone, *new)})


@atomic
def set_day(
    *,
    date: dt.date,
    kind: DayKind | None,
    by: str,
    now: dt.datetime,
    name: str = "",
    for_date: dt.date | None = None,
    certainty: Certainty = Certainty.OFFICIAL,
    source: str = "",
    note: str = "",
    confirm: Callable[[int], None] = lambda _version: None,
) -> CalendarVersion:
    """Say what a day is (kind None: an ordinary one again) in a new edition; return the edition in use afterwards.

    The same thing said again makes no edition. `confirm` is called, under lock, with the number of the edition that
    last changed the day (0: none did). Raises DayDoesNotFit for a day worked in exchange that is no weekend day, or a
    weekend day off in lieu.
    """
    _refuse_misfit(date, kind)
    _lock()
    confirm(day_version(date=date))
    before = DayOverride.objects.filter(date=date, until__isnull=True).first()
    told = None
    if kind is not None:
        told = DayOverride(date=date, kind=kind, name=name, for_date=for_date, certainty=certainty, source=source)
    if _same(before, told):
        return CalendarVersion.objects.order_by("number").last() or _publish(gone=[], new=[], by=by, note=note, now=now)
    return _publish(gone=[before] if before else [], new=[told] if told else [], by=by, note=note, now=now)


@dataclass(frozen=True)
class Expected:
    """What seeding came to: the edition in use afterwards, the days added and taken back, the years left alone."""

    edition: CalendarVersion
    added: list[DayOverride]
    removed: list[DayOverride]
    announced: list[int]


@atomic
def expect_days(*, years: Sequence[int], by: str, now: dt.datetime) -> Expected:
    """Fill years whose notice is not out with the days off that the library expects, marked as estimated.

    What is official, what people said and what the file said stays as it is; a year that is announced is left alone.
    Asked again, a newer library replaces only what an older one had expected. Nothing new makes no edition.
    """
    _lock()
    current = {day.date: day for day in DayOverride.objects.filter(until__isnull=True)}
    official = [
        day.date for day in current.values() if day.certainty == Certainty.OFFICIAL and day.kind != DayKind.SWAP_WORK
    ]
    announced = sorted(year for year in set(years) if is_announced(official, year))
    guessed = _days_expected()
    wanted = {
        day.date: _expectation(day) for year in sorted(set(years) - set(announced)) for day in expected_days(year)
    }
    open_to_guess = {date for date in wanted if date not in current or date in guessed}
    open_to_guess -= _days_set_by_people() - guessed
    stale = [
        day
        for date, day in current.items()
        if date in guessed and date.year in years and date.year not in announced and not _same(day, wanted.get(date))
    ]
    new = [wanted[date] for date in sorted(open_to_guess) if not _same(current.get(date), wanted[date])]
    if stale or new:
        edition = _publish(gone=stale, new=new, by=BY_LIBRARY, note=f"{LIBRARY}; {by}", now=now)
    else:
        edition = CalendarVersion.objects.order_by("number").last() or _publish(
            gone=[], new=[], by=BY_LIBRARY, note=by, now=now
        )
    return Expected(edition, new, stale, announced)


def _expectation(day: ExpectedDay) -> DayOverride:
    return DayOverride(
        date=day.date,
        kind=DayKind.COMPENSATORY if day.is_in_lieu else DayKind.HOLIDAY,
        name=day.name,
        certainty=Certainty.ESTIMATED,
        source=LIBRARY,
    )


@atomic
def set_office_hours(
    *,
    unit_id: int | None,
    hours: rules.OfficeHours,
    valid: DateRange,
    reason: str,
    by: str,
    now: dt.datetime,
    confirm: Callable[[int], None] = lambda _version: None,
) -> CalendarVersion:
    """Say when a unit works in a period (None: every unit of which nothing else is said), in a new edition.

    What was said of the days outside the period stays; the same thing said again makes no edition. `confirm` is called,
    under lock, with the number of the edition that last changed this unit's hours (0: none did). What runs is counted
    with the new hours once it is recounted; what has ended keeps the edition it was judged by.
    """
    _lock()
    confirm(hours_version(unit_id=unit_id))
    told = OfficeHours(
        unit_id=unit_id,
        valid=valid,
        sessions=_plain_sessions(hours.sessions),
        half_days={str(day): _plain_sessions(sessions) for day, sessions in hours.half_days},
        reason=reason,
    )
    before = list(OfficeHours.objects.filter(unit=unit_id, until__isnull=True, valid__overlap=valid))
    if [_hours_said(row) for row in before] == [_hours_said(told)]:
        return CalendarVersion.objects.get(pk=before[0].since_id)
    rest = [_cut(row, part) for row in before for part in _outside(row.valid, valid)]
    return _publish(gone=before, new=[told, *rest], by=by, note=reason, now=now)


def _outside(said: DateRange, period: DateRange) -> Iterator[DateRange]:
    """Return what of a period lies before and after another one that it overlaps."""
    if period.lower is not None and (said.lower is None or said.lower < period.lower):
        yield DateRange(said.lower, period.lower)
    if period.upper is not None and (said.upper is None or said.upper > period.upper):
        yield DateRange(period.upper, said.upper)


def _cut(row: OfficeHours, valid: DateRange) -> OfficeHours:
    return OfficeHours(
        unit_id=row.unit_id, valid=valid, sessions=row.sessions, half_days=row.half_days, reason=row.reason
    )


def _hours_said(row: OfficeHours) -> tuple[object, ...]:
    return row.valid, row.sessions, row.half_days, row.reason


def _plain_sessions(sessions: rules.Sessions) -> list[list[str]]:
    return [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in sessions]


def _refuse_misfit(date: dt.date, kind: DayKind | None) -> None:
    is_weekend = date.weekday() >= SATURDAY
    if (kind == DayKind.SWAP_WORK and not is_weekend) or (
        kind in {DayKind.SWAP_OFF, DayKind.COMPENSATORY} and is_weekend
    ):
        raise DayDoesNotFit(date)


def _publish(*, gone: Sequence[Said], new: Sequence[Said], by: str, note: str, now: dt.datetime) -> CalendarVersion:
    last = CalendarVersion.objects.order_by("number").last()
    edition = CalendarVersion.objects.create(
        number=last.number + 1 if last else 1, published_at=now, published_by=by, note=note
    )
    for row in new:
        row.since = edition
    for table in (DayOverride, OfficeHours):
        rows: Any = table.objects  # the two have no type in common
        rows.filter(pk__in=[row.pk for row in gone if isinstance(row, table)]).update(until=edition)
        rows.bulk_create([row for row in new if isinstance(row, table)])
    days = days_of(number=edition.number).order_by("date").values_list("date", "kind", "name", "certainty")
    hours = hours_of(number=edition.number).order_by("unit", "valid")
    said = json.dumps(
        [[date.isoformat(), *told] for date, *told in days]
        + [[row.unit_id, str(row.valid), row.sessions, row.half_days] for row in hours],
        ensure_ascii=False,
    )
    edition.digest = hashlib.sha256(said.encode()).hexdigest()
    edition.save(update_fields=["digest"])
    return edition


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _day(row: Mapping[str, str]) -> DayOverride:
    return DayOverride(
        date=dt.date.fromisoformat(row["date"]),
        kind=row["kind"].lower(),
        name=row["name_vi"],
        for_date=dt.date.fromisoformat(row["for_date"]) if row["for_date"] else None,
        certainty=row["status"],
        source=row["source"],
    )


def _same(one: DayOverride | None, other: DayOverride | None) -> bool:
    told = ("kind", "name", "for_date", "certainty", "source")
    if one is None or other is None:
        return one is other
    return all(getattr(one, name) == getattr(other, name) for name in told)


def _days_set_by_people() -> set[dt.date]:
    people = CalendarVersion.objects.exclude(published_by__in=[REFERENCE, BY_LIBRARY]).values("number")
    set_by = DayOverride.objects.filter(since__in=people) | DayOverride.objects.filter(until__in=people)
    return set(set_by.values_list("date", flat=True))


def _days_expected() -> set[dt.date]:
    """Return the days that stand as a library expects them."""
    by_library = CalendarVersion.objects.filter(published_by=BY_LIBRARY).values("number")
    return set(DayOverride.objects.filter(since__in=by_library, until__isnull=True).values_list("date", flat=True))
