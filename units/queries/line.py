"""The line of an official: the units of whose people he may not hear what citizens say.

Note [The line]: a complaint is kept from the accused, from his unit, from everybody under it, and from everybody
between it and the province. Both sides are taken on the day of the act and today, because people move; both days'
trees are asked, because units move; and a unit that did not exist on the day asked about is looked for in what it came
from or went into, because in 2025 most of them merged. What split off is traced back to the whole only where it has no
other origin: the districts of 2025 were split over all their communes, and a commune is no district. A succession that
was revoked still hides: a correction of the register opens no complaint to anybody. The answer is a list of
(unit, days): an accused who stands in that unit is out of sight if the act happened on one of the days.
"""

import datetime as dt
from collections import defaultdict

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from units.queries.stamps import Remembered, reference_stamp
from units.vocabulary import Viewer

_Whose = tuple[int | None, int | None, dt.date]

_LINE = """
WITH RECURSIVE
life AS (
    SELECT unit_id, range_merge(range_agg(valid)) AS days FROM units_unitversion GROUP BY unit_id
),
became AS (  -- on `days`, when `unit` was not yet or no more, it is to be looked for in `other`
    SELECT s.predecessor_id AS unit_id, s.successor_id AS other_id,
           daterange(GREATEST(s.effective_date, upper(l.days)), NULL) AS days
    FROM units_unitsuccession s JOIN life l ON l.unit_id = s.predecessor_id
    WHERE s.successor_id IS NOT NULL AND NOT upper_inf(l.days)
    UNION ALL
    SELECT s.successor_id, s.predecessor_id, daterange(NULL, LEAST(s.effective_date, lower(l.days)))
    FROM units_unitsuccession s JOIN life l ON l.unit_id = s.successor_id
    WHERE NOT lower_inf(l.days) AND (
        s.kind <> 'split'
        OR NOT EXISTS (
            SELECT 1 FROM units_unitsuccession o
            WHERE o.successor_id = s.successor_id AND o.kind <> 'split' AND o.revoked_at IS NULL
        )
    )
),
posted AS (  -- his units: on the day of the act, and today
    SELECT u.unit_id, p.valid AS acts FROM units_posting p
    CROSS JOIN LATERAL (VALUES (p.home_unit_id), (p.serving_unit_id)) AS u (unit_id)
    WHERE p.official_id = %(official)s
    UNION
    SELECT u.unit_id, daterange(NULL, NULL) FROM units_posting p
    CROSS JOIN LATERAL (VALUES (p.home_unit_id), (p.serving_unit_id)) AS u (unit_id)
    WHERE p.official_id = %(official)s AND p.valid @> %(today)s::date
),
start AS (
    SELECT unit_id, acts, true AS looks_down FROM posted
    UNION
    SELECT id, daterange(NULL, NULL), false FROM units_unit WHERE id = %(boundary)s
),
carried AS (  -- `looked`: the days whose tree is asked
    SELECT unit_id, acts, acts AS looked, true AS is_then, looks_down FROM start
    UNION
    SELECT unit_id, acts, daterange(%(today)s::date, %(today)s::date, '[]'), false, looks_down FROM start
    UNION
    SELECT b.other_id, c.acts, c.looked * b.days, c.is_then, c.looks_down
    FROM carried c JOIN became b ON b.unit_id = c.unit_id AND b.days && c.looked
),
above AS (
    SELECT * FROM carried
    UNION
    SELECT v.parent_id, a.acts, a.looked * v.valid, a.is_then, a.looks_down
    FROM above a JOIN units_unitversion v ON v.unit_id = a.unit_id AND v.valid && a.looked
    WHERE v.parent_id IS NOT NULL
),
below AS (
    SELECT c.unit_id, c.acts, c.looked * v.valid AS looked, c.is_then, c.looks_down
    FROM carried c JOIN units_unitversion v ON v.unit_id = c.unit_id AND v.valid && c.looked
    WHERE c.looks_down AND v.kind <> 'province'
    UNION
    SELECT v.unit_id, b.acts, b.looked * v.valid, b.is_then, b.looks_down
    FROM below b JOIN units_unitversion v ON v.parent_id = b.unit_id AND v.valid && b.looked
),
line AS (
    SELECT unit_id, acts, looked, is_then FROM above
    UNION
    SELECT unit_id, acts, looked, is_then FROM below
    UNION
    SELECT b.unit_id, l.acts, l.looked * b.days, l.is_then
    FROM line l JOIN became b ON b.other_id = l.unit_id AND b.days && l.looked
)
SELECT DISTINCT unit_id, CASE WHEN is_then THEN looked ELSE acts END FROM line WHERE NOT isempty(looked)
"""


def line_of(*, viewer: Viewer, today: dt.date) -> dict[DateRange, set[int]]:
    """Return, by days of the act, the ids of the units whose accused are kept from this viewer.

    See Note [The line]. One query, once for a state of the organisation; nothing for a viewer who is no official and
    has no boundary.
    """
    if viewer.official is None and viewer.boundary is None:
        return {}
    wanted = (viewer.official, viewer.boundary, today)
    return _remembered.of(reference_stamp(), [wanted])[wanted]


def units_near(*, viewer: Viewer, today: dt.date) -> frozenset[int]:
    """Return the ids of the units of a viewer's line whatever the day of the act, with every one he ever served in."""
    return frozenset().union(*line_of(viewer=viewer, today=today).values())


def _lines(wanted: list[_Whose]) -> dict[_Whose, dict[DateRange, set[int]]]:
    return {whose: _line(*whose) for whose in wanted}


def _line(official: int | None, boundary: int | None, today: dt.date) -> dict[DateRange, set[int]]:
    closed: dict[DateRange, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_LINE, {"official": official, "boundary": boundary, "today": today})
        for unit_id, acts in cursor.fetchall():
            closed[acts].add(unit_id)
    return dict(closed)


_remembered = Remembered(_lines, most=1000)
"""It hangs on units, their versions and successions, and postings: every one of them is stamped (Note [Stamps])."""
