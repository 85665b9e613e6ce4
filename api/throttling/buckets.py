"""Taking one request out of a caller's bucket: one statement, exact under any concurrency."""

import logging
import math
from typing import Any

from django.db import Error

from procedures.prepared import Prepared

log = logging.getLogger(__name__)
_TAKE = Prepared(
    "take_from_bucket",
    """
INSERT INTO api_bucket AS b (key, tokens, was_allowed, refilled_at)
VALUES (%(key)s, %(capacity)s - CASE WHEN %(capacity)s >= %(count)s THEN %(count)s ELSE 0 END,
        %(capacity)s >= %(count)s, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET (tokens, was_allowed, refilled_at) = (
    SELECT CASE WHEN full_now >= %(count)s THEN full_now - %(count)s ELSE full_now END, full_now >= %(count)s,
           clock_timestamp()
    FROM (SELECT LEAST(%(capacity)s, b.tokens
                       + EXTRACT(EPOCH FROM clock_timestamp() - b.refilled_at) * %(per_second)s)) AS f (full_now))
RETURNING was_allowed, tokens
""",
    key="bytea", capacity="float8", per_second="float8", count="float8",
)  # fmt: skip


def take(*, key: bytes, per_minute: int, count: int = 1) -> tuple[bool, int, int]:
    """Take requests, all or none: whether they are allowed, how many are left, in how many seconds so many come again.

    Capacity is a minute's allowance. When the database refuses, the request is allowed: the operation itself will
    then tell what is wrong.
    """
    values: dict[str, Any] = {"key": key, "capacity": float(per_minute), "per_second": per_minute / 60, "count": count}
    try:
        ((is_allowed, left),) = _TAKE.rows(values)
    except Error:
        log.warning("no rate limit while the database is away")
        return True, per_minute, 0
    return is_allowed, int(left), 0 if is_allowed else max(1, math.ceil((count - left) * 60 / per_minute))
