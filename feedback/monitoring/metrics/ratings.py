"""The SQL of the figures of ratings: what was said, and who could have said something.

Both statements return rows (unit, month, key, ...): the unit's primary key, the first day of the calendar month, and
the value of the breakdown as text, empty where it is not known. Days are those of Asia/Ho_Chi_Minh.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from feedback.monitoring.metrics.charging import Charged
from feedback.monitoring.rules.cells import Tally
from feedback.vocabulary import RatingBreakdown

_PLACES = """
WITH place_of AS (
    SELECT unit_id, days FROM unnest(%(units)s::bigint[], %(days)s::daterange[]) AS u(unit_id, days)
),
"""

_GIVEN = (
    _PLACES  # noqa: S608 - the key is one of _KEYS
    + """
given AS (
    SELECT g.*, (l.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS day,
           jsonb_array_length(f.content -> 'scale') = 5 AS has_five_levels
    FROM feedback_rating g
    JOIN feedback_ratinglink l ON l.rating_id = g.id
    JOIN feedback_ratingformversion f ON f.id = g.form_version_id
    WHERE g.week_date > %(first)s::date - 8 AND g.week_date < %(next)s::date
    AND (%(everything)s OR g.unit_id = ANY(%(units)s))
    AND (%(official)s::bigint IS NULL OR g.official_id = %(official)s)
    AND (%(procedure)s::bigint IS NULL OR g.procedure_id = %(procedure)s)
    AND (%(field)s::bigint IS NULL OR g.field_id = %(field)s)
    AND (%(channel)s::text IS NULL OR g.channel = %(channel)s)
    AND (%(step)s::text IS NULL OR g.step = %(step)s)
)
SELECT g.unit_id, date_trunc('month', g.day)::date, COALESCE(({key})::text, ''),
       count(*) FILTER (WHERE g.has_five_levels AND g.state = 'counted'),
       count(*) FILTER (WHERE NOT g.has_five_levels AND g.state = 'counted'),
       count(*) FILTER (WHERE g.has_five_levels AND g.state = 'counted' AND g.overall >= 4),
       COALESCE(sum(g.overall) FILTER (WHERE g.has_five_levels AND g.state = 'counted'), 0),
       count(*) FILTER (WHERE g.state = 'quarantined'),
       count(*) FILTER (WHERE g.state = 'excluded')
FROM given g
WHERE g.day >= %(first)s AND g.day < %(next)s
AND (%(everything)s OR EXISTS (SELECT 1 FROM place_of p WHERE p.unit_id = g.unit_id AND p.days @> g.day))
GROUP BY 1, 2, 3
"""
)

_DONE = (
    _PLACES  # noqa: S608 - all parts are constants
    + """
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
        AND (o.at, o.id) > (s.at, s.id)
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
SELECT g.unit_id, date_trunc('month', g.day)::date, COALESCE(({key})::text, ''), count(*),
       count(*) FILTER (WHERE EXISTS (
           SELECT 1 FROM feedback_ratingright r
           WHERE r.transaction_id = g.transaction_id AND r.step = g.kind AND r.revoked_at IS NULL
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

_KEYS: Mapping[RatingBreakdown, str] = {
    RatingBreakdown.NONE: "''",
    RatingBreakdown.MONTH: "''",
    RatingBreakdown.UNIT: "''",
    RatingBreakdown.OFFICIAL: "g.official_id",
    RatingBreakdown.PROCEDURE: "g.procedure_id",
    RatingBreakdown.FIELD: "g.field_id",
    RatingBreakdown.CHANNEL: "g.channel",
    RatingBreakdown.STEP: "g.step",
}
_KEYS_OF_DONE = {**_KEYS, RatingBreakdown.STEP: "g.kind", RatingBreakdown.CHANNEL: "''"}


class Place(NamedTuple):
    """Where a count belongs: unit (primary key, None: not known), month (its first day), value of the breakdown."""

    unit: int | None
    month: dt.date
    key: str


@dataclass(frozen=True)
class Narrowing:
    """What is counted only: primary keys, or words; None is everything."""

    official: int | None = None
    procedure: int | None = None
    field: int | None = None
    channel: str | None = None
    step: str | None = None

    def named(self) -> dict[RatingBreakdown, str]:
        """Return the value asked for by the breakdown that it is one of, as a key."""
        values = {name: getattr(self, name.value) for name in NARROWING}
        return {name: str(value) for name, value in values.items() if value is not None}


NARROWING = (
    RatingBreakdown.OFFICIAL, RatingBreakdown.PROCEDURE, RatingBreakdown.FIELD, RatingBreakdown.CHANNEL,
    RatingBreakdown.STEP,
)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """Where and when is counted, `[first_day, next_day)`, and only what."""

    charged: Charged
    first_day: dt.date
    next_day: dt.date
    only: Narrowing = field(default_factory=Narrowing)


class Occasions(NamedTuple):
    """How many steps could be rated, and for how many of them a right was issued."""

    eligible: int = 0
    invited: int = 0


def tallies(*, by: RatingBreakdown, ground: Ground) -> dict[Place, Tally]:
    """Return what was said, by the day on which it was."""
    return {Place(*row[:3]): Tally(*row[3:]) for row in _rows(_GIVEN.format(key=_KEYS[by]), ground)}


def occasions(*, by: RatingBreakdown, ground: Ground) -> dict[Place, Occasions]:
    """Return what could be rated, by the day of the step: the last of its kind in a transaction.

    Where no step was told, the transaction's own reception and end stand for it, as they do for what is rated.
    """
    where = _OF_ALL if ground.charged.everything else _OF_UNITS
    statement = _DONE.format(key=_KEYS_OF_DONE[by], **where)
    return {Place(*row[:3]): Occasions(*row[3:]) for row in _rows(statement, ground)}


def _rows(statement: str, ground: Ground) -> list[Any]:
    values = {
        "first": ground.first_day,
        "next": ground.next_day,
        "everything": ground.charged.everything,
        "units": ground.charged.units,
        "days": ground.charged.days,
        **{name.value: getattr(ground.only, name.value) for name in NARROWING},
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
