"""The shapes of the figures of ratings."""

from typing import Any

from rest_framework import serializers

from api.monitoring.serializers import RATIO, Interval, Question, ReachedTarget, plain
from api.shapes import Instant, Text
from feedback.vocabulary import RatingBreakdown, RatingChannel, UnitsView
from procedures.vocabulary import StepKind


class RatingQuestion(Question):
    """Which figures of ratings are asked for."""

    by = serializers.ChoiceField(
        choices=RatingBreakdown.choices, default=RatingBreakdown.NONE, help_text="Chia theo gì; mỗi giá trị một dòng."
    )
    field = Text(required=False, max_length=100, help_text="Mã lĩnh vực.")
    channel = serializers.ChoiceField(choices=RatingChannel.choices, required=False, help_text="Cách đánh giá.")
    step = serializers.ChoiceField(choices=StepKind.choices, required=False, help_text="Bước được đánh giá.")


class Measure(serializers.Serializer[Any]):
    """One metric of the survey method over these ratings."""

    metric = serializers.CharField(source="metric.code")
    definition_version = serializers.IntegerField(source="metric.version")
    method = serializers.CharField(source="metric.method")
    numerator = serializers.RegexField(RATIO, allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    value = serializers.RegexField(RATIO, allow_null=True, help_text="null: không có phiếu năm mức, hoặc bị ẩn.")
    interval = Interval(allow_null=True)
    too_few = serializers.BooleanField(help_text="Quá ít phiếu để nhận định.")
    targets = ReachedTarget(many=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Write the numerator as a plain decimal."""
        told = super().to_representation(instance)
        for name in ("numerator", "value"):
            number = getattr(instance, name)
            told[name] = None if number is None else plain(number, keeps_zeros=name == "value")
        return told


class RatingFigure(serializers.Serializer[Any]):
    """One row of the figures of ratings."""

    key = serializers.CharField(help_text="Mã của dòng; rỗng: cả nhóm, hoặc không rõ.")
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    eligible = serializers.IntegerField(allow_null=True, help_text="Số bước có thể đánh giá, theo ngày của bước.")
    invited = serializers.IntegerField(allow_null=True, help_text="Trong đó đã được cấp quyền đánh giá.")
    answered = serializers.IntegerField(allow_null=True, help_text="Số đánh giá nhận được, theo ngày gửi.")
    valid = serializers.IntegerField(allow_null=True, help_text="Trong đó được tính.")
    quarantined = serializers.IntegerField(allow_null=True, help_text="Trong đó đang tạm giữ.")
    excluded = serializers.IntegerField(allow_null=True, help_text="Trong đó đã xác nhận không phải của người dân.")
    measures = Measure(many=True, help_text="Phương pháp phiếu khảo sát; phương pháp QĐ 766 ở /metrics/values.")
    suppressed = serializers.BooleanField(help_text="Không đủ 5 người trong nhóm nào nên không cho biết.")
    is_coarse = serializers.BooleanField(
        help_text="true: chỉ cộng các nhóm từ 5 phiếu của các tháng đã hết; thanh tra xem đủ."
    )
    units_as = serializers.ChoiceField(choices=UnitsView.choices)
    as_of = Instant()
