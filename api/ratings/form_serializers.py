"""The shapes of forms: all that a screen needs to draw one."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from feedback.ratings.models import LONGEST_COMMENT, RatingFormVersion
from feedback.ratings.rules.forms import form_of


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "Chữ bằng tiếng khác, theo mã BCP 47: bdq (Ba Na), sed (Xơ Đăng); rỗng nếu không có.",
    }
)
class Labels(serializers.JSONField):
    """The same words in further languages: language to text."""


class Level(serializers.Serializer[Any]):
    """One answer of a scale."""

    value = serializers.IntegerField()
    label_vi = serializers.CharField()
    label_en = serializers.CharField()
    labels = Labels()


class Criterion(serializers.Serializer[Any]):
    """One question of a form."""

    code = serializers.CharField(help_text="Khóa của câu trả lời trong answers.")
    label_vi = serializers.CharField()
    label_en = serializers.CharField()
    labels = Labels()
    group_vi = serializers.CharField(help_text="Nhóm câu hỏi; rỗng nếu không chia nhóm.")
    group_en = serializers.CharField()
    group_labels = Labels()
    is_required = serializers.BooleanField()
    is_conduct = serializers.BooleanField(help_text="Câu hỏi về thái độ, hành vi phục vụ.")
    scale = Level(many=True)


class RatingForm(serializers.Serializer[Any]):
    """Everything a screen needs to draw a form; a published version never changes."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    title_vi = serializers.CharField()
    title_en = serializers.CharField()
    title_labels = Labels()
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
    languages = serializers.ListField(
        child=serializers.CharField(), help_text="Các tiếng có trong labels, ngoài tiếng Việt và tiếng Anh."
    )

    def to_representation(self, instance: RatingFormVersion) -> dict[str, Any]:
        """Print one published version (with its `code`)."""
        form = form_of(instance.content)
        told = {
            **asdict(form),
            "code": instance.code,  # type: ignore[attr-defined]  # annotated by the query
            "version": instance.number,
            "dissatisfied_values": sorted(form.dissatisfied_values),
            "longest_comment": LONGEST_COMMENT,
            "languages": form.languages,
        }
        return dict(super().to_representation(told))
