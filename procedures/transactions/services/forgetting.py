"""Destroy the bodies of messages as received once the journal no longer tells of them; what they said stays."""

import datetime as dt
from collections.abc import Callable

from django.db import connection

from procedures.transactions.queries.journal import KEPT

BATCH = 2000
_DESTROY = """
WITH old AS (
    SELECT id, received_at FROM procedures_message
    WHERE raw_sealed <> '\\x' AND received_at < %(before)s AND (received_at, id) > (%(at)s, %(id)s)
    ORDER BY received_at, id LIMIT %(limit)s
), destroyed AS (
    UPDATE procedures_message m SET raw_sealed = '\\x' FROM old
    WHERE m.id = old.id AND m.last_received_at < %(before)s RETURNING m.id
)
SELECT old.received_at, old.id, (SELECT count(*) FROM destroyed) FROM old
ORDER BY old.received_at DESC, old.id DESC LIMIT 1
"""
_DAWN = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def forget_bodies(*, now: dt.datetime, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Destroy the sealed bodies of messages last received more than 90 days ago; return how many.

    Batches commit by themselves, so an interruption loses nothing. A refused message whose body is gone can no longer
    be replayed unless it had been understood.
    """
    done, at, last = 0, _DAWN, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_DESTROY, {"before": now - KEPT, "at": at, "id": last, "limit": BATCH})
            row = cursor.fetchone()
        if row is None:
            return done
        at, last = row[0], row[1]
        done += row[2]
        progress(done)
