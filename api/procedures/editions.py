"""What follows an edition of the calendar: days off that are expected of coming years, and the recount of what runs."""

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.errors import Forbidden
from api.idempotency.once import Answer, once
from api.procedures.calendar import DayTold
from api.schema import IDEMPOTENCY_KEY, KEYED, problems
from api.shapes import Instant, Shape
from procedures.errors import RecountUnknown
from procedures.transactions.models import Recount
from procedures.transactions.queries import recount_with_id, recounts
from procedures.transactions.services import publish_expected_days
from procedures.vocabulary import RecountState

FIRST_YEAR, LAST_YEAR = 2018, 2099
_EDITION = {"type": ["string", "null"]}


class YearsAsked(Shape):
    """Which years."""

    years = serializers.ListField(
        child=serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR), min_length=1, max_length=10
    )


class ExpectedDaysTold(serializers.Serializer[Any]):
    """What seeding came to."""

    calendar_version = serializers.CharField(source="edition.number")
    added = DayTold(many=True, help_text="Ngày mới, đều là ước tính (estimated).")
    removed = DayTold(many=True, help_text="Ngày ước tính trước đây nay không còn đúng.")
    announced_years = serializers.ListField(
        child=serializers.IntegerField(), source="announced", help_text="Năm đã có lịch chính thức: giữ nguyên."
    )


class ExpectedDays(Endpoint):
    """The days off that are expected of coming years."""

    scopes = {"POST": "procedures:write"}

    @extend_schema(
        operation_id="expectCalendarDays",
        tags=["calendar"],
        summary="Điền ngày nghỉ dự kiến cho các năm chưa có thông báo (không bao giờ đè lên ngày chính thức)",
        parameters=[IDEMPOTENCY_KEY],
        request=YearsAsked,
        responses={200: ExpectedDaysTold, **problems(*KEYED)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Fill years with what a library expects; a due date that rests on such a day says so."""
        if self.principal.boundary is not None:
            raise Forbidden("procedures:write")
        draft = YearsAsked(data=request.data)
        draft.is_valid(raise_exception=True)

        def work(_secret: str) -> Answer:
            expected = publish_expected_days(**draft.validated_data, by=self.principal.id, now=now())
            return Answer(HTTPStatus.OK, ExpectedDaysTold(expected).data)

        return once(request=request, operation="expectCalendarDays", now=now(), work=work)


class RecountTold(serializers.Serializer[Any]):
    """How far the transactions are that are written anew after a change of the calendar or of an exclusion."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(RecountState.choices)
    calendar_version = serializers.SerializerMethodField(help_text="Phiên bản lịch mới, nếu lịch là nguyên nhân.")
    exclusion = serializers.IntegerField(source="reference", allow_null=True, help_text="Số đề nghị loại trừ.")
    total = serializers.IntegerField(help_text="Số giao dịch phải tính lại, như đếm khi bắt đầu.")
    done = serializers.IntegerField(help_text="Số đã tính.")
    changed = serializers.IntegerField(help_text="Số có thay đổi.")
    rows_per_second = serializers.FloatField(source="speed", allow_null=True)
    requested_at = Instant()
    started_at = Instant(allow_null=True)
    moved_at = Instant(allow_null=True, help_text="Lần ghi tiến độ cuối.")
    finished_at = Instant(allow_null=True)

    @extend_schema_field(_EDITION)
    def get_calendar_version(self, row: Any) -> str | None:
        """Print the edition's number."""
        return None if row.calendar_id is None else str(row.calendar_id)


class RecountFilters(filters.FilterSet):
    """Which recounts."""

    state = filters.ChoiceFilter(choices=RecountState.choices)


class Recounts(ListEndpoint):
    """The recounts, the newest first."""

    scopes = {"GET": "procedures:read"}
    serializer_class = RecountTold
    filterset_class = RecountFilters
    ordering = ("-id",)

    def get_queryset(self) -> QuerySet[Recount]:
        """Return all of them: numbers only."""
        return recounts()

    @extend_schema(
        operation_id="listRecounts",
        tags=["calendar"],
        summary="Các đợt tính lại hạn sau khi lịch hoặc phần loại trừ thay đổi",
        responses=RecountTold(many=True),
    )
    def get(self, request: Request) -> Any:
        """List recounts."""
        return self.page()


class OneRecount(Endpoint):
    """One recount."""

    scopes = {"GET": "procedures:read"}

    @extend_schema(
        operation_id="getRecount",
        tags=["calendar"],
        summary="Tiến độ một đợt tính lại: đã làm, tổng số, tốc độ",
        responses={200: RecountTold, **problems(RecountUnknown)},
    )
    def get(self, request: Request, recount_id: int) -> Response:
        """Tell how far it is."""
        return Response(RecountTold(recount_with_id(recount_id=recount_id)).data)
