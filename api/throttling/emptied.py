"""Buckets that this process saw empty, until they have one again: who comes before that is refused without a statement.

It is as exact as asking: a bucket fills at a known rate and others can only empty it, so nobody is refused here whom
the database would have let in. Only the keyed hashes that name buckets are remembered, and only in memory.
"""

import time
from threading import Lock

MOST = 10_000
"""More senders than this at once are asked of the database again: a sweep over networks must not fill the memory."""
_until: dict[bytes, float] = {}
_lock = Lock()


def remember(key: bytes, *, until: float) -> None:
    """Keep that the bucket has nothing before that instant of the process's own clock (time.monotonic)."""
    with _lock:
        if len(_until) >= MOST:
            _until.clear()
        _until[key] = until


def wait_of(key: bytes) -> float:
    """Return how many seconds the bucket stays empty for certain; 0 where it must be asked."""
    until = _until.get(key)
    if until is None:
        return 0.0
    wait = until - time.monotonic()
    if wait <= 0:
        _until.pop(key, None)
    return max(0.0, wait)


def forget() -> None:
    """Forget everything, as a new process does."""
    with _lock:
        _until.clear()
