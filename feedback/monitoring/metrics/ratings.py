"""The SQL of the figures of ratings: what was said, what of it is told to everybody, and who could have said something.

Each statement returns rows (day, value of the breakdown as text, step, ...); the value is empty where it is not known
or not told. Days are those of Asia/Ho_Chi_Minh. Note [Two views]: the inspectorate's (`given`) counts every rating on
the day it was given. Everybody else's (`told`) counts the parts of cells that are told for good (Note [Cells]), each
on the last week of its cell: whatever is asked and subtracted, whole parts of five and more are left.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from feedback.monitoring.metrics.charging import Charged
from feedback.monitoring.metrics.statements import FORM, PLACES, TALLY
from feedback.vocabulary import Breakdown, RatingBreakdown
from procedures.transactions.queries import place_of_step

_PLACES = f"WITH {PLACES}"

_GIVEN = (
    _PLACES  # noqa: S608 - the key is one of _KEYS
    + """,
{form},
given AS (
    SELECT g.*, l.day, f.is_of_survey
    FROM feedback_rating g
    JOIN {days_of_ratings}
    JOIN form f ON f.id = g.form_version_id
    WHERE g.week_date > %(first)s::date - 8 AND g.week_date < %(next)s::date
    AND (%(everything)s OR g.unit_id = ANY(%(units)s))
    AND (%(official)s::bigint IS NULL OR g.official_id = %(official)s)
    AND (%(procedure)s::bigint IS NULL OR g.procedure_id = %(procedure)s)
    AND (%(field)s::bigint IS NULL OR g.field_id = %(field)s)
    AND (%(channel)s::text IS NULL OR g.channel = %(channel)s)
    AND (%(step)s::text IS NULL OR g.step = %(step)s)
)
SELECT GREATEST(date_trunc('month', g.day)::date, %(first)s), COALESCE(({key})::text, ''), g.step,
       {tally}
FROM given g
WHERE g.day >= %(first)s AND g.day < %(next)s
AND (%(everything)s OR EXISTS (SELECT 1 FROM place_of p WHERE p.unit_id = g.unit_id AND p.days @> g.day))
GROUP BY 1, 2, 3
"""
)

_DAYS = """
SELECT rating_id, (received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day FROM feedback_ratinglink {only}
UNION ALL
SELECT rating_id, given_from FROM feedback_keptday {only}
"""
_DAYS_OF_ALL = f"({_DAYS.format(only='')}) l ON l.rating_id = g.id"
_DAYS_OF_FEW = f"LATERAL ({_DAYS.format(only='WHERE rating_id = g.id')}) l ON true"
"""Looked up one by one: a unit's ratings are few among all, and PostgreSQL would read all days to find theirs."""

_TOLD = (
    _PLACES  # noqa: S608 - the key is one of _KEYS_OF_PARTS
    + """,
{form}
SELECT s.last_week_date, COALESCE(({key})::text, ''), s.step,
       COALESCE(sum(g.answered) FILTER (WHERE f.is_of_survey), 0),
       COALESCE(sum(g.answered) FILTER (WHERE NOT f.is_of_survey), 0),
       COALESCE(sum(g.satisfied) FILTER (WHERE f.is_of_survey), 0),
       COALESCE(sum(g.points) FILTER (WHERE f.is_of_survey), 0), sum(g.dissatisfied)
FROM feedback_ratingsummary s JOIN feedback_ratingpart g ON g.summary_id = s.id JOIN form f ON f.id = s.form_version_id
WHERE s.last_week_date >= %(first)s AND s.last_week_date < %(next)s AND g.answered > 0
AND (%(everything)s OR EXISTS (
    SELECT 1 FROM place_of p WHERE p.unit_id = s.unit_id AND p.days @> s.last_week_date
))
AND (%(official)s::bigint IS NULL OR g.official_id = %(official)s)
AND (%(procedure)s::bigint IS NULL OR g.procedure_id = %(procedure)s)
AND (%(field)s::bigint IS NULL OR g.field_id = %(field)s)
AND (%(channel)s::text IS NULL OR g.channel = %(channel)s)
AND (%(step)s::text IS NULL OR s.step = %(step)s)
GROUP BY 1, 2, 3
"""
)

_DONE = (
    _PLACES  # noqa: S608 - all parts are constants
    + """,
span AS (
    SELECT %(first)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS begins_at,
           %(next)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS ends_at
),
told AS (
    SELECT s.transaction_id, s.kind, s.at, s.official_id, t.procedure_id, t.procedure_version_id,
           COALESCE(s.unit_id, CASE s.kind WHEN 'reception' THEN t.receiving_unit_id
                                           WHEN 'settlement' THEN t.settling_unit_id END) AS unit_id
    FROM span, procedures_step s JOIN procedures_transaction t ON t.id = s.transaction_id
    WHERE s.at >= span.begins_at AND s.at < span.ends_at AND {steps}
    AND NOT EXISTS (
        SELECT 1 FROM procedures_step o WHERE o.transaction_id = s.transaction_id AND o.kind = s.kind
        AND ({later}) > ({place})
    )
    UNION ALL
    SELECT t.id, u.kind, u.at, NULL, t.procedure_id, t.procedure_version_id, u.unit_id
    FROM span, procedures_transaction t CROSS JOIN LATERAL (VALUES
        ('reception', t.received_at, t.receiving_unit_id), ('settlement', t.ended_at, t.settling_unit_id)
    ) AS u(kind, at, unit_id)
    WHERE u.at >= span.begins_at AND u.at < span.ends_at AND {transactions}
    AND NOT EXISTS (SELECT 1 FROM procedures_step o WHERE o.transaction_id = t.id AND o.kind = u.kind)
),
done AS (
    SELECT o.*, (o.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day, v.field_id
    FROM told o LEFT JOIN procedures_procedureversion v ON v.id = o.procedure_version_id
)
SELECT GREATEST(date_trunc('month', g.day)::date, %(first)s), COALESCE(({key})::text, ''), g.kind, count(*),
       count(*) FILTER (WHERE EXISTS (
           SELECT 1 FROM feedback_ratingright r WHERE r.transaction_id = g.transaction_id AND r.step = g.kind
       ))
FROM done g
WHERE (%(official)s::bigint IS NULL OR g.official_id = %(official)s)
AND (%(procedure)s::bigint IS NULL OR g.procedure_id = %(procedure)s)
AND (%(field)s::bigint IS NULL OR g.field_id = %(field)s)
AND (%(step)s::text IS NULL OR g.kind = %(step)s)
AND (%(everything)s OR EXISTS (SELECT 1 FROM place_of p WHERE p.unit_id = g.unit_id AND p.days @> g.day))
GROUP BY 1, 2, 3
"""
)
_OF_UNITS = {
    "steps": "(s.unit_id = ANY(%(units)s) OR s.unit_id IS NULL)",
    "transactions": "(t.receiving_unit_id = ANY(%(units)s) OR t.settling_unit_id = ANY(%(units)s))",
}
_OF_ALL = {"steps": "true", "transactions": "true"}
_LATER, _PLACE = (", ".join(place_of_step(step)) for step in ("o", "s"))

_KEYS: Mapping[RatingBreakdown, str] = {
    RatingBreakdown.NONE: "''",
    RatingBreakdown.MONTH: "''",
    RatingBreakdown.UNIT: "g.unit_id",
    RatingBreakdown.OFFICIAL: "g.official_id",
    RatingBreakdown.PROCEDURE: "g.procedure_id",
    RatingBreakdown.FIELD: "g.field_id",
    RatingBreakdown.CHANNEL: "g.channel",
    RatingBreakdown.STEP: "g.step",
}
_KEYS_OF_PARTS = {**_KEYS, RatingBreakdown.UNIT: "s.unit_id", RatingBreakdown.STEP: "s.step"}
_KEYS_OF_DONE = {**_KEYS, RatingBreakdown.STEP: "g.kind", RatingBreakdown.CHANNEL: "''"}
_KEYS_AS_SUBMITTED: Mapping[Breakdown, str] = {
    Breakdown.NONE: "''",
    Breakdown.UNIT: "s.unit_id",
    Breakdown.PROCEDURE: "g.procedure_id",
    Breakdown.FIELD: "g.field_id",
    Breakdown.CHANNEL: "g.dossier_channel",
}


class Place(NamedTuple):
    """Where a count belongs: a day (of a rating: the first of its month that is asked for), a value, and the step."""

    day: dt.date
    key: str
    step: str


@dataclass(frozen=True)
class Tally:
    """Ratings added up: those that count on the levels 1 to 5 (points, how many satisfied) and on other scales.

    `dissatisfied` are of both. `quarantined` and `excluded` are None where they are not told.
    """

    five_level: int = 0
    other_scale: int = 0
    satisfied: int = 0
    points: Decimal = Decimal(0)
    dissatisfied: int = 0
    quarantined: int | None = None
    excluded: int | None = None

    @property
    def valid(self) -> int:
        """How many count."""
        return self.five_level + self.other_scale

    @property
    def answered(self) -> int:
        """How many are known of."""
        return self.valid + (self.quarantined or 0) + (self.excluded or 0)

    def __add__(self, more: "Tally") -> "Tally":
        """Add two up."""
        return Tally(
            self.five_level + more.five_level,
            self.other_scale + more.other_scale,
            self.satisfied + more.satisfied,
            self.points + more.points,
            self.dissatisfied + more.dissatisfied,
            _added(self.quarantined, more.quarantined),
            _added(self.excluded, more.excluded),
        )


def _added(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)


@dataclass(frozen=True)
class Narrowing:
    """What is counted only: primary keys, or words; None is everything."""

    official: int | None = None
    procedure: int | None = None
    field: int | None = None
    channel: str | None = None
    step: str | None = None


_NARROWING = ("official", "procedure", "field", "channel", "step")


@dataclass(frozen=True)
class Ground:
    """Where and when is counted, `[first_day, next_day)`, and only what."""

    charged: Charged
    first_day: dt.date
    next_day: dt.date
    only: Narrowing = field(default_factory=Narrowing)


class Occasions(NamedTuple):
    """How many steps could be rated, and for how many of them a right was ever issued."""

    eligible: int = 0
    invited: int = 0


def given(*, by: RatingBreakdown, ground: Ground) -> dict[Place, Tally]:
    """Return what was said, by the month in which it was; of half months whose days are kept no more by their first."""
    days = _DAYS_OF_ALL if ground.charged.everything else _DAYS_OF_FEW
    statement = _GIVEN.format(key=_KEYS[by], days_of_ratings=days, form=FORM, tally=TALLY)
    return {Place(*row[:3]): Tally(*row[3:]) for row in _rows(statement, ground)}


def told(*, by: RatingBreakdown | Breakdown, ground: Ground) -> dict[Place, Tally]:
    """Return what is told of it to everybody, by the last week of its cell."""
    key = _KEYS_OF_PARTS[by] if isinstance(by, RatingBreakdown) else _KEYS_AS_SUBMITTED[by]
    return {Place(*row[:3]): Tally(*row[3:]) for row in _rows(_TOLD.format(key=key, form=FORM), ground)}


def occasions(*, by: RatingBreakdown, ground: Ground) -> dict[Place, Occasions]:
    """Return what could be rated, by the day of the step: the last of its kind in a transaction.

    Where no step was told, the transaction's own reception and end stand for it, as they do for what is rated.
    """
    where = _OF_ALL if ground.charged.everything else _OF_UNITS
    statement = _DONE.format(key=_KEYS_OF_DONE[by], later=_LATER, place=_PLACE, **where)
    return {Place(*row[:3]): Occasions(*row[3:]) for row in _rows(statement, ground)}


def _rows(statement: str, ground: Ground) -> list[Any]:
    values = {
        "first": ground.first_day,
        "next": ground.next_day,
        "everything": ground.charged.everything,
        "units": ground.charged.units,
        "days": ground.charged.days,
        **{name: getattr(ground.only, name) for name in _NARROWING},
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
