"""From a metric's code to its counts, bucket by bucket and value by value of a breakdown."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from feedback.monitoring.metrics.charging import Charged
from feedback.monitoring.metrics.halves import require_whole_halves
from feedback.monitoring.metrics.ratings import Tally
from feedback.monitoring.metrics.statements import (
    NOTICES,
    OPINION,
    SURVEY,
    TIMELINESS,
    TIMELINESS_EVERYWHERE,
    TIMELINESS_OF_UNITS,
    UPHELD,
    broken_down,
)
from feedback.monitoring.metrics.survey import MEASURES, Measured
from feedback.monitoring.rules.figures import Interval, added_shares, share
from feedback.vocabulary import Breakdown
from procedures.prepared import Prepared


class Bucket(NamedTuple):
    """Days that are counted together, `[first_day, next_day)`, and the period row they are, if any."""

    code: str
    first_day: dt.date
    next_day: dt.date


class Excluded(NamedTuple):
    """What exclusions did to a figure: the records they touch, those they label otherwise, and its value without."""

    records: int
    changed: int
    value_without: Decimal | None


class Spot(NamedTuple):
    """Which bucket of the question (the first is 1) and which value of its breakdown, as text, counts are of."""

    place: int
    key: str = ""


class Counted(NamedTuple):
    """The counts of one spot. `speakers`: how many ratings or complaints stand behind it, None if it rests on none.

    `left_out` are records that belong to the bucket but not to the figure. `excluded` is None where no exclusion can
    change it.
    """

    spot: Spot
    numerator: int | Decimal
    denominator: int | Decimal
    value: Decimal | None
    left_out: int
    calendars: Sequence[int]
    speakers: int | None = None
    interval: Interval | None = None
    too_few: bool = False
    excluded: Excluded | None = None


class Question(NamedTuple):
    """What is counted: buckets, places, narrowings by primary key, and by what it is broken down.

    `tells_pending`: complaints not concluded yet count too. Who is not of the inspectorate must not learn of one by the
    figure that it moves. `shown_as` is there by unit as now: from the keys of units of then to those of now.
    """

    buckets: Sequence[Bucket]
    charged: Charged
    official: int | None
    procedure: int | None
    tells_pending: bool
    by: Breakdown = Breakdown.NONE
    shown_as: Callable[[Collection[str]], Mapping[str, str]] | None = None


class Opinion(NamedTuple):
    """What OPINION counts: what ended, in all and in parts that overlap."""

    spot: Spot
    ended: int
    outside: int
    late: int
    unhappy: int
    bad: int
    rated: int
    speakers: int
    calendars: Sequence[int]


def counts_of(metric: str, question: Question) -> list[Counted]:
    """Count one metric for every bucket of the question, in their order, every rating included.

    Without a breakdown each bucket has one row. Only what rests on transactions that ended can be broken down. Raises
    DaysDestroyed.
    """
    return _COUNTING[metric](question)


def opinions(question: Question) -> list[Opinion]:
    """Return what people said of the transactions that ended."""
    return [
        Opinion(Spot(place, key), *counts, calendars or ())  # type: ignore[call-arg]  # seven counts between
        for place, key, *counts, calendars in _shown(_rows(broken_down(OPINION, question.by), question), question)
    ]


def _shown(rows: Iterable[Sequence[Any]], question: Question) -> list[Sequence[Any]]:
    """Return the rows of a breakdown; as now those of units that are shown as one are added up."""
    rows = list(rows)
    if question.shown_as is None:
        return rows
    shown = question.shown_as({row[1] for row in rows})
    added: dict[Spot, list[Any]] = {}
    for place, key, *counts, calendars in rows:
        *before, known = added.get(spot := Spot(place, shown[key]), [*(0 for _ in counts), ()])
        together = [one + other for one, other in zip(before, counts, strict=True)]
        added[spot] = [*together, sorted({*known, *(calendars or ())})]
    return [(*spot, *counts) for spot, counts in added.items()]


def _values(question: Question) -> dict[str, Any]:
    return {
        "begins": [bucket.first_day for bucket in question.buckets],
        "ends": [bucket.next_day for bucket in question.buckets],
        "first": min(bucket.first_day for bucket in question.buckets),
        "next": max(bucket.next_day for bucket in question.buckets),
        "everything": question.charged.everything,
        "units": question.charged.units,
        "days": question.charged.days,
        "official": question.official,
        "procedure": question.procedure,
        "tells_pending": question.tells_pending,
    }


def _rows(statement: str, question: Question) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(question))
        return list(cursor.fetchall())


def _prepared(name: str, statement: str, by: Breakdown) -> Prepared:
    return Prepared(
        f"{name}_by_{by.value}", broken_down(statement, by), begins="date[]", ends="date[]", first="date", next="date",
        units="bigint[]", days="text[]",
    )  # fmt: skip


_KEPT = {
    (is_everything, by): _prepared(name, statement, by)
    for by in (Breakdown.NONE, Breakdown.UNIT)
    for is_everything, name, statement in (
        (True, "ended_everywhere", TIMELINESS_EVERYWHERE), (False, "ended_of_units", TIMELINESS_OF_UNITS),
    )
}  # fmt: skip


def _given(question: Question) -> list[Sequence[Any]]:
    require_whole_halves({day for bucket in question.buckets for day in (bucket.first_day, bucket.next_day)})
    return _rows(SURVEY, question)


def _ended(question: Question) -> list[Sequence[Any]]:
    """Return what ended and how timely: from the counts kept up to date where they know what is asked."""
    is_kept = question.by in {Breakdown.NONE, Breakdown.UNIT}
    if question.official is not None or question.procedure is not None or not is_kept:
        return _shown(_recounted(question), question)
    return _shown(_KEPT[question.charged.everything, question.by].rows(_values(question)), question)


def _recounted(question: Question) -> list[Sequence[Any]]:
    return _rows(broken_down(TIMELINESS, question.by), question)


def _legal(question: Question) -> list[Counted]:
    return [
        Counted(
            Spot(place, key), good, judged, share(good, judged), ended - judged, calendars or (),
            excluded=Excluded(touched, changed, share(good_before, judged_before)),
        )
        for place, key, ended, good, judged, _, _, good_before, judged_before, touched, changed, calendars in _ended(
            question
        )
    ]  # fmt: skip


def _national(question: Question) -> list[Counted]:
    return [
        Counted(Spot(place, key), good, judged, share(good, judged), ended - judged, calendars or ())
        for place, key, ended, _, _, good, judged, *_, calendars in _ended(question)
    ]


def _notices(question: Question) -> list[Counted]:
    return [
        Counted(Spot(place, key), in_time, asked, share(in_time, asked), ended - asked, calendars or ())
        for place, key, ended, in_time, asked, calendars in _shown(
            _rows(broken_down(NOTICES, question.by), question), question
        )
    ]


def _union(question: Question) -> list[Counted]:
    return [
        Counted(
            one.spot, total - one.bad, total, share(total - one.bad, total), one.outside, one.calendars, one.speakers
        )
        for one in opinions(question)
        for total in (one.ended - one.outside,)
    ]


def _portal(question: Question) -> list[Counted]:
    return [
        Counted(
            one.spot, max(total - one.late - one.unhappy, 0), total, added_shares(one.late, one.unhappy, total),
            one.outside, one.calendars, one.speakers,
        )
        for one in opinions(question)
        for total in (one.ended - one.outside,)
    ]  # fmt: skip


def _coverage(question: Question) -> list[Counted]:
    return [
        Counted(one.spot, one.rated, one.ended, share(one.rated, one.ended), 0, one.calendars, one.rated)
        for one in opinions(question)
    ]


def surveyed(spot: Spot, measured: Measured) -> Counted:
    """Return a measure of the survey as the counts of a spot."""
    return Counted(
        spot, measured.numerator, measured.denominator, measured.value, measured.left_out, calendars=(),
        speakers=measured.answered, interval=measured.interval, too_few=measured.too_few,
    )  # fmt: skip


def _surveyed(measure: Callable[[Tally], Measured]) -> Callable[[Question], list[Counted]]:
    return lambda question: [surveyed(Spot(place), measure(Tally(*counts))) for place, *counts in _given(question)]


def _upheld(question: Question) -> list[Counted]:
    return [
        Counted(
            Spot(place), upheld, ended[2], share(upheld, ended[2], times=1000, decimals=2), 0, ended[-1] or (), upheld
        )
        for (place, upheld), ended in zip(_rows(UPHELD, question), _ended(question), strict=True)
    ]


_COUNTING: Mapping[str, Callable[[Question], list[Counted]]] = {
    "on_time_legal": _legal,
    "on_time_national": _national,
    "supplement_notice_in_time": _notices,
    "satisfaction_qd766_union": _union,
    "satisfaction_qd766_portal": _portal,
    **{metric: _surveyed(measure) for metric, measure in MEASURES.items()},
    "rating_coverage": _coverage,
    "upheld_complaints_per_1000": _upheld,
}
