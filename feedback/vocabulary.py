"""The words of the four rooms that others share."""

from django.db.models import TextChoices


class RatingOrigin(TextChoices):
    """On what ground a rating was taken."""

    RIGHT = "right", "Người dân dùng quyền đánh giá được cấp"
    COUNTER = "counter", "Thiết bị tin cậy tại quầy"


class RatingChannel(TextChoices):
    """By what means a rating was given (NĐ 61/2018, điều 29.1)."""

    APP = "app", "Ứng dụng di động"
    WEB = "web", "Trang web"
    KIOSK = "kiosk", "Thiết bị tại Bộ phận Một cửa"
    PAPER = "paper", "Phiếu giấy"
    PHONE = "phone", "Điện thoại"


class HelperRole(TextChoices):
    """Who entered a rating for somebody who could not (NĐ 61/2018, điều 29.4)."""

    RELATIVE = "relative", "Người thân"
    VOLUNTEER = "volunteer", "Tình nguyện viên"
    OFFICIAL = "official", "Cán bộ, công chức"
    OTHER = "other", "Người khác"


class RatingSlip(TextChoices):
    """The papers with which a right to rate is handed out (TT 01/2018/TT-VPCP, điều 12 khoản 2)."""

    RECEIPT = "receipt", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
    SUPPLEMENT = "supplement", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"
    REFUSAL = "refusal", "Phiếu từ chối tiếp nhận giải quyết hồ sơ"
    RESULT = "result", "Kết quả giải quyết thủ tục hành chính"


class RatingState(TextChoices):
    """Whether a rating counts."""

    COUNTED = "counted", "Được tính"
    QUARANTINED = "quarantined", "Tạm giữ để xem xét"
    EXCLUDED = "excluded", "Đã xác nhận không phải của người dân"


class StuffingTest(TextChoices):
    """What made a rating suspicious (feedback/ratings/rules/stuffing)."""

    QUICK = "quick", "Đánh giá ngay sau khi in phiếu"
    LATE_IN_THE_DAY = "late_in_the_day", "Dồn vào cuối ngày"
    FLATTERY = "flattery", "Cùng một mức cao nhất ở mọi câu, dồn vào một cán bộ"
    FLATTERY_OF_A_DAY = "flattery_of_a_day", "Cùng một mức cao nhất ở mọi câu, dồn vào một ngày"
    SUDDEN_CHANGE = "sudden_change", "Mức cao nhất tăng đột ngột so với chính đơn vị"
    BURST = "burst", "Nhiều đánh giá liên tiếp tại một quầy"
    ONE_DEVICE = "one_device", "Một máy đánh giá nhiều hồ sơ"
    RAISED = "raised", "Đánh giá tại quầy được sửa lên mức cao hơn"
    STEP_UNKNOWN = "step_unknown", "Quầy đánh giá những bước chưa hề được ghi nhận"
    ONE_HELPER = "one_helper", "Cùng một mức cao nhất ở mọi câu, do một cán bộ nhập hộ"
    BACKLOG = "backlog", "Cùng một mức cao nhất ở mọi câu, gửi dồn từ một quầy báo mất mạng"


class LinkAccessKind(TextChoices):
    """What was done that leads, or may lead, from ratings to transactions."""

    OPENING = "opening", "Mở liên kết của một đánh giá"
    DESTRUCTION = "destruction", "Hủy liên kết của một kỳ"
    READING = "reading", "Xem từng đánh giá"


class LegalClass(TextChoices):
    """Which law a complaint falls under; a message of an app is a petition unless its form makes it more."""

    PETITION = "petition", "phản ánh, kiến nghị"
    GRIEVANCE = "grievance", "khiếu nại"
    DENUNCIATION = "denunciation", "tố cáo"


class IdentityMode(TextChoices):
    """What is known of a complainant, and to whom."""

    ANONYMOUS = "anonymous", "ẩn danh"
    SEALED = "sealed", "giữ kín danh tính"
    OPEN = "open", "công khai với người giải quyết"


class ComplaintState(TextChoices):
    """Where a complaint stands."""

    SUBMITTED = "submitted", "Mới gửi"
    ACCEPTED = "accepted", "Đã thụ lý"
    REFUSED = "refused", "Không thụ lý"
    VERIFYING = "verifying", "Đang xác minh"
    CONCLUDED = "concluded", "Đã kết luận"


class FindingOutcome(TextChoices):
    """What was found of one allegation; only the upheld ones may ever count against an official."""

    UPHELD = "upheld", "có cơ sở"
    PARTLY_UPHELD = "partly_upheld", "có cơ sở một phần"
    NOT_UPHELD = "not_upheld", "không có cơ sở"
    UNDETERMINED = "undetermined", "không xác định được"
    SLANDER = "slander", "vu cáo"


class ComplaintAnswer(TextChoices):
    """What a complaint came to as a whole."""

    UPHELD = "upheld", "đúng"
    PARTLY_UPHELD = "partly_upheld", "đúng một phần"
    NOT_UPHELD = "not_upheld", "không đúng"
    UNDETERMINED = "undetermined", "không xác định được"


class Severity(TextChoices):
    """How grave a category is at first sight; a triage, never the legal conclusion."""

    S1 = "S1", "nhắc nhở"
    S2 = "S2", "ít nghiêm trọng"
    S3 = "S3", "nghiêm trọng"
    S4 = "S4", "rất nghiêm trọng"
    S5 = "S5", "dấu hiệu tội phạm"


class PeriodScheme(TextChoices):
    """How a period is cut: by the calendar (QĐ 766) or by the reporting decree (NĐ 09/2019, điều 12)."""

    CALENDAR = "calendar", "kỳ dương lịch"
    REPORT = "report", "kỳ báo cáo"


class PeriodKind(TextChoices):
    """How long a period is."""

    MONTH = "month", "tháng"
    QUARTER = "quarter", "quý"
    HALF_YEAR = "half_year", "6 tháng"
    NINE_MONTHS = "nine_months", "9 tháng"
    YEAR = "year", "năm"


class Grain(TextChoices):
    """Into what a figure is cut."""

    NONE = "none", "cả kỳ"
    MONTH = "month", "theo tháng dương lịch"
    REPORT_MONTH = "report_month", "theo tháng báo cáo"


class Basis(TextChoices):
    """Which ratings a figure rests on: all that were received, those told to everybody week by week, or none."""

    RECEIVED = "received", "Tính trên mọi phiếu nhận được, theo ngày gửi"
    PUBLISHED = (
        "published",
        "Tính trên các phiếu đã công bố theo tuần, từng nhóm từ 5 phiếu; phiếu chưa tách được thì không vào dòng nào",
    )
    RECORDS = "records", "Không tính trên phiếu đánh giá"


class Breakdown(TextChoices):
    """By what the figures of transactions that ended are broken down."""

    NONE = "none", "không chia"
    UNIT = "unit", "đơn vị"
    PROCEDURE = "procedure", "thủ tục"
    FIELD = "field", "lĩnh vực"
    CHANNEL = "channel", "cách nộp"


class RatingBreakdown(TextChoices):
    """By what the figures of ratings are broken down."""

    NONE = "none", "không chia"
    UNIT = "unit", "đơn vị"
    OFFICIAL = "official", "cán bộ, công chức"
    PROCEDURE = "procedure", "thủ tục"
    FIELD = "field", "lĩnh vực"
    CHANNEL = "channel", "cách đánh giá"
    STEP = "step", "bước"
    MONTH = "month", "tháng dương lịch"


class Attained(TextChoices):
    """Whether a target is reached, as far as the figure can tell."""

    YES = "yes", "Đạt"
    NO = "no", "Không đạt"
    UNDECIDABLE = "undecidable", "Chưa kết luận được với số phiếu này"


class RunState(TextChoices):
    """How far an assessment run is."""

    QUEUED = "queued", "Chờ chạy"
    FINISHED = "finished", "Đã tính xong"
    PUBLISHED = "published", "Đã công bố"


class SubjectKind(TextChoices):
    """Who is assessed."""

    UNIT = "unit", "Đơn vị"
    OFFICIAL = "official", "Cán bộ, công chức, viên chức"


class OneStopLevel(TextChoices):
    """Which one-stop unit a unit's procedures are received at (NĐ 61/2018, điều 7)."""

    PROVINCE = "province", "Cấp tỉnh"
    DISTRICT = "district", "Cấp huyện"
    COMMUNE = "commune", "Cấp xã"


class AssessmentClass(TextChoices):
    """The classes of TT 01/2018, điều 15: five of units, three of officials."""

    EXCELLENT = "excellent", "Xuất sắc"
    GOOD = "good", "Tốt"
    FAIR = "fair", "Khá"
    AVERAGE = "average", "Trung bình"
    WEAK = "weak", "Yếu"
    FULL = "full", "Hoàn thành 100 % nhiệm vụ"
    FROM_70 = "from_70", "Hoàn thành từ 70 % đến dưới 100 % nhiệm vụ"
    BELOW_70 = "below_70", "Hoàn thành dưới 70 % nhiệm vụ"
