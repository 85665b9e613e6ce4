"""Taking requests out of buckets: one statement, exact under any concurrency."""

import logging
import time
from typing import Any, NamedTuple

from django.db import Error, connection

from api.throttling import emptied
from procedures.prepared import Prepared

log = logging.getLogger(__name__)
_INTO = """
INSERT INTO api_bucket AS b (key, tokens, was_allowed, refilled_at)
SELECT {key}, {capacity} - CASE WHEN {capacity} >= %(count)s THEN %(count)s ELSE 0 END, {capacity} >= %(count)s,
       clock_timestamp() {source}
ON CONFLICT (key) DO UPDATE SET (tokens, was_allowed, refilled_at) = (
    SELECT CASE WHEN full_now >= %(count)s THEN full_now - %(count)s ELSE full_now END, full_now >= %(count)s,
           clock_timestamp()
    FROM (SELECT LEAST({capacity}, b.tokens + EXTRACT(EPOCH FROM clock_timestamp() - b.refilled_at) * {capacity} / 60)
    ) AS f (full_now))
RETURNING was_allowed, tokens
"""


def _into(name: str, source: str = "") -> str:
    return _INTO.format(key=f"%({name})s", capacity=f"%({name}_capacity)s", source=source)


_TAKE = Prepared("take_from_bucket", _into("own"), own="bytea", own_capacity="float8", count="float8")
_TAKE_BOTH = Prepared(
    "take_from_both_buckets",
    f"""
WITH own AS ({_into("own")}), shared AS ({_into("shared", "FROM own WHERE own.was_allowed")})
SELECT own.was_allowed, own.tokens, shared.was_allowed, shared.tokens FROM own LEFT JOIN shared ON true
""",  # noqa: S608 - our own words alone
    own="bytea", own_capacity="float8", shared="bytea", shared_capacity="float8", count="float8",
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
    return _told(key, per_minute, count, row, began)


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
    own = _told(key, per_minute, 1, row[:2], began)
    return own, _told(shared, shared_per_minute, 1, row[2:], began) if own.is_allowed else None


def _row_of(statement: Prepared, values: dict[str, Any]) -> Any:
    try:
        (row,) = statement.rows(values)
    except Error:
        if connection.in_atomic_block:
            raise
        log.warning("no rate limit while the database is away")
        return None
    return row


def _told(key: bytes, per_minute: int, count: int, row: Any, began: float) -> Taken:
    is_allowed, left = row
    wait = 0.0 if is_allowed else (count - left) * 60 / per_minute
    if wait and count == 1:
        emptied.remember(key, until=began + wait)
    return Taken(is_allowed, int(left), wait)
