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


class RatingState(TextChoices):
    """Whether a rating counts."""

    COUNTED = "counted", "Được tính"
    QUARANTINED = "quarantined", "Tạm giữ để xem xét"
