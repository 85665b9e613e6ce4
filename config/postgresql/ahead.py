"""What must be done, and committed, before anything else is asked: it goes ahead of that, in its round trip.

Where it is refused nothing that follows is done, as PostgreSQL stops reading at the first error. What goes ahead stands
with the thread, not with a connection: one that died meanwhile takes nothing with it.
"""

import psycopg2
from django.db.utils import OperationalError

_MARK = "ahead: "
"""What the notice begins with by which it tells what came of it (api_tell_ahead); so it is known to be done."""
_BY_ITSELF = (b"BEGIN", b"COMMIT", b"ROLLBACK")
_WITHIN = (b"SAVEPOINT ahead", b"RELEASE SAVEPOINT ahead", b"ROLLBACK TO SAVEPOINT ahead")


class Ahead:
    """What goes ahead on a thread's connection, if anything does."""

    def __init__(self) -> None:
        self._said = b""
        self._begin, self._end, self.undo = _BY_ITSELF
        self.refused: type[Exception] = Exception
        self.is_refused = self.is_lost = False
        self.told: str | None = None
        """What it told, once it is done."""

    def put(self, said: bytes, *, refused: type[Exception], is_within: bool) -> None:
        """Let a statement go ahead of whatever is asked next; `is_within` a transaction, a savepoint is its own.

        `refused` is raised by whoever asks, and asks again, when it is refused.
        """
        self.clear()
        self._said, self.refused, self.told = said, refused, None
        self._begin, self._end, self.undo = _WITHIN if is_within else _BY_ITSELF

    def clear(self) -> None:
        """Forget it, done or not."""
        self._said, self.is_refused, self.is_lost = b"", False, False

    @property
    def is_due(self) -> bool:
        """Tell whether it is to be done still; what was refused is due until it is forgotten."""
        return bool(self._said)

    def words(self, notices: list[str]) -> list[bytes]:
        """Return what is said ahead; raises `refused` where it was refused, OperationalError where it was lost."""
        if not self._said:
            return []
        if self.is_lost:
            raise OperationalError("a connection died, and nobody knows what came of what went ahead")
        if self.is_refused:
            raise self.refused
        notices.clear()
        return [self._begin, self._said, self._end]

    def end(self, notices: list[str], error: psycopg2.Error | None) -> None:
        """See what came of it: it was refused where an error came and it did not tell that it was done."""
        told = next((notice for notice in notices if _MARK in notice), None)
        if error is not None and told is None:
            self.is_refused = True
        else:
            self._said, self.told = b"", told and told.partition(_MARK)[2].strip()
