"""How many rows lie in every table of the database."""

from django.db import connection

FORGETFUL = {"api_bucket"}
"""What is counted per request and forgotten: how much a caller may still ask."""


def rows_in_all_tables() -> dict[str, int]:
    """Return table → rows."""
    with connection.cursor() as cursor:
        names = sorted(set(connection.introspection.table_names(cursor)) - FORGETFUL)
        counts = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            counts[name] = cursor.fetchone()[0]
    return counts


def grown(before: dict[str, int]) -> dict[str, int]:
    """Return by how much each table that changed has grown since."""
    after = rows_in_all_tables()
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}
