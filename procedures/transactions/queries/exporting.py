"""Lists as files: each row is written by PostgreSQL as it goes into the file, and passed on as it is.

Making a million rows of thirty columns in Python would take minutes of a worker; here it only hands bytes on.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.transaction import atomic

from procedures.calendar.rules import local
from procedures.transactions.models import Transaction
from procedures.transactions.queries.copying import copied
from procedures.transactions.rules.conduct import last_apology_day_of_the_late
from procedures.vocabulary import (
    ApplicantKind,
    Channel,
    ConductSignal,
    Outcome,
    Status,
    Timeliness,
    TransactionWarning,
)
from units.queries import Named

Rows = QuerySet[Transaction]
Shown = Mapping[int, Named]
"""By which code and name a unit (primary key) is shown; a unit that is not in it by its own of the day."""
AS_THEN: Shown = {}
SHEET_ROWS = 500_000
"""Rows of one sheet of a workbook; Excel takes 1,048,576, and a part of a ZIP archive 2 GiB."""
_NUMBER = "\x01"
"""Stands in a row's XML for the row's number, until it is counted."""
_SETTINGS = """
SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL datestyle = 'ISO'; SET LOCAL timezone = 'Asia/Ho_Chi_Minh'
"""
"""Instants are written as clocks show them here; a file may take more processors to itself than a page."""
_EXCEL_EPOCH = (25_569 * 24 + 7) * 3600
"""Seconds from Excel's day 0, 1899-12-30, to 1970 in Việt Nam."""


class Kind(Enum):
    """What a column holds; ours are words and codes of our own, texts come from senders."""

    OURS = "ours"
    TEXT = "text"
    NUMBER = "number"
    INSTANT = "instant"


@dataclass(frozen=True)
class Column:
    """A column of the file: what it is called, and what it is in SQL."""

    vi: str
    en: str
    sql: str
    kind: Kind = Kind.OURS


def columns(*, now: dt.datetime, in_english: bool) -> tuple[Column, ...]:
    """Return the columns; words of a vocabulary in Vietnamese, or as their codes where English is read."""

    def word(column: str, choices: Sequence[tuple[Any, str]]) -> str:
        labels = " ".join(f"WHEN {_quoted(str(code))} THEN {_quoted(str(label))}" for code, label in choices)
        return column if in_english else f"(CASE {column} {labels} END)"

    def flag(column: str) -> str:
        yes, no = ("yes", "no") if in_english else ("có", "không")
        return f"CASE {column} WHEN true THEN '{yes}' WHEN false THEN '{no}' END"

    def words(column: str, choices: Sequence[tuple[Any, str]]) -> str:
        """Return the words of an array; it is opened only where it holds any."""
        if in_english:
            return f"array_to_string({column}, '; ')"
        labels = ", ".join(f"({_quoted(str(code))}, {_quoted(str(label))})" for code, label in choices)
        named = f"SELECT string_agg(l.label, '; ' ORDER BY l.code) FROM (VALUES {labels}) AS l(code, label)"  # noqa: S608
        return f"CASE WHEN {column} <> '{{}}' THEN ({named} WHERE l.code = ANY({column})) END"

    today = local(now).date()
    midnight = _quoted(local(now).replace(hour=0, minute=0, second=0, microsecond=0))
    signals_now = (
        f"(CASE WHEN t.apologise_by_date < {_quoted(last_apology_day_of_the_late(today))}"
        f" AND NOT t.signals @> ARRAY[{_quoted(ConductSignal.LATE_WITHOUT_APOLOGY.value)}]::varchar[]"
        f" THEN t.signals || {_quoted(ConductSignal.LATE_WITHOUT_APOLOGY.value)}::varchar ELSE t.signals END)"
    )
    label_now = (
        f"(CASE WHEN t.timeliness = 'running' AND t.due_at_legal < {midnight} THEN 'running_late'"
        " ELSE t.timeliness END)"
    )
    return (
        Column("Mã hồ sơ", "Dossier code", "t.dossier_code", Kind.TEXT),
        Column("Hệ thống gửi", "Source", "t.source", Kind.TEXT),
        Column("Mã thủ tục", "Procedure code", "p.code"),
        Column("Tên thủ tục", "Procedure", "v.name", Kind.TEXT),
        Column("Lĩnh vực", "Field", "f.name", Kind.TEXT),
        Column("Mã đơn vị tiếp nhận", "Receiving unit code", "COALESCE(rn.code, r.code)"),
        Column("Đơn vị tiếp nhận", "Receiving unit", "COALESCE(rn.name, rv.name, rf.name)", Kind.TEXT),
        Column("Mã đơn vị giải quyết", "Settling unit code", "COALESCE(sn.code, s.code)"),
        Column(
            "Đơn vị giải quyết", "Settling unit", "COALESCE(sn.name, sv.name, sf.name, t.settling_unit_name)", Kind.TEXT
        ),
        Column("Kênh", "Channel", word("t.channel", Channel.choices)),
        Column("Đối tượng", "Applicant", word("t.applicant_kind", ApplicantKind.choices)),
        Column("Nộp lúc", "Submitted at", "t.submitted_at", Kind.INSTANT),
        Column("Tiếp nhận lúc", "Received at", "t.received_at", Kind.INSTANT),
        Column("Hẹn trả lần đầu", "First promised for", "t.due_at_original", Kind.INSTANT),
        Column("Hẹn trả lần cuối", "Last promised for", "t.due_at", Kind.INSTANT),
        Column("Hạn theo luật", "Due by law", "t.due_at_legal", Kind.INSTANT),
        Column("Hạn tính theo thủ tục", "Due by the procedure's limit", "t.due_at_computed", Kind.INSTANT),
        Column("Hạn của bên gửi khác hạn tính được", "Due dates differ", flag("t.due_date_differs")),
        Column("Kết thúc lúc", "Ended at", "t.ended_at", Kind.INSTANT),
        Column("Xử lý xong lúc", "Finished at", "t.finished_at", Kind.INSTANT),
        Column("Trả kết quả lúc", "Returned at", "t.returned_at", Kind.INSTANT),
        Column("Trạng thái", "Status", word("t.status", Status.choices)),
        Column("Kết quả", "Outcome", word("t.outcome", Outcome.choices)),
        Column("Tiến độ", "Timeliness", word(label_now, Timeliness.choices)),
        Column("Tiến độ theo Cổng quốc gia", "National timeliness", word("t.national_timeliness", Timeliness.choices)),
        Column("Chênh so với hạn (phút)", "Delay in minutes", "t.delay_minutes", Kind.NUMBER),
        Column("Số lần được loại trừ", "Exclusions", "t.exclusions", Kind.NUMBER),
        Column("Hạn khi chưa loại trừ", "Due before exclusions", "t.due_at_before_exclusions", Kind.INSTANT),
        Column(
            "Tiến độ khi chưa loại trừ",
            "Timeliness before exclusions",
            word("t.timeliness_before_exclusions", Timeliness.choices),
        ),
        Column("Số lần yêu cầu bổ sung", "Supplement requests", "t.supplement_requests", Kind.NUMBER),
        Column("Số lần gia hạn", "Extensions", "t.extensions", Kind.NUMBER),
        Column("Báo bổ sung đúng hạn", "Supplement notice on time", flag("t.supplement_notice_on_time")),
        Column("Xin lỗi lúc", "Apology at", "t.apology_at", Kind.INSTANT),
        Column("Xin lỗi đúng hạn", "Apology on time", flag("t.apology_on_time")),
        Column("Đang phải xin lỗi", "Apology due", flag(f"(t.apologise_by_date <= {_quoted(today)})")),
        Column("Dấu hiệu cần xem xét", "Signals", words(signals_now, ConductSignal.choices)),
        Column("Số lần người dân phải liên hệ", "Contacts", "t.contacts", Kind.NUMBER),
        Column("Số cơ quan phải liên hệ", "Agencies contacted", "t.agencies_contacted", Kind.NUMBER),
        Column("Thanh toán trực tuyến", "Paid online", flag("t.paid_online")),
        Column("Số hóa hồ sơ", "Digitised", flag("t.digitised")),
        Column("Kết quả điện tử", "Electronic result", flag("t.electronic_result")),
        Column("Cảnh báo", "Warnings", words("t.warnings", TransactionWarning.choices)),
    )


def columns_of_then() -> tuple[Column, ...]:
    """Return what stands beside units that are shown as of now: the codes of those that did the work."""
    return (
        Column("Mã đơn vị tiếp nhận lúc đó", "Receiving unit code then", "CASE WHEN rn.code <> r.code THEN r.code END"),
        Column("Mã đơn vị giải quyết lúc đó", "Settling unit code then", "CASE WHEN sn.code <> s.code THEN s.code END"),
    )


def units_in(rows: Rows) -> set[int]:
    """Return the units (primary keys) that rows name."""
    narrowed = rows.order_by()
    return {
        unit for name in ("receiving_unit_id", "settling_unit_id")
        for unit in narrowed.values_list(name, flat=True).distinct() if unit is not None
    }  # fmt: skip


def csv_rows(rows: Rows, *, ordering: Sequence[str], told: Sequence[Column], shown: Shown = AS_THEN) -> Iterator[str]:
    """Yield the rows as CSV, many at a time: `;` between, CRLF behind, texts in quotes."""
    line = " || ';' || ".join(_CSV[column.kind].format(column.sql) for column in told)
    return ("".join(part) for part in _lines(rows, ordering, f"{line} || E'\\r\\n'", shown))


def sheet_rows(
    rows: Rows, *, ordering: Sequence[str], told: Sequence[Column], instant_style: str, shown: Shown = AS_THEN
) -> Iterator[list[str]]:
    """Yield the rows as they stand in a sheet's XML, many at a time; each sheet begins with row 2 anew."""
    cells = " || ".join(
        _CELL[column.kind].format(column.sql, place=f"{letters(number)}{_NUMBER}", style=instant_style)
        for number, column in enumerate(told)
    )
    numbers = count()
    for part in _lines(rows, ordering, f"'<row r=\"{_NUMBER}\">' || {cells} || '</row>'", shown):
        yield [row.replace(_NUMBER, str(next(numbers) % SHEET_ROWS + 2)) for row in part]


def letters(number: int) -> str:
    """Return the name of a column, counted from 0: A, B, … Z, AA."""
    first, last = divmod(number, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


def _lines(rows: Rows, ordering: Sequence[str], line: str, shown: Shown) -> Iterator[list[str]]:
    """Read line by line, none kept; those without a value in the first column come last.

    They are read by themselves: so each part walks an index, and nothing is sorted.
    """
    first, *rest = ordering
    column = first.lstrip("-")
    parts = [_statement(rows.filter(**{f"{column}__isnull": False}), ordering, line, shown)]
    if Transaction._meta.get_field(column).null:  # noqa: SLF001 - Django's documented API
        parts.append(_statement(rows.filter(**{f"{column}__isnull": True}), rest, line, shown))
    with atomic():
        with connection.cursor() as settings:
            settings.execute(_SETTINGS)
        for statement in filter(None, parts):
            yield from copied(statement)


def _statement(rows: Rows, ordering: Sequence[str], line: str, shown: Shown) -> str:
    """Return the statement that writes the lines; "" where nothing can meet the filters."""
    names = [field.attname for field in Transaction._meta.concrete_fields]  # noqa: SLF001 - Django's documented API
    try:
        sql, values = rows.order_by().values(*names).query.sql_with_params()
    except EmptyResultSet:  # Django knows that nothing meets the filters, and writes no statement
        return ""
    with connection.cursor() as cursor:
        narrowed = cursor.mogrify(sql, values).decode()
    names_now = _quoted(
        json.dumps([{"unit_id": unit, "code": one.code, "name": one.name} for unit, one in shown.items()])
    )
    order = ", ".join(f"t.{name.lstrip('-')} {'DESC' if name.startswith('-') else 'ASC'}" for name in ordering)
    return f"""
SELECT {line} FROM ({narrowed}) AS t
JOIN procedures_procedure p ON p.id = t.procedure_id
LEFT JOIN procedures_procedureversion v ON v.id = t.procedure_version_id
LEFT JOIN procedures_field f ON f.id = v.field_id
LEFT JOIN units_unit r ON r.id = t.receiving_unit_id
LEFT JOIN units_unit s ON s.id = t.settling_unit_id
LEFT JOIN units_unitversion rv ON rv.unit_id = t.receiving_unit_id AND rv.valid @> {_day("received_at")}
LEFT JOIN units_unitversion sv ON sv.unit_id = t.settling_unit_id AND sv.valid @> {_day("ended_at")}
LEFT JOIN jsonb_to_recordset({names_now}::jsonb) AS rn(unit_id bigint, code text, name text)
    ON rn.unit_id = t.receiving_unit_id
LEFT JOIN jsonb_to_recordset({names_now}::jsonb) AS sn(unit_id bigint, code text, name text)
    ON sn.unit_id = t.settling_unit_id
LEFT JOIN {_ANY_NAME} AS rf ON rf.unit_id = t.receiving_unit_id
LEFT JOIN {_ANY_NAME} AS sf ON sf.unit_id = t.settling_unit_id
ORDER BY {order}
"""  # noqa: S608 - made of names above and of what the database driver quoted


def _quoted(value: object) -> str:
    with connection.cursor() as cursor:
        return str(cursor.mogrify("%s", [value]).decode())


def _day(instant: str) -> str:
    return f"(COALESCE(t.{instant}, t.source_updated_at))::date"


_ANY_NAME = "(SELECT DISTINCT ON (unit_id) unit_id, name FROM units_unitversion ORDER BY unit_id, id)"
_PLAIN_TEXT = "COALESCE({0}, '')"
_DANGEROUS = (
    "CASE WHEN left({0}, 1) IN ('=', '+', '-', '@', E'\\t', E'\\r') THEN '''' || {0} ELSE COALESCE({0}, '') END"
)
_CSV = {
    Kind.OURS: f"'\"' || {_PLAIN_TEXT} || '\"'",
    Kind.TEXT: f"'\"' || replace({_DANGEROUS}, '\"', '\"\"') || '\"'",
    Kind.NUMBER: "COALESCE(({0})::text, '')",
    Kind.INSTANT: "COALESCE(left({0}::text, 19), '')",
}
"""A text that a spreadsheet would read as a formula gets an apostrophe before it."""
_REFUSED = "".join(chr(code) for code in range(1, 32) if chr(code) not in "\t\n\r") + "\ufffe\uffff"
_CLEAN = f"replace(replace(replace(translate({{0}}, '{_REFUSED}', ''), '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
_STRING = (
    'CASE WHEN {0} <> \'\' THEN \'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">\' || '
    "{text} || '</t></is></c>' ELSE '' END"
)
_CELL = {
    Kind.OURS: _STRING.replace("{text}", "{0}"),
    Kind.TEXT: _STRING.replace("{text}", _CLEAN),
    Kind.NUMBER: "COALESCE('<c r=\"{place}\"><v>' || {0} || '</v></c>', '')",
    Kind.INSTANT: "COALESCE('<c r=\"{place}\" s=\"{style}\"><v>' || (date_part('epoch', {0}) + "
    f"{_EXCEL_EPOCH}) / 86400 || '</v></c>', '')",
}
"""A cell that is a text is never a formula; an empty one is left out."""
