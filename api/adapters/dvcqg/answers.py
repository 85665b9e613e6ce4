"""Answers as each sender tests them, in Vietnamese whatever language it asks for.

See Note [Success] and Note [Whose shape] in the package.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from api.adapters.dvcqg.letters import Letter, Service, Shape
from procedures.errors import RowFault

REFUSED = "01"
FAILED = "-1"
SUCCESS = {Shape.ENVELOPE: "00", Shape.LIST: "0", Shape.OBJECT: "0", Shape.NEWER_PORTAL: "0"}

_TOLD = {
    (Shape.LIST, Service.DOSSIERS): "Đồng bộ thành công",
    (Shape.LIST, Service.PROGRESS): "Cập nhật tiến trình thành công",
}
_DONE = "Thành công"
_INVALID = "Dữ liệu không hợp lệ: {refused}/{all} hồ sơ bị từ chối"
_UNREADABLE = {
    "no_rows": "Không có hồ sơ nào trong nội dung gửi lên",
    "data_is_no_list": "Trường data phải là danh sách",
    "unknown_service": "Dịch vụ trong trường service không có ở đây",
    "no_code": "Thiếu mã hồ sơ cần tra cứu (mahoso)",
}
UNREAD = {
    HTTPStatus.BAD_REQUEST: "Nội dung gửi lên không phải là JSON hợp lệ hoặc bị cắt ngang; chưa có gì được ghi",
    HTTPStatus.NOT_ACCEPTABLE: "Trả lời ở đây chỉ có dạng application/json; sửa tiêu đề Accept rồi gửi lại",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Nội dung gửi lên lớn hơn 8 MiB; chia nhỏ rồi gửi lại",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Nội dung gửi lên phải là JSON, với tiêu đề Content-Type: application/json",
}
"""Why nothing of a letter was read, by the status that a caller of the other addresses would be told."""
_FAULTS = {
    "required": "Thiếu giá trị",
    "too_long": "Giá trị quá dài",
    "wrong_type": "Sai kiểu dữ liệu",
    "bad_text": "Văn bản chứa ký tự không lưu được",
    "unknown_code": "Giá trị không có trong danh mục",
    "in_future": "Thời điểm ở tương lai",
    "status_without_instant": "Trạng thái không kèm thời điểm (CapNhatTrangThai) nên không xếp được trước hay sau các "
    "trạng thái khác; gửi bằng CapNhatTienTrinh, CapNhatTienDoHoSoMC với ThoiDiemXuLy",
    "unknown_procedure": "Thủ tục chưa có trong danh mục",
    "unit_not_yet": "Đơn vị chưa có vào ngày đó; gửi mã của đơn vị khi ấy",
    "unit_gone": "Đơn vị không còn vào ngày đó, không có một đơn vị kế thừa duy nhất",
    "outside_boundary": "Đơn vị nằm ngoài phạm vi của tài khoản gửi",
    "other_source": "Hồ sơ thuộc hệ thống nguồn khác",
    "wrong_date": "Không phải ngày giờ hợp lệ theo yyyyMMddHHmmss, dd/MM/yyyy HH:mm:ss hoặc ISO 8601, năm 1990–2100",
}
_OTHER_FAULT = "Giá trị không được chấp nhận"
_FIELDS = {
    "dossier_code": "MaHoSo",
    "procedure": "MaTTHC",
    "procedure_code": "MaTTHC",
    "received_at": "NgayTiepNhan",
    "due_at": "NgayHenTra",
    "status": "TrangThai",
    "at": "ThoiDiemXuLy",
}
"""Our names for what a sender calls otherwise, where a room below refuses it."""


@dataclass(frozen=True)
class Verdict:
    """What became of one row: an outcome of the journal, what is wrong, and what looks odd."""

    dossier_code: str
    outcome: str
    faults: Sequence[RowFault]
    warnings: Sequence[str]

    @property
    def is_refused(self) -> bool:
        """Tell whether the row was not taken."""
        return bool(self.faults)


def answer_to(letter: Letter, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return the document that tells a sender what became of its rows."""
    refused = sum(verdict.is_refused for verdict in verdicts)
    if letter.unreadable:
        code, message = REFUSED, _UNREADABLE[letter.unreadable]
    elif refused:
        code, message = REFUSED, _INVALID.format(refused=refused, all=len(verdicts))
    else:
        code, message = SUCCESS[letter.shape], _TOLD.get((letter.shape, letter.service), _DONE)
    rows = [_row(index, verdict) for index, verdict in enumerate(verdicts)]
    answer: dict[str, Any] = {"error_code": code, "message": message, "ket_qua": rows}
    if letter.shape is Shape.NEWER_PORTAL:
        answer["code"] = 200 if code in SUCCESS.values() else 400
    return answer


def lookup_answer(letter: Letter, *, is_known: bool) -> dict[str, Any]:
    """Return the answer to TraCuuHoSo: a list of one dossier, or of none; its success is the number 0."""
    if letter.unreadable:
        return {"error_code": REFUSED, "message": _UNREADABLE[letter.unreadable], "result": []}
    return {"error_code": 0, "message": _DONE, "result": [{"MaHoSo": letter.dossier_code}] if is_known else []}


def no_session_answer() -> dict[str, Any]:
    """Return the answer to a letter whose session is over, was revoked or never opened."""
    return {
        "error_code": FAILED,
        "message": "Phiên không hợp lệ hoặc đã hết hạn; đăng nhập lại rồi gửi lại",
        "ket_qua": [],
    }


def no_right_answer() -> dict[str, Any]:
    """Return the answer to a letter whose session is live but may send nothing."""
    return {
        "error_code": FAILED,
        "message": "Tài khoản này chưa được cấp quyền gửi hồ sơ (transactions:write); liên hệ quản trị",
        "ket_qua": [],
    }


def unread_answer(status: HTTPStatus) -> dict[str, Any]:
    """Return the answer to a body of which nothing was read, for a reason of `UNREAD`."""
    return {"error_code": REFUSED, "message": UNREAD[status], "ket_qua": []}


def session_answer(session: str | None) -> dict[str, Any]:
    """Return the answer to the handshake; its success is the number 0."""
    if session is None:
        return {"error_code": FAILED, "message": "Sai tên đăng nhập hoặc mật khẩu"}
    return {"error_code": 0, "message": _DONE, "session": session}


def _row(index: int, verdict: Verdict) -> dict[str, Any]:
    return {
        "index": index,
        "MaHoSo": verdict.dossier_code,
        "outcome": verdict.outcome,
        "loi": [_fault(told) for told in verdict.faults],
        "canh_bao": list(verdict.warnings),
    }


def _fault(told: RowFault) -> dict[str, Any]:
    name = told.pointer.removeprefix("/")
    text = _FAULTS.get(told.code, _OTHER_FAULT)
    fault = {
        "field": _FIELDS.get(name, name),
        "code": told.code,
        "text": f"{text}: {told.value}" if told.value else text,
    }
    return fault | ({"don_vi_ke_thua": list(told.successors)} if told.successors else {})
