"""The shapes of the figures of ratings."""

from typing import Any

from rest_framework import serializers

from api.monitoring.serializers import BASIS_HELP, Interval, Plain, Question, ReachedTarget
from api.shapes import Instant, Text
from feedback.vocabulary import Basis, RatingBreakdown, RatingChannel
from procedures.vocabulary import StepKind
from units.vocabulary import OrganisationView


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
    numerator = Plain(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    value = Plain(allow_null=True, help_text="null: không có phiếu nào của thang đó, hoặc bị ẩn.")
    interval = Interval(allow_null=True)
    too_few = serializers.BooleanField(help_text="Quá ít phiếu để nhận định.")
    targets = ReachedTarget(many=True)


class RatingFigure(serializers.Serializer[Any]):
    """One row of the figures of ratings."""

    key = serializers.CharField(help_text="Mã của dòng; rỗng: cả nhóm, không rõ, hoặc chưa tách được.")
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    eligible = serializers.IntegerField(allow_null=True, help_text="Số bước có thể đánh giá, theo ngày của bước.")
    invited = serializers.IntegerField(allow_null=True, help_text="Trong đó đã được cấp quyền đánh giá.")
    answered = serializers.IntegerField(allow_null=True, help_text="Số đánh giá nhận được, hoặc đã công bố.")
    valid = serializers.IntegerField(allow_null=True, help_text="Trong đó được tính.")
    quarantined = serializers.IntegerField(
        allow_null=True, help_text="Trong đó đang tạm giữ; null: không cho biết (rests_on published)."
    )
    excluded = serializers.IntegerField(
        allow_null=True, help_text="Trong đó đã xác nhận không phải của người dân; null: không cho biết."
    )
    measures = Measure(many=True, help_text="Phương pháp phiếu khảo sát; phương pháp QĐ 766 ở /metrics/values.")
    suppressed = serializers.BooleanField(help_text="Chưa có nhóm từ 5 phiếu nào được công bố nên không cho biết.")
    rests_on = serializers.ChoiceField(choices=Basis.choices, source="basis", help_text=BASIS_HELP)
    rests_on_text = serializers.CharField(source="basis.label", help_text="Như rests_on, bằng lời.")
    organisation = serializers.ChoiceField(choices=OrganisationView.choices)
    as_of = Instant()
