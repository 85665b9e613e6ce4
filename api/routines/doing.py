"""Doing the routine that is due, by one worker alone.

Note [One worker alone]: the lock lies in a database transaction of a connection of its own that writes nothing. So it
ends with its holder, however he ends; it holds back neither the event feed nor vacuum, as the work's own long
transaction would; and it works behind a pooler, where a lock of the session would outlive us. A holder that hangs, or
whose machine is gone, is cut off after `LONGEST`. Two at once would still do no harm: every routine may be repeated.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from api.routines.models import Routine
from api.routines.works import Work

log = logging.getLogger(__name__)

RETRY = dt.timedelta(minutes=10)
"""From a failure to the next try; meanwhile the others are done."""
LONGEST = dt.timedelta(hours=2)
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema() || '.api_routine', 0))"


def do_next(*, works: Sequence[Work], now: dt.datetime) -> str:
    """Do the first routine that is due and tell what it did; "" when none is, or another worker is at one.

    What fails is told in the log, and whatever must come after it waits. Killed, it is done again by the next worker.
    """
    if _first_due(works, now) is None:
        return ""
    with alone() as is_alone:
        work = _first_due(works, now) if is_alone else None
        return _do(work, now) if work else ""


def overdue_seconds(*, works: Sequence[Work], now: dt.datetime) -> float:
    """Tell for how long the routine that has waited longest has been due; 0 when none is."""
    begun = _begun()
    return max(0.0, *((now - work.due_at(begun.get(work.name), now)).total_seconds() for work in works))


@contextmanager
def alone() -> Iterator[bool]:
    """Yield whether no other worker is at a routine, and be the one until the end (Note [One worker alone])."""
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{LONGEST.total_seconds():.0f}s'")
            cursor.execute(_LOCK)
            yield bool(cursor.fetchone()[0])
    finally:
        own.close()


def _first_due(works: Sequence[Work], now: dt.datetime) -> Work | None:
    begun = _begun()
    failed = set(Routine.objects.filter(failed_at__gt=now - RETRY).values_list("name", flat=True))
    due = {work.name for work in works if work.due_at(begun.get(work.name), now) <= now}
    ready = (work for work in works if work.name in due - failed and work.after not in due)
    return next(ready, None)


def _begun() -> dict[str, dt.datetime | None]:
    return dict(Routine.objects.values_list("name", "begun_at"))


def _do(work: Work, now: dt.datetime) -> str:
    routine, _ = Routine.objects.get_or_create(name=work.name)
    try:
        told = work.do(now, routine.begun_at)
    except Exception:
        log.exception("the routine %s failed", work.name)
        Routine.objects.filter(pk=work.name).update(failed_at=now)
        return f"{work.name}: failed, tried again in {RETRY}"
    Routine.objects.filter(pk=work.name).update(begun_at=now, failed_at=None)
    return f"{work.name}: {told}"
