"""The raw counterpart of a batch: one connection, COPY into staging, upsert into the service's own tables.

The rows are those the service itself made of a batch, written beforehand as COPY reads them, under new dossier codes;
the tables, their indexes, constraints and triggers are the service's.
"""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg2.extensions import connection

from config.database import OWNER, Cluster

TABLES = {
    "message": "procedures_message",
    "transaction": "procedures_transaction",
    "interval": "procedures_clockinterval",
}
_OWN_COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns
WHERE table_name = %s AND column_name NOT IN ('id', 'transaction_id')
"""
_KEYS = {"message": "(source, kind, digest)", "transaction": "(dossier_code)"}
_FROM = {
    "message": "procedures_message n WHERE n.dossier_code LIKE %(codes)s AND n.outcome = 'updated'"
    " OR n.dossier_code LIKE %(codes)s AND n.outcome = 'created' AND n.source_updated_at > '2026-03-10'",
    "transaction": "procedures_transaction n WHERE n.dossier_code LIKE %(codes)s",
    "interval": "procedures_clockinterval n JOIN procedures_transaction t ON t.id = n.transaction_id"
    " WHERE t.dossier_code LIKE %(codes)s",
}


@dataclass(frozen=True)
class Staged:
    """A batch as COPY reads it, by table."""

    copies: dict[str, bytes]


class Copier:
    """Writes batches; `pattern` marks the dossier codes of a batch that the service has written."""

    def __init__(self, opened: connection, *, pattern: str) -> None:
        self.opened, self.pattern = opened, pattern
        self.columns = {name: self._columns(table) for name, table in TABLES.items()}
        with opened.cursor() as cursor:
            for name, table in TABLES.items():
                code = "" if name != "interval" else ", NULL::varchar AS dossier_code"
                cursor.execute(
                    f"CREATE TEMP TABLE staged_{name} ON COMMIT DELETE ROWS AS"
                    f" SELECT {self.columns[name]}{code} FROM {table} LIMIT 0"
                )
        opened.commit()

    def staged(self, *, prefix: str, most: int, salt: str) -> Staged:
        """Return the first rows of the pattern's batch under another prefix of codes; `salt` makes messages new."""
        copies = {}
        for name in TABLES:
            told = ", ".join(self._told(name, column) for column in self._staged_columns(name).split(", "))
            code = "t.dossier_code" if name == "interval" else "n.dossier_code"
            rows = f"SELECT {told} FROM {_FROM[name]}"
            kept = f"SELECT * FROM ({rows}) AS r WHERE right(dossier_code, 4)::int < {most} ORDER BY dossier_code"
            with self.opened.cursor() as cursor:
                values = {"codes": self.pattern, "prefix": prefix, "salt": salt}
                sent = cursor.mogrify(f"COPY ({kept}) TO STDOUT".replace("{code}", code), values).decode()
                taken = io.BytesIO()
                cursor.copy_expert(sent, taken)
            copies[name] = taken.getvalue()
        self.opened.commit()
        return Staged(copies)

    def write(self, staged: Staged) -> float:
        """Write a batch in one database transaction and return the seconds until it was committed."""
        began = time.perf_counter()
        with self.opened.cursor() as cursor:
            for name, copy in staged.copies.items():
                columns = self._staged_columns(name)
                cursor.copy_expert(f"COPY staged_{name} ({columns}) FROM STDIN", io.BytesIO(copy))
            cursor.execute(
                "INSERT INTO procedures_dossier SELECT dossier_code FROM staged_transaction ORDER BY 1"
                " ON CONFLICT DO NOTHING"
            )
            for name, key in _KEYS.items():
                changes = ", ".join(f"{column} = excluded.{column}" for column in self.columns[name].split(", "))
                cursor.execute(
                    f"INSERT INTO {TABLES[name]} ({self.columns[name]})"
                    f" SELECT {self.columns[name]} FROM staged_{name} ORDER BY dossier_code"
                    f" ON CONFLICT {key} DO UPDATE SET {changes}"
                )
            cursor.execute(
                "DELETE FROM procedures_clockinterval i USING procedures_transaction t"
                " JOIN staged_transaction s USING (dossier_code) WHERE i.transaction_id = t.id"
            )
            cursor.execute(
                f"INSERT INTO procedures_clockinterval (transaction_id, {self.columns['interval']})"
                f" SELECT t.id, {', '.join(f's.{c}' for c in self.columns['interval'].split(', '))}"
                " FROM staged_interval s JOIN procedures_transaction t USING (dossier_code)"
            )
        self.opened.commit()
        return time.perf_counter() - began

    def _columns(self, table: str) -> str:
        with self.opened.cursor() as cursor:
            cursor.execute(_OWN_COLUMNS, [table])
            (columns,) = cursor.fetchone()
            return str(columns)

    def _staged_columns(self, name: str) -> str:
        return self.columns[name] + (", dossier_code" if name == "interval" else "")

    def _told(self, name: str, column: str) -> str:
        """Return the SQL of one column as it is exported: codes and digests are made new."""
        match name, column:
            case _, "dossier_code":
                return "%(prefix)s || right({code}, 4) AS dossier_code"
            case "message", "digest":
                return "substr(encode(sha256((n.digest || %(prefix)s || %(salt)s)::bytea), 'hex'), 1, 43) AS digest"
            case "transaction", "digest":
                return "substr(encode(sha256((n.digest || %(salt)s)::bytea), 'hex'), 1, 43) AS digest"
            case _:
                return f"n.{column}"


@contextmanager
def copier(cluster: Cluster, database: str, *, pattern: str) -> Iterator[Copier]:
    """Open the one connection of the counterpart."""
    with cluster.connect(OWNER, database) as opened:
        opened.autocommit = False
        yield Copier(opened, pattern=pattern)
