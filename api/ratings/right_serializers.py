"""The shapes of rights to rate."""

from typing import Any

from django.db.models import TextChoices
from rest_framework import serializers

from api.language import said
from api.ratings.serializers import LONGEST_SECRET
from api.rows import Row
from api.shapes import FaultShape, Instant, Shape, Text
from feedback.ratings.rules.rights import LONGEST_DAYS, USUAL_DAYS
from feedback.vocabulary import RatingSlip
from procedures.vocabulary import StepKind

MOST_RIGHTS, MOST_DRAWN = 1000, 200
TOO_MANY_DRAWN = said(
    "Mỗi lần chỉ vẽ mã QR cho tối đa 200 quyền; bỏ images và slip để lấy liên kết, hoặc chia nhỏ.",
    "QR codes are drawn for at most 200 rights at once; leave images and slip out and take the links, or send fewer.",
)


class RatingRightRequest(Shape):
    """Which step may be rated, with which form."""

    step = serializers.ChoiceField(choices=StepKind.choices)
    form = Text(max_length=40, help_text="Mã mẫu đánh giá.")
    valid_days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS, default=USUAL_DAYS)
    slip = serializers.ChoiceField(
        choices=RatingSlip.choices,
        required=False,
        help_text="Phát kèm giấy nào: câu trả lời có thêm tờ A6 để in (slip_svg).",
    )


class RightImage(TextChoices):
    """A picture of a QR code."""

    SVG = "svg", "SVG"
    PNG = "png", "PNG"


class RatingRightRow(RatingRightRequest):
    """A right wanted in a batch."""

    dossier_code = Text(max_length=100)


class RatingRightBatch(Shape):
    """Up to a thousand rights at once."""

    rights = serializers.ListField(
        child=Row(), min_length=1, max_length=MOST_RIGHTS,
        help_text="Mỗi dòng là dossier_code, step, form, valid_days; dòng sai bị từ chối riêng.",
    )  # fmt: skip
    images = serializers.ListField(
        child=serializers.ChoiceField(RightImage.choices), required=False, max_length=len(RightImage.choices),
        help_text="Ảnh mã QR cần trả về; không gửi là không có ảnh.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse more pictures than are drawn in a moment."""
        sheets = sum(isinstance(row, dict) and "slip" in row for row in attrs["rights"])
        if (len(attrs["rights"]) if attrs.get("images") else sheets) > MOST_DRAWN:
            raise serializers.ValidationError({"images": [TOO_MANY_DRAWN]}, code="too_many_rows")
        return attrs


class RatingRight(serializers.Serializer[Any]):
    """A right as issued. The link is the secret: print it or send it to the citizen, keep it nowhere."""

    id = serializers.UUIDField()
    step = serializers.ChoiceField(choices=StepKind.choices)
    form = serializers.CharField(source="form.code")
    expires_at = Instant()
    slip = serializers.ChoiceField(choices=RatingSlip.choices, required=False)


class IssuedRatingRight(RatingRight):
    """The same with what only the caller is given."""

    link = serializers.URLField()
    qr_svg = serializers.CharField(help_text="Mã QR của link, ảnh SVG.")
    qr_png = serializers.CharField(help_text="Mã QR của link, ảnh PNG mã hóa base64.")
    slip_svg = serializers.CharField(required=False, help_text="Tờ A6 để in và phát kèm, ảnh SVG; khi có slip.")


class IssuedRow(serializers.Serializer[Any]):
    """What became of one row of a batch of rights."""

    index = serializers.IntegerField()
    outcome = serializers.ChoiceField(["issued", "rejected"])
    dossier_code = serializers.CharField(required=False)
    right = RatingRight(required=False)
    link = serializers.URLField(required=False)
    qr_svg = serializers.CharField(required=False)
    qr_png = serializers.CharField(required=False)
    slip_svg = serializers.CharField(required=False)
    errors = FaultShape(many=True)  # type: ignore[assignment]  # the contract's name


class IssuedRights(serializers.Serializer[Any]):
    """A batch of rights, in the order sent."""

    issued = serializers.IntegerField()
    rejected = serializers.IntegerField()
    results = IssuedRow(many=True)


class RatingRightSecret(Shape):
    """The secret behind # in the link."""

    right = Text(max_length=LONGEST_SECRET)


class OpenedRatingRight(serializers.Serializer[Any]):
    """What the holder of a right may rate."""

    step = serializers.ChoiceField(choices=StepKind.choices)
    form = serializers.CharField(source="form.code")
    expires_at = Instant()
