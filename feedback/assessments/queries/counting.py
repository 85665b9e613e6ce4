"""What a run counts: who took part in which transaction, with which facts. One statement, one view of the data.

Note [Charged]: a subject is charged with a judged transaction that ended in the period when it did a step of it, as the
step's unit and official on that day. A step without a unit is the settling unit's if it settles, else the receiving
unit's. A transaction without steps is the settling unit's, else the receiving unit's; an unknown official is nobody.
One who did several steps of a transaction is scored by the worst of them: indicator 2 goes by transaction and unit.

Note [Complaints in indicator 7]: a complaint on a transaction marks the official it names and the unit it names, else
the unit in which that official took part, else every unit that took part. Upheld or partly upheld in the last
conclusion marks UPHELD, not yet concluded PENDING, any other conclusion FALSE; refused ones mark nothing. One about an
official without a dossier marks the first transaction that he handled on the day of the act.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

from feedback.assessments.rules.facts import Facts, Label, Standing
from feedback.complaints.queries import is_about

_STANDINGS = (Standing.NONE, Standing.FALSE, Standing.PENDING, Standing.UPHELD)
_STEPS = (Label.LATE, Label.ON_TIME, Label.EARLY)
_BATCH = 2000

_COUNTED = f"""
WITH judged AS MATERIALIZED (
    SELECT id, timeliness, NULLIF(timeliness_before_exclusions, '') AS before,
           LEAST(COALESCE(contacts, supplement_requests), 2) AS contacts,
           CASE WHEN agencies_contacted > 2 THEN 2 ELSE agencies_contacted END AS agencies,
           settling_unit_id, receiving_unit_id, dossier_code
    FROM procedures_transaction
    WHERE ended_at >= %(begins)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
    AND ended_at < %(ends)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
    AND timeliness IN ('early', 'on_time', 'late')
),
done AS MATERIALIZED (
    SELECT j.id, j.timeliness, j.before, j.contacts, j.agencies, s.official_id, s.at,
           COALESCE(
               s.unit_id, CASE WHEN s.kind IN ('reception', 'return') THEN j.receiving_unit_id END,
               j.settling_unit_id, j.receiving_unit_id
           ) AS unit_id,
           sign(
               (s.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - (s.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
           )::int + 1 AS step
    FROM judged j LEFT JOIN procedures_step s ON s.transaction_id = j.id
),
accused AS (
    SELECT s.id, s.unit_id, s.official_id, c.event_date, t.id AS transaction_id,
           c.dossier_code = '' AS is_without_dossier,
           CASE WHEN c.state <> 'concluded' THEN 2 WHEN EXISTS (
               SELECT 1 FROM feedback_allegation a JOIN feedback_finding f ON f.allegation_id = a.id
               JOIN feedback_conclusion n ON n.id = f.conclusion_id
               WHERE a.subject_id = s.id AND f.outcome IN ('upheld', 'partly_upheld') AND n.number = (
                   SELECT max(number) FROM feedback_conclusion WHERE complaint_id = c.id
               )
           ) THEN 3 ELSE 1 END AS standing
    FROM feedback_complaint c JOIN feedback_complaintsubject s ON s.complaint_id = c.id
    LEFT JOIN judged t ON {is_about(complaint="c", transaction="t")}
    WHERE c.state IN ('submitted', 'accepted', 'verifying', 'concluded')
),
mark AS (
    SELECT a.transaction_id, COALESCE(a.unit_id, (
               SELECT min(d.unit_id) FROM done d WHERE d.id = a.transaction_id AND d.official_id = a.official_id
           )) AS unit_id, a.official_id, a.standing
    FROM accused a WHERE a.transaction_id IS NOT NULL
    UNION ALL
    (SELECT DISTINCT ON (a.id) d.id, COALESCE(a.unit_id, d.unit_id), a.official_id, a.standing
    FROM accused a JOIN done d ON d.official_id = a.official_id
    AND (d.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date = a.event_date
    WHERE a.is_without_dossier
    ORDER BY a.id, d.at, d.id)
),
part AS (
    SELECT 'unit' AS kind, unit_id AS subject, id, timeliness, before, contacts, agencies, min(step) AS step
    FROM done WHERE unit_id IS NOT NULL GROUP BY unit_id, id, timeliness, before, contacts, agencies
    UNION ALL
    SELECT 'official', official_id, id, timeliness, before, contacts, agencies, min(step)
    FROM done WHERE official_id IS NOT NULL GROUP BY official_id, id, timeliness, before, contacts, agencies
),
marked AS (
    SELECT 'official' AS kind, official_id AS subject, transaction_id AS id, max(standing) AS standing
    FROM mark WHERE official_id IS NOT NULL GROUP BY official_id, transaction_id
    UNION ALL
    SELECT 'unit', p.subject, m.transaction_id, max(m.standing)
    FROM mark m JOIN part p ON p.kind = 'unit' AND p.id = m.transaction_id
    WHERE m.unit_id IS NULL OR m.unit_id = p.subject GROUP BY p.subject, m.transaction_id
)
SELECT p.kind, p.subject, p.timeliness, p.step, p.contacts, p.agencies, COALESCE(m.standing, 0), p.before,
       array_agg(p.id ORDER BY p.id)
FROM part p LEFT JOIN marked m ON m.kind = p.kind AND m.subject = p.subject AND m.id = p.id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608 - our own condition

_AT_LARGE = "SET LOCAL max_parallel_workers_per_gather = 2"
"""A year may take more processors to itself than a page."""

_TOTALS = """
SELECT count(*) FILTER (WHERE timeliness IN ('early', 'on_time', 'late')),
       count(*) FILTER (WHERE timeliness NOT IN ('early', 'on_time', 'late')),
       COALESCE(array_agg(DISTINCT calendar_id) FILTER (WHERE timeliness IN ('early', 'on_time', 'late')), '{}')
FROM procedures_transaction
WHERE ended_at >= %(begins)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
AND ended_at < %(ends)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
"""

_PETITIONS = """
SELECT COALESCE(s.unit_id, p.serving_unit_id), count(DISTINCT c.id),
       count(DISTINCT c.id) FILTER (WHERE c.closed_on <= c.due_on),
       count(DISTINCT c.id) FILTER (WHERE COALESCE(c.closed_on, %(today)s) > c.due_on + %(patience)s::int),
       count(DISTINCT c.id) FILTER (WHERE c.closed_on IS NULL)
FROM feedback_complaint c JOIN feedback_complaintsubject s ON s.complaint_id = c.id
LEFT JOIN units_posting p ON p.official_id = s.official_id AND p.valid @> c.event_date
WHERE c.legal_class = 'petition' AND c.due_on >= %(begins)s AND c.due_on < %(ends)s
AND (c.closed_on IS NOT NULL OR c.due_on < %(today)s)
GROUP BY 1
"""

_ONLINE = """
SELECT COALESCE(settling_unit_id, receiving_unit_id), count(*), count(*) FILTER (WHERE channel = 'online'),
       count(*) FILTER (WHERE channel = 'online' AND timeliness = 'late'),
       count(DISTINCT procedure_id), count(DISTINCT procedure_id) FILTER (WHERE channel = 'online'),
       count(*) FILTER (
           WHERE channel = 'online' AND COALESCE(NULLIF(timeliness_before_exclusions, ''), timeliness) = 'late'
       )
FROM procedures_transaction
WHERE ended_at >= %(begins)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
AND ended_at < %(ends)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
AND timeliness IN ('early', 'on_time', 'late')
GROUP BY 1
"""


class Group(NamedTuple):
    """A subject's transactions (primary keys, in order) that share their facts."""

    facts: Facts
    transactions: list[int]


class Totals(NamedTuple):
    """How many ended transactions were judged, how many were not, and by which editions of the calendar."""

    counted: int
    left_out: int
    calendars: list[int]


class Petitions(NamedTuple):
    """A unit's petitions due in the period: those answered or overdue, those answered in time, those prolonged.

    `pending`: those overdue and not answered yet.
    """

    received: int = 0
    on_time: int = 0
    prolonged: int = 0
    pending: int = 0


class Online(NamedTuple):
    """A unit's judged transactions: all, online ones, late online ones; procedures they ran through, online ones.

    `late_before`: online ones that would be late without the time excluded for them.
    """

    dossiers: int
    online: int
    online_late: int
    procedures: int
    procedures_online: int
    late_before: int


def subjects_counted(*, begins: dt.date, ends: dt.date) -> Iterator[tuple[str, int, list[Group]]]:
    """Yield every unit and official with judged transactions that ended in `[begins, ends)`: kind, id, groups."""
    with connection.cursor() as cursor:
        cursor.execute(_AT_LARGE)
        cursor.execute(_COUNTED, {"begins": begins, "ends": ends})
        current: tuple[str, int] | None = None
        groups: list[Group] = []
        while rows := cursor.fetchmany(_BATCH):
            for kind, subject, timeliness, step, contacts, agencies, standing, before, transactions in rows:
                if current not in {None, (kind, subject)} and current is not None:
                    yield *current, groups
                    groups = []
                current = (kind, subject)
                label = None if step is None else _STEPS[step]
                facts = Facts(
                    Label(timeliness),
                    label,
                    contacts,
                    agencies,
                    _STANDINGS[standing],
                    Label(before) if before else None,
                )
                groups.append(Group(facts, transactions))
    if current is not None:
        yield *current, groups


def totals(*, begins: dt.date, ends: dt.date) -> Totals:
    """Count the transactions that ended in `[begins, ends)`, each once."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, {"begins": begins, "ends": ends})
        return Totals(*cursor.fetchone())


def petitions_by_unit(*, begins: dt.date, ends: dt.date, today: dt.date, patience: int) -> dict[int, Petitions]:
    """Return each unit's petitions; one more than `patience` days overdue is prolonged."""
    values: dict[str, Any] = {"begins": begins, "ends": ends, "today": today, "patience": patience}
    with connection.cursor() as cursor:
        cursor.execute(_PETITIONS, values)
        return {unit: Petitions(*counts) for unit, *counts in cursor.fetchall()}


def online_by_unit(*, begins: dt.date, ends: dt.date) -> dict[int, Online]:
    """Return each settling unit's share of online services."""
    with connection.cursor() as cursor:
        cursor.execute(_ONLINE, {"begins": begins, "ends": ends})
        return {unit: Online(*counts) for unit, *counts in cursor.fetchall()}
