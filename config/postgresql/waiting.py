"""A connection on which what nobody waits for an answer of goes with the next statement, in its round trip.

A round trip costs the service and the database more than most of what is said in it. What waits is never lost and never
late: it is run before whatever is asked next, by whomever, or with the commit; a roll-back forgets it, as it would
have undone it. The first to wait in a database transaction is its beginning: so psycopg2 is left in its autocommit
mode, in which it says nothing of its own.
"""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, NoReturn

import psycopg2
from psycopg2 import extensions

from config.postgresql.ahead import TOLD_IN, Ahead

Refusals = Callable[[psycopg2.Error], Exception | None]
"""What an error of something that waited means to who asked for it; None where it means nothing to him."""
_UNDOING = ("ROLLBACK",)


class Waiting(NamedTuple):
    """What writes a statement with its values in it, when it is said, and what its errors mean."""

    words: Callable[[], bytes]
    refused: Refusals | None = None


_BEGIN = Waiting(lambda: b"BEGIN")


class Connection(extensions.connection):
    """psycopg2's own, with what waits and goes ahead, and the names of the statements it knows (procedures.prepared).

    `is_manual` tells that whatever is asked is part of a transaction.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.waiting: list[Waiting] = []
        self.prepared: set[str] = set()
        self.ahead = Ahead("")
        self.is_manual = False
        self._writer: extensions.cursor | None = None

    def written(self, words: str, values: Mapping[str, Any]) -> bytes:
        """Return a statement with its values in it."""
        if self._writer is None:
            self._writer = self.cursor(cursor_factory=extensions.cursor)
        said: bytes = self._writer.mogrify(words, values)
        return said

    def be_manual(self) -> None:
        """Let a database transaction begin with the next statement, and another after each that ends."""
        self.is_manual, self.waiting = True, [_BEGIN]

    def be_automatic(self) -> None:
        """Let each statement be a transaction again; raises ProgrammingError inside one."""
        if self.is_open() or self.waiting not in ([], [_BEGIN]):
            raise psycopg2.ProgrammingError("autocommit cannot be set inside a transaction")
        self.is_manual, self.waiting = False, []

    def wait(self, words: Callable[[], bytes], refused: Refusals | None) -> Waiting:
        """Let a statement wait for the next; return it."""
        one = Waiting(words, refused)
        self.waiting.append(one)
        return one

    def say_instead(self, waiting: Waiting, words: Callable[[], bytes]) -> bool:
        """Let something else be said in the place of what waits, which then waits no more; False where it was said."""
        places = [place for place, one in enumerate(self.waiting) if one is waiting]
        for place in places:
            self.waiting[place] = Waiting(words, waiting.refused)
        return bool(places)

    def commit(self) -> None:
        """Run what waits, and commit; raises what an error means, and leaves it to the caller to roll back."""
        waiting = self.waiting
        words = self.together(waiting, b"COMMIT") if waiting and waiting != [_BEGIN] else b""
        self.waiting = []
        if words:
            try:
                self.say(words)
            except psycopg2.Error as error:
                self.end_ahead(error)
                _raise(error, waiting)
            self.end_ahead()
        elif not waiting and self.is_open():
            self.say(b"COMMIT")
        self._go_on()

    def rollback(self) -> None:
        """Forget what waits, and roll back what was begun."""
        self.waiting = []
        if self.is_open():
            self.say(b"ROLLBACK")
        self._go_on()

    def is_open(self) -> bool:
        """Tell whether a transaction was begun."""
        return self.info.transaction_status != extensions.TRANSACTION_STATUS_IDLE

    def together(self, waiting: list[Waiting], said: bytes) -> bytes:
        """Return in one what goes ahead, what waited, and this; raises what a refusal means."""
        return b"; ".join([*self.ahead.words(), *(one.words() for one in waiting), said])

    def end_ahead(self, error: psycopg2.Error | None = None) -> None:
        """See what came of what went ahead, and where it was refused undo that and raise what it means.

        Of a connection that died nobody knows what came of it: raises the error, and so does whoever asks next.
        """
        if not self.ahead.is_due:
            return
        if error is not None and self.closed:
            self.ahead.is_lost = True
            raise error
        self.ahead.end(self.info.parameter_status(TOLD_IN) or "", error)
        if self.ahead.is_refused:
            if self.is_open():
                self.say(self.ahead.undo)
            self._go_on()
            raise self.ahead.refused from error

    def say(self, words: bytes) -> None:
        """Run these words and nothing else."""
        with self.cursor(cursor_factory=extensions.cursor) as cursor:
            cursor.execute(words)

    def _go_on(self) -> None:
        if self.is_manual and not self.is_open():
            self.waiting = [_BEGIN]


class Cursor(extensions.cursor):
    """psycopg2's own, which says first what waits, unless it `passes` that."""

    connection: Connection
    passes = False

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's name
        """Run what goes ahead, what waits and then the statement; raises what an error means to who let it wait."""
        if not self.connection.waiting and not self.connection.ahead.is_due:
            super().execute(query, vars)
        elif isinstance(query, str) and query.startswith(_UNDOING):
            self._undo(query)
        elif self.name is not None:  # a cursor on the server is declared by itself
            self._settle()
            super().execute(query, vars)
        else:
            self._execute_last(self.mogrify(query, vars))

    def _execute_last(self, said: bytes) -> None:
        waiting = self.connection.waiting
        waits_on = [one for one in waiting if one is not _BEGIN] if self.passes else []
        due = [one for one in waiting if one is _BEGIN] if self.passes else waiting
        words = self.connection.together(due, said)
        self.connection.waiting = waits_on
        try:
            super().execute(words)
        except psycopg2.Error as error:
            self.connection.end_ahead(error)
            _keep_begun(self.connection, due)
            _raise(error, due)
        self.connection.end_ahead()

    def executemany(self, query: Any, vars_list: Any) -> None:
        """Run what waits, and the statement many times."""
        self._settle()
        super().executemany(query, vars_list)

    def callproc(self, *args: Any, **named: Any) -> Any:
        """Run what waits, and call."""
        self._settle()
        return super().callproc(*args, **named)

    def copy_expert(self, *args: Any, **named: Any) -> None:
        """Run what waits, and copy."""
        self._settle()
        super().copy_expert(*args, **named)

    def copy_from(self, *args: Any, **named: Any) -> None:
        """Run what waits, and copy."""
        self._settle()
        super().copy_from(*args, **named)

    def copy_to(self, *args: Any, **named: Any) -> None:
        """Run what waits, and copy."""
        self._settle()
        super().copy_to(*args, **named)

    def _undo(self, query: str) -> None:
        """Go back to a savepoint: what waits was said after it, except for what the transaction begins with."""
        self.connection.waiting = [one for one in self.connection.waiting if one is _BEGIN]
        super().execute(query)

    def _settle(self) -> None:
        """Run what waits by itself; raises what an error of it means."""
        if self.connection.waiting or self.connection.ahead.is_due:
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT")


def _keep_begun(connection: Connection, waiting: list[Waiting]) -> None:
    """Leave a transaction that failed, and not none, where PostgreSQL could not even read its first words."""
    if _BEGIN in waiting and not connection.closed and not connection.is_open():
        connection.say(b"BEGIN")
        with contextlib.suppress(psycopg2.Error):
            connection.say(b"SELECT 1 / 0")


def _raise(error: psycopg2.Error, waiting: list[Waiting]) -> NoReturn:
    """Raise what an error means to who let a statement wait, else the error itself."""
    meanings = (one.refused(error) for one in waiting if one.refused is not None)
    meaning = next((meaning for meaning in meanings if meaning is not None), None)
    if meaning is None:
        raise error
    raise meaning from error
