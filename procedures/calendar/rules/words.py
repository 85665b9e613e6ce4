"""A clock told in sentences that a citizen understands."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from procedures.calendar.rules.clocks import Clock
from procedures.calendar.rules.counting import CountedDay, DayReason
from procedures.calendar.rules.interruptions import Cause
from procedures.calendar.rules.limits import Limit
from procedures.calendar.rules.phrases import (
    CAUSES,
    EFFECTS,
    MINUTES,
    TEXTS,
    UNITS,
    WHOLE_CALENDAR_DAYS,
    WHOLE_DAYS,
)
from procedures.calendar.rules.stretches import Stretch
from procedures.calendar.rules.units import LimitUnit

Sentence = tuple[str, dict[str, str | int]]


Language = Literal["vi", "en"]
Ended = Literal["ended", "ended_refused", "ended_withdrawn", "ended_stopped"]


def days_in_words(
    clock: Clock, *, language: Language = "vi", ended: Ended = "ended", catalogue: Limit | None = None
) -> list[str]:
    """Tell how a due date came about, one fact to the sentence, in the order in which one would check it.

    `ended` names the sentence for the end: what was withdrawn is not told as finished. `catalogue` is the limit that is
    told where nothing was promised and the clock runs by none. Names of days off stay
    Vietnamese in both languages, as the calendar has them.

    Source: our choice, because NĐ 61/2018 (điều 19 khoản 9) wants the citizen told of a due date, and a date
    that can be checked is believed.
    """
    told = (
        _beginning(clock, language), _unpromised(clock, catalogue, language), _waits(clock, language), _days(clock),
        _due(clock, catalogue), _end(clock, language, ended), _doubts(clock),
    )  # fmt: skip
    sentences = (sentence for part in told for sentence in part)
    return [TEXTS[language][key].format(**facts) for key, facts in sentences]


def stretch_in_words(stretch: Stretch, *, language: Language = "vi") -> str:
    """Tell one stretch of time: from when to when, why, and how much of the limit it used.

    Source: our choice, as in `days_in_words`.
    """
    interval, texts = stretch.interval, TEXTS[language]
    if stretch.passed is None:
        what = texts["unmeasured"]
    else:
        key = "days_discarded" if stretch.is_discarded else "days_counted" if interval.counts else "days_waited"
        count = stretch.passed - (0 if interval.counts else stretch.counted or 0)
        what = texts[key].format(count=count, unit=_unit_measured(stretch.unit, language))
    facts = {"begin": _moment(interval.begins_at), "cause": CAUSES[language][interval.cause], "what": what}
    if interval.ends_at is None:
        return texts["stretch_open"].format(**facts)
    return texts["stretch"].format(**facts, end=_moment(interval.ends_at))


def _unit_measured(unit: LimitUnit, language: Language) -> str:
    if unit is LimitUnit.HOUR:
        return MINUTES[language]
    return UNITS[language][LimitUnit.CALENDAR_DAY if unit is LimitUnit.MONTH else unit]


def _moment(at: datetime) -> str:
    return f"{at:%H:%M %d/%m/%Y}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _beginning(clock: Clock, language: Language) -> Iterator[Sentence]:
    yield "received_hours" if clock.unit is LimitUnit.HOUR else "received", {"at": _moment(clock.received_at)}
    if clock.counts_as_received_at.date() != clock.received_at.date():
        is_late = clock.calendar.is_working_day(clock.received_at.date())
        yield (
            "counts_as_received_late" if is_late else "counts_as_received",
            {"day": _day(clock.counts_as_received_at.date())},
        )
    if clock.due_at_original is None:
        return
    at = _moment(clock.due_at_original)
    if clock.is_promised:
        yield "promised", {"at": at}
    elif clock.limit:
        yield "limit", {"amount": clock.limit.amount, "unit": UNITS[language][clock.limit.unit], "at": at}


def _unpromised(clock: Clock, catalogue: Limit | None, language: Language) -> Iterator[Sentence]:
    if clock.due_at_original is None and catalogue:
        yield "unpromised", {}
        yield "catalogue", {"amount": catalogue.amount, "unit": UNITS[language][catalogue.unit]}


def _waits(clock: Clock, language: Language) -> Iterator[Sentence]:
    whole_days = (WHOLE_DAYS if clock.unit is LimitUnit.WORKING_DAY else WHOLE_CALENDAR_DAYS)[language]
    for interval in clock.intervals:
        if interval.cause is Cause.PROCESSING:
            continue
        is_by_days = interval.cause is Cause.EXCLUSION and bool(interval.effect) and clock.unit is not LimitUnit.HOUR
        facts: dict[str, str | int] = {
            "begin": _moment(interval.begins_at),
            "cause": CAUSES[language][interval.cause],
            "effect": whole_days if is_by_days else EFFECTS[language][interval.effect],
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


def _due(clock: Clock, catalogue: Limit | None) -> Iterator[Sentence]:
    if clock.stands:
        yield "stands", {}
    elif clock.due_at:
        yield "due", {"at": _moment(clock.due_at)}
    elif catalogue is None:
        yield "unknown", {}


def _end(clock: Clock, language: Language, ended: Ended) -> Iterator[Sentence]:
    if clock.minutes_used is not None:
        hours, minutes = divmod(clock.minutes_used, 60)
        yield "used_minutes", {"hours": hours, "minutes": minutes}
    elif clock.days_used is not None:
        yield "used_days", {"count": clock.days_used, "unit": _unit_measured(clock.unit, language)}
    if clock.ended_at:
        yield ended, {"at": _moment(clock.ended_at)}


def _doubts(clock: Clock) -> Iterator[Sentence]:
    for day, name in clock.doubtful_days.items():
        yield "doubtful", {"day": _day(day), "name": name}
