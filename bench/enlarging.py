"""Filling both databases with millions of transactions of a year, by COPY; a fifth of the service's are rated."""

import datetime as dt
import io
import time
from typing import Any

from bench.stage import PLAIN, SERVICE, Stage
from config.database import SUPERUSER

CHUNK = 100_000
UNITS = 90
DAYS = [(dt.date(2025, 7, 1) + dt.timedelta(days=place)).isoformat() for place in range(365)]

_STAGED = """
CREATE TEMP TABLE staged (number bigint, unit int, ended_at timestamptz, timeliness text, value int);
"""
_TRANSACTIONS = """
INSERT INTO procedures_transaction (
    dossier_code, source, source_updated_at, procedure_id, receiving_unit_id, settling_unit_id, settling_unit_name,
    channel, applicant_kind, applicant_ref, received_at, due_at, due_at_original, due_at_legal, ended_at, finished_at,
    status, outcome, timeliness, national_timeliness, supplement_requests, extensions, calendar_id, warnings, digest,
    version, created_at, updated_at, due_date_differs, exclusions, timeliness_before_exclusions, signals,
    signal_strength, event_order
)
SELECT '000.00.00.H48-G-' || lpad(s.number::text, 9, '0'), 'bench', s.ended_at, %(procedure)s, u.id, u.id, '',
       'counter', 'citizen', '', s.ended_at - interval '5 days', s.ended_at, s.ended_at, s.ended_at, s.ended_at,
       s.ended_at, 'finished', '', s.timeliness, s.timeliness, 0, 0, %(calendar)s, '{}', '', 1, s.ended_at, s.ended_at,
       false, 0, '', '{}', 0, 0
FROM staged s JOIN unnest(%(units)s::bigint[]) WITH ORDINALITY AS u(id, place) ON u.place = s.unit + 1
"""
_RATINGS = """
WITH rated AS (
    SELECT t.id, md5('r' || t.id)::uuid AS rating, t.settling_unit_id, t.ended_at, s.value
    FROM staged s JOIN procedures_transaction t ON t.dossier_code = '000.00.00.H48-G-' || lpad(s.number::text, 9, '0')
    WHERE s.number %% 5 = 0
), given AS (
    INSERT INTO feedback_rating (
        id, given_id, form_version_id, step, answers, overall, normalised, is_dissatisfied, comment, comment_masked,
        unit_id, procedure_id, origin, channel, helper_role, helper_code, week_date, state, quarantine_reason, version
    )
    SELECT rating, md5('g' || id)::uuid, %(form)s, 'settlement', '{}', value, (value - 1) / 4.0, value < 3, '', '',
           settling_unit_id, %(procedure)s, 'counter', 'kiosk', '', '',
           date_trunc('week', ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 'counted', '', 1
    FROM rated
)
INSERT INTO feedback_ratinglink (rating_id, transaction_id, step, received_at, digest, via)
SELECT rating, id, 'settlement', ended_at, '', '' FROM rated
"""
_KNOWN = """
SELECT (SELECT array_agg(unit_id ORDER BY unit_id) FROM (
            SELECT unit_id FROM units_unitversion WHERE kind = 'commune' AND valid @> date '2026-01-01'
            ORDER BY unit_id LIMIT %(units)s) AS communes),
       (SELECT id FROM procedures_procedure ORDER BY id LIMIT 1), (SELECT max(number) FROM procedures_calendarversion),
       (SELECT v.id FROM feedback_ratingformversion v JOIN feedback_ratingform f ON f.id = v.form_id
        WHERE f.code = 'MIC_5' ORDER BY v.number LIMIT 1)
"""
_TWIN = """
INSERT INTO plain_transaction (
    id, dossier_code, unit_id, procedure_id, source, status, channel, applicant_ref, received_at, due_at, finished_at,
    timeliness, created_at
)
SELECT gen_random_uuid(), '000.00.00.H48-G-' || lpad(s.number::text, 9, '0'), u.id, %(procedure)s, 'bench', 'finished',
       'counter', '', s.ended_at - interval '5 days', s.ended_at, s.ended_at, s.timeliness, s.ended_at
FROM staged s JOIN unnest(%(units)s::bigint[]) WITH ORDINALITY AS u(id, place) ON u.place = s.unit + 1
"""
COUNTS = "feedback_endedcount"
QUIET = ("procedures_transaction", "feedback_rating", "feedback_ratinglink")
"""Tables whose other triggers rest while they are filled: five million events are not what is measured here."""


def enlarge_service(ready: Stage, *, first: int, last: int) -> tuple[str, int]:
    """Add the transactions of these numbers; return the code and the key of the unit that is asked for."""
    with ready.cluster.connect(SUPERUSER, SERVICE) as opened, opened.cursor() as cursor:
        cursor.execute(_KNOWN, {"units": UNITS})
        units, procedure, calendar, form = cursor.fetchone()
        known = {"units": units, "procedure": procedure, "calendar": calendar, "form": form}
        for table in QUIET:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute("ALTER TABLE procedures_transaction ENABLE TRIGGER counts_follow_new_transactions")
        _fill(opened, cursor, first, last, [_TRANSACTIONS, _RATINGS], known, "service", len(units))
        for table in QUIET:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        cursor.execute("SELECT code, id FROM units_unit WHERE id = %s", [units[len(units) // 2]])
        code, key = cursor.fetchone()
        opened.commit()
        _analyze(opened, cursor, [*QUIET, COUNTS])
    return code, key


def enlarge_twin(ready: Stage, size: int) -> int:
    """Add as many transactions to the twin; return the key of the unit that is asked for."""
    with ready.cluster.connect(SUPERUSER, PLAIN) as opened, opened.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plain_unit (code, name) SELECT 'u' || n, 'Xã' FROM generate_series(1, %s) AS n RETURNING id",
            [UNITS],
        )
        units = [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT min(id) FROM plain_procedure")
        (procedure,) = cursor.fetchone()
        known = {"units": units, "procedure": procedure}
        _fill(opened, cursor, 0, size, [_TWIN], known, "twin", len(units))
        opened.commit()
        _analyze(opened, cursor, ["plain_transaction"])
    return units[UNITS // 2]


def settle_counts(ready: Stage) -> None:
    """Sweep up after the counts were folded, as autovacuum does soon."""
    with ready.cluster.connect(SUPERUSER, SERVICE) as opened, opened.cursor() as cursor:
        _analyze(opened, cursor, [COUNTS])


def _fill(
    opened: Any, cursor: Any, first: int, last: int, statements: list[str], known: dict[str, Any], name: str, units: int
) -> None:
    began = time.monotonic()
    cursor.execute(_STAGED)
    for start in range(first, last, CHUNK):
        cursor.execute("TRUNCATE staged")
        cursor.copy_expert("COPY staged FROM STDIN", _copied(start, min(start + CHUNK, last), units))
        cursor.execute("ANALYZE staged")
        for statement in statements:
            cursor.execute(statement, known)
        opened.commit()
    print(f"{name}: {last - first:,} transactions in {time.monotonic() - began:.0f} s", flush=True)


def _copied(first: int, last: int, units: int) -> io.StringIO:
    """Write rows as COPY reads them: spread over a year's days and the units, most of them early."""
    lines = (
        f"{number}\t{number % units}\t{DAYS[number * 37 % 365]} 10:00+07\t{'late' if number % 11 == 0 else 'early'}"
        f"\t{1 + number * 7 % 9 % 5}\n"
        for number in range(first, last)
    )
    return io.StringIO("".join(lines))


def _analyze(opened: Any, cursor: Any, tables: list[str]) -> None:
    opened.autocommit = True
    for table in tables:
        cursor.execute(f"VACUUM ANALYZE {table}")
