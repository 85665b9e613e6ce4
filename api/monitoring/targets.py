"""What figures are to reach: dated data with its source."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.errors import Forbidden, PreconditionMissing, PreconditionStale
from api.filtering import DayFilter
from api.monitoring import target_serializers as serializers
from api.preconditions import etag, require_match
from api.schema import problems
from api.shapes import parsed
from feedback.errors import TargetUnknown
from feedback.monitoring import models, queries, services
from procedures.errors import FieldUnknown
from units.errors import UnitUnknown


class TargetFilter(filters.FilterSet):
    """By the day on which it holds."""

    on = DayFilter(field_name="valid", lookup_expr="contains", label="Có hiệu lực vào ngày.")


class Targets(ListEndpoint):
    """All targets."""

    scopes = {"GET": "monitoring:read"}
    serializer_class = serializers.Target
    filterset_class = TargetFilter
    ordering = ("code",)

    def get_queryset(self) -> QuerySet[models.Target]:
        """Return each target as it was last told."""
        return queries.targets()

    @extend_schema(
        operation_id="listTargets",
        tags=["monitoring"],
        summary="Các chỉ tiêu, có ngày hiệu lực và văn bản giao",
        responses={200: serializers.Target(many=True)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of targets."""
        return self.page()


class OneTarget(Endpoint):
    """One target."""

    scopes = {"GET": "monitoring:read", "PUT": "monitoring:manage"}

    @extend_schema(
        operation_id="readTarget",
        tags=["monitoring"],
        summary="Một chỉ tiêu",
        responses={200: serializers.Target, **problems(TargetUnknown)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Answer a target as it was last told."""
        target = queries.target_with_code(code=code)
        return Response(serializers.Target(target).data, headers=etag(target.number))

    @extend_schema(
        operation_id="putTarget",
        tags=["monitoring"],
        summary="Đặt hoặc sửa một chỉ tiêu (sửa thì gửi If-Match; bản trước được giữ)",
        request=serializers.TargetDescription,
        responses={
            200: serializers.Target,
            201: serializers.Target,
            **problems(UnitUnknown, FieldUnknown, Forbidden, PreconditionMissing, PreconditionStale),
        },
    )
    def put(self, request: Request, code: str) -> Response:
        """Say what is to be reached."""
        if self.principal.boundary is not None:
            raise Forbidden("monitoring:manage")
        target, is_new = services.set_target(
            code=code, facts=_facts(parsed(serializers.TargetDescription, request.data)), by=self.principal.id,
            now=now(), confirm=lambda number: require_match(request, version=number),
        )  # fmt: skip
        return Response(serializers.Target(target).data, status=201 if is_new else 200, headers=etag(target.number))


def _facts(sent: Mapping[str, Any]) -> services.TargetFacts:
    return services.TargetFacts(
        metrics=tuple(sorted(set(sent["metrics"]))), value=sent["value"], valid_from=sent["valid_from"],
        valid_to=sent.get("valid_to"), source=sent["source"], unit=sent["unit"], field=sent["field"],
    )  # fmt: skip
