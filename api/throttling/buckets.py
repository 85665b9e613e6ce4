"""Taking requests out of buckets: one statement, exact under any concurrency."""

import logging
import time
from typing import Any, NamedTuple

from django.db import Error, connection

from api.throttling import emptied

log = logging.getLogger(__name__)
_FILLED = """
(SELECT CASE WHEN full_now >= %(count)s THEN full_now - %(count)s ELSE full_now END, full_now >= %(count)s,
        clock_timestamp()
 FROM (SELECT LEAST({capacity}, b.tokens + EXTRACT(EPOCH FROM clock_timestamp() - b.refilled_at) * {capacity} / 60)
) AS f (full_now))
"""
_INTO = """
INSERT INTO api_bucket AS b (key, tokens, was_allowed, refilled_at)
SELECT {key}, {capacity} - CASE WHEN {capacity} >= %(count)s THEN %(count)s ELSE 0 END, {capacity} >= %(count)s,
       clock_timestamp() {source}
ON CONFLICT (key) DO UPDATE SET (tokens, was_allowed, refilled_at) = {filled}
RETURNING was_allowed, tokens
"""


def _into(name: str, source: str = "") -> str:
    capacity = f"%({name}_capacity)s"
    return _INTO.format(key=f"%({name})s", capacity=capacity, source=source, filled=_FILLED.format(capacity=capacity))


_TAKE = _into("own")
_TAKE_BOTH = f"""
WITH own AS ({_into("own")}), shared AS ({_into("shared", "FROM own WHERE own.was_allowed")})
SELECT own.was_allowed, own.tokens, shared.was_allowed, shared.tokens FROM own LEFT JOIN shared ON true
"""  # noqa: S608 - our own words alone


class Taken(NamedTuple):
    """Whether it was allowed, how many are left, in how many seconds so many come again (0 when allowed)."""

    is_allowed: bool
    left: int
    wait: float


def take(*, key: bytes, per_minute: int, count: int = 1) -> Taken:
    """Take requests, all or none. Capacity is a minute's allowance.

    When the database refuses, the request is allowed: the operation itself will then tell what is wrong.
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


def _row_of(statement: str, values: dict[str, Any]) -> Any:
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()
    except Error:
        log.warning("no rate limit while the database is away")
        return None


def _told(key: bytes, per_minute: int, count: int, row: Any, began: float) -> Taken:
    is_allowed, left = row
    wait = 0.0 if is_allowed else (count - left) * 60 / per_minute
    if wait and count == 1:
        emptied.remember(key, until=began + wait)
    return Taken(is_allowed, int(left), wait)
