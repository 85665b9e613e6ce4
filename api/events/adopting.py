"""Make a feed that was restored from elsewhere this server's own (queries.py, Note [A feed of another server])."""

import datetime as dt
import uuid

from django.db import connections
from django.db.transaction import atomic

_STILL = "LOCK TABLE procedures_transaction, api_event IN ACCESS EXCLUSIVE MODE"
_NUMBER = "UPDATE api_event SET xid = id - (SELECT max(id) + 1 FROM api_event)"
"""Below every number that a server gives. Events of one subject were written one after the other, so `id` keeps their
order, and what was written here before the adoption comes after what was restored."""
_TRIGGERS = """
SELECT string_agg(format('%s TRIGGER %I', CASE tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA'
                         WHEN 'D' THEN 'DISABLE' ELSE 'ENABLE' END, tgname), ', ')
FROM pg_trigger WHERE tgrelid = 'procedures_transaction'::regclass AND NOT tgisinternal
"""
_FORGET = """
UPDATE procedures_transaction SET event_order = 0
WHERE event_order >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
"""
_BEGIN = "INSERT INTO api_feedbeginning (name, begun_at) VALUES (%s, %s)"


def adopt_feed(*, now: dt.datetime) -> int:
    """Number all events below what this server gives, in their order, and name the feed anew; return how many.

    Readers are told to begin again. Needs the owner's connection; writers wait meanwhile.
    """
    with atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(_STILL)
        cursor.execute(_NUMBER)
        number = int(cursor.rowcount)
        cursor.execute(_TRIGGERS)
        as_before = cursor.fetchone()[0]
        cursor.execute("ALTER TABLE procedures_transaction DISABLE TRIGGER USER")  # nothing happened to any dossier
        cursor.execute(_FORGET)
        cursor.execute(f"ALTER TABLE procedures_transaction {as_before}")
        cursor.execute(_BEGIN, [uuid.uuid4(), now])
    return number
