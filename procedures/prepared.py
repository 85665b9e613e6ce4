"""Statements asked with every request, planned once a connection: planning eight joins takes longer than the answer.

It stands on the lowest storey that needs it; api uses the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakSet

from django.db import connection

_PLACES = re.compile(r"%\((\w+)\)s")


class Prepared:
    """A statement with named places, `%(code)s`, and the type of each: `Prepared("one", "SELECT …", code="text")`.

    Behind a pooler that gives each transaction another connection (DISABLE_SERVER_SIDE_CURSORS) nothing is prepared.
    """

    def __init__(self, name: str, statement: str, **types: str) -> None:
        self.statement = statement
        self._typed = _PLACES.sub(lambda place: f"%({place[1]})s::{types[place[1]]}", statement)
        order = {place: number for number, place in enumerate(types, start=1)}
        body = _PLACES.sub(lambda place: f"${order[place[1]]}", statement).replace("%%", "%")
        self._prepare = f"PREPARE {name} ({', '.join(types.values())}) AS {body}"
        self._execute = f"EXECUTE {name} ({', '.join(f'%({place})s' for place in types)})"
        self._knowing: WeakSet[Any] = WeakSet()

    def rows(self, values: Mapping[str, Any], *, after: "Sequence[Prepared]" = ()) -> list[tuple[Any, ...]]:
        """Return the rows it finds; those of `after` are run first with the same values, in the same round trip."""
        with connection.cursor() as cursor:
            cursor.execute("; ".join(one.ready(cursor, values) for one in (*after, self)), values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def named_rows(self, values: Mapping[str, Any]) -> tuple[Sequence[str], Iterable[tuple[Any, ...]]]:
        """Return the names of the columns and the rows."""
        with connection.cursor() as cursor:
            self._run(cursor, values)
            return [column[0] for column in cursor.description], cursor.fetchall()

    def _run(self, cursor: Any, values: Mapping[str, Any]) -> None:
        cursor.execute(self.ready(cursor, values), values)

    def ready(self, cursor: Any, values: Mapping[str, Any]) -> str:
        """Return what is to be executed with these values; this connection then knows the statement."""
        if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
            return self._typed
        if connection.connection not in self._knowing:
            cursor.execute(self._prepare)
            self._knowing.add(connection.connection)
        return self._execute


class Replanned(Prepared):
    """The same for lists of rows and keys, whose best plan changes as tables grow: planned each time.

    A plan made once while a table was empty would go on reading all of it for each row when it holds a million. A list
    of one, `sized_by` the place of this name, does little harm until the next ANALYZE, and planning costs it the most.
    """

    def __init__(self, name: str, statement: str, *, sized_by: str, **types: str) -> None:
        super().__init__(name, statement, **types)
        self._sized_by = sized_by

    def ready(self, cursor: Any, values: Mapping[str, Any]) -> str:
        """Return what is to be executed with these values."""
        return super().ready(cursor, values) if len(values[self._sized_by]) == 1 else self._typed


def run_together(statements: Iterable[Prepared], values: Mapping[str, Any]) -> None:
    """Run statements that find nothing, one after the other in one round trip; each sees what those before it did."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(one.ready(cursor, values) for one in statements), values)
