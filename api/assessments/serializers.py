"""The shapes of criteria sets, runs, assessments and publications."""

import datetime as dt
import json
from typing import Any

from rest_framework import serializers

from api.assessments.declaration_serializers import Declaration
from api.language import said
from api.organisation import WAS_HELP
from api.printing import Added, Sparse
from api.shapes import Shape, Text
from feedback.assessments.models import Assessment as AssessmentRow
from feedback.assessments.models import AssessmentRun as RunRow
from feedback.assessments.models import CriteriaSet as CriteriaSetRow
from feedback.assessments.models import Publication as PublicationRow
from feedback.vocabulary import AssessmentClass, RunState, SubjectKind
from procedures.vocabulary import Timeliness

ONE_DAY = dt.timedelta(days=1)
WHICH_PERIOD = said("Gửi year hoặc period: một trong hai.", "Send year or period: one of the two.")
WHY = said("Nêu lý do chấp nhận khi còn phản ánh chưa kết luận.", "Say why pending complaints are accepted.")
TENTHS = r"^\d+\.\d$"


class CriteriaSet(serializers.ModelSerializer[CriteriaSetRow]):
    """A text by which service is assessed, and the days it is in force (both ends counted)."""

    valid_from = serializers.DateField(source="valid.lower")
    valid_to = serializers.SerializerMethodField(help_text="Ngày cuối có hiệu lực; null là còn hiệu lực.")
    method = serializers.CharField(help_text="Tên bộ quy tắc chấm điểm; rỗng: văn bản không cho điểm 0, 1, 2.")
    content = serializers.DictField()

    class Meta:
        model = CriteriaSetRow
        fields = ("code", "title_vi", "title_en", "valid_from", "valid_to", "method", "content", "source")

    def get_valid_to(self, row: CriteriaSetRow) -> dt.date | None:
        """Return the last day in force."""
        return row.valid.upper - ONE_DAY if row.valid.upper else None


class RunRequest(Shape):
    """Which period is to be assessed by which criteria set."""

    year = serializers.IntegerField(required=False, min_value=1990, max_value=2100)
    period = Text(required=False, max_length=30)
    criteria_set = Text(max_length=20)
    reason = Text(required=False, default="", allow_blank=True, max_length=2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Name the period; a year is the calendar year."""
        if ("year" in attrs) == ("period" in attrs):
            raise serializers.ValidationError({"period": [WHICH_PERIOD]}, code="which_period")
        year = attrs.pop("year", None)
        return {"period": str(year), **attrs} if year else attrs


class AssessmentRun(serializers.ModelSerializer[RunRow]):
    """How far a run is, and over what."""

    criteria_set = serializers.CharField(source="criteria_set.code")
    period = serializers.CharField(source="period.code")
    state = serializers.ChoiceField(choices=RunState.choices)
    counted_from = serializers.DateField(help_text="Ngày đầu được tính.")
    counted_to = serializers.SerializerMethodField(help_text="Ngày cuối được tính (bộ tiêu chí còn hiệu lực).")

    class Meta:
        model = RunRow
        fields = (
            "id", "criteria_set", "period", "version", "reason", "state", "counted_from", "counted_to", "requested_at",
            "as_of", "assessments_made", "transactions_counted", "transactions_left_out", "calendars",
        )  # fmt: skip

    def get_counted_to(self, run: RunRow) -> dt.date:
        """Return the last day that is counted."""
        return run.counted_until - ONE_DAY


class Mean(serializers.Serializer[Any]):
    """An indicator over a subject's transactions."""

    sum = serializers.IntegerField()
    count = serializers.IntegerField()
    mean = serializers.RegexField(TENTHS, help_text="Một chữ số thập phân, làm tròn nửa lên.")
    declaration = serializers.IntegerField(
        required=False, help_text="Số của bản kê khai được chấm; chỉ có ở chỉ số 5 và 6."
    )


class Assessment(Sparse, serializers.ModelSerializer[AssessmentRow]):
    """What was found of one unit or official; what its reader may not learn is not there."""

    SPARSE = frozenset({"total", "class", "provisional"})

    run = serializers.UUIDField(source="run_id")
    criteria_set = serializers.CharField(source="run.criteria_set.code")
    period = serializers.CharField(source="run.period.code")
    version = serializers.IntegerField(source="run.version")
    state = serializers.ChoiceField(choices=RunState.choices, source="run.state")
    kind = serializers.ChoiceField(choices=SubjectKind.choices)
    unit = serializers.SerializerMethodField(help_text="Mã đơn vị; của người là đơn vị cử đến, cuối kỳ.")
    unit_was = Added(required=False, help_text=WAS_HELP)
    official = serializers.SerializerMethodField(help_text="Mã cán bộ; null là đánh giá đơn vị.")
    indicators = serializers.DictField(
        child=Mean(),
        source="told_indicators",
        help_text="Chỉ số thiếu dữ liệu, và chỉ số trong withheld, không có mặt.",
    )
    withheld = serializers.ListField(
        child=serializers.CharField(),
        help_text="Chỉ số phụ thuộc phản ánh, không nêu với người thuộc đơn vị; khi đó không có total và provisional, "
        "class chỉ có khi cả đợt đã kết luận xong và từ 5 giao dịch không trễ.",
    )
    total = serializers.RegexField(TENTHS, source="told_total", required=False)
    partial = serializers.BooleanField(  # type: ignore[assignment]  # the assessment's, not the serializer option
        help_text="Thiếu dữ liệu của ít nhất một chỉ số."
    )
    provisional = serializers.BooleanField(
        source="told_provisional", required=False, help_text="Còn có thể đổi khi phản ánh được kết luận."
    )

    class Meta:
        model = AssessmentRow
        fields = (
            "id", "run", "criteria_set", "period", "version", "state", "kind", "unit", "unit_was", "official",
            "indicators", "withheld", "total", "partial", "provisional", "transactions",
        )  # fmt: skip

    def get_fields(self) -> dict[str, Any]:
        """Add `class`, a word that Python keeps for itself."""
        return {
            **super().get_fields(),
            "class": serializers.ChoiceField(choices=AssessmentClass.choices, source="told_class", required=False),
        }

    def get_unit(self, row: AssessmentRow) -> str | None:
        """Return the unit's code."""
        return row.unit.code if row.unit else None

    def get_official(self, row: AssessmentRow) -> str | None:
        """Return the official's code."""
        return row.official.code if row.official else None


class ScoreCount(serializers.Serializer[Any]):
    """How many transactions got these points, and why."""

    points = serializers.IntegerField()
    reason = serializers.CharField(help_text="Mã lý do.")
    count = serializers.IntegerField()


class ExplainedIndicator(Mean):
    """An indicator, and how its sum came about."""

    code = serializers.CharField()
    counts = ScoreCount(many=True, help_text="Rỗng khi chỉ số thuộc withheld.")
    excluded = serializers.IntegerField(
        required=False,
        help_text="Số giao dịch có thời gian được loại trừ; không nêu khi chỉ số thuộc withheld, và ở "
        "chỉ số tính chung cho đơn vị (chỉ số 9).",
    )
    changed_by_exclusions = serializers.IntegerField(
        required=False, help_text="Trong đó, số giao dịch mà loại trừ làm đổi điểm."
    )
    mean_without_exclusions = serializers.RegexField(
        TENTHS, required=False, help_text="Điểm trung bình nếu không loại trừ thời gian nào."
    )
    declared = Declaration(required=False, help_text="Bản kê khai được chấm; chỉ có ở chỉ số 5 và 6.")


class Score(serializers.Serializer[Any]):
    """The points of one transaction in one indicator."""

    indicator = serializers.CharField()
    points = serializers.IntegerField()
    reason = serializers.CharField()


class CountedTransaction(serializers.Serializer[Any]):
    """A counted transaction; never who rated or complained."""

    dossier_code = serializers.CharField()
    scores = Score(many=True)
    before_exclusions = serializers.ChoiceField(
        [Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.LATE],
        required=False, help_text="Kết quả nếu không loại trừ; chỉ có khi có thời gian được loại trừ.",
    )  # fmt: skip


class Explanation(serializers.Serializer[Any]):
    """From the total to the transactions."""

    indicators = ExplainedIndicator(many=True)
    records = CountedTransaction(many=True)
    next_after = serializers.CharField(allow_null=True, help_text="Gửi lại trong tham số after; null là hết.")
    withheld = serializers.ListField(
        child=serializers.CharField(),
        help_text="Chỉ số không giải thích, để không lộ ai đã phản ánh: không nêu gì, hoặc chỉ nêu điểm trung bình.",
    )
    total_without_exclusions = serializers.RegexField(
        TENTHS, source="without_exclusions.total", required=False,
        help_text="Tổng điểm nếu không loại trừ thời gian nào; không nêu khi có chỉ số trong withheld.",
    )  # fmt: skip
    class_without_exclusions = serializers.ChoiceField(
        choices=AssessmentClass.choices, source="without_exclusions.class", required=False,
        help_text="Xếp loại theo tổng điểm ấy; không nêu khi có chỉ số trong withheld.",
    )  # fmt: skip


class PublicationRequest(Shape):
    """The decision to publish."""

    accept_provisional = serializers.BooleanField(default=False)
    reason = Text(required=False, default="", allow_blank=True, max_length=2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for the reason of an acceptance."""
        if attrs["accept_provisional"] and not attrs["reason"]:
            raise serializers.ValidationError({"reason": [WHY]}, code="required")
        return {"accepted_because": attrs["reason"] if attrs["accept_provisional"] else ""}


class PublicationSummary(serializers.ModelSerializer[PublicationRow]):
    """What was published, when."""

    run = serializers.UUIDField(source="run_id")
    criteria_set = serializers.CharField(source="run.criteria_set.code")
    period = serializers.CharField(source="run.period.code")
    version = serializers.IntegerField(source="run.version")
    digest = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="SHA-256 của document viết theo RFC 8785.")

    class Meta:
        model = PublicationRow
        fields: tuple[str, ...] = ("id", "run", "criteria_set", "period", "version", "digest", "published_at")


class Publication(PublicationSummary):
    """The document and its digest: SHA-256 over the document in the canonical form of RFC 8785."""

    document = serializers.SerializerMethodField()

    class Meta(PublicationSummary.Meta):
        fields = (*PublicationSummary.Meta.fields, "document")

    def get_document(self, row: PublicationRow) -> dict[str, Any]:
        """Return what was published."""
        return json.loads(row.document)  # type: ignore[no-any-return]


class Verification(serializers.Serializer[Any]):
    """Whether what is stored still is what was published."""

    unaltered = serializers.BooleanField()
