"""Let into the feed what waited for its day or week to be over (Note [Days without hours])."""

import datetime as dt

from django.db import connection

_RELEASE = """
WITH due AS (DELETE FROM api_heldevent WHERE tell_after <= %s RETURNING *)
INSERT INTO api_event (xid, type, subject, unit_id, scope, data, occurred_at)
SELECT pg_current_xact_id()::text::bigint, type, subject, unit_id, scope, data, occurred_at FROM due ORDER BY random()
"""


def release_held(*, now: dt.datetime) -> int:
    """Move the held events whose time has come to the end of the feed, in an order drawn by lot; return how many.

    Whoever reads the feed calls it first, so nothing waits for a timer. Two at once release each event once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [now])
        return int(cursor.rowcount)
