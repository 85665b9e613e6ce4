"""The clock of one transaction: what was promised, what stopped it, and when it is due by law."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from procedures.calendar.rules.counting import CountedDay
from procedures.calendar.rules.interruptions import (
    Effect,
    Interruption,
    Interval,
    Stop,
    interruptions_within,
    intervals_of,
    stops_of,
)
from procedures.calendar.rules.limits import Limit, counts_as_received_at, due_at, implied_limit
from procedures.calendar.rules.office_time import NOTHING, add_office_time, office_moment_from, office_time_between
from procedures.calendar.rules.pauses import Days, Taken, each_once, in_office_time, taken_by
from procedures.calendar.rules.rounds import Round, Target, days_used_in, list_of, minutes_used_in
from procedures.calendar.rules.units import LimitUnit
from procedures.calendar.rules.working_days import ONE_DAY, Calendar, local


@dataclass(frozen=True, slots=True)
class Clock:
    """What the time of one transaction comes to.

    `due_at_original` is the promise, or the limit counted from receipt when nothing was promised. `due_at` is the due
    date by law, after pauses and restarts: None while the clock stands or when neither promise nor limit is known.
    `limit` is the one counted again after a supplement. `too_late_from` is the first interruption that began after the
    due day had passed: it and all later ones stopped nothing. `days_used` counts the days used of the limit as it
    runs now, in its unit (months: calendar days), up to the end or `as_of`; `minutes_used` the same for hours.
    """

    received_at: datetime
    counts_as_received_at: datetime
    ended_at: datetime | None
    unit: LimitUnit
    limit: Limit | None
    is_promised: bool
    due_at_original: datetime | None
    due_at: datetime | None
    stands: bool
    too_late_from: datetime | None
    intervals: tuple[Interval, ...]
    days_used: int | None
    minutes_used: int | None
    calendar: Calendar = field(repr=False)
    rounds: tuple[Round, ...] = field(repr=False)

    @property
    def calendar_version(self) -> str:
        """Name the edition of the calendar it was counted with.

        Source: our choice, because a figure names the edition it was counted with.
        """
        return self.calendar.version

    @property
    def doubtful_days(self) -> dict[date, str]:
        """Name the days not yet official from the receipt to the due day: the due date rests on them.

        Source: our choice, because a date that may still move is told as one.
        """
        ends = [moment for moment in (self.due_at_original, self.due_at) if moment]
        return self.calendar.doubtful_between(self.received_at.date(), max(ends).date()) if ends else {}

    @property
    def counted(self) -> tuple[CountedDay, ...]:
        """List every day on the way to the due date; made when it is asked for, as most clocks are only read.

        Source: NĐ 61/2018, điều 19 khoản 4; Bộ luật Dân sự 2015, điều 147–148.
        """
        return list_of(self.rounds, self.unit, self.calendar)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What every step of the computation goes by."""

    unit: LimitUnit
    limit: Limit | None
    calendar: Calendar
    late_receipt_shifts: bool


def clock(
    received_at: datetime,
    promised_due_at: datetime | None,
    limit: Limit | None,
    interruptions: Iterable[Interruption],
    calendar: Calendar,
    ended_at: datetime | None,
    *,
    as_of: datetime | None = None,
    unit: LimitUnit = LimitUnit.WORKING_DAY,
    late_receipt_shifts: bool = False,
) -> Clock:
    """Compute due dates, intervals and counted days of one transaction; the order of the interruptions is indifferent.

    The due date starts from the sender's promise, and from the next working day where that is of a day off; a promise
    of a day before the receipt is a typing error and no promise. A restart counts the limit again from the day the full
    dossier came in: the known limit, or the one the promise implies in `unit`. A pause moves the due date by the
    working days that it takes (limits in calendar days and months: by the calendar days, then to a working day; hours:
    by the office time), and never leaves it inside the pause; which days it takes says `pauses.taken_by`. What begins
    after the due day has passed stops nothing: late stays late.

    Source: NĐ 61/2018, điều 19 khoản 4; Bộ luật Dân sự 2015, điều 147–148; pauses: our choice, because no text says how
    the wait for a financial duty is counted.
    """
    unit = limit.unit if limit else unit
    promised = _usable_promise(received_at, promised_due_at)
    if promised and not limit:
        limit = implied_limit(received_at, promised, unit, calendar, late_receipt_shifts=late_receipt_shifts)
    reading = _Reading(unit, limit, calendar, late_receipt_shifts)
    given = in_office_time(interruptions_within(interruptions, received_at, ended_at), calendar)
    rounds, too_late_from = _run(_round(received_at, reading, promised), given, reading)
    drawn = intervals_of(given, received_at, ended_at, too_late_from)
    return _clock_of(rounds, drawn, ended_at, as_of, too_late_from, reading, is_promised=promised is not None)


def _clock_of(
    rounds: Sequence[Round],
    intervals: tuple[Interval, ...],
    ended_at: datetime | None,
    as_of: datetime | None,
    too_late_from: datetime | None,
    reading: _Reading,
    *,
    is_promised: bool,
) -> Clock:
    first, last = rounds[0], rounds[-1]
    return Clock(
        received_at=first.received_at,
        counts_as_received_at=first.counts_at,
        ended_at=None if ended_at is None else local(ended_at),
        unit=reading.unit,
        limit=reading.limit,
        is_promised=is_promised,
        due_at_original=first.first_target.at if first.first_target else None,
        due_at=last.target.at if last.target and last.stands_from is None else None,
        stands=last.stands_from is not None,
        too_late_from=too_late_from,
        intervals=intervals,
        days_used=days_used_in(last, ended_at or as_of, reading.unit, reading.calendar),
        minutes_used=minutes_used_in(last, ended_at or as_of, reading.unit, reading.calendar),
        calendar=reading.calendar,
        rounds=tuple(rounds),
    )


def _usable_promise(received_at: datetime, promised_due_at: datetime | None) -> datetime | None:
    if promised_due_at is None or local(promised_due_at).date() < local(received_at).date():
        return None
    return local(promised_due_at)


def _round(received_at: datetime, reading: _Reading, promised: datetime | None = None) -> Round:
    shifts = reading.late_receipt_shifts
    first_target = target = Target(promised.date(), promised) if promised else None
    if promised:
        target = Target(promised.date(), reading.calendar.rolled(promised))
    elif reading.limit:
        due = due_at(received_at, reading.limit, reading.calendar, late_receipt_shifts=shifts)
        first_target = target = Target(due.last_day, due.at)
    counts_at = counts_as_received_at(received_at, reading.unit, reading.calendar, late_receipt_shifts=shifts)
    return Round(local(received_at), counts_at, first_target, target)


def _run(first: Round, given: Sequence[Interruption], reading: _Reading) -> tuple[list[Round], datetime | None]:
    """Let the clock run through its stops: one round, and another one for each restart."""
    rounds = [first]
    pauses = [one for one in given if one.effect is Effect.PAUSE]
    for stop in stops_of(given):
        now = rounds[-1]
        if now.target and stop.begins_at.date() > now.target.at.date():
            return rounds, stop.begins_at
        if stop.ends_at is None:
            rounds[-1] = replace(now, stands_from=stop.begins_at)
            return rounds, None
        if stop.effect is Effect.RESTART:
            rounds[-1] = replace(now, restarted_from=stop.begins_at)
            rounds.append(_round(stop.ends_at, reading))
        elif stop.ends_at > now.counts_at:
            rounds[-1] = _paused(now, replace(stop, begins_at=max(stop.begins_at, now.counts_at)), pauses, reading)
    return rounds, None


def _paused(one: Round, stop: Stop, pauses: Sequence[Interruption], reading: _Reading) -> Round:
    begins_at, ends_at = stop.begins_at, stop.ends_at or stop.begins_at
    taken = taken_by(pauses, begins_at, ends_at, reading.calendar)
    before = one.taken[-1][1] if one.taken else one.counts_at.date()
    taken = replace(taken, days=each_once(taken.days, max(before, one.counts_at.date())))
    target = one.target
    if target and reading.unit is LimitUnit.HOUR:
        target = _moved_by_hours(target, begins_at, ends_at, reading.calendar)
    elif target:
        target = _moved(target, taken, reading)
    return replace(one, target=target, pauses=(*one.pauses, (begins_at, ends_at)), taken=(*one.taken, *taken.days))


def _moved_by_hours(target: Target, begins_at: datetime, ends_at: datetime, calendar: Calendar) -> Target:
    paused = office_time_between(begins_at, ends_at, calendar)
    if paused == NOTHING:
        return target
    at = max(add_office_time(target.at, paused, calendar), office_moment_from(ends_at, calendar))
    return Target(at.date(), at)


def _moved(target: Target, taken: Taken, reading: _Reading) -> Target:
    """Move a due date by a pause that began on its day or before."""
    free_from = taken.free_from or target.at.date()
    if not taken.days and free_from <= target.at.date():
        return target
    last_day = target.last_day
    for days in taken.days:
        # A pause that begins between the limit's last day, when that is off, and the due day has no limit left to move.
        last_day = last_day if days[0] > last_day else _later(last_day, days, reading)
    due_day = reading.calendar.working_day_from(max(last_day, free_from))
    return Target(last_day, target.at.replace(year=due_day.year, month=due_day.month, day=due_day.day))


def _later(day: date, days: Days, reading: _Reading) -> date:
    after, up_to = days
    if reading.unit is LimitUnit.WORKING_DAY:
        return reading.calendar.add_working_days(day, reading.calendar.working_days_between(after, up_to))
    return day + (up_to - after) // ONE_DAY * ONE_DAY
