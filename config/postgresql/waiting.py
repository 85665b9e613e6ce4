"""A connection on which what nobody waits for an answer of goes with the next statement, in its round trip.

A round trip costs the service and the database more than most of what is said in it. What waits is never lost and never
late: it is run before whatever is asked next, by whomever, or with the commit; a roll-back forgets it, as it would
have undone it. The first to wait in a database transaction is its beginning: so psycopg2 is left in its autocommit
mode, in which it says nothing of its own.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import psycopg2
from psycopg2 import extensions

Refusals = Callable[[psycopg2.Error], Exception | None]
"""What an error of something that waited means to who asked for it; None where it means nothing to him."""
_ENDING = ("RELEASE SAVEPOINT",)
_UNDOING = ("ROLLBACK",)


class Waiting(NamedTuple):
    """A statement with its values in it, and what its errors mean."""

    said: bytes
    refused: Refusals | None = None


_BEGIN = Waiting(b"BEGIN")


class Connection(extensions.connection):
    """psycopg2's own, with what waits."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.waiting: list[Waiting] = []

    def begin(self) -> None:
        """Let a database transaction begin with the next statement."""
        self.waiting.append(_BEGIN)

    def wait(self, said: bytes, refused: Refusals | None) -> None:
        """Let a statement wait for the next."""
        self.waiting.append(Waiting(said, refused))

    def commit(self) -> None:
        """Run what waits, and commit; raises the database's own errors, which Django rolls back."""
        if self.waiting == [_BEGIN]:
            self.waiting = []
        elif self.waiting or self._is_open():
            self._say(b"; ".join([_together(_taken(self)), b"COMMIT"]) if self.waiting else b"COMMIT")

    def rollback(self) -> None:
        """Forget what waits, and roll back what was begun."""
        self.waiting = []
        if self._is_open():
            self._say(b"ROLLBACK")

    def _is_open(self) -> bool:
        return self.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE

    def _say(self, words: bytes) -> None:
        with self.cursor(cursor_factory=extensions.cursor) as cursor:
            cursor.execute(words)


class Cursor(extensions.cursor):
    """psycopg2's own, which says first what waits."""

    connection: Connection

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's name
        """Run what waits and then the statement; raises what an error means to who let it wait."""
        if not self.connection.waiting:
            return super().execute(query, vars)
        if isinstance(query, str) and query.startswith(_UNDOING):
            return self._undo(query)
        waiting = _taken(self.connection)
        try:
            if self.name is not None:  # a cursor on the server is declared by itself
                self._settle(waiting)
                return super().execute(query, vars)
            return super().execute(b"; ".join([_together(waiting), self.mogrify(query, vars)]))
        except psycopg2.Error as error:
            if isinstance(query, str) and query.startswith(_ENDING):
                raise
            raise _meaning(error, waiting) from error

    def executemany(self, query: Any, vars_list: Any) -> None:
        """Run what waits, and the statement many times."""
        self._settle(_taken(self.connection))
        super().executemany(query, vars_list)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        """Run what waits, and copy."""
        self._settle(_taken(self.connection))
        super().copy_expert(sql, file, size)

    def _undo(self, query: str) -> None:
        """Go back to a savepoint: what waits was said after it, except for what the transaction begins with."""
        self.connection.waiting = [one for one in self.connection.waiting if one is _BEGIN]
        super().execute(query)

    def _settle(self, waiting: list[Waiting]) -> None:
        if waiting:
            with self.connection.cursor(cursor_factory=extensions.cursor) as cursor:
                cursor.execute(_together(waiting))


def _taken(connection: Connection) -> list[Waiting]:
    taken, connection.waiting = connection.waiting, []
    return taken


def _together(waiting: list[Waiting]) -> bytes:
    return b"; ".join([one.said for one in waiting])


def _meaning(error: psycopg2.Error, waiting: list[Waiting]) -> Exception:
    meanings = (one.refused(error) for one in waiting if one.refused is not None)
    return next((meaning for meaning in meanings if meaning is not None), error)
