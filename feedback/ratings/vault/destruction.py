"""Destroying the links of a time that is over; what the figures need is kept first.

Note [After destruction]: KeptOpinion carries the official formula on the side of the transactions, KeptDay the
survey's months on the side of the ratings, and nothing leads from one to the other. Both are written in an order that
tells nothing, the ratings are rewritten in one go (so that the numbers of the transactions that wrote them are gone)
and then laid out by their random ids (CLUSTER). The ids that the givers' machines made are replaced: such an id may
hold the time, or be made of the dossier.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.transaction import atomic

OWNER = "owner"
"""Only the owner of the tables may delete a link; the service's own role can not."""

_OVER = """EXISTS (
    SELECT 1 FROM unnest(%(first)s::date[], %(next)s::date[]) AS span(first_day, next_day)
    WHERE {moment} >= first_day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
    AND {moment} < next_day::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
)"""
_GONE = f"""
LOCK TABLE feedback_ratinglink IN SHARE ROW EXCLUSIVE MODE;
CREATE TEMPORARY TABLE feedback_gone ON COMMIT DROP AS
SELECT l.rating_id, l.transaction_id, l.step, (l.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS given_on,
       g.state = 'counted' AS counts, g.state = 'counted' AND g.is_dissatisfied AS dislikes
FROM feedback_ratinglink l
JOIN feedback_rating g ON g.id = l.rating_id
JOIN procedures_transaction t ON t.id = l.transaction_id
WHERE {_OVER.format(moment="l.received_at")} AND {_OVER.format(moment="t.ended_at")}
"""  # noqa: S608 - constants
_KEEP = """
INSERT INTO feedback_keptopinion AS k (transaction_id, steps, is_rated, is_disliked)
SELECT transaction_id, array_agg(step ORDER BY step), bool_or(counts), bool_or(dislikes)
FROM feedback_gone GROUP BY transaction_id ORDER BY transaction_id
ON CONFLICT (transaction_id) DO UPDATE SET steps = k.steps || EXCLUDED.steps,
    is_rated = k.is_rated OR EXCLUDED.is_rated, is_disliked = k.is_disliked OR EXCLUDED.is_disliked;
INSERT INTO feedback_keptday (rating_id, given_from)
SELECT o.rating_id, GREATEST(
           (date_trunc('month', o.given_on)
            + CASE WHEN extract(day FROM o.given_on) < 15 THEN interval '0' ELSE interval '14 days' END)::date,
           (SELECT max(c.day) FROM feedback_changeday c WHERE c.day <= o.given_on)
       )
FROM feedback_gone o ORDER BY o.rating_id;
"""
_CHANGES = """
CREATE TEMPORARY TABLE feedback_changeday ON COMMIT DROP AS
SELECT DISTINCT day FROM units_unitversion v CROSS JOIN LATERAL (VALUES (lower(v.valid)), (upper(v.valid))) AS b(day)
WHERE day IS NOT NULL
"""
_LET_GO = f"""
UPDATE feedback_ratingright SET revoked_at = %(now)s
WHERE revoked_at IS NULL AND {_OVER.format(moment="issued_at")}
AND (expires_at <= %(now)s OR transaction_id IN (SELECT transaction_id FROM feedback_gone));
DELETE FROM feedback_ratinglink l USING feedback_gone o WHERE l.rating_id = o.rating_id;
UPDATE feedback_rating SET given_id = gen_random_uuid() WHERE id IN (SELECT rating_id FROM feedback_gone);
"""  # noqa: S608 - constants
_LAY_OUT = (
    "CLUSTER feedback_rating USING feedback_rating_pkey",
    "CLUSTER feedback_ratinglink USING feedback_ratinglink_pkey",
)


def destroy(*, spans: Sequence[tuple[dt.date, dt.date]], now: dt.datetime) -> int:
    """Destroy every link whose rating was given and whose transaction ended in these days; return how many they were.

    `spans` are days `[first, next)`. To be called in a database transaction of the owner, with `lay_out` behind its
    end. Again it finds nothing.
    """
    values: dict[str, Any] = {"first": [first for first, _ in spans], "next": [ends for _, ends in spans], "now": now}
    with atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute(_GONE, values)
        cursor.execute(_CHANGES)
        cursor.execute(_KEEP)
        cursor.execute(_LET_GO, values)
        cursor.execute("SELECT count(*) FROM feedback_gone")
        return int(cursor.fetchone()[0])


def lay_out() -> None:
    """Rewrite both tables in the order of their random keys, without the rows that are gone; blocks them meanwhile."""
    with connections[OWNER].cursor() as cursor:
        for statement in _LAY_OUT:
            cursor.execute(statement)
