"""The words of procedures and transactions; the ten national statuses are QĐ's codes 1–10 (domain: TrangThaiHoSo)."""

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
        return list(Status).index(self) + 1


class Timeliness(TextChoices):
    """Early, on time or late, by the day (design: three-way label); running ones are told as of a moment."""

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
    """What a message tells: the whole state, or steps done."""

    SNAPSHOT = "snapshot", "Trạng thái hồ sơ"
    STEPS = "steps", "Tiến độ"


class MessageOutcome(TextChoices):
    """What became of a message."""

    CREATED = "created", "Tạo mới"
    UPDATED = "updated", "Đã cập nhật"
    UNCHANGED = "unchanged", "Không có gì mới"
    STALE = "stale", "Cũ hơn trạng thái đang giữ"
    REJECTED = "rejected", "Bị từ chối"


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


class Certainty(TextChoices):
    """How sure a day off is."""

    OFFICIAL = "official", "chính thức"
    ESTIMATED = "estimated", "ước tính"
    UNCONFIRMED = "unconfirmed", "chưa xác nhận"
