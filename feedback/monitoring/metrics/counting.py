"""From a metric's code to its counts, bucket by bucket."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from feedback.monitoring.metrics.charging import Charged
from feedback.monitoring.metrics.statements import (
    OPINION,
    SURVEY,
    TIMELINESS,
    TIMELINESS_EVERYWHERE,
    TIMELINESS_OF_UNITS,
    UPHELD,
)
from feedback.monitoring.rules.figures import FEWEST_ANSWERS, Interval, added_shares, share, wilson


class Bucket(NamedTuple):
    """Days that are counted together, `[first_day, next_day)`, and the period row they are, if any."""

    code: str
    first_day: dt.date
    next_day: dt.date


class Counted(NamedTuple):
    """The counts of one bucket. `speakers`: how many ratings or complaints stand behind it, None if it rests on none.

    `left_out` are records that belong to the bucket but not to the figure.
    """

    numerator: int | Decimal
    denominator: int | Decimal
    value: Decimal | None
    left_out: int
    calendars: Sequence[int]
    speakers: int | None = None
    interval: Interval | None = None
    too_few: bool = False


class Question(NamedTuple):
    """What is counted: buckets, places, and narrowings by primary key.

    `tells_pending`: complaints not concluded yet count too. Who is not of the inspectorate must not learn of one by the
    figure that it moves.
    """

    buckets: Sequence[Bucket]
    charged: Charged
    official: int | None
    procedure: int | None
    tells_pending: bool


def counts_of(metric: str, question: Question) -> list[Counted]:
    """Count one metric for every bucket of the question, in their order."""
    return _COUNTING[metric](question)


def _rows(statement: str, question: Question) -> list[Sequence[Any]]:
    values: dict[str, Any] = {
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
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _ended(question: Question) -> list[Sequence[Any]]:
    """Return what ended and how timely: from the counts kept up to date, unless one official or procedure is asked."""
    if question.official is not None or question.procedure is not None:
        return _rows(TIMELINESS, question)
    return _rows(TIMELINESS_EVERYWHERE if question.charged.everything else TIMELINESS_OF_UNITS, question)


def _legal(question: Question) -> list[Counted]:
    return [
        Counted(good, judged, share(good, judged), ended - judged, calendars or ())
        for _, ended, good, judged, _, _, calendars in _ended(question)
    ]


def _national(question: Question) -> list[Counted]:
    return [
        Counted(good, judged, share(good, judged), ended - judged, calendars or ())
        for _, ended, _, _, good, judged, calendars in _ended(question)
    ]


def _union(question: Question) -> list[Counted]:
    return [
        Counted(total - bad, total, share(total - bad, total), outside, calendars or (), speakers)
        for _, ended, outside, _, _, bad, _, speakers, calendars in _rows(OPINION, question)
        for total in (ended - outside,)
    ]


def _portal(question: Question) -> list[Counted]:
    return [
        Counted(
            max(total - late - unhappy, 0), total, added_shares(late, unhappy, total), outside, calendars or (),
            speakers,
        )
        for _, ended, outside, late, unhappy, _, _, speakers, calendars in _rows(OPINION, question)
        for total in (ended - outside,)
    ]  # fmt: skip


def _coverage(question: Question) -> list[Counted]:
    return [
        Counted(rated, ended, share(rated, ended), 0, calendars or (), rated)
        for _, ended, _, _, _, _, rated, _, calendars in _rows(OPINION, question)
    ]


def _survey_mean(question: Question) -> list[Counted]:
    return [
        Counted(
            numerator=total, denominator=answered * 5, value=share(total, answered * 5), left_out=left_out,
            calendars=(), speakers=answered, too_few=answered < FEWEST_ANSWERS,
        )
        for _, left_out, total, answered, _, _ in _rows(SURVEY, question)
    ]  # fmt: skip


def _survey_share(question: Question) -> list[Counted]:
    return [
        Counted(
            numerator=satisfied, denominator=answered, value=share(satisfied, answered), left_out=left_out,
            calendars=(), speakers=answered, interval=wilson(satisfied, answered), too_few=answered < FEWEST_ANSWERS,
        )
        for _, left_out, _, answered, satisfied, _ in _rows(SURVEY, question)
    ]  # fmt: skip


def _upheld(question: Question) -> list[Counted]:
    return [
        Counted(upheld, ended[1], share(upheld, ended[1], times=1000, decimals=2), 0, ended[-1] or (), upheld)
        for (_, upheld), ended in zip(_rows(UPHELD, question), _ended(question), strict=True)
    ]


_COUNTING: Mapping[str, Callable[[Question], list[Counted]]] = {
    "on_time_legal": _legal,
    "on_time_national": _national,
    "satisfaction_qd766_union": _union,
    "satisfaction_qd766_portal": _portal,
    "satisfaction_survey_mean": _survey_mean,
    "satisfaction_survey_share": _survey_share,
    "rating_coverage": _coverage,
    "upheld_complaints_per_1000": _upheld,
}
