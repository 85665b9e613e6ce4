"""Fewer round trips: to see whether a connection lives, to begin a transaction, to say what nobody waits for."""

import select
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg2
from django.db import Error, connections
from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from config.postgresql.ahead import TOLD_IN, Ahead
from config.postgresql.waiting import Connection, Cursor

connections._connections = threading.local()  # type: ignore[attr-defined]  # noqa: SLF001 - no other door
"""Each thread's own connections: Django's store looks at each access whether an event loop runs, and none does here."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, which spends a round trip of every request on `SELECT 1` and one of every transaction on BEGIN.

    Its connections are those of config.postgresql.waiting. A cursor on the server is one WITH HOLD, which may lock no
    rows: psycopg2 takes it for one outside of a transaction.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.ahead = Ahead(self.settings_dict["OPTIONS"].get(TOLD_IN, "phucvu"))

    def init_connection_state(self) -> None:
        """Set up a new connection; only then goes ahead on it what goes ahead, for if refused that would end this."""
        super().init_connection_state()
        self.connection.ahead = self.ahead

    def get_connection_params(self) -> dict[str, Any]:
        """Return what a connection is opened with: one on which statements may wait for the next.

        Its name is without what tells that something was done ahead, whatever an operator calls it.
        """
        ours = {"connection_factory": Connection, "cursor_factory": Cursor, TOLD_IN: self.ahead.name}
        return super().get_connection_params() | ours

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 - Django's own
        """Begin a database transaction with its first statement, in its round trip; psycopg2 would spend one on it."""
        with self.wrap_database_errors:
            if not self.connection.autocommit:
                self.connection.autocommit = True
            if autocommit:
                self.connection.be_automatic()
            else:
                self.connection.be_manual()

    def ask(
        self, words: str, values: Mapping[str, Any] | None = None, *, passes: bool = False
    ) -> tuple[list[tuple[Any, ...]], Sequence[Any]]:
        """Return the rows that a statement finds, and its columns; both are empty where it finds nothing.

        One that `passes` what waits is said before that. What is asked with every request goes by psycopg2's own
        cursor: Django's around it cost as much again. To be called when the connection is ready (`make_ready`).
        """
        if self.queries_logged or self.execute_wrappers:
            with self.cursor() as logged:
                logged.cursor.passes = passes
                logged.execute(words, values)
                return _found(logged)
        self.validate_no_broken_transaction()
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.passes = passes
            cursor.execute(words, values)
            return _found(cursor)

    def make_ready(self) -> None:
        """Connect anew if the connection died, as Django does for a cursor; a new one knows no statement.

        A transaction began with this, and none goes on on another connection.
        """
        if not self.in_atomic_block:
            self.close_if_health_check_failed()
        self.ensure_connection()

    def ensure_connection(self) -> None:
        """Connect, unless this is connected: Django looks for an event loop before it sees that."""
        if self.connection is None:
            super().ensure_connection()

    def commit(self) -> None:
        """Commit; what a statement that waited means undoes everything, as the database's own errors do."""
        try:
            super().commit()
        except Error:
            raise  # Django rolls back
        except Exception:
            self.rollback()
            raise

    def savepoint_commit(self, sid: str) -> None:
        """End a savepoint; what a statement that waited means undoes what was done since."""
        try:
            super().savepoint_commit(sid)
        except Error:
            raise  # Django rolls back
        except Exception:
            self.savepoint_rollback(sid)
            super().savepoint_commit(sid)
            raise

    def is_usable(self) -> bool:
        """Tell whether the connection can be used.

        A server that ended, or ended this connection, has said so: its farewell waits to be read, as nothing else does
        on an idle connection. So only then, after an error, or inside a transaction is the database asked. One that
        went away without a word is not found by asking either: the limits on silence are for that (config/settings.py).
        """
        if self.connection is None or self.errors_occurred or self._is_busy():
            return bool(super().is_usable())
        return True

    def _is_busy(self) -> bool:
        """Tell whether the connection is anything but idle and silent."""
        try:
            if self.connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
                return True
            poll = select.poll()
            poll.register(self.connection.fileno(), select.POLLIN | select.POLLPRI)
            return bool(poll.poll(0))
        except (OSError, ValueError, psycopg2.Error):
            return True


def _found(cursor: Any) -> tuple[list[tuple[Any, ...]], Sequence[Any]]:
    columns = cursor.description
    return (cursor.fetchall(), columns) if columns is not None else ([], ())
