"""What a file looks like, told to those who make one."""

import csv
import io
from typing import Any

from api.transactions.imports.columns import COLUMNS

NOTES = (
    ("Dòng đầu là tên cột, theo name hoặc label, thứ tự tùy ý; cột không dùng thì bỏ.",
     "The first line names the columns, by name or label, in any order; leave out what you do not use."),
    ("UTF-8, có hay không có BOM; ngăn bằng dấu phẩy, chấm phẩy hoặc tab. Excel: “CSV UTF-8”.",
     "UTF-8 with or without BOM; parted by comma, semicolon or tab. Excel: “CSV UTF-8”."),
    ("Ô trống nghĩa là không nói gì; null nghĩa là xóa giá trị đã gửi.",
     "An empty cell says nothing; null clears what was sent before."),
    ("Mỗi dòng một trạng thái của một hồ sơ, có thể kèm một bước. Dòng chỉ có mã hồ sơ và bước thì chỉ báo bước.",
     "A row is one state of one dossier, with one step if you like. With the code and a step only, it tells the step."),
    ("JSON Lines: mỗi dòng một TransactionRow, như POST /transactions/batch.",
     "JSON Lines: one TransactionRow a line, as in POST /transactions/batch."),
    ("Cả hai nén gzip được. Gửi lại cùng tệp không làm thay đổi gì.",
     "Both may be packed with gzip. Sending the same file again changes nothing."),
)  # fmt: skip


def explanation() -> dict[str, Any]:
    """Return every column with its meaning, its way of writing and an example, in Vietnamese and in English."""
    columns = [
        {
            "name": column.name,
            "label": column.label,
            "is_required": column.is_required,
            "pointer": f"/{column.place}",
            "meaning_vi": column.vi,
            "meaning_en": column.en,
            "written_vi": column.kind.value[0],
            "written_en": column.kind.value[1],
            "example": column.example,
        }
        for column in COLUMNS
    ]
    return {"notes_vi": [vi for vi, _ in NOTES], "notes_en": [en for _, en in NOTES], "columns": columns}


def template() -> bytes:
    """Return a file with every column and one row of examples, as a Vietnamese spreadsheet opens it."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(column.name for column in COLUMNS)
    rows.writerow(column.example for column in COLUMNS)
    return text.getvalue().encode("utf-8-sig")
