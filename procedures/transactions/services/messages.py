"""Keep messages: once by what they say, sealed as they came."""

import base64
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from django.db import connection

from procedures.prepared import Replanned, soon
from procedures.secrecy import seal
from procedures.transactions.queries.kept import Known
from procedures.transactions.queries.statements import FRESH_ID
from procedures.transactions.rules.messages import Snapshot
from procedures.transactions.rules.sealing import sealed_for
from procedures.transactions.services.incoming import CODE_LENGTH, Row, RowResult, is_fileable
from procedures.vocabulary import MessageOutcome

_Key = tuple[str, str]
"""Kind and digest: within a source they tell what a message says."""
_ROW = {
    "boundary_id": "bigint", "may_overwrite": "boolean", "is_foreign": "boolean", "kind": "varchar",
    "dossier_code": "varchar", "sent_as": "varchar", "source_updated_at": "timestamptz", "content": "jsonb",
    "digest": "varchar", "outcome": "varchar", "faults": "jsonb", "warnings": "varchar[]", "times_received": "int",
}  # fmt: skip
_KEEP = Replanned(
    "keep_messages",
    f"""
INSERT INTO procedures_message (
    id, source, client_id, also_sent_by, via, raw_sealed, received_at, last_received_at, {", ".join(_ROW)}
)
SELECT COALESCE(id, {FRESH_ID}), %(source)s, %(client)s, '{{}}', %(via)s, decode(raw_sealed, 'base64'), %(now)s,
    %(now)s, {", ".join(_ROW)}
FROM jsonb_to_recordset(%(rows)s)
    AS r(id bigint, raw_sealed text, {", ".join(f"{name} {kind}" for name, kind in _ROW.items())})
ON CONFLICT (source, kind, digest) DO UPDATE SET
    outcome = excluded.outcome, faults = excluded.faults, warnings = excluded.warnings,
    boundary_id = excluded.boundary_id, is_foreign = excluded.is_foreign,
    may_overwrite = procedures_message.may_overwrite OR excluded.may_overwrite,
    last_received_at = excluded.last_received_at,
    times_received = procedures_message.times_received + excluded.times_received,
    also_sent_by = array_remove(procedures_message.also_sent_by, excluded.client_id)
        || CASE WHEN procedures_message.client_id <> excluded.client_id THEN ARRAY[excluded.client_id] END
RETURNING kind, digest, id
""",  # noqa: S608 - the names are written above
    sized_by="keys", source="varchar", client="varchar", via="varchar", now="timestamptz", rows="jsonb",
)  # fmt: skip
_REPEAT = """
UPDATE procedures_message m SET times_received = m.times_received + r.times, last_received_at = %(now)s,
    also_sent_by = CASE WHEN %(client)s IN (m.client_id, '') OR %(client)s = ANY (m.also_sent_by)
        THEN m.also_sent_by ELSE m.also_sent_by || ARRAY[%(client)s::varchar] END
FROM (SELECT unnest(%(ids)s::bigint[]) AS id, unnest(%(times)s::int[]) AS times) r WHERE m.id = r.id
"""


@dataclass(frozen=True)
class Sender:
    """Who sends, by which way, when, for which subtree; whether over other sources, and whether he may read as well."""

    source: str
    client_id: str
    via: str
    now: dt.datetime
    boundary: int | None = None
    may_overwrite: bool = False
    may_read: bool = False


def keep(rows: Sequence[Row], known: Known, sender: Sender) -> list[RowResult]:
    """Write the journal and tell what became of each row, in their order.

    Nobody waits for that, unless there are rows which no dossier's lock holds: those may be kept already.
    """
    ids: Mapping[_Key, int] = {
        (one.kind, one.digest): one.id
        for messages in known.messages.values() for one in messages if one.source == sender.source
    }  # fmt: skip
    times: dict[_Key, int] = {}
    new: dict[_Key, Row] = {}
    for row in rows:
        if row.is_repeat and row.key in new:  # of a row of this very batch, which may have been refused
            row.is_foreign, row.is_held = new[row.key].is_foreign, new[row.key].is_held
            row.faults, row.warnings = new[row.key].faults, new[row.key].warnings
        if row.faults:
            row.outcome = MessageOutcome.REJECTED
        times[row.key] = times.get(row.key, 0) + 1
        if not row.is_repeat:
            new.setdefault(row.key, row)
    _count_repeats({ids[key]: count for key, count in times.items() if key not in new}, sender)
    coming = {key: known.ids[number] for number, key in enumerate(new) if key not in ids and known.ids}
    ids = _insert(new, times, {**coming, **ids}, sender)
    return [
        RowResult(row.sent_as or row.dossier_code, row.outcome, tuple(row.faults), row.warnings, ids.get(row.key))
        for row in rows
    ]


def _insert(
    new: Mapping[_Key, Row], times: Mapping[_Key, int], ids: Mapping[_Key, int], sender: Sender
) -> Mapping[_Key, int]:
    """Write messages down, and return under which ids."""
    if not new:
        return ids
    keys = sorted(new)
    values: dict[str, Any] = {
        "source": sender.source, "client": sender.client_id, "via": sender.via, "now": sender.now, "keys": keys,
        "rows": orjson.dumps([_values(new[key], times[key]) | {"id": ids.get(key)} for key in keys]).decode(),
    }  # fmt: skip
    if all(is_fileable(one.message) for one in new.values()):
        soon([_KEEP], values)
        return ids
    return {**ids, **{(kind, digest): pk for kind, digest, pk in _KEEP.rows(values)}}


def _values(row: Row, times: int) -> dict[str, object]:
    instants = [one.source_updated_at if isinstance(one, Snapshot) else one.at for one in row.told]
    newest = max(instants, default=None)
    return {
        "boundary_id": row.boundary, "may_overwrite": row.may_overwrite, "is_foreign": row.is_foreign,
        "kind": row.kind.value, "dossier_code": row.dossier_code[:CODE_LENGTH], "sent_as": row.sent_as,
        "source_updated_at": newest and newest.isoformat(), "content": row.content, "digest": row.digest,
        "raw_sealed": base64.b64encode(seal(row.message.raw, bound_to=sealed_for(row.digest))).decode(),
        "outcome": row.outcome.value, "faults": [asdict(fault) for fault in row.faults],
        "warnings": list(row.warnings), "times_received": times,
    }  # fmt: skip


def _count_repeats(times: Mapping[int, int], sender: Sender) -> None:
    if times:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "now": sender.now,
                "client": sender.client_id,
                "ids": list(times),
                "times": list(times.values()),
            }
            cursor.execute(_REPEAT, values)
