"""Taking requests out of buckets: one statement, exact under any concurrency."""

import hashlib
import logging
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import Error, connection
from psycopg2.errors import CheckViolation

from api.throttling import emptied
from api.throttling.ahead import let_go_ahead
from api.throttling.models import HOLDS_WHAT_IS_TAKEN
from procedures.prepared import Prepared, soon
from procedures.secrecy import standing_hash

log = logging.getLogger(__name__)
_SINCE = "GREATEST(0, EXTRACT(EPOCH FROM clock_timestamp() - b.refilled_at))"
"""Seconds, never less than none: a clock that is put back must not leave a bucket in debt."""
_INTO = """
INSERT INTO api_bucket AS b (key, tokens, was_allowed, refilled_at)
SELECT {key}, {capacity} - CASE WHEN {capacity} >= {count} THEN {count} ELSE 0 END, {capacity} >= {count},
       clock_timestamp() {source}
ON CONFLICT (key) DO UPDATE SET (tokens, was_allowed, refilled_at) = (
    SELECT CASE WHEN full_now >= {count} THEN full_now - {count} ELSE full_now END, full_now >= {count},
           clock_timestamp()
    FROM (SELECT LEAST({capacity}, b.tokens + {since} * {capacity} / 60)) AS f (full_now))
RETURNING was_allowed, tokens
"""


def taking(*, key: str, capacity: str, count: str = "%(count)s", source: str = "") -> str:
    """Return the statement that takes `count` from the bucket of a key; each is an SQL expression over `source`."""
    return _INTO.format(key=key, capacity=capacity, count=count, source=source, since=_SINCE)


def name_salt() -> bytes:
    """Return what the names of the buckets of machines and people are hashed with, in Python as in SQL."""
    return standing_hash("throttle", "names")


def bucket_of(who: str) -> bytes:
    """Return the name of the bucket of `<kind>:<id of the caller>`."""
    return hashlib.sha256(name_salt() + who.encode()).digest()


_OWN = taking(key="%(own)s", capacity="%(own_capacity)s")
_SHARED = taking(key="%(shared)s", capacity="%(shared_capacity)s", source="FROM own WHERE own.was_allowed")
_TAKE = Prepared("take_from_bucket", _OWN, own="bytea", own_capacity="float8", count="float8")
_TAKE_BOTH = Prepared(
    "take_from_both_buckets",
    f"""
WITH own AS ({_OWN}), shared AS ({_SHARED})
SELECT own.was_allowed, own.tokens, shared.was_allowed, shared.tokens FROM own LEFT JOIN shared ON true
""",  # noqa: S608 - our own words alone
    own="bytea", own_capacity="float8", shared="bytea", shared_capacity="float8", count="float8",
)  # fmt: skip


def taking_or_failing(*, key: str = "%(key)s", capacity: str = "%(capacity)s", count: str = "%(count)s") -> str:
    """Return the statement that takes `count` or violates a constraint of Bucket, as where `key` is NULL: nobody's."""
    return f"""
INSERT INTO api_bucket AS b (key, tokens, was_allowed, refilled_at)
VALUES ({key}, {capacity} - {count}, true, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET refilled_at = clock_timestamp(), was_allowed = true, tokens = -{count}
    + LEAST({capacity}, b.tokens + {_SINCE} * {capacity} / 60)
"""  # noqa: S608 - our own words alone


TELL_LEFT = "set_config('application_name', %(mark)s || tokens, false)"
"""Tells what is left (config.postgresql.ahead): the last thing done, so that it proves all."""
_TAKE_OR_FAIL = Prepared("take_or_fail", taking_or_failing(), key="bytea", capacity="float8", count="float8")
_BOTH_AHEAD = Prepared(
    "take_both_ahead",
    f"""
WITH own AS ({taking_or_failing(key="%(own)s", capacity="%(own_capacity)s", count="1")} RETURNING tokens),
     shared AS ({taking_or_failing(key="%(shared)s", capacity="%(shared_capacity)s", count="1")} RETURNING true)
SELECT {TELL_LEFT} FROM own CROSS JOIN shared
""",  # noqa: S608 - our own words alone
    own="bytea", own_capacity="float8", shared="bytea", shared_capacity="float8", mark="text",
)  # fmt: skip


class Taken(NamedTuple):
    """Whether it was allowed, how many are left, in how many seconds so many come again (0 when allowed)."""

    is_allowed: bool
    left: int
    wait: float


def take(*, key: bytes, per_minute: int, count: int = 1) -> Taken:
    """Take requests, all or none. Capacity is a minute's allowance.

    When the database refuses, the request is allowed: the operation itself will then tell what is wrong. Inside a
    database transaction it raises instead, as nothing more can be asked of that one.
    """
    began = time.monotonic()
    values = {"own": key, "own_capacity": float(per_minute), "count": count}
    row = _row_of(_TAKE, values)
    if row is None:
        return Taken(is_allowed=True, left=per_minute, wait=0.0)
    return told(row, per_minute=per_minute, count=count, key=key, began=began)


def take_both(*, key: bytes, per_minute: int, shared: bytes, shared_per_minute: int) -> tuple[Taken, Taken | None]:
    """Take one request from the sender's own bucket and, if he had one, from the one shared by all: one statement.

    The second is None where the first was refused: who is turned away takes nothing from the others.
    """
    began = time.monotonic()
    values = {
        "own": key, "own_capacity": float(per_minute), "shared": shared, "shared_capacity": float(shared_per_minute),
        "count": 1,
    }  # fmt: skip
    row = _row_of(_TAKE_BOTH, values)
    if row is None:
        return Taken(is_allowed=True, left=per_minute, wait=0.0), None
    own = told(row[:2], per_minute=per_minute, key=key, began=began)
    if not own.is_allowed:
        return own, None
    return own, told(row[2:], per_minute=shared_per_minute, key=shared, began=began)


def take_both_ahead(*, key: bytes, per_minute: int, shared: bytes, shared_per_minute: int) -> bool:
    """Let one be taken from both ahead of whatever is asked next, which is not done where either has none.

    Returns False where nothing can go ahead.
    """
    values = {
        "own": key, "own_capacity": float(per_minute), "shared": shared, "shared_capacity": float(shared_per_minute),
    }  # fmt: skip
    return let_go_ahead(_BOTH_AHEAD, values)


def take_soon(*, key: bytes, per_minute: int, count: int, refused: Exception) -> None:
    """Let requests be taken with whatever is asked next, at the latest with the commit: nobody waits for it.

    What a bucket does not hold is not taken (Bucket's constraint): whoever asks next or commits raises `refused`.
    """
    values = {"key": key, "capacity": float(per_minute), "count": float(count)}
    soon([_TAKE_OR_FAIL], values, refused=lambda error: refused if _is_empty(error) else None)


def _is_empty(error: Exception) -> bool:
    return isinstance(error, CheckViolation) and error.diag.constraint_name == HOLDS_WHAT_IS_TAKEN


def _row_of(statement: Prepared, values: dict[str, Any]) -> Any:
    try:
        (row,) = statement.rows(values)
    except Error:
        if connection.in_atomic_block:
            raise
        log.warning("no rate limit while the database is away")
        return None
    return row


def told(row: Sequence[Any], *, per_minute: int, count: int = 1, key: bytes | None = None, began: float = 0.0) -> Taken:
    """Return what the columns of `taking` tell; a bucket of a `key` that was empty is remembered from `began` on."""
    is_allowed, left = row
    wait = 0.0 if is_allowed else (count - left) * 60 / per_minute
    if wait and count == 1 and key is not None:
        emptied.remember(key, until=began + wait)
    return Taken(is_allowed, int(left), wait)
