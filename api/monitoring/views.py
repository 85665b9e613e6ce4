"""Figures and what they mean; the periods they are told for."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.errors import Fault, Invalid
from api.idempotency.once import Answer, once
from api.monitoring import serializers
from api.organisation import organisation_shown
from api.principals import Principal
from api.printing import printed
from api.problems import faults_of
from api.schema import KEYED, problems
from api.shapes import Shape
from feedback.errors import DaysDestroyed, PeriodsMissing, PeriodTaken, PeriodUnknown
from feedback.monitoring import queries, services
from feedback.monitoring.models import Period
from feedback.vocabulary import Breakdown, PeriodKind, PeriodScheme
from procedures.errors import ProcedureUnknown
from units.errors import OfficialUnknown, UnitUnknown
from units.vocabulary import OrganisationView

INSPECTORATE = ("ratings:manage", "complaints:read")
"""Who may see what fewer than five people said."""

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="16–200 ký tự; gửi lại thì giữ nguyên."
)


class MetricDefinitions(Endpoint):
    """What every figure means."""

    scopes = {"GET": "monitoring:read"}

    @extend_schema(
        operation_id="listMetricDefinitions",
        tags=["monitoring"],
        summary="Định nghĩa các chỉ số: tử số, mẫu số, loại trừ, làm tròn, căn cứ",
        responses=serializers.MetricDefinitions,
    )
    def get(self, request: Request) -> Response:
        """Answer all definitions."""
        return Response(serializers.MetricDefinitions({"results": queries.metric_definitions()}).data)


class MetricValues(Endpoint):
    """The figures themselves."""

    scopes = {"GET": "monitoring:read"}
    query = frozenset(serializers.MetricQuestion().get_fields())

    @extend_schema(
        operation_id="readMetricValues",
        tags=["monitoring"],
        summary="Giá trị một chỉ số theo đơn vị, thủ tục, người, kỳ",
        parameters=[serializers.MetricQuestion],
        responses={
            200: serializers.MetricValues,
            **problems(PeriodUnknown, PeriodsMissing, UnitUnknown, OfficialUnknown, ProcedureUnknown, DaysDestroyed),
        },
    )
    def get(self, request: Request) -> Response:
        """Answer one metric, whole or cut by month; units outside the caller's boundary are unknown."""
        asked, today, viewer = question_of(request, serializers.MetricQuestion), localdate(), self.principal.viewer
        view, unit = OrganisationView(asked["organisation"]), asked.get("unit", "")
        figures = queries.metric_values(
            metric=asked["metric"], viewer=viewer, now=now(), today=today,
            sees_small_groups=is_inspectorate(self.principal), period=asked.get("period", ""),
            from_date=asked.get("from"), to_date=asked.get("to"), grain=asked["grain"], view=view, unit=unit,
            official=asked.get("official", ""), procedure=asked.get("procedure", ""), by=Breakdown(asked["by"]),
        )  # fmt: skip
        units = {figure.key for figure in figures if figure.key and asked["by"] == Breakdown.UNIT}
        left = queries.units_not_carried(unit=unit, viewer=viewer, view=view, today=today, told=units)
        told = organisation_shown(view=view, units=left, on=today)
        return Response(printed(serializers.MetricValues, {"organisation": told, "results": figures}))


def is_inspectorate(principal: Principal) -> bool:
    """Tell whether small groups are shown: to inspectors of the whole province, never to a head bounded to his unit."""
    return principal.boundary is None and any(principal.may(scope) for scope in INSPECTORATE)


def question_of(request: Request, shape: type[Shape], *, but: Collection[str] = ()) -> Mapping[str, Any]:
    """Return the question; an empty parameter is an absent one, those in `but` are none of it. Raises Invalid."""
    given = request.query_params.dict().items()
    return _question(shape, tuple((name, value) for name, value in given if value and name not in but))


@lru_cache(maxsize=1000)
def _question(shape: type[Shape], given: tuple[tuple[str, str], ...]) -> Mapping[str, Any]:
    """Parse a question; kept, because its words alone say what it means, and heads ask the same every day."""
    question = shape(data=dict(given))
    try:
        question.is_valid(raise_exception=True)
    except ValidationError as error:
        raise Invalid(
            [Fault("parameter", fault.name.lstrip("/"), fault.code, fault.detail) for fault in faults_of(error)]
        ) from error
    return MappingProxyType(question.validated_data)


class PeriodFilter(filters.FilterSet):
    """By scheme and kind."""

    scheme = filters.ChoiceFilter(choices=PeriodScheme.choices)
    kind = filters.ChoiceFilter(choices=PeriodKind.choices)


class Periods(ListEndpoint):
    """The periods that reports, runs and figures name."""

    scopes = {"GET": "assessments:read", "POST": "assessments:manage"}
    serializer_class = serializers.Period
    filterset_class = PeriodFilter
    ordering = ("code",)

    def get_queryset(self) -> QuerySet[Period]:
        """Return every period."""
        return queries.periods()

    @extend_schema(
        operation_id="listPeriods",
        tags=["assessments"],
        summary="Các kỳ báo cáo, đánh giá",
        responses={200: serializers.Period(many=True)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of periods."""
        return self.page()

    @extend_schema(
        operation_id="addPeriod",
        tags=["assessments"],
        summary="Thêm một kỳ",
        parameters=[KEY],
        request=serializers.NewPeriod,
        responses={201: serializers.Period, **problems(PeriodTaken, *KEYED)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Add a period."""
        draft = serializers.NewPeriod(data=request.data)
        draft.is_valid(raise_exception=True)

        def work(_secret: str) -> Answer:
            period = services.add_period(**draft.validated_data, by=self.principal.id, now=now())
            return Answer(HTTPStatus.CREATED, serializers.Period(period).data)

        return once(request=request, operation="addPeriod", now=now(), work=work)
