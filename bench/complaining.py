"""Complaints to list: as many as wanted, each with one accused, spread over units, officials and thirty weeks."""

from collections.abc import Sequence

from psycopg2.extensions import connection

_OF = "SELECT md5('complaint ' || n)::uuid AS id, n FROM generate_series(1, %(rows)s) AS n"
_COMPLAINTS = f"""
INSERT INTO feedback_complaint (id, legal_class, mode, state, dossier_code, happened_on, place, statement,
    receipt_number, receipt_hash, filed_on, due_on, due_rule, due_calendar_id, version)
SELECT c.id, 'petition', 'sealed', 'submitted', '', day - 1, 'Quầy số 3', %(statement)s, lpad(c.n::text, 16, '0'),
       decode(md5(c.n::text), 'hex'), day, day + 10, 'NĐ 61/2018',
       (SELECT max(number) FROM procedures_calendarversion), 1
FROM ({_OF}) AS c CROSS JOIN LATERAL (SELECT date '2026-03-13' - (c.n * 210::bigint / %(rows)s)::int) AS d(day)
"""
_SUBJECTS = f"""
INSERT INTO feedback_complaintsubject (complaint_id, number, official_id, description, unit_id, role)
SELECT c.id, 1, o.ids[1 + c.n %% 2], '', u.ids[1 + c.n %% array_length(u.ids, 1)], 'tiếp nhận hồ sơ'
FROM ({_OF}) AS c
CROSS JOIN (SELECT array_agg(id ORDER BY id) FROM units_unit WHERE code = ANY(%(units)s)) AS u(ids)
CROSS JOIN (SELECT array_agg(id ORDER BY id) FROM units_official WHERE code = ANY(%(officials)s)) AS o(ids)
ORDER BY c.n
"""
_ALLEGATIONS = f"""
INSERT INTO feedback_allegation (subject_id, category_id)
SELECT s.id, (SELECT min(id) FROM feedback_complaintcategory)
FROM ({_OF}) AS c JOIN feedback_complaintsubject s ON s.complaint_id = c.id
"""  # names and numbers of ours


def multiply_complaints(opened: connection, *, rows: int, units: Sequence[str], officials: Sequence[str]) -> None:
    """Make so many complaints about officials of these units; triggers stay on, so each has its event."""
    statement = "Tôi chờ từ sáng đến trưa ở quầy số 3 mà không được tiếp nhận hồ sơ. " * 4
    values = {"rows": rows, "statement": statement, "units": list(units), "officials": list(officials)}
    with opened.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        for sql in (_COMPLAINTS, _SUBJECTS, _ALLEGATIONS):
            cursor.execute(sql, values)
    opened.commit()
