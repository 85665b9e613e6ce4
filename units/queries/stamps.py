"""What is remembered by a process of the organisation, the catalogue and the calendar, as long as none has changed.

Note [Stamps]: all stamps together name one committed state of these tables, and a state that is not committed yet has
one that nobody else can see. What was read under a name is true for whoever reads the same name, in this process and in
any database transaction: a change is seen by the next who asks, even by the one who has not committed it.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from django.db import connection

STAMP = "(SELECT string_agg(stamp::text, '' ORDER BY id) FROM units_referencestamp)"
"""The name of the state in SQL, to be read along with something else."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def reference_stamp() -> str:
    """Return the name of the state that these tables are in (Note [Stamps])."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {STAMP}")
        return str(cursor.fetchone()[0])


class Remembered(Generic[K, V]):
    """Answers by key, of the state last asked about; `ask` is asked for the keys that nobody wanted yet.

    It returns an answer for each of them. More than `most` answers are forgotten together.
    """

    def __init__(self, ask: Callable[[list[K]], dict[K, V]], *, most: int = 20_000) -> None:
        self._ask, self._most = ask, most
        self._kept: tuple[str, dict[K, V]] = ("", {})

    def of(self, stamp: str, keys: Iterable[K]) -> dict[K, V]:
        """Return the answers of a state."""
        wanted = list(keys)
        known_by, known = self._kept
        if known_by != stamp or len(known) > self._most:
            known = {}
            self._kept = (stamp, known)
        if missing := [key for key in wanted if key not in known]:
            known.update(self._ask(missing))
        return {key: known[key] for key in wanted}
