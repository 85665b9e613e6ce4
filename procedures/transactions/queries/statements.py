"""What every message asks, in SQL: the ORM would take longer to write these than PostgreSQL to answer them."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection

from procedures.prepared import Replanned
from procedures.vocabulary import Status
from units.queries import STAMP, Remembered

_STATUSES = ", ".join(f"'{status}'" for status in Status.values)


def place_of_step(step: str) -> tuple[str, ...]:
    """Return the order of steps in SQL, as rules.steps has it, for a table of this name: never that of arrival."""
    return f"{step}.at", f"array_position(ARRAY[{_STATUSES}]::varchar[], {step}.status)", f'{step}.key COLLATE "C"'


_TRANSACTIONS = """
SELECT json_agg(json_build_array(
    t.dossier_code, t.id, t.digest, t.source_updated_at, t.outcome, t.calendar_id, (
        SELECT json_agg(json_build_array(p.begins_at, p.ends_at, p.reference)) FROM procedures_pause p
        WHERE p.dossier_code = t.dossier_code AND p.holds
    )
))::text FROM procedures_transaction t WHERE t.dossier_code = ANY(%(codes)s)
"""
_MESSAGES = """
SELECT json_agg(json_build_array(
    dossier_code, content, id, source, kind, digest, outcome, boundary_id, may_overwrite, is_foreign,
    content <> '{}' AND NOT is_foreign AND jsonb_array_length(faults) = 1
        AND faults @> '[{"code": "outside_boundary"}]', received_at
))::text FROM procedures_message WHERE dossier_code = ANY(%(codes)s)
"""
_ALIASES = """
SELECT json_agg(json_build_array(source, code, dossier_code))::text FROM procedures_dossieralias
WHERE code = ANY(%(codes)s)
"""
_NUMBERS = """
SELECT json_agg(json_build_array(encode(digest, 'hex'), ref))::text FROM procedures_applicantnumber
WHERE digest = ANY(%(digests)s)
"""
FRESH_ID = "nextval('procedures_message_id_seq')"
"""The id of a message to come, known before it is written: so nobody waits for its writing."""
_IDS = f"SELECT array_agg({FRESH_ID}) FROM generate_series(1, %(coming)s)"  # noqa: S608 - our own words alone
KNOWN = Replanned(
    "what_is_known", f"SELECT {STAMP}, ({_TRANSACTIONS}), ({_MESSAGES}), ({_ALIASES}), ({_NUMBERS}), ({_IDS})",
    sized_by="codes", codes="varchar[]", digests="bytea[]", coming="int",
)  # fmt: skip
TRANSACTIONS = Replanned("known_transactions", f"SELECT ({_TRANSACTIONS})", sized_by="codes", codes="varchar[]")
PROCEDURES = """
SELECT p.code, p.id, v.id, v.valid, v.limit_amount, v.limit_unit, v.supplement_rule, v.late_receipt_shifts,
       v.supplement_notice_days
FROM procedures_procedure p LEFT JOIN procedures_procedureversion v ON v.procedure_id = p.id WHERE p.code = ANY(%s)
"""
_MOVED = """
least((
    SELECT min(upper(v.valid)) FROM units_unitversion v WHERE v.unit_id = {unit} AND NOT EXISTS (
        SELECT 1 FROM units_unitversion next WHERE next.unit_id = v.unit_id AND next.valid @> upper(v.valid)
    )
), (
    SELECT min(s.effective_date) FROM units_unitsuccession s
    WHERE s.predecessor_id = {unit} AND cardinality(s.procedures) > 0 AND s.revoked_at IS NULL
))
"""
"""The first day on which a unit was gone, be it taken up again later, or had given a procedure away."""
UNITS = f"""
SELECT u.code, u.id, {_MOVED.format(unit="u.id")}, (
    SELECT CASE WHEN bool_or(lower_inf(v.valid)) THEN NULL ELSE min(lower(v.valid)) END
    FROM units_unitversion v WHERE v.unit_id = u.id
) FROM units_unit u WHERE u.code = ANY(%s)
"""  # noqa: S608 - both are constants
CARRIERS = f"""
SELECT c.value, c.scheme, c.valid, c.unit_id, least(upper(c.valid), {_MOVED.format(unit="c.unit_id")})
FROM units_unitcode c WHERE c.value = ANY(%s)
"""  # noqa: S608 - both are constants
LIVES = "SELECT unit_id, valid FROM units_unitversion WHERE unit_id = ANY(%s)"
OFFICIALS = "SELECT code, id FROM units_official WHERE code = ANY(%s)"
POSTINGS = """
WITH decided AS (
    SELECT name_key, unit_id, valid, number, meaning, official_id FROM procedures_namedecision WHERE name_key = ANY(%s)
),
asked AS (
    SELECT id FROM units_official WHERE name_folded = ANY(%s)
    UNION SELECT unnest(%s::bigint[])
    UNION SELECT official_id FROM decided
)
SELECT o.name, p.official_id, p.valid, p.home_unit_id, p.serving_unit_id, NULL, NULL
FROM asked JOIN units_official o ON o.id = asked.id JOIN units_posting p ON p.official_id = o.id
UNION ALL
SELECT name_key, official_id, valid, unit_id, NULL, number, meaning FROM decided
"""


def answer(statement: str, *values: Collection[object]) -> list[tuple[Any, ...]]:
    """Return the rows that a statement finds for these lists of codes or keys."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(one) for one in values])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def remembered(statement: str) -> Remembered[Any, list[tuple[Any, ...]]]:
    """Return the memory of a statement whose rows begin with the key they were asked by (Note [Stamps])."""

    def ask(keys: list[Any]) -> dict[Any, list[tuple[Any, ...]]]:
        found: dict[Any, list[tuple[Any, ...]]] = {key: [] for key in keys}
        for row in answer(statement, keys):
            found[row[0]].append(row)
        return found

    return Remembered(ask)


def rows_of(memory: Remembered[Any, list[tuple[Any, ...]]], stamp: str, keys: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of several keys."""
    return [row for rows in memory.of(stamp, keys).values() for row in rows]
