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
VALUES (%(key)s, %(capacity)s - 1, true, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET (tokens, was_allowed, refilled_at) = (
    SELECT CASE WHEN full_now >= 1 THEN full_now - 1 ELSE full_now END, full_now >= 1, clock_timestamp()
    FROM (SELECT LEAST(%(capacity)s, b.tokens
                       + EXTRACT(EPOCH FROM clock_timestamp() - b.refilled_at) * %(per_second)s)) AS f (full_now))
RETURNING was_allowed, tokens
""",
    key="bytea", capacity="float8", per_second="float8",
)  # fmt: skip


def take(*, key: bytes, per_minute: int) -> tuple[bool, int, int]:
    """Take one request: whether it is allowed, how many are left, and in how many seconds the next one comes.

    Capacity is a minute's allowance. When the database refuses, the request is allowed: the operation itself will
    then tell what is wrong.
    """
    values: dict[str, Any] = {"key": key, "capacity": float(per_minute), "per_second": per_minute / 60}
    try:
        ((is_allowed, left),) = _TAKE.rows(values)
    except Error:
        log.warning("no rate limit while the database is away")
        return True, per_minute, 0
    return is_allowed, int(left), 0 if is_allowed else max(1, math.ceil((1 - left) * 60 / per_minute))
