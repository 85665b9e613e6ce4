"""Set-based SQL: a batch of any size is written with the same few statements."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from procedures.prepared import Prepared, Replanned, run_together, soon

_HOLD_NAMES = Prepared("hold_names", "SELECT pg_advisory_xact_lock_shared(%(names)s)", names="bigint")
_KEEP_CODES = Replanned(
    "keep_codes",
    """
INSERT INTO procedures_dossier (code) SELECT code FROM unnest(%(codes)s) AS code ORDER BY code COLLATE "C"
ON CONFLICT (code) DO NOTHING
""",
    sized_by="codes",
    codes="varchar[]",
)
_LOCK_CODES = Replanned(
    "lock_codes",
    "SELECT code FROM procedures_dossier WHERE code = ANY(%(codes)s) ORDER BY code FOR UPDATE",
    sized_by="codes",
    codes="varchar[]",
)
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
    "key": "varchar", "at": "timestamptz", "status": "varchar", "kind": "varchar",
    "unit_id": "bigint", "official_id": "bigint", "official_name": "varchar", "name_key": "varchar", "post": "varchar",
    "department": "varchar", "content": "text", "started_at": "timestamptz", "due_at": "timestamptz",
}  # fmt: skip
_INTERVAL = {
    "begins_at": "timestamptz", "ends_at": "timestamptz", "cause": "varchar",
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
    """Hold every other writer of these dossiers off until the database transaction ends (Note [Who writes first]).

    They are held by the time anything more is known of them: before whatever is asked next, in its round trip.
    """
    if codes:
        soon([_HOLD_NAMES, _KEEP_CODES, _LOCK_CODES], {"codes": list(codes), "names": NAMES_LOCK})


def hold_names() -> None:
    """Hold off whoever would decide on a name until the database transaction ends."""
    run_together([_HOLD_NAMES], {"names": NAMES_LOCK})


def store(
    written: Sequence[Written], *, now: dt.datetime, known: Collection[str], shrunk: Collection[str] = ()
) -> None:
    """Write transactions, steps and intervals, before whatever is asked next.

    Intervals are replaced where the transaction was `known`; steps only of the `shrunk`, else they stay.
    """
    if not written:
        return
    rows = sorted((one.transaction for one in written), key=lambda row: str(row["dossier_code"]))
    new, old = ([row for row in rows if (row["dossier_code"] in known) is wanted] for wanted in (False, True))
    steps = [{"dossier_code": one.transaction["dossier_code"], **step} for one in written for step in one.steps]
    intervals = [{"dossier_code": one.transaction["dossier_code"], **each} for one in written for each in one.intervals]
    statements = [
        *([_NEW] if new else []), *([_CHANGED] if old else []), *([_FORGOTTEN] if shrunk else []),
        *([_STEPS if old else _FIRST_STEPS] if steps else []),
        *([_CLEARED] if old else []), *([_INTERVALS] if intervals else []),
    ]  # fmt: skip
    values = {
        "new": _json(new), "changed": _json(old), "steps": _json(steps), "intervals": _json(intervals), "now": now,
        "shrunk": list(shrunk), "codes": [row["dossier_code"] for row in rows],
    }  # fmt: skip
    soon(statements, values)


def _json(rows: Sequence[dict[str, Any]]) -> str:
    """Write rows as JSON; a column that is not there is null in a recordset, and need not be read."""
    return orjson.dumps([{name: value for name, value in row.items() if value is not None} for row in rows]).decode()


def _recordset(columns: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _changes(columns: dict[str, str], *keys: str, source: str) -> str:
    return ", ".join(f"{name} = {source}.{name}" for name in columns if name not in keys)


_ITS_TRANSACTION = "(SELECT id FROM procedures_transaction t WHERE t.dossier_code = r.dossier_code)"
"""Looked up row by row: PostgreSQL takes a list for a hundred rows, and would read a small table whole to join it."""
_NEW = Replanned(
    "store_new_transactions",
    f"""
INSERT INTO procedures_transaction ({", ".join(_COLUMNS)}, version, created_at, updated_at)
SELECT {", ".join(_COLUMNS)}, 1, %(now)s, %(now)s FROM jsonb_to_recordset(%(new)s) AS r({_recordset(_COLUMNS)})
""",  # noqa: S608 - the names are written above
    sized_by="codes", new="jsonb", now="timestamptz",
)  # fmt: skip
"""Who holds a dossier knows whether its transaction is new: an ON CONFLICT would look for each row twice, and run what
follows changes as well."""
_CHANGED = Replanned(
    "store_changed_transactions",
    f"""
UPDATE procedures_transaction t
SET {_changes(_COLUMNS, "dossier_code", source="r")}, version = t.version + 1, updated_at = %(now)s
FROM jsonb_to_recordset(%(changed)s) AS r({_recordset(_COLUMNS)}) WHERE t.dossier_code = r.dossier_code
""",  # noqa: S608 - the names are written above
    sized_by="codes", changed="jsonb", now="timestamptz",
)  # fmt: skip
_FORGOTTEN = Replanned(
    "forget_steps",
    """
DELETE FROM procedures_step s USING procedures_transaction t
WHERE s.transaction_id = t.id AND t.dossier_code = ANY(%(shrunk)s)
AND t.dossier_code = ANY(%(codes)s)
""",
    sized_by="codes", shrunk="varchar[]", codes="varchar[]",
)  # fmt: skip
_TOLD_STEPS = f"""
INSERT INTO procedures_step (transaction_id, {", ".join(_STEP)})
SELECT {_ITS_TRANSACTION}, {", ".join(_STEP)}
FROM jsonb_to_recordset(%(steps)s) AS r(dossier_code varchar, {_recordset(_STEP)})
"""  # noqa: S608 - the names are written above
_FIRST_STEPS = Replanned("store_first_steps", _TOLD_STEPS, sized_by="codes", steps="jsonb")
_STEPS = Replanned(
    "store_steps",
    f"{_TOLD_STEPS} ON CONFLICT (transaction_id, key) DO UPDATE SET {_changes(_STEP, 'key', source='excluded')}",
    sized_by="codes",
    steps="jsonb",
)
_CLEARED = Replanned(
    "clear_intervals",
    """
DELETE FROM procedures_clockinterval i USING procedures_transaction t
WHERE i.transaction_id = t.id AND t.dossier_code = ANY(%(codes)s)
""",
    sized_by="codes",
    codes="varchar[]",
)
_INTERVALS = Replanned(
    "store_intervals",
    f"""
INSERT INTO procedures_clockinterval (transaction_id, {", ".join(_INTERVAL)})
SELECT {_ITS_TRANSACTION}, {", ".join(_INTERVAL)}
FROM jsonb_to_recordset(%(intervals)s) AS r(dossier_code varchar, {_recordset(_INTERVAL)})
""",  # noqa: S608 - the names are written above
    sized_by="codes",
    intervals="jsonb",
)
