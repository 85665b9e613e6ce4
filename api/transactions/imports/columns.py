"""The columns of a CSV file of transactions: what each means, how it may be written, and an example.

A file names its columns by the name of the contract or by the Vietnamese label, in any order and any case.
"""

from dataclasses import dataclass
from enum import Enum

from api.errors import Fault, Invalid
from api.language import said
from procedures.imports.rules import Layout
from units.rules import folded

CLEARS = "null"
"""A cell that clears what was said before; an empty cell says nothing."""


class Kind(Enum):
    """How a cell is written."""

    TEXT = ("văn bản", "text")
    INSTANT = (
        (
            "thời điểm: 2024-03-04T08:15:00+07:00, 2024-03-04 08:15:00, 04/03/2024 08:15[:00], 20240304081500; "
            "không múi giờ là giờ Việt Nam, chỉ có ngày là 0 giờ"
        ),
        (
            "instant: RFC 3339, yyyy-MM-dd HH:mm:ss, dd/MM/yyyy HH:mm[:ss] or yyyyMMddHHmmss; without a zone it is "
            "Vietnamese time, a day alone is its midnight"
        ),
    )
    CLOSING = (
        "thời điểm, cách viết như trên; chỉ có ngày là 17 giờ ngày đó",
        "instant, written as above; a day alone is 17:00 of that day",
    )
    STATUS = (
        "trạng thái: từ của đặc tả, nhãn tiếng Việt, hoặc số 1–10 của Cổng quốc gia",
        "status: the contract's word, its Vietnamese label, or the national portal's number 1–10",
    )
    CHANNEL = ("kênh: counter, online, post hoặc 1, 2, 3", "channel: counter, online, post or 1, 2, 3")
    APPLICANT = (
        "loại: citizen, business, agency, organisation hoặc 1, 2, 3, 4",
        "kind: citizen, business, agency, organisation or 1, 2, 3, 4",
    )
    FLAG = ("có/không, true/false hoặc 1/0", "có/không, true/false or 1/0")
    NUMBER = ("số nguyên, từ 0", "whole number, from 0")


@dataclass(frozen=True)
class Column:
    """A column: its name in a file, where its value stands in the contract's document, and words about it."""

    name: str
    label: str
    place: str
    kind: Kind
    vi: str
    en: str
    example: str
    is_required: bool = False

    @property
    def pointer(self) -> str:
        """How a report names it."""
        return f"/{self.name}"


COLUMNS = (
    Column("dossier_code", "Mã hồ sơ", "dossier_code", Kind.TEXT, "Số trên giấy tiếp nhận và hẹn trả kết quả.",
           "The number on the receipt.", "000.16.30.H34-240304-0201", is_required=True),
    Column("source_updated_at", "Thời điểm cập nhật", "source_updated_at", Kind.INSTANT,
           "Thời điểm của trạng thái này ở hệ thống gửi; quyết định cái nào mới hơn. "
           "Trống ở dòng chỉ báo một bước.",
           "When this state was true at the sender; it decides which is newer. Empty in a row that tells a step only.",
           "2024-03-11 15:30:00"),
    Column("status", "Trạng thái", "status", Kind.STATUS, "Hồ sơ đang ở đâu. Trống ở dòng chỉ báo một bước.",
           "Where the dossier stands. Empty in a row that tells a step only.", "finished"),
    Column("procedure", "Mã thủ tục", "procedure", Kind.TEXT, "Mã thủ tục quốc gia, nhận cả mã địa phương.",
           "The national code of the procedure, or the local one.", "1.004884"),
    Column("receiving_unit", "Đơn vị tiếp nhận", "receiving_unit", Kind.TEXT,
           "Mã đơn vị vào ngày tiếp nhận (GET /units), hoặc LOẠI:mã.",
           "The unit's code on the day of receipt (GET /units), or SCHEME:code.", "gso2024:62"),
    Column("settling_unit", "Đơn vị giải quyết", "settling_unit", Kind.TEXT, "Như trên, của đơn vị giải quyết.",
           "The same, of the unit that settles it.", "gso2024:62"),
    Column("settling_unit_name", "Tên đơn vị giải quyết", "settling_unit_name", Kind.TEXT, "Khi không biết mã.",
           "Where the code is not known.", ""),
    Column("channel", "Kênh", "channel", Kind.CHANNEL, "Nộp trực tiếp, trực tuyến hay qua bưu chính.",
           "At the counter, online or by post.", "counter"),
    Column("applicant_kind", "Loại người nộp", "applicant/kind", Kind.APPLICANT, "Ai nộp hồ sơ.", "Who applies.",
           "citizen"),
    Column("applicant_national_id", "Số định danh", "applicant/national_id", Kind.TEXT,
           "Số định danh cá nhân hoặc CMND; đổi ngay thành bí danh, không trả ra bao giờ.",
           "The personal number; it is made a pseudonym at once and never comes out.", "999099000001"),
    Column("applicant_name", "Họ tên người nộp", "applicant/name", Kind.TEXT,
           "Chỉ dùng để che tên trong ý kiến, không trả ra bao giờ.",
           "It is only used to mask the name in comments and never comes out.", "Nguyễn Văn Mẫu"),
    Column("applicant_business_code", "Mã số doanh nghiệp", "applicant/business_code", Kind.TEXT,
           "Mã số doanh nghiệp, tổ chức.", "The number of a business or an organisation.", ""),
    Column("submitted_at", "Thời điểm nộp", "submitted_at", Kind.INSTANT, "Công dân nộp hồ sơ lúc nào.",
           "When it was submitted.", ""),
    Column("received_at", "Thời điểm tiếp nhận", "received_at", Kind.INSTANT, "Cơ quan tiếp nhận lúc nào.",
           "When it was received.", "04/03/2024 08:15"),
    Column("due_at", "Hẹn trả", "due_at", Kind.CLOSING, "Thời điểm hẹn trả kết quả trên giấy hẹn.",
           "The due date on the receipt.", "11/03/2024 17:00"),
    Column("ended_at", "Thời điểm kết thúc", "ended_at", Kind.INSTANT, "Có kết quả, từ chối, rút hoặc dừng lúc nào.",
           "When there was a result, or it was refused, withdrawn or stopped.", "11/03/2024 15:30"),
    Column("returned_at", "Thời điểm trả kết quả", "returned_at", Kind.INSTANT, "Trả kết quả cho người dân lúc nào.",
           "When the result was handed over.", ""),
    Column("contacts", "Số lần liên hệ", "contacts", Kind.NUMBER, "Số lần người dân phải liên hệ (lần).",
           "How many times the citizen had to come or call (times).", "1"),
    Column("agencies_contacted", "Số cơ quan phải liên hệ", "agencies_contacted", Kind.NUMBER,
           "Số cơ quan người dân phải liên hệ (cơ quan).", "How many agencies he had to contact (agencies).", "1"),
    Column("paid_online", "Thanh toán trực tuyến", "paid_online", Kind.FLAG, "Phí, lệ phí đã trả trực tuyến.",
           "Fees were paid online.", "không"),
    Column("digitised", "Số hóa", "digitised", Kind.FLAG, "Hồ sơ có thành phần được số hóa.",
           "The dossier holds digitised papers.", "có"),
    Column("electronic_result", "Kết quả điện tử", "electronic_result", Kind.FLAG, "Có kết quả bản điện tử.",
           "There is an electronic result.", "có"),
    Column("step_at", "Bước: thời điểm", "steps/0/at", Kind.INSTANT,
           "Mỗi dòng báo được một bước; nhiều bước thì nhiều dòng cùng mã hồ sơ.",
           "A row may tell one step; several steps are several rows of one dossier code.", "04/03/2024 08:15"),
    Column("step_status", "Bước: trạng thái", "steps/0/status", Kind.STATUS, "Trạng thái do bước này đưa tới.",
           "The status that the step brought.", "received"),
    Column("step_content", "Bước: nội dung", "steps/0/content", Kind.TEXT, "Đã làm gì; không ghi tên người dân.",
           "What was done; no citizen's name.", "Tiếp nhận hồ sơ"),
    Column("step_unit", "Bước: đơn vị", "steps/0/unit", Kind.TEXT, "Mã đơn vị làm bước này.",
           "The unit that did it.", "gso2024:62"),
    Column("step_official", "Bước: mã cán bộ", "steps/0/official", Kind.TEXT, "Mã của hệ thống quản lý cán bộ.",
           "The official's code in the personnel system.", ""),
    Column("step_official_name", "Bước: cán bộ", "steps/0/official_name", Kind.TEXT, "Khi không có mã.",
           "Where there is no code.", "Y Bình Mẫu"),
    Column("step_post", "Bước: chức danh", "steps/0/post", Kind.TEXT, "Chức danh lúc đó.", "The post held then.", ""),
    Column("step_department", "Bước: phòng ban", "steps/0/department", Kind.TEXT, "Phòng, ban lúc đó.",
           "The department then.", ""),
    Column("step_started_at", "Bước: bắt đầu", "steps/0/started_at", Kind.INSTANT, "Bước bắt đầu lúc nào.",
           "When the step began.", ""),
    Column("step_due_at", "Bước: hạn", "steps/0/due_at", Kind.CLOSING, "Hạn của bước theo quy định.",
           "The step's own limit.", ""),
)  # fmt: skip
_BY_NAME = {folded(name): column for column in COLUMNS for name in (column.name, column.label)}
POINTERS = {f"/{column.place}": column.pointer for column in COLUMNS}


def column_called(name: str) -> Column | None:
    """Return the column that a file means, or None."""
    return _BY_NAME.get(folded(name))


def check_head(layout: Layout) -> None:
    """Raise Invalid, naming every column that is unknown, told twice or missing."""
    faults, seen = [], set()
    for name in layout.columns:
        column = column_called(name)
        if column is None:
            text = f"Cột này không có trong GET /imports/columns: “{name[:60]}”.", "This column is not known."
            faults.append(_fault(name, "unknown_column", *text))
        elif column.name in seen:
            faults.append(_fault(name, "column_twice", "Cột này có hai lần.", "This column stands twice."))
        else:
            seen.add(column.name)
    missing = [column for column in COLUMNS if column.is_required and column.name not in seen]
    faults += [
        _fault(column.name, "column_missing", f"Thiếu cột “{column.label}”.", "This column is missing.")
        for column in missing
    ]
    if faults:
        raise Invalid(faults)


def _fault(name: str, code: str, vi: str, en: str) -> Fault:
    return Fault("pointer", f"/{name[:60].replace('~', '~0').replace('/', '~1')}", code, str(said(vi, en)))
