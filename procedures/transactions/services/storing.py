"""Set-based SQL: a batch of any size is written with the same few statements."""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

_LOCK = """
SELECT pg_advisory_xact_lock_shared(%(names)s);
INSERT INTO procedures_dossier (code) SELECT code FROM unnest(%(codes)s::text[]) AS code ORDER BY code COLLATE "C"
ON CONFLICT (code) DO NOTHING;
SELECT code FROM procedures_dossier WHERE code = ANY(%(codes)s) ORDER BY code FOR UPDATE
"""
_COLUMNS = {
    "dossier_code": "varchar", "source": "varchar", "source_updated_at": "timestamptz", "procedure_id": "bigint",
    "procedure_version_id": "bigint", "receiving_unit_id": "bigint", "settling_unit_id": "bigint",
    "settling_unit_name": "varchar", "channel": "varchar", "applicant_kind": "varchar", "applicant_ref": "varchar",
    "submitted_at": "timestamptz", "received_at": "timestamptz", "due_at_original": "timestamptz",
    "due_at": "timestamptz", "due_at_legal": "timestamptz", "due_at_computed": "timestamptz",
    "ended_at": "timestamptz", "finished_at": "timestamptz", "returned_at": "timestamptz", "status": "varchar",
    "outcome": "varchar", "timeliness": "varchar", "national_timeliness": "varchar", "exclusions": "smallint",
    "due_at_before_exclusions": "timestamptz", "timeliness_before_exclusions": "varchar", "delay_minutes": "int",
    "supplement_requests": "smallint", "extensions": "smallint", "apology_at": "timestamptz",
    "apology_on_time": "boolean", "contacts": "smallint", "agencies_contacted": "smallint", "paid_online": "boolean",
    "digitised": "boolean", "electronic_result": "boolean", "calendar_id": "int", "warnings": "varchar[]",
    "due_date_differs": "boolean", "supplement_notice_on_time": "boolean", "apologise_by_date": "date",
    "signals": "varchar[]", "signal_strength": "smallint", "digest": "varchar",
}  # fmt: skip
_STEP = {
    "transaction_id": "bigint", "key": "varchar", "at": "timestamptz", "status": "varchar", "kind": "varchar",
    "unit_id": "bigint", "official_id": "bigint", "official_name": "varchar", "name_key": "varchar",
    "post": "varchar", "department": "varchar", "content": "text", "started_at": "timestamptz", "due_at": "timestamptz",
}  # fmt: skip
_INTERVAL = {
    "transaction_id": "bigint", "begins_at": "timestamptz", "ends_at": "timestamptz", "cause": "varchar",
    "effect": "varchar", "counts": "boolean",
}  # fmt: skip


NAMES_LOCK = 0x4E616D65
"""Held in common by all who fold, alone by who decides on a name or changes who followed whom (services.deciding,
registering, reorganising): so no fold that did not know of the decision writes after it is recorded which transactions
must be folded again."""


@dataclass(frozen=True)
class Written:
    """A transaction as it is to stand, by column; instants as ISO texts."""

    transaction: dict[str, Any]
    steps: list[dict[str, Any]]
    intervals: list[dict[str, Any]]


def lock_dossiers(codes: Sequence[str]) -> None:
    """Hold every other writer of these dossiers off until the database transaction ends (Note [Who writes first])."""
    if codes:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, {"codes": list(codes), "names": NAMES_LOCK})


def hold_names() -> None:
    """Hold off whoever would decide on a name until the database transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [NAMES_LOCK])


def store(written: Sequence[Written], *, now: dt.datetime, shrunk: Collection[str] = ()) -> None:
    """Write transactions, steps and intervals. Intervals are replaced; steps only of the `shrunk`, else they stay."""
    if not written:
        return
    ids = _upsert(sorted((one.transaction for one in written), key=lambda row: str(row["dossier_code"])), now)
    steps = [{"transaction_id": ids[_code(one)], **step} for one in written for step in one.steps]
    intervals = [{"transaction_id": ids[_code(one)], **interval} for one in written for interval in one.intervals]
    gone = [ids[code] for code in shrunk if code in ids]
    with connection.cursor() as cursor:
        if gone:
            cursor.execute("DELETE FROM procedures_step WHERE transaction_id = ANY(%s)", [gone])
        if steps:
            cursor.execute(_STEPS, [_json(steps)])
        cursor.execute("DELETE FROM procedures_clockinterval WHERE transaction_id = ANY(%s)", [list(ids.values())])
        if intervals:
            cursor.execute(_INTERVALS, [_json(intervals)])


def _code(one: Written) -> str:
    return str(one.transaction["dossier_code"])


def _upsert(rows: list[dict[str, Any]], now: dt.datetime) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_TRANSACTIONS, {"rows": _json(rows), "now": now})
        return dict(cursor.fetchall())


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _recordset(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _changes(columns: dict[str, str], *keys: str) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)


_TRANSACTIONS = f"""
INSERT INTO procedures_transaction ({", ".join(_COLUMNS)}, version, created_at, updated_at)
SELECT {", ".join(_COLUMNS)}, 1, %(now)s, %(now)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r({_recordset(_COLUMNS)})
ON CONFLICT (dossier_code) DO UPDATE SET {_changes(_COLUMNS, "dossier_code")},
    version = procedures_transaction.version + 1, updated_at = excluded.updated_at
RETURNING dossier_code, id
"""  # noqa: S608 - the names are written above
_STEPS = f"""
INSERT INTO procedures_step ({", ".join(_STEP)})
SELECT {", ".join(_STEP)} FROM jsonb_to_recordset(%s::jsonb) AS r({_recordset(_STEP)})
ON CONFLICT (transaction_id, key) DO UPDATE SET {_changes(_STEP, "transaction_id", "key")}
"""  # noqa: S608 - the names are written above
_INTERVALS = f"""
INSERT INTO procedures_clockinterval ({", ".join(_INTERVAL)})
SELECT {", ".join(_INTERVAL)} FROM jsonb_to_recordset(%s::jsonb) AS r({_recordset(_INTERVAL)})
"""  # noqa: S608 - the names are written above
