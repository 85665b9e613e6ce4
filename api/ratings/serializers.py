"""The shapes of forms, rights and ratings."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.language import said
from api.organisation import WAS_HELP
from api.shapes import Instant, Shape, Text
from feedback.ratings.models import LONGEST_COMMENT, Rating, RatingFormVersion
from feedback.ratings.rules.forms import form_of
from feedback.ratings.rules.rights import LONGEST_DAYS, USUAL_DAYS
from feedback.ratings.services import Draft
from feedback.vocabulary import HelperRole, RatingChannel, RatingOrigin, RatingState
from procedures.vocabulary import StepKind

LONGEST_SECRET = 100
ONE_OF_TWO = said(
    "Gửi right (quyền đánh giá), hoặc dossier_code cùng step (thiết bị tin cậy tại quầy): một trong hai.",
    "Send right, or dossier_code with step (trusted counter): one of the two.",
)
HELPER_CODE = said("Gửi mã cán bộ khi và chỉ khi role là official.", "Send the code if and only if role is official.")


class Level(serializers.Serializer[Any]):
    """One answer of a scale."""

    value = serializers.IntegerField()
    label_vi = serializers.CharField()
    label_en = serializers.CharField()


class Criterion(serializers.Serializer[Any]):
    """One question of a form."""

    code = serializers.CharField(help_text="Khóa của câu trả lời trong answers.")
    label_vi = serializers.CharField()
    label_en = serializers.CharField()
    group_vi = serializers.CharField(help_text="Nhóm câu hỏi; rỗng nếu không chia nhóm.")
    group_en = serializers.CharField()
    is_required = serializers.BooleanField()
    is_conduct = serializers.BooleanField(help_text="Câu hỏi về thái độ, hành vi phục vụ.")
    scale = Level(many=True)


class RatingForm(serializers.Serializer[Any]):
    """Everything a screen needs to draw a form; a published version never changes."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    title_vi = serializers.CharField()
    title_en = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the form's, not the field option
    valid_from = serializers.CharField(help_text="Ngày văn bản có hiệu lực; rỗng nếu không có.")
    valid_to = serializers.CharField(help_text="Ngày văn bản hết hiệu lực; rỗng nếu còn hoặc không có.")
    criteria = Criterion(many=True)
    scale = Level(many=True, help_text="Thang của giá trị chung.")
    overall_method = serializers.ChoiceField(
        choices=["criterion", "mean"], help_text="Giá trị chung: câu trả lời của một tiêu chí, hoặc trung bình."
    )
    overall_criteria = serializers.ListField(child=serializers.CharField())
    dissatisfied_values = serializers.ListField(
        child=serializers.IntegerField(), help_text="Mức nghĩa là không hài lòng."
    )
    longest_comment = serializers.IntegerField()

    def to_representation(self, instance: RatingFormVersion) -> dict[str, Any]:
        """Print one published version (with its `code`)."""
        form = form_of(instance.content)
        told = {
            **asdict(form),
            "code": instance.code,  # type: ignore[attr-defined]  # annotated by the query
            "version": instance.number,
            "dissatisfied_values": sorted(form.dissatisfied_values),
            "longest_comment": LONGEST_COMMENT,
        }
        return dict(super().to_representation(told))


class RatingRightRequest(Shape):
    """Which step may be rated, with which form."""

    step = serializers.ChoiceField(choices=StepKind.choices)
    form = Text(max_length=40, help_text="Mã mẫu đánh giá.")
    valid_days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS, default=USUAL_DAYS)


class RatingRight(serializers.Serializer[Any]):
    """A right as issued. The link is the secret: print it or send it to the citizen, keep it nowhere."""

    id = serializers.UUIDField()
    step = serializers.ChoiceField(choices=StepKind.choices)
    form = serializers.CharField(source="form.code")
    expires_at = Instant()


class IssuedRatingRight(RatingRight):
    """The same with what only the caller is given."""

    link = serializers.URLField()
    qr_svg = serializers.CharField(help_text="Mã QR của link, ảnh SVG.")


class RatingRightSecret(Shape):
    """The secret behind # in the link."""

    right = Text(max_length=LONGEST_SECRET)


class OpenedRatingRight(serializers.Serializer[Any]):
    """What the holder of a right may rate."""

    step = serializers.ChoiceField(choices=StepKind.choices)
    form = serializers.CharField(source="form.code")
    expires_at = Instant()


class Answer(serializers.IntegerField):
    """A whole number, written as a number."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number; texts and truth values are refused."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class Helper(Shape):
    """Who entered the rating for somebody who could not."""

    role = serializers.ChoiceField(choices=HelperRole.choices)
    official = Text(max_length=50, required=False, help_text="Mã cán bộ, chỉ khi role là official.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse an official without a code and a code without an official."""
        if (attrs["role"] == HelperRole.OFFICIAL) != ("official" in attrs):
            raise serializers.ValidationError({"official": [HELPER_CODE]}, code="required")
        return attrs


class RatingSubmission(Shape):
    """A rating by a right, or by a trusted counter."""

    id = serializers.UUIDField(help_text="Do máy của người gửi tạo (UUID).")
    right = Text(max_length=LONGEST_SECRET, required=False)
    dossier_code = Text(max_length=100, required=False)
    step = serializers.ChoiceField(choices=StepKind.choices, required=False)
    form = Text(max_length=40)
    form_version = serializers.IntegerField(
        min_value=1, max_value=10_000, required=False, help_text="Phiên bản mẫu đã hiện cho người trả lời."
    )
    answers = serializers.DictField(child=Answer(), allow_empty=False)
    comment = Text(max_length=LONGEST_COMMENT, allow_blank=True, default="")
    channel = serializers.ChoiceField(choices=RatingChannel.choices)
    assisted_by = Helper(required=False)
    rated_at = Instant(required=False, help_text="Đồng hồ của máy người gửi.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse both grounds at once, and neither."""
        if {"right", "dossier_code", "step"} & set(attrs) not in ({"right"}, {"dossier_code", "step"}):
            raise serializers.ValidationError({"right": [ONE_OF_TWO]}, code="one_of_two")
        return attrs


def draft_of(values: Mapping[str, Any]) -> Draft:
    """Return a validated submission as the room knows it."""
    helper = values.get("assisted_by", {})
    return Draft(
        id=values["id"],
        form=values["form"],
        form_version=values.get("form_version"),
        answers=values["answers"],
        comment=values["comment"],
        channel=RatingChannel(values["channel"]),
        helper_role=HelperRole(helper["role"]) if helper else None,
        helper_code=helper.get("official", ""),
        rated_at=values.get("rated_at"),
    )


class TakenRating(serializers.Serializer[Any]):
    """That a rating was taken; `id` is the client's own."""

    id = serializers.UUIDField(source="given_id")
    form = serializers.CharField(source="form_version.code")
    form_version = serializers.IntegerField(source="form_version.number")
    step = serializers.ChoiceField(choices=StepKind.choices)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
class Answers(serializers.JSONField):
    """Criterion to value, as answered."""


class RatingRow(serializers.Serializer[Any]):
    """A rating as those see it who review ratings: its week, never its transaction and never its moment."""

    id = serializers.UUIDField(help_text="Mã để đọc; khác với id của người gửi.")
    week = serializers.DateField(source="week_date", help_text="Thứ hai của tuần.")
    form = serializers.CharField()
    form_version = serializers.IntegerField(source="form_version.number")
    step = serializers.ChoiceField(choices=StepKind.choices)
    unit = serializers.CharField(source="unit_code", allow_null=True)
    unit_was = serializers.CharField(required=False, help_text=WAS_HELP)
    official = serializers.CharField(source="official_code", allow_null=True)
    procedure = serializers.CharField(source="procedure_code")
    answers = Answers()
    overall = serializers.DecimalField(max_digits=8, decimal_places=4)
    normalised = serializers.DecimalField(max_digits=5, decimal_places=4)
    is_dissatisfied = serializers.BooleanField()
    comment = serializers.CharField()
    origin = serializers.ChoiceField(choices=RatingOrigin.choices)
    channel = serializers.ChoiceField(choices=RatingChannel.choices)
    assisted_by = serializers.ChoiceField(choices=HelperRole.choices, source="helper_role", required=False)
    state = serializers.ChoiceField(choices=RatingState.choices)
    quarantine_reason = serializers.CharField()

    def to_representation(self, instance: Rating) -> dict[str, Any]:
        """Print one rating; who helped is left out where nobody did."""
        told = dict(super().to_representation(instance))
        if not instance.helper_role:
            told.pop("assisted_by")
        return told
