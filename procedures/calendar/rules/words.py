"""A clock told in sentences that a citizen understands."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from procedures.calendar.rules.clocks import Clock
from procedures.calendar.rules.counting import CountedDay, DayReason
from procedures.calendar.rules.interruptions import Cause
from procedures.calendar.rules.phrases import CAUSES, EFFECTS, TEXTS, UNITS
from procedures.calendar.rules.units import LimitUnit

Sentence = tuple[str, dict[str, str | int]]


def days_in_words(clock: Clock, *, language: Literal["vi", "en"] = "vi") -> list[str]:
    """Tell how a due date came about, one fact to the sentence, in the order in which one would check it.

    Names of days off stay Vietnamese in both languages, as the calendar has them.

    Source: our choice, because NĐ 61/2018 (điều 19 khoản 9) wants the citizen told of a due date, and a date
    that can be checked is believed.
    """
    told = (_beginning(clock, language), _waits(clock, language), _days(clock), _end(clock, language), _doubts(clock))
    sentences = (sentence for part in told for sentence in part)
    return [TEXTS[language][key].format(**facts) for key, facts in sentences]


def _moment(at: datetime) -> str:
    return f"{at:%H:%M %d/%m/%Y}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _beginning(clock: Clock, language: str) -> Iterator[Sentence]:
    yield "received_hours" if clock.unit is LimitUnit.HOUR else "received", {"at": _moment(clock.received_at)}
    if clock.counts_as_received_at.date() != clock.received_at.date():
        yield "counts_as_received", {"day": _day(clock.counts_as_received_at.date())}
    if clock.due_at_original is None:
        return
    at = _moment(clock.due_at_original)
    if clock.is_promised:
        yield "promised", {"at": at}
    elif clock.limit:
        yield "limit", {"amount": clock.limit.amount, "unit": UNITS[language][clock.limit.unit], "at": at}


def _waits(clock: Clock, language: str) -> Iterator[Sentence]:
    for interval in clock.intervals:
        if interval.cause is Cause.PROCESSING:
            continue
        facts: dict[str, str | int] = {
            "begin": _moment(interval.begins_at),
            "cause": CAUSES[language][interval.cause],
            "effect": EFFECTS[language][interval.effect],
        }
        if interval.ends_at is None:
            yield "from", facts
        else:
            yield "from_to", facts | {"end": _moment(interval.ends_at)}


def _days(clock: Clock) -> Iterator[Sentence]:
    weekends = sum(day.reason is DayReason.WEEKEND for day in clock.counted)
    if weekends:
        yield "weekend", {"count": weekends}
    for day in clock.counted:
        yield from _named_day(day)
    if any(day.reason is DayReason.ROLLED for day in clock.counted):
        yield "rolled", {}


def _named_day(day: CountedDay) -> Iterator[Sentence]:
    if day.reason is DayReason.DAY_OFF:
        yield "day_off", {"day": _day(day.day), "name": day.name}
    if day.reason is DayReason.SWAPPED_WORK:
        yield "swapped", {"day": _day(day.day), "name": day.name}


def _end(clock: Clock, language: str) -> Iterator[Sentence]:
    if clock.stands:
        yield "stands", {}
    elif clock.due_at is None:
        yield "unknown", {}
    else:
        yield "due", {"at": _moment(clock.due_at)}
    if clock.minutes_used is not None:
        hours, minutes = divmod(clock.minutes_used, 60)
        yield "used_minutes", {"hours": hours, "minutes": minutes}
    elif clock.days_used is not None:
        is_month = clock.unit is LimitUnit.MONTH
        unit = UNITS[language][LimitUnit.CALENDAR_DAY if is_month else clock.unit]
        yield "used_days", {"count": clock.days_used, "unit": unit}
    if clock.ended_at:
        yield "ended", {"at": _moment(clock.ended_at)}


def _doubts(clock: Clock) -> Iterator[Sentence]:
    for day, name in clock.doubtful_days.items():
        yield "doubtful", {"day": _day(day), "name": name}
