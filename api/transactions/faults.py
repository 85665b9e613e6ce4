"""What is wrong with a row, in words; what is kept of a fault is its pointer and its code."""

from collections.abc import Iterable
from typing import Any

from rest_framework.exceptions import ValidationError

from api.errors import Fault
from api.language import said
from api.problems import faults_of
from procedures.errors import OtherSource, RowFault
from procedures.transactions.services import OTHER_SOURCE

NOT_TOLD = "…"
"""In place of a source of which the caller may not know."""
_SENTENCES = {
    "unknown_procedure": ("Không có thủ tục mang mã này.", "No procedure carries this code."),
    "unknown_unit": ("Không có đơn vị mang mã này vào ngày đó.", "No unit carried this code on that day."),
    "unit_gone": (
        "Đơn vị này không còn vào ngày đó và không có một đơn vị kế thừa duy nhất; gửi lại với mã của đơn vị làm thay.",
        "This unit was gone by that day and no single unit followed it; send again with the code of the unit at work.",
    ),
    "unit_not_yet": (
        "Đơn vị này chưa có vào ngày đó; gửi lại với mã của đơn vị khi ấy (GET /units/{mã}: predecessions).",
        "This unit was not there yet; send the code of the unit of then (GET /units/{code}: predecessions).",
    ),
    "outside_boundary": ("Ngoài phạm vi đơn vị được cấp.", "Outside the units granted to this caller."),
    "other_source": (
        "Hồ sơ thuộc hệ thống nguồn khác; muốn ghi đè cần quyền transactions:overwrite.",
        "Another source keeps this dossier; to write over it takes transactions:overwrite.",
    ),
    "several_dossiers": ("Một thông điệp chỉ nói về một hồ sơ.", "A message tells of one dossier only."),
    "bad_dossier_code": ("Mã hồ sơ trống, quá dài hoặc có ký tự lạ.", "The dossier code is empty, too long or odd."),
    "reserved_dossier_code": (
        "Mã hồ sơ này (hoặc phần sau dấu “/” cuối) là một từ trong địa chỉ của API nên không đọc lại được.",
        "This code, or what follows its last “/”, is a word of our addresses and could not be read again; use another.",
    ),
    "empty": ("Thông điệp không nói gì.", "The message says nothing."),
    "in_future": ("Thời điểm nằm trong tương lai.", "The instant lies in the future."),
    "required": ("Trường này là bắt buộc.", "This field is required."),
    "null": ("Trường này không được null.", "This field may not be null."),
    "unknown_field": ("Trường này không có trong đặc tả.", "This field is not in the contract."),
    "not_an_object": ("Phải là một đối tượng JSON, dạng {…}.", "This must be a JSON object: {…}."),
    "malformed_json": ("Không phải là JSON hợp lệ.", "This is not valid JSON."),
    "bad_text": ("Văn bản chứa ký tự không lưu được.", "The text holds a character that cannot be stored."),
    "offset": (
        "Thời điểm phải theo RFC 3339, kèm múi giờ không quá ±15:59, ví dụ 2024-03-04T08:15:00+07:00.",
        "An instant must follow RFC 3339, with an offset up to ±15:59, for example 2024-03-04T08:15:00+07:00.",
    ),
    "no_such_instant": (
        "Không có ngày giờ này (ví dụ ngày 30 tháng 2).",
        "There is no such instant (like 30 February).",
    ),
    "range": ("Năm phải từ 1990 đến 2100.", "The year must be from 1990 to 2100."),
    "invalid_choice": ("Giá trị không có trong danh mục.", "The value is not in the list."),
    "invalid": ("Sai kiểu giá trị ở trường này.", "The value is of the wrong type."),
    "not_a_list": ("Phải là một danh sách, dạng […].", "This must be a list: […]."),
    "blank": ("Trường này không được để trống.", "This field may not be blank."),
    "max_length": ("Quá dài.", "Too long."),
    "max_value": ("Số quá lớn.", "The number is too large."),
    "min_value": ("Số quá nhỏ.", "The number is too small."),
    "control": ("Văn bản chứa ký tự điều khiển.", "The text holds control characters."),
    "line_too_long": ("Dòng dài quá 1 MiB.", "The line is longer than 1 MiB."),
    "not_utf8": ("Dòng không phải là UTF-8; lưu tệp dạng “CSV UTF-8”.", "The line is no UTF-8; save as “CSV UTF-8”."),
    "cell_too_long": ("Một ô dài quá 131.072 ký tự.", "A cell is longer than 131,072 characters."),
    "stray_line_end": (
        "Có ký tự xuống dòng (CR) trong một ô không đặt trong dấu nháy kép.",
        "A cell that is not in quotation marks holds a line end (CR).",
    ),
    "refused_together": (
        "Cả lô bị từ chối vì có dòng sai (atomic=true); sửa rồi gửi lại cả lô.",
        "The whole batch was refused for another row (atomic=true); mend it and send the batch again.",
    ),
    "open_quote": ("Dấu nháy kép đặt sai hoặc không đóng.", "A quotation mark is misplaced or never closed."),
    "wrong_columns": ("Số ô khác với số cột của dòng đầu.", "The row has not as many cells as there are columns."),
    "not_storable": ("Dòng này không lưu được.", "This row cannot be stored."),
    "instant_of_file": (
        "Thời điểm viết 2024-03-04T08:15:00+07:00, 2024-03-04 08:15:00, 04/03/2024 08:15 hoặc 20240304081500.",
        "Write an instant as 2024-03-04T08:15:00+07:00, 2024-03-04 08:15:00, 04/03/2024 08:15 or 20240304081500.",
    ),
}
_UNKNOWN = ("Giá trị không hợp lệ.", "The value is not valid.")


def told(fault: RowFault, *, under: str = "") -> Fault:
    """Return a row's fault as the client is told it; `under` is where the row stands in the body."""
    vi, en = _SENTENCES.get(fault.code, _UNKNOWN)
    successors = tuple(fault.successors)
    keeper = f" ({fault.value})" if fault.code == OTHER_SOURCE and fault.value else ""
    heirs = f" → {', '.join(successors)}" if successors else ""
    return Fault("pointer", f"{under}{fault.pointer}", fault.code, f"{said(vi, en)}{keeper}{heirs}", successors)


def other_source(faults: Iterable[RowFault]) -> OtherSource | None:
    """Return the problem of a message about another source's dossier, or None when something else is wrong."""
    fault = next((one for one in faults if one.code == OTHER_SOURCE), None)
    return OtherSource(fault.value or NOT_TOLD) if fault else None


def printed(faults: Iterable[RowFault]) -> list[dict[str, Any]]:
    """Return faults as the contract prints them."""
    return [
        {"pointer": one.name, "code": one.code, "detail": one.detail}
        | ({"successors": list(one.successors)} if one.successors else {})
        for one in map(told, faults)
    ]


def row_faults(error: ValidationError) -> tuple[RowFault, ...]:
    """Return what a shape found wrong, as it is kept."""
    return tuple(RowFault(one.name, one.code or "invalid") for one in faults_of(error))
