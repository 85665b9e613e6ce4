"""The words of procedures and transactions; the ten national statuses are the portal's codes 1–10 (TrangThaiHoSo)."""

from django.db.models import TextChoices


class Status(TextChoices):
    """Where a transaction stands; `code` is the national portal's number."""

    REGISTERED = "registered", "Mới đăng ký"
    RECEIVED = "received", "Được tiếp nhận"
    REFUSED = "refused", "Không được tiếp nhận"
    PROCESSING = "processing", "Đang xử lý"
    SUPPLEMENT_REQUESTED = "supplement_requested", "Yêu cầu bổ sung giấy tờ"
    PAYMENT_REQUESTED = "payment_requested", "Yêu cầu thực hiện nghĩa vụ tài chính"
    WITHDRAWN = "withdrawn", "Công dân yêu cầu rút hồ sơ"
    STOPPED = "stopped", "Dừng xử lý"
    FINISHED = "finished", "Đã xử lý xong"
    RETURNED = "returned", "Đã trả kết quả"

    @property
    def code(self) -> int:
        """The number in TrangThaiHoSo, 1 to 10."""
        return _CODES[self]


ENDS = frozenset({Status.REFUSED, Status.WITHDRAWN, Status.STOPPED, Status.FINISHED, Status.RETURNED})
"""The statuses by which the work on a transaction ends."""
STATUS_BY_CODE = dict(enumerate(Status, start=1))
"""The statuses by their number in TrangThaiHoSo."""
_CODES = {status: code for code, status in STATUS_BY_CODE.items()}


class Timeliness(TextChoices):
    """Early, on time or late, by the day; running ones are told as of a moment."""

    EARLY = "early", "trước hạn"
    ON_TIME = "on_time", "đúng hạn"
    LATE = "late", "quá hạn"
    RUNNING = "running", "đang xử lý trong hạn"
    RUNNING_LATE = "running_late", "đang xử lý quá hạn"
    NOT_JUDGED = "not_judged", "không xét"


class Outcome(TextChoices):
    """How a transaction ended."""

    FINISHED = "finished", "Đã có kết quả"
    REFUSED_AT_INTAKE = "refused_at_intake", "Từ chối tiếp nhận"
    REFUSED = "refused", "Từ chối giải quyết"
    WITHDRAWN = "withdrawn", "Công dân rút hồ sơ"
    STOPPED = "stopped", "Dừng giải quyết"


class Channel(TextChoices):
    """How the dossier came in (KenhThucHien)."""

    COUNTER = "counter", "Trực tiếp"
    ONLINE = "online", "Trực tuyến"
    POST = "post", "Bưu chính công ích"


class ApplicantKind(TextChoices):
    """Who applies (LoaiDoiTuong)."""

    CITIZEN = "citizen", "Công dân"
    BUSINESS = "business", "Doanh nghiệp"
    AGENCY = "agency", "Cơ quan nhà nước"
    ORGANISATION = "organisation", "Tổ chức khác"


class StepKind(TextChoices):
    """The part of the service a citizen rates."""

    RECEPTION = "reception", "Tiếp nhận"
    SETTLEMENT = "settlement", "Giải quyết"
    RETURN = "return", "Trả kết quả"


class MessageKind(TextChoices):
    """What a message tells: the whole state, or steps done. A batch or file refused as a whole is one message."""

    SNAPSHOT = "snapshot", "Trạng thái hồ sơ"
    STEPS = "steps", "Tiến độ"
    BATCH = "batch", "Cả lô hoặc cả tệp bị từ chối"


class MessageOutcome(TextChoices):
    """What became of a message."""

    CREATED = "created", "Tạo mới"
    UPDATED = "updated", "Đã cập nhật"
    UNCHANGED = "unchanged", "Không có gì mới"
    STALE = "stale", "Cũ hơn trạng thái đang giữ"
    WAITING = "waiting", "Chờ trạng thái hồ sơ"
    REJECTED = "rejected", "Bị từ chối"


class TransactionWarning(TextChoices):
    """What looks wrong with a transaction: it is taken as it came, and flagged, never changed in silence."""

    DOSSIER_CODE_SHAPE = "dossier_code_shape", "Mã hồ sơ không theo TT 01/2018, điều 19"
    DOSSIER_CODE_DATE = "dossier_code_date", "Ngày trong mã hồ sơ khác ngày tiếp nhận"
    RUNNING_NUMBER_5_DIGITS = "running_number_5_digits", "Số thứ tự trong mã hồ sơ dài hơn 4 chữ số"
    DUE_BEFORE_RECEIVED = "due_before_received", "Ngày hẹn trả trước ngày tiếp nhận"
    DUE_DATE_MISSING = "due_date_missing", "Đã tiếp nhận nhưng không có ngày hẹn trả"
    DUE_DATE_DIFFERS = "due_date_differs", "Ngày hẹn trả khác ngày tính theo thời hạn của thủ tục"
    DUE_DATE_CORRECTED = "due_date_corrected", "Ngày hẹn trả thay đổi không rõ lý do"
    END_DATE_MISSING = "end_date_missing", "Đã kết thúc nhưng không rõ thời điểm"
    ENDED_BEFORE_RECEIVED = "ended_before_received", "Kết thúc trước khi tiếp nhận"
    SUPPLEMENT_DATES = "supplement_dates", "Bổ sung được nhận trước khi yêu cầu"
    SUPPLEMENT_ASKED_AGAIN = "supplement_asked_again", "Yêu cầu bổ sung quá một lần (NĐ 61/2018, điều 15.3)"
    EXTENDED_AGAIN = "extended_again", "Hẹn lại quá một lần (NĐ 61/2018, điều 19.9)"
    DUE_DATE_PROVISIONAL = "due_date_provisional", "Hạn trả qua ngày nghỉ, ngày làm bù chưa chính thức"
    PROCEDURE_OF_ANOTHER_DAY = "procedure_of_another_day", "Thủ tục không có hiệu lực vào ngày tiếp nhận"
    UNIT_UNRESOLVED = "unit_unresolved", "Không xác định được đơn vị từ mã hoặc tên"
    UNIT_SUCCEEDED = "unit_succeeded", "Đơn vị đã gửi không còn vào ngày đó; tính cho đơn vị kế thừa duy nhất"
    OFFICIAL_UNRESOLVED = "official_unresolved", "Không có cán bộ mang mã đã gửi"
    SOURCE_CONTESTED = "source_contested", "Nhiều hệ thống nguồn cùng gửi, chỉ một hệ thống được tính"


class MessageWarning(TextChoices):
    """What looks odd about one message; it is taken all the same."""

    SAME_INSTANT = "same_instant", "Trạng thái khác đã gửi mang cùng thời điểm; xếp theo mã trạng thái, hạn, nội dung"
    STEP_DIFFERS = "step_differs", "Bản tin khác báo khác về chính bước này; giữ giá trị xếp sau theo thứ tự"
    CONTACT_UNUSABLE = "contact_unusable", "Số điện thoại và thư điện tử không dùng được để gửi liên kết đánh giá"
    APPLICANT_UNKNOWN = "applicant_unknown", "Không có số giấy tờ dùng được của người nộp"
    FINISHED_WITHOUT_DATE = "finished_without_date", "Báo đã xong nhưng không có ngày kết thúc"
    STATUS_READ_FROM_TEXT = "status_read_from_text", "Trạng thái đọc từ nội dung xử lý, không theo mã đã gửi"


class NameMeaning(TextChoices):
    """What somebody decided that an official's name means, told without a code by a sender."""

    OFFICIAL = "official", "là cán bộ được nêu"
    NOBODY = "nobody", "không phải người của đơn vị"
    WITHDRAWN = "withdrawn", "rút lại quyết định trước"


class SignalStrength(TextChoices):
    """How much a signal weighs."""

    SIGNAL = "signal", "dấu hiệu cần xem xét"
    STRONG = "strong", "dấu hiệu nặng"


class ConductSignal(TextChoices):
    """What somebody may look into about how a transaction was handled: a fact, never a verdict."""

    SUPPLEMENT_ASKED_AGAIN = "supplement_asked_again", "Yêu cầu bổ sung quá một lần (NĐ 61/2018, điều 15.3)"
    SUPPLEMENT_NOTICE_LATE = "supplement_notice_late", "Báo bổ sung quá 03 ngày làm việc (NĐ 61/2018, điều 19.4)"
    EXTENDED_AGAIN = "extended_again", "Hẹn lại quá một lần (NĐ 61/2018, điều 19.9)"
    APOLOGY_LATE = "apology_late", "Xin lỗi chậm hơn 01 ngày trước hạn (NĐ 61/2018, điều 19.9)"
    LATE_WITHOUT_APOLOGY = "late_without_apology", "Quá hạn mà không xin lỗi (NĐ 61/2018, điều 19.9)"

    @property
    def strength(self) -> SignalStrength:
        """How much it weighs: late without an apology more than anything else."""
        return SignalStrength.STRONG if self is ConductSignal.LATE_WITHOUT_APOLOGY else SignalStrength.SIGNAL


class LimitUnit(TextChoices):
    """The unit in which a law states a time limit."""

    WORKING_DAY = "working_day", "ngày làm việc"
    CALENDAR_DAY = "calendar_day", "ngày"
    HOUR = "hour", "giờ làm việc"
    MONTH = "month", "tháng"


class SupplementRule(TextChoices):
    """What a supplement does to the time limit."""

    RESTART = "restart", "tính lại từ đầu (NĐ 61/2018, điều 19.4)"
    PAUSE = "pause", "tạm dừng (luật riêng của thủ tục)"


class Level(TextChoices):
    """At which level of government a procedure is done."""

    MINISTRY = "ministry", "bộ, ngành"
    PROVINCE = "province", "tỉnh"
    DISTRICT = "district", "huyện (đến 30/06/2025)"
    COMMUNE = "commune", "xã"
    OTHER = "other", "cơ quan khác"


class DayKind(TextChoices):
    """Why a day differs from Monday–Friday work, Saturday–Sunday rest."""

    HOLIDAY = "holiday", "ngày nghỉ lễ"
    COMPENSATORY = "compensatory", "nghỉ bù"
    SWAP_OFF = "swap_off", "nghỉ hoán đổi"
    SWAP_WORK = "swap_work", "làm bù"


class Weekday(TextChoices):
    """The days of the week, in order."""

    MONDAY = "monday", "thứ Hai"
    TUESDAY = "tuesday", "thứ Ba"
    WEDNESDAY = "wednesday", "thứ Tư"
    THURSDAY = "thursday", "thứ Năm"
    FRIDAY = "friday", "thứ Sáu"
    SATURDAY = "saturday", "thứ Bảy"
    SUNDAY = "sunday", "Chủ nhật"


class Certainty(TextChoices):
    """How sure a day off is."""

    OFFICIAL = "official", "chính thức"
    ESTIMATED = "estimated", "ước tính"
    UNCONFIRMED = "unconfirmed", "chưa xác nhận"


class RecountState(TextChoices):
    """How far a recount is."""

    QUEUED = "queued", "Đang chờ"
    RUNNING = "running", "Đang tính"
    FINISHED = "finished", "Đã xong"


class ExclusionState(TextChoices):
    """Where a proposal to exclude time stands."""

    PROPOSED = "proposed", "Đã đề nghị"
    APPROVED = "approved", "Đã duyệt"
    REFUSED = "refused", "Không duyệt"
    WITHDRAWN = "withdrawn", "Đã rút"
    REVOKED = "revoked", "Đã hủy duyệt"


class ExclusionScope(TextChoices):
    """What an exclusion names."""

    DOSSIERS = "dossiers", "Các hồ sơ nêu tên"
    UNIT = "unit", "Mọi hồ sơ đang giải quyết của đơn vị trong thời gian đó"


class ReasonBasis(TextChoices):
    """On what a reason for an exclusion rests."""

    LAW = "law", "Văn bản luật nêu"
    OUR_CHOICE = "our_choice", "Luật không nêu; lý do của hệ thống"


class ImportFormat(TextChoices):
    """What a file of messages is made of."""

    CSV = "csv", "CSV (bảng tính)"
    JSON_LINES = "json_lines", "JSON Lines"


class ImportState(TextChoices):
    """How far the import of a file is."""

    UPLOADING = "uploading", "Đang tải lên"
    QUEUED = "queued", "Đang chờ"
    RUNNING = "running", "Đang nhập"
    FINISHED = "finished", "Đã nhập xong"
    CANCELLED = "cancelled", "Đã hủy"
    FAILED = "failed", "Dừng vì lỗi"


class ImportFault(TextChoices):
    """Why an import stopped before its last row."""

    RIGHTS_CHANGED = "rights_changed", "Quyền, phạm vi hoặc nguồn của người gửi đã thay đổi"
    FILE_DAMAGED = "file_damaged", "Tệp lưu trong hệ thống bị hỏng"
    SERVICE_FAILED = "service_failed", "Lỗi của hệ thống"
