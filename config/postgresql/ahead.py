"""What must be done, and committed, before anything else is asked: it goes ahead of that, in its round trip.

Where it is refused nothing that follows is done, as PostgreSQL stops reading at the first error. What goes ahead stands
with the thread, not with a connection: one that died meanwhile takes nothing with it.
"""

import psycopg2
from django.db.utils import OperationalError

TOLD_IN = "application_name"
"""The setting by which it tells what came of it, as `<mark><what is told>`: PostgreSQL tells a client that it changed,
with the answer. A notice would be sent by itself before that, and wake both sides once more."""
_LONGEST_NAME = 24
"""A setting is cut after 63 bytes, and what is not ASCII is written in another way."""
_BY_ITSELF = (b"BEGIN", b"COMMIT", b"ROLLBACK")
_WITHIN = (b"SAVEPOINT ahead", b"RELEASE SAVEPOINT ahead; SAVEPOINT behind", b"ROLLBACK TO SAVEPOINT ahead")
"""What fails behind it puts back no setting from before the second savepoint."""


class Ahead:
    """What goes ahead on a thread's connection, if anything does; `name` is what that is called until then."""

    def __init__(self, name: str) -> None:
        self.name = "".join(letter for letter in name if " " <= letter <= "~")[:_LONGEST_NAME]
        self._number = 0
        self._said = b""
        self._begin, self._end, self.undo = _BY_ITSELF
        self.refused: type[Exception] = Exception
        self.is_refused = self.is_lost = False
        self.told: str | None = None
        """What it told, once it is done."""

    def next_mark(self) -> str:
        """Return what the next that goes ahead puts before what it tells; so it is known to be done."""
        self._number += 1
        return self._mark

    @property
    def _mark(self) -> str:
        return f"{self.name} {self._number} "

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

    def words(self) -> list[bytes]:
        """Return what is said ahead; raises `refused` where it was refused, OperationalError where it was lost."""
        if not self._said:
            return []
        if self.is_lost:
            raise OperationalError("a connection died, and nobody knows what came of what went ahead")
        if self.is_refused:
            raise self.refused
        return [self._begin, self._said, self._end]

    def end(self, setting: str, error: psycopg2.Error | None) -> None:
        """See by the setting what came of it: it was refused where an error came before it told that it is done."""
        is_done = setting.startswith(self._mark)
        if error is not None and not is_done:
            self.is_refused = True
        else:
            self._said, self.told = b"", setting.removeprefix(self._mark) if is_done else None
