"""What became of each row of a file, as a file: streamed, however long."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.language import said
from api.transactions.faults import printed
from procedures.errors import RowFault

_HEAD = (
    ("STT", "Row"), ("Dòng trong tệp", "Line in the file"), ("Mã hồ sơ", "Dossier code"), ("Kết quả", "Outcome"),
    ("Chỗ sai", "Place"), ("Mã lỗi", "Code"), ("Giải thích", "Explanation"), ("Cảnh báo", "Warnings"),
    ("Số trong nhật ký", "Number in the journal"),
)  # fmt: skip
_FORMULA = tuple("=+-@\t\r")
_AT_ONCE = 64 * 1024


def as_json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the report, a row a line, as the results of a batch are printed."""
    for row in rows:
        told = {name: row[name] for name in ("row", "line", "key", "outcome")}
        told |= {"errors": _errors(row), "warnings": row["warnings"], "message_id": row["message_id"]}
        yield json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n"


def as_csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the report as a Vietnamese spreadsheet opens it: byte order mark, semicolons, no formula."""
    yield "\ufeff" + _written([str(said(vi, en)) for vi, en in _HEAD])
    for row in rows:
        errors = _errors(row)
        told = (" | ".join(error[name] for error in errors) for name in ("pointer", "code", "detail"))
        yield _written([row["row"], row["line"], row["key"], row["outcome"], *told, " ".join(row["warnings"]),
                        row["message_id"] or ""])  # fmt: skip


def in_blocks(texts: Iterable[str]) -> Iterator[bytes]:
    """Yield the same text in pieces worth a packet."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= _AT_ONCE:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()


def _errors(row: Mapping[str, Any]) -> list[dict[str, str]]:
    return printed(RowFault(pointer, code) for pointer, code in row["faults"])


def _written(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    plain = [f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in cells]
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow(plain)
    return line.getvalue()
