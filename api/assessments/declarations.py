"""What no transaction tells of a unit: how it organised and published its procedures."""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.assessments import declaration_serializers as serializers
from api.endpoint import Endpoint
from api.errors import PreconditionMissing, PreconditionStale
from api.organisation import OrganisedFilters, OrganisedList
from api.preconditions import etag, require_match
from api.schema import problems
from api.shapes import parsed
from feedback.assessments import models, queries, services
from feedback.errors import (
    DeclarationOfOwnUnit,
    DeclarationUnknown,
    LevelNotOfUnit,
    NoScoringRules,
    PeriodUnknown,
    RunNeedsWholeProvince,
)
from units.errors import UnitUnknown


class DeclarationFilter(OrganisedFilters):
    """By unit and period."""

    unit = filters.CharFilter(method="of_unit", max_length=100, help_text="Mã đơn vị (xem organisation).")
    period = filters.CharFilter(field_name="period__code", max_length=30)


class Declarations(OrganisedList):
    """All declarations."""

    scopes = {"GET": "assessments:read"}
    serializer_class = serializers.Declaration
    filterset_class = DeclarationFilter
    ordering = ("id",)
    unit_fields = ("unit",)

    def get_queryset(self) -> QuerySet[models.UnitDeclaration]:
        """Return what was last declared of each unit that the caller may see, for each period."""
        return queries.declarations_visible_to(viewer=self.principal.viewer, today=localdate())

    @extend_schema(
        operation_id="listUnitDeclarations",
        tags=["assessments"],
        summary="Các bản kê khai của đơn vị (chỉ số 5 và 6), bản mới nhất của mỗi kỳ",
        responses={200: serializers.Declaration(many=True)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of declarations."""
        return self.page()


class OneDeclaration(Endpoint):
    """What was declared of a unit for a period."""

    scopes = {"GET": "assessments:read", "PUT": "assessments:manage"}

    @extend_schema(
        operation_id="readUnitDeclaration",
        tags=["assessments"],
        summary="Bản kê khai của một đơn vị trong một kỳ",
        responses={200: serializers.Declaration, **problems(DeclarationUnknown)},
    )
    def get(self, request: Request, unit: str, period: str) -> Response:
        """Answer what was last declared."""
        declared = queries.declaration_visible_to(
            viewer=self.principal.viewer, today=localdate(), unit=unit, period=period
        )
        return Response(serializers.Declaration(declared).data, headers=etag(declared.number))

    @extend_schema(
        operation_id="putUnitDeclaration",
        tags=["assessments"],
        summary="Kê khai tổ chức một cửa và công khai thủ tục (sửa thì gửi If-Match; bản trước được giữ)",
        request=serializers.DeclarationRequest,
        responses={
            200: serializers.Declaration,
            201: serializers.Declaration,
            **problems(
                UnitUnknown, PeriodUnknown, NoScoringRules, RunNeedsWholeProvince, DeclarationOfOwnUnit, LevelNotOfUnit,
                PreconditionMissing, PreconditionStale,
            ),
        },
    )  # fmt: skip
    def put(self, request: Request, unit: str, period: str) -> Response:
        """Declare it; runs of the period that are counted later score it."""
        sent = parsed(serializers.DeclarationRequest, request.data)
        facts = services.DeclaredFacts(sent.get("one_stop"), sent.get("publication"), sent["evidence"])
        declared, is_new = services.declare(
            unit=unit, period=period, facts=facts, by=self.principal.id, viewer=self.principal.viewer, now=now(),
            confirm=lambda number: require_match(request, version=number),
        )  # fmt: skip
        return Response(
            serializers.Declaration(declared).data, status=201 if is_new else 200, headers=etag(declared.number)
        )
