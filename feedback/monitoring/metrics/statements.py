"""The SQL of the figures: every bucket of days is counted in one statement, and an empty one is still there.

Each statement returns, by bucket: its place, then the counts that counting.py names, then the calendar editions. Those
of what ended (TIMELINESS, OPINION) return a row for each bucket and value of a breakdown: place, value as text (empty:
not known, or not broken down), counts, editions; `broken_down` says by what.

Parameters: `begins`/`ends` (days of the buckets), `everything`, `units`/`days` (see charging), `official`, `procedure`,
`tells_pending`: a complaint counts before it is concluded.
"""

from collections.abc import Mapping

from feedback.complaints.queries import is_about
from feedback.monitoring.models import COUNTS
from feedback.ratings.queries import is_of_survey
from feedback.ratings.rules.survey import SATISFIED_FROM
from feedback.vocabulary import Breakdown

_IS_ABOUT_ENDED = is_about(complaint="c", transaction="e")
_ENDED = """
WITH bucket AS (
    SELECT place, first_day, next_day,
           first_day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS begins_at,
           next_day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh' AS ends_at
    FROM unnest(%(begins)s::date[], %(ends)s::date[]) WITH ORDINALITY AS b(first_day, next_day, place)
),
place_of AS (
    SELECT unit_id, days FROM unnest(%(units)s::bigint[], %(days)s::daterange[]) AS u(unit_id, days)
),
ended AS (
    SELECT b.place, t.id, t.dossier_code, t.timeliness, t.national_timeliness, t.outcome, t.calendar_id, t.exclusions,
           COALESCE(NULLIF(t.timeliness_before_exclusions, ''), t.timeliness) AS timeliness_before,
           COALESCE(({key})::text, '') AS key
    FROM bucket b
    JOIN procedures_transaction t ON t.ended_at >= b.begins_at AND t.ended_at < b.ends_at
    WHERE (%(procedure)s::bigint IS NULL OR t.procedure_id = %(procedure)s)
    AND (%(everything)s OR %(official)s::bigint IS NOT NULL
        OR t.settling_unit_id = ANY(%(units)s::bigint[])
            AND t.ended_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
            AND t.ended_at < %(next)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
        OR t.settling_unit_id IS NULL AND t.receiving_unit_id = ANY(%(units)s::bigint[]))
    AND CASE WHEN %(official)s::bigint IS NULL THEN
        %(everything)s OR EXISTS (
            SELECT 1 FROM place_of p
            WHERE p.unit_id = COALESCE(t.settling_unit_id, t.receiving_unit_id)
            AND p.days @> (t.ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        )
    ELSE EXISTS (
        SELECT 1 FROM procedures_step s
        WHERE s.transaction_id = t.id AND s.official_id = %(official)s
        AND (%(everything)s OR EXISTS (
            SELECT 1 FROM place_of p
            WHERE p.unit_id = COALESCE(s.unit_id, t.settling_unit_id, t.receiving_unit_id)
            AND p.days @> (s.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
        ))
    ) END
)
"""

TIMELINESS = (
    _ENDED
    + """
SELECT b.place, COALESCE(e.key, ''), count(e.id),
       count(*) FILTER (WHERE e.timeliness IN ('early', 'on_time')),
       count(*) FILTER (WHERE e.timeliness IN ('early', 'on_time', 'late')),
       count(*) FILTER (WHERE e.national_timeliness IN ('early', 'on_time')),
       count(*) FILTER (WHERE e.national_timeliness IN ('early', 'on_time', 'late')),
       count(*) FILTER (WHERE e.timeliness_before IN ('early', 'on_time')),
       count(*) FILTER (WHERE e.timeliness_before IN ('early', 'on_time', 'late')),
       count(*) FILTER (WHERE e.exclusions > 0 AND e.timeliness IN ('early', 'on_time', 'late')),
       count(*) FILTER (WHERE e.timeliness_before <> e.timeliness),
       array_agg(DISTINCT e.calendar_id) FILTER (WHERE e.id IS NOT NULL)
FROM bucket b LEFT JOIN ended e ON e.place = b.place GROUP BY b.place, 2 ORDER BY b.place, 2
"""
)

NOTICES = (
    _ENDED
    + """
SELECT b.place, COALESCE(e.key, ''), count(e.id), count(*) FILTER (WHERE t.supplement_notice_on_time),
       count(t.supplement_notice_on_time), array_agg(DISTINCT e.calendar_id) FILTER (WHERE e.id IS NOT NULL)
FROM bucket b LEFT JOIN ended e ON e.place = b.place LEFT JOIN procedures_transaction t ON t.id = e.id
GROUP BY b.place, 2 ORDER BY b.place, 2
"""
)

_COUNTED = """
WITH bucket AS (
    SELECT place, first_day, next_day FROM unnest(%(begins)s::date[], %(ends)s::date[])
    WITH ORDINALITY AS b(first_day, next_day, place)
),
place_of AS (
    SELECT unit_id, days FROM unnest(%(units)s::bigint[], %(days)s::daterange[]) AS u(unit_id, days)
),
"""
# The buckets of a question follow one another without a gap, so a day's place is found by their first days alone.
_SUMMED = f"""
summed AS (
    SELECT width_bucket(c.day, %(begins)s::date[]) AS place, ({{key}})::text AS key, c.calendar_id,
           {", ".join(f"sum(c.{one}) AS {one}" for one in COUNTS)}
    FROM counted c GROUP BY 1, 2, 3
)
SELECT b.place, COALESCE(s.key, ''), {", ".join(f"COALESCE(sum(s.{one}), 0)::bigint" for one in COUNTS)},
       array_agg(s.calendar_id) FILTER (WHERE s.ended <> 0)
FROM bucket b LEFT JOIN summed s ON s.place = b.place GROUP BY b.place, 2 ORDER BY b.place, 2
"""  # noqa: S608 - names of our own columns

TIMELINESS_EVERYWHERE = (
    _COUNTED  # noqa: S608 - both parts are constants
    + "counted AS (SELECT * FROM feedback_endedcount WHERE day >= %(first)s AND day < %(next)s),"
    + _SUMMED
)
"""TIMELINESS of all units, from the counts that are kept up to date (models.EndedCount)."""

TIMELINESS_OF_UNITS = (
    _COUNTED  # noqa: S608 - both parts are constants
    + """counted AS (
    SELECT c.* FROM place_of p JOIN feedback_endedcount c
    ON c.charged = p.unit_id AND c.day >= %(first)s AND c.day < %(next)s AND p.days @> c.day
),"""
    + _SUMMED
)
"""TIMELINESS of units on their days, likewise."""

OPINION = (
    _ENDED  # noqa: S608 - all parts are constants
    + f""",
spoken AS (
    SELECT e.*, e.outcome = 'refused_at_intake' AS is_outside, e.national_timeliness = 'late' AS is_late,
        COALESCE(r.is_rated, false) AS is_rated, COALESCE(r.is_disliked, false) AS is_disliked,
        EXISTS (
            SELECT 1 FROM feedback_complaint c
            WHERE {_IS_ABOUT_ENDED} AND (c.state = 'concluded' OR %(tells_pending)s AND c.state <> 'refused')
        ) AS is_complained
    FROM ended e LEFT JOIN LATERAL (
        SELECT true AS is_rated, bool_or(g.is_dissatisfied) AS is_disliked
        FROM (
            SELECT c.is_dissatisfied FROM feedback_ratinglink l JOIN feedback_rating c ON c.id = l.rating_id
            WHERE l.transaction_id = e.id AND c.state = 'counted'
            UNION ALL
            SELECT is_disliked FROM feedback_keptopinion k WHERE k.transaction_id = e.id AND k.is_rated
        ) g HAVING count(*) > 0
    ) r ON true
)
SELECT b.place, COALESCE(e.key, ''), count(e.id),
       count(*) FILTER (WHERE e.is_outside),
       count(*) FILTER (WHERE NOT e.is_outside AND e.is_late),
       count(*) FILTER (WHERE NOT e.is_outside AND (e.is_disliked OR e.is_complained)),
       count(*) FILTER (WHERE NOT e.is_outside AND (e.is_late OR e.is_disliked OR e.is_complained)),
       count(*) FILTER (WHERE e.is_rated),
       count(*) FILTER (WHERE NOT e.is_outside AND (e.is_rated OR e.is_complained)),
       array_agg(DISTINCT e.calendar_id) FILTER (WHERE e.id IS NOT NULL)
FROM bucket b LEFT JOIN spoken e ON e.place = b.place GROUP BY b.place, 2 ORDER BY b.place, 2
"""  # noqa: S608 - our own condition
)

FORM = f"""form AS MATERIALIZED (
    SELECT v.id, {is_of_survey(version="v")} AS is_of_survey FROM feedback_ratingformversion v
)"""  # noqa: S608 - our own condition
"""Each version of a form, and whether its answers are points of the survey method: asked once, not for each rating."""
TALLY = f"""count(*) FILTER (WHERE g.is_of_survey AND g.state = 'counted'),
       count(*) FILTER (WHERE NOT g.is_of_survey AND g.state = 'counted'),
       count(*) FILTER (WHERE g.is_of_survey AND g.state = 'counted' AND g.overall >= {SATISFIED_FROM}),
       COALESCE(sum(g.overall) FILTER (WHERE g.is_of_survey AND g.state = 'counted'), 0),
       count(*) FILTER (WHERE g.is_dissatisfied AND g.state = 'counted'),
       count(*) FILTER (WHERE g.state = 'quarantined'),
       count(*) FILTER (WHERE g.state = 'excluded')"""
"""What is counted of ratings `g`, in the order of ratings.Tally."""

PLACES = """
stood AS (
    SELECT unit_id, days FROM unnest(%(units)s::bigint[], %(days)s::daterange[]) AS u(unit_id, days)
),
ended AS (
    SELECT v.unit_id, upper(v.valid) AS day, (
        SELECT min(lower(n.valid)) FROM units_unitversion n
        WHERE n.unit_id = v.unit_id AND lower(n.valid) >= upper(v.valid)
    ) AS again
    FROM units_unitversion v WHERE v.unit_id = ANY(%(units)s::bigint[]) AND upper(v.valid) IS NOT NULL
),
place_of AS (
    SELECT unit_id, days FROM stood
    UNION ALL
    SELECT s.unit_id, daterange(e.day, e.again) FROM stood s JOIN ended e ON e.unit_id = s.unit_id
    WHERE s.days @> e.day - 1 AND e.again IS DISTINCT FROM e.day
)"""
"""A unit is rated after its end as well: there it counts where it stood last, so that no rating is lost between two."""

SURVEY = f"""
WITH bucket AS (
    SELECT place, first_day, next_day FROM unnest(%(begins)s::date[], %(ends)s::date[])
    WITH ORDINALITY AS b(first_day, next_day, place)
),
{PLACES},
{FORM},
given AS (
    SELECT g.*, l.given_on, f.is_of_survey
    FROM feedback_rating g
    JOIN (
        SELECT rating_id, (received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS given_on FROM feedback_ratinglink
        WHERE received_at >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
        AND received_at < %(next)s::date::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
        UNION ALL
        SELECT rating_id, given_from FROM feedback_keptday WHERE given_from >= %(first)s AND given_from < %(next)s
    ) l ON l.rating_id = g.id
    JOIN form f ON f.id = g.form_version_id
    WHERE (%(procedure)s::bigint IS NULL OR g.procedure_id = %(procedure)s)
    AND (%(official)s::bigint IS NULL OR g.official_id = %(official)s)
)
SELECT b.place,
       {TALLY}
FROM bucket b LEFT JOIN given g ON g.given_on >= b.first_day AND g.given_on < b.next_day
AND (%(everything)s OR EXISTS (SELECT 1 FROM place_of p WHERE p.unit_id = g.unit_id AND p.days @> g.given_on))
GROUP BY b.place ORDER BY b.place
"""  # noqa: S608 - our own condition

UPHELD = f"""
WITH bucket AS (
    SELECT place, first_day, next_day FROM unnest(%(begins)s::date[], %(ends)s::date[])
    WITH ORDINALITY AS b(first_day, next_day, place)
),
place_of AS (
    SELECT unit_id, days FROM unnest(%(units)s::bigint[], %(days)s::daterange[]) AS u(unit_id, days)
),
upheld AS (
    SELECT DISTINCT c.id, c.event_date,
           COALESCE(s.unit_id, p.serving_unit_id, t.settling_unit_id, t.receiving_unit_id) AS unit_id
    FROM feedback_complaint c
    JOIN feedback_complaintsubject s ON s.complaint_id = c.id
    JOIN feedback_allegation a ON a.subject_id = s.id
    JOIN feedback_finding f ON f.allegation_id = a.id AND f.outcome IN ('upheld', 'partly_upheld')
    JOIN feedback_conclusion n ON n.id = f.conclusion_id AND n.number = (
        SELECT max(number) FROM feedback_conclusion WHERE complaint_id = c.id
    )
    LEFT JOIN procedures_transaction t ON {is_about(complaint="c", transaction="t")}
    LEFT JOIN units_posting p ON p.official_id = s.official_id AND p.valid @> c.event_date
    WHERE c.state = 'concluded' AND c.event_date >= %(first)s AND c.event_date < %(next)s
    AND (%(official)s::bigint IS NULL OR s.official_id = %(official)s)
    AND (%(procedure)s::bigint IS NULL OR t.procedure_id = %(procedure)s)
)
SELECT b.place, count(DISTINCT u.id)
FROM bucket b LEFT JOIN upheld u ON u.event_date >= b.first_day AND u.event_date < b.next_day
AND (%(everything)s OR EXISTS (SELECT 1 FROM place_of p WHERE p.unit_id = u.unit_id AND p.days @> u.event_date))
GROUP BY b.place ORDER BY b.place
"""  # noqa: S608 - our own condition


_KEYS: Mapping[Breakdown, str] = {
    Breakdown.NONE: "''",
    Breakdown.UNIT: "COALESCE(t.settling_unit_id, t.receiving_unit_id)",
    Breakdown.PROCEDURE: "t.procedure_id",
    Breakdown.FIELD: "(SELECT v.field_id FROM procedures_procedureversion v WHERE v.id = t.procedure_version_id)",
    Breakdown.CHANNEL: "t.channel",
}
_KEYS_OF_COUNTS: Mapping[Breakdown, str] = {Breakdown.NONE: "''", Breakdown.UNIT: "NULLIF(c.charged, 0)"}
KEPT = (TIMELINESS_EVERYWHERE, TIMELINESS_OF_UNITS)


def broken_down(statement: str, by: Breakdown) -> str:
    """Return a statement of what ended, with a row for each value of the breakdown."""
    return statement.replace("{key}", (_KEYS_OF_COUNTS if statement in KEPT else _KEYS)[by])
