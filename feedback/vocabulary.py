"""The words of the four rooms."""

from django.db.models import TextChoices


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
