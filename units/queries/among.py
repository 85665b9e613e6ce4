"""A column that holds one of many ids, as one value of the statement."""

from collections.abc import Collection
from typing import Any

from django.db.models import BooleanField, F, Func


class Among(Func):
    """`column = ANY(ids)`: a subtree has hundreds of ids, and `__in` would look at each of them in Python.

    It is not for negation: a column that is null is neither among the ids nor not.
    """

    output_field = BooleanField()

    def __init__(self, column: str, ids: Collection[int]) -> None:
        super().__init__(F(column))
        self.ids = "{" + ",".join(map(str, sorted(ids))) + "}"

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Write the comparison."""
        sql, values = compiler.compile(self.source_expressions[0])
        return f"{sql} = ANY(%s::bigint[])", [*values, self.ids]
