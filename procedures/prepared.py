"""Statements asked with every request, planned once a connection: planning eight joins takes longer than the answer.

It stands on the lowest storey that needs it; api uses the same.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.transaction import TransactionManagementError

Refusals = Callable[[Exception], Exception | None]
"""What an error of a statement that waited means; None where it is not of that statement (config/postgresql)."""
_PLACES = re.compile(r"%\((\w+)\)s")


class Prepared:
    """A statement with named places, `%(code)s`, and the type of each: `Prepared("one", "SELECT …", code="text")`.

    Behind a pooler that gives each transaction another connection (DISABLE_SERVER_SIDE_CURSORS) nothing is prepared.
    """

    def __init__(self, name: str, statement: str, **types: str) -> None:
        self.statement = statement
        self._name = name
        self._typed = _PLACES.sub(lambda place: f"%({place[1]})s::{types[place[1]]}", statement)
        order = {place: number for number, place in enumerate(types, start=1)}
        body = _PLACES.sub(lambda place: f"${order[place[1]]}", statement).replace("%%", "%")
        self._prepare = f"PREPARE {name} ({', '.join(types.values())}) AS {body}"
        self._execute = f"EXECUTE {name} ({', '.join(f'%({place})s' for place in types)})"

    def rows(
        self, values: Mapping[str, Any], *, after: "Sequence[Prepared]" = (), passes: bool = False
    ) -> list[tuple[Any, ...]]:
        """Return the rows it finds; those of `after` are run first with the same values, in the same round trip.

        What `passes` is asked before what waits, on which it must not depend.
        """
        return _asked([*after, self], values, passes=passes)[0]

    def named_rows(self, values: Mapping[str, Any]) -> tuple[Sequence[str], Iterable[tuple[Any, ...]]]:
        """Return the names of the columns and the rows."""
        rows, columns = _asked([self], values)
        return [column[0] for column in columns], rows

    def ready(self, database: Any, values: Mapping[str, Any]) -> str:
        """Return what is to be executed with these values; a connection that is ready knows the statement then."""
        if database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            return self._typed
        if self._name not in database.connection.prepared:
            database.ask(self._prepare, passes=True)
            database.connection.prepared.add(self._name)
        return self._execute


class Replanned(Prepared):
    """The same for lists of rows and keys, whose best plan changes as tables grow: planned each time.

    A plan made once while a table was empty would go on reading all of it for each row when it holds a million. A list
    of one, `sized_by` the place of this name, does little harm until the next ANALYZE, and planning costs it the most.
    """

    def __init__(self, name: str, statement: str, *, sized_by: str, **types: str) -> None:
        super().__init__(name, statement, **types)
        self._sized_by = sized_by

    def ready(self, database: Any, values: Mapping[str, Any]) -> str:
        """Return what is to be executed with these values."""
        return super().ready(database, values) if len(values[self._sized_by]) == 1 else self._typed


def run_together(statements: Iterable[Prepared], values: Mapping[str, Any]) -> None:
    """Run statements that find nothing, one after the other in one round trip; each sees what those before it did."""
    _asked(statements, values)


def soon(statements: Iterable[Prepared], values: Mapping[str, Any], *, refused: Refusals | None = None) -> None:
    """Run statements that find nothing before whatever is asked next, in its round trip, or with the commit.

    To be called in a transaction. `refused` says what an error of them means: it is raised by whoever asks next, or at
    the end of the transaction or savepoint, which is undone.
    """
    database = _in_transaction()
    said = _written(database, statements, values)
    database.connection.wait(lambda: said, refused)


def soon_or_instead(statement: Prepared, values: Mapping[str, Any], *, refused: Refusals | None = None) -> object:
    """Run one such, written down only when it is said; return what waits, to run another `instead` meanwhile."""
    database = _in_transaction()
    words = statement.ready(database, values)
    return database.connection.wait(lambda: database.connection.written(words, values), refused)


def instead(waiting: object, statement: Prepared, values: Mapping[str, Any]) -> bool:
    """Run this in the place of what waits still, with the same meaning of errors; False where that was said."""
    database = _in_transaction()
    said = _written(database, [statement], values)
    is_in_time: bool = database.connection.say_instead(waiting, lambda: said)
    return is_in_time


def settle() -> None:
    """Run now what waits; raises what its errors mean, also where Django would ask nothing more."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.connection.waiting:
        with database.wrap_database_errors, database.connection.cursor() as cursor:
            cursor.execute("SELECT")


def ahead(statement: Prepared, values: Mapping[str, Any], *, refused: type[Exception]) -> bool:
    """Let a statement go ahead of whatever is asked next, committed by itself (config.postgresql.ahead).

    At its end it tells in TOLD_IN what came of it, behind `%(mark)s`. Where it is refused nothing is done, and whoever
    asks raises `refused`.
    Returns False where nothing can go ahead, as behind a pooler.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return False
    database.make_ready()
    if database.in_atomic_block:
        settle()
    said = database.connection.written(
        statement.ready(database, values), {**values, "mark": database.ahead.next_mark()}
    )
    database.ahead.put(said, refused=refused, is_within=database.in_atomic_block)
    return True


def told_ahead() -> str | None:
    """Return what was told by what went ahead; if nothing was asked since it is done now, and raises its refusal."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.ahead.is_due:
        with database.wrap_database_errors, database.cursor() as cursor:
            cursor.execute("SELECT")
    told: str | None = database.ahead.told
    return told


def forget_ahead() -> None:
    """Let nothing go ahead any more; a transaction that began before it, and was put back to that, goes on."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.ahead.is_refused and database.in_atomic_block:
        database.needs_rollback = False
    database.ahead.clear()


def forget_lost_ahead() -> None:
    """Let nothing go ahead any more if a connection died with it, whose error is told."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.ahead.is_lost:
        database.ahead.clear()


def _in_transaction() -> Any:
    """Return the database, ready, within a transaction; raises TransactionManagementError outside of one."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if not database.in_atomic_block:
        raise TransactionManagementError("what waits must be of a transaction")
    database.make_ready()
    return database


def _written(database: Any, statements: Iterable[Prepared], values: Mapping[str, Any]) -> bytes:
    said: bytes = database.connection.written("; ".join([one.ready(database, values) for one in statements]), values)
    return said


def _asked(
    statements: Iterable[Prepared], values: Mapping[str, Any], *, passes: bool = False
) -> tuple[list[tuple[Any, ...]], Sequence[Any]]:
    """Return what the last of these finds, and its columns."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    database.make_ready()
    found: tuple[list[tuple[Any, ...]], Sequence[Any]] = database.ask(
        "; ".join([one.ready(database, values) for one in statements]), values, passes=passes
    )
    return found
