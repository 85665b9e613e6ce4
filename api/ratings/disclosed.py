"""What everybody may read of ratings: totals of five and more by whole weeks, and comments out of order."""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from api.filtering import DayFilter
from api.organisation import WAS_HELP, OrganisedFilters, OrganisedList
from api.printing import Added
from api.ratings.serializers import Comment
from feedback.ratings import models
from feedback.ratings.queries import rating_comments, rating_summaries
from procedures.vocabulary import StepKind

TOGETHER = (
    "Mỗi dòng gộp ít nhất 5 đánh giá của một đơn vị, một bước, một mẫu, trong các tuần trọn vẹn đã kết thúc; dòng đã "
    "công bố không đổi (trừ khi từ 5 đánh giá trở lên bị tạm giữ; được trả lại thì thành dòng riêng, không nêu từng "
    "câu hỏi). Tuần chưa đủ 5 chờ gộp với tuần sau. "
    "Muốn số của nhiều đơn vị hay nhiều tuần thì cộng các dòng."
)
SHUFFLED = (
    "Góp ý đã che thông tin cá nhân, ra từng đợt từ 5 góp ý của một đơn vị, sớm nhất một tuần sau khi hết tuần gửi; "
    "không kèm ngày, thủ tục, bước hay mức đánh giá; thứ tự ngẫu nhiên nhưng cố định."
)


@extend_schema_field({"type": ["object", "null"], "additionalProperties": {"type": "integer"}})
class Counts(serializers.JSONField):
    """From value to how often it was answered."""


class CriterionTotal(serializers.Serializer[Any]):
    """What was answered to one question."""

    code = serializers.CharField()
    answered = serializers.IntegerField(
        allow_null=True,
        help_text="null: dưới 5 người trả lời hoặc bỏ qua, hoặc lấy số khác trừ đi thì còn dưới 5 người.",
    )
    counts = Counts(help_text="Mức → số lần; null như answered.")


class RatingSummary(serializers.Serializer[Any]):
    """At least five ratings told as one."""

    id = serializers.UUIDField()
    unit = serializers.CharField(source="unit_code", allow_null=True)
    unit_was = Added(required=False, help_text=WAS_HELP)
    step = serializers.ChoiceField(choices=StepKind.choices)
    form = serializers.CharField()
    form_version = serializers.IntegerField(source="version")
    is_self_given = serializers.BooleanField(
        allow_null=True,
        help_text="Người dân tự đánh giá bằng quyền được cấp; false: gửi từ thiết bị tại quầy hoặc do cán bộ nhập hộ. "
        "Hai loại luôn ở ô riêng; null: ô có từ trước khi tách.",
    )
    week_from = serializers.DateField(source="first_week_date", help_text="Thứ hai của tuần đầu.")
    week_to = serializers.DateField(source="last_week_date", help_text="Thứ hai của tuần cuối.")
    answered = serializers.IntegerField(source="figures.answered")
    dissatisfied = serializers.IntegerField(source="figures.dissatisfied", help_text="Số đánh giá không hài lòng.")
    mean = serializers.CharField(
        source="figures.mean",
        allow_null=True,
        help_text="Trung bình, quy về 0–1, bốn chữ số thập phân; null khi answered là 0.",
    )
    quarantined = serializers.IntegerField(
        source="figures.quarantined", allow_null=True,
        help_text="Số đánh giá của các tuần đó bị tạm giữ hoặc loại, không tính trong answered: số chưa từng công bố "
        "và số đã rút khỏi ô, mỗi số chỉ tính khi từ 5 và chỉ đổi khi chênh từ 5; null: không số nào từ 5.",
    )  # fmt: skip
    criteria = CriterionTotal(many=True, source="figures.criteria")


class RatingComment(serializers.Serializer[Any]):
    """What somebody wrote about a unit."""

    id = serializers.UUIDField()
    unit = serializers.CharField(source="unit_code", allow_null=True)
    unit_was = Added(required=False, help_text=WAS_HELP)
    comment = Comment(source="text")


class SummaryFilters(OrganisedFilters):
    """Each chooses whole cells, never a part of one."""

    unit = filters.CharFilter(method="of_unit", max_length=100, label="Mã đơn vị (xem organisation).")
    form = filters.CharFilter(field_name="form_version__form__code", label="Mã mẫu đánh giá.")
    step = filters.ChoiceFilter(choices=StepKind.choices)
    week_from = DayFilter(field_name="last_week_date", lookup_expr="gte", label="Tuần cuối từ ngày này.")
    week_to = DayFilter(field_name="last_week_date", lookup_expr="lte", label="Tuần cuối đến ngày này.")

    class Meta:
        model = models.RatingSummary
        fields: list[str] = []


class RatingSummaries(OrganisedList):
    """Totals."""

    scopes = {"GET": "ratings:read"}
    serializer_class = RatingSummary
    filterset_class = SummaryFilters
    ordering = ("-last_week_date", "id")
    unit_fields = ("unit",)

    def get_queryset(self) -> QuerySet[models.RatingSummary]:
        """Return the cells of the caller's part."""
        return rating_summaries(viewer=self.principal.viewer, on=localdate())

    @extend_schema(
        operation_id="listRatingSummaries",
        tags=["ratings"],
        summary="Số tổng hợp đánh giá theo đơn vị, bước, mẫu và tuần (từ 5 đánh giá trở lên)",
        description=TOGETHER,
        responses={200: RatingSummary(many=True)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of cells."""
        return self.page()


class CommentFilters(OrganisedFilters):
    """By unit and nothing else."""

    unit = filters.CharFilter(method="of_unit", max_length=100, label="Mã đơn vị (xem organisation).")

    class Meta:
        model = models.RatingComment
        fields: list[str] = []


class RatingComments(OrganisedList):
    """Comments."""

    scopes = {"GET": "ratings:read"}
    serializer_class = RatingComment
    filterset_class = CommentFilters
    ordering = ("id",)
    unit_fields = ("unit",)

    def get_queryset(self) -> QuerySet[models.RatingComment]:
        """Return the comments of the caller's part."""
        return rating_comments(viewer=self.principal.viewer, on=localdate())

    @extend_schema(
        operation_id="listRatingComments",
        tags=["ratings"],
        summary="Góp ý kèm đánh giá, đã che thông tin cá nhân, không kèm ngày và thủ tục",
        description=SHUFFLED,
        responses={200: RatingComment(many=True)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of comments, in the order of their random ids."""
        return self.page()
