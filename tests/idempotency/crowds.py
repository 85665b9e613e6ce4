"""Many at once: the same work in threads that start together, each with its own connection."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(number: int, work: Callable[[int], T]) -> list[T]:
    """Do the work in so many threads at the same moment; return what each came to."""
    start = threading.Barrier(number)

    def one(index: int) -> T:
        try:
            start.wait(30)
            return work(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))
