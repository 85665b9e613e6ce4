"""From a few thousand transactions to a million: copies of whole dossiers, weeks earlier, under codes of their day.

Whole weeks keep weekdays and labels true. Triggers stay on, so each copy has its events as if it had been sent.
"""

from psycopg2 import sql
from psycopg2.extensions import connection

WEEKS = 30
"""Copies reach this many weeks back: not before the units of 2025-07-01."""
_INSTANTS = """
SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type LIKE 'timestamp%%'
"""
_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_name = %s AND is_generated = 'NEVER' AND column_name <> 'id' ORDER BY ordinal_position
"""
_CODES = """
CREATE TEMP TABLE copied AS
SELECT t.id AS template, n, '000.00.00.H48-' || to_char(moved, 'YYMMDD') || '-'
       || lpad((row_number() OVER (PARTITION BY moved::date ORDER BY n, t.id) %% 10000)::text, 4, '0')
       || CASE WHEN row_number() OVER (PARTITION BY moved::date ORDER BY n, t.id) < 10000 THEN ''
          ELSE '.' || row_number() OVER (PARTITION BY moved::date ORDER BY n, t.id) / 10000 END AS code
FROM procedures_transaction t CROSS JOIN generate_series(1, %(copies)s) AS n
CROSS JOIN LATERAL (
    SELECT COALESCE(t.received_at, t.source_updated_at) - n %% %(weeks)s * interval '7 days'
) AS m(moved)
WHERE t.dossier_code LIKE %(templates)s
"""
_CHANGED = "SELECT relname FROM pg_stat_user_tables WHERE n_mod_since_analyze > 50"
"""The database's own threshold for a table so far empty (autovacuum_analyze_threshold)."""


def multiply(opened: connection, *, templates: str, copies: int) -> int:
    """Copy the dossiers whose codes match `templates` (LIKE) so many times each; return how many there are then."""
    with opened.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'; SET synchronous_commit = off")
        cursor.execute(_CODES, {"templates": templates, "copies": copies, "weeks": WEEKS})
        cursor.execute("INSERT INTO procedures_dossier SELECT code FROM copied ORDER BY 1")
        columns, values = _moved(opened, "procedures_transaction", {"dossier_code": "c.code"})
        cursor.execute(
            f"INSERT INTO procedures_transaction ({columns}) SELECT {values} FROM copied c"
            " JOIN procedures_transaction o ON o.id = c.template ORDER BY c.n DESC, o.received_at"
        )
        columns, values = _moved(opened, "procedures_step", {"transaction_id": "t.id"})
        cursor.execute(
            f"INSERT INTO procedures_step ({columns}) SELECT {values} FROM copied c"
            " JOIN procedures_transaction t ON t.dossier_code = c.code"
            " JOIN procedures_step o ON o.transaction_id = c.template ORDER BY t.id"
        )
        columns, values = _moved(opened, "procedures_clockinterval", {"transaction_id": "t.id"})
        cursor.execute(
            f"INSERT INTO procedures_clockinterval ({columns}) SELECT {values} FROM copied c"
            " JOIN procedures_transaction t ON t.dossier_code = c.code"
            " JOIN procedures_clockinterval o ON o.transaction_id = c.template ORDER BY t.id"
        )
        cursor.execute("DROP TABLE copied")
        cursor.execute("SELECT count(*) FROM procedures_transaction")
        (rows,) = cursor.fetchone()
    opened.commit()
    return int(rows)


def multiply_plain(opened: connection, *, rows: int) -> None:
    """Bring the twin to so many transactions, spread over its units, with the service's shares of statuses."""
    with opened.cursor() as cursor:
        cursor.execute(_PLAIN, {"rows": rows, "weeks": WEEKS})
    opened.commit()


_PLAIN = """
INSERT INTO plain_transaction (id, dossier_code, unit_id, procedure_id, source, status, channel, applicant_ref,
    received_at, due_at, finished_at, timeliness, created_at)
SELECT gen_random_uuid(), '000.00.00.H49-' || to_char(at, 'YYMMDD') || '-' || lpad(n::text, 7, '0'),
       (SELECT min(id) FROM plain_unit) + n %% (SELECT count(*) FROM plain_unit), o.procedure_id, 'bench',
       (ARRAY['finished', 'finished', 'finished', 'finished', 'returned', 'returned', 'processing', 'processing',
              'supplement_requested', 'withdrawn'])[1 + n / 7 %% 10],
       o.channel, o.applicant_ref, at, at + interval '7 days', at + interval '6 days', 'early', now()
FROM generate_series(1, %(rows)s) AS n
CROSS JOIN LATERAL (SELECT timestamptz '2026-03-13' - n * interval '1 week' * %(weeks)s / %(rows)s) AS m(at)
CROSS JOIN (SELECT * FROM plain_transaction LIMIT 1) AS o
"""


def settle(opened: connection) -> None:
    """Vacuum and analyse what the database would by itself after a while: tables that changed by more than fifty rows.

    Analysed while it is empty, a table that grows within the minute would be read as a whole for each of its rows.
    """
    opened.autocommit = True
    with opened.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(_CHANGED)
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
    opened.autocommit = False


def _moved(opened: connection, table: str, changed: dict[str, str]) -> tuple[str, str]:
    """Return the columns of a table and their values in a copy."""
    with opened.cursor() as cursor:
        cursor.execute(_INSTANTS, [table])
        instants = {name for (name,) in cursor.fetchall()} - {"created_at", "updated_at"}
        cursor.execute(_COLUMNS, [table])
        names = [name for (name,) in cursor.fetchall()]
    moved = {name: f"o.{name} - c.n % {WEEKS} * interval '7 days'" for name in instants}
    values = [changed.get(name) or moved.get(name) or f"o.{name}" for name in names]
    return ", ".join(names), ", ".join(values)
