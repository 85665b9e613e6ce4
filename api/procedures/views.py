"""The catalogue over HTTP: fields and procedures, dated."""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.errors import Forbidden, PreconditionMissing, PreconditionStale
from api.filtering import DayFilter, asked
from api.preconditions import etag, require_match
from api.procedures.serializers import FieldTold, Procedure, ProcedureDescription, ProcedureListed
from api.schema import problems
from api.shapes import Day, Shape
from procedures.catalogue.models import Field, ProcedureVersion
from procedures.catalogue.queries import fields_listed, procedure_edition, procedure_told_on, procedures_listed
from procedures.catalogue.services import ProcedureFacts
from procedures.errors import PeriodOverlap, ProcedureUnknown
from procedures.transactions.services import describe_procedure
from procedures.vocabulary import Level


class ProceduresAsOf(Shape):
    """On which day."""

    as_of = Day(required=False, help_text="Tính theo ngày này; bỏ trống là hôm nay.")


class ProcedureFilters(filters.FilterSet):
    """Which procedures, as of which day."""

    as_of = DayFilter(help_text="Tính theo ngày này; bỏ trống là hôm nay.")
    q = filters.CharFilter(max_length=200, help_text="Một phần của tên (không cần dấu), hoặc phần đầu của mã.")
    field = filters.CharFilter(max_length=100, help_text="Mã lĩnh vực.")
    level = filters.ChoiceFilter(choices=Level.choices, help_text="Cấp thực hiện.")

    def filter_queryset(self, queryset: QuerySet[ProcedureVersion]) -> QuerySet[ProcedureVersion]:
        """Ask the room's own list."""
        told = self.form.cleaned_data
        on = told["as_of"] or localdate()
        return procedures_listed(on=on, text=told["q"], field=told["field"], level=told["level"])


class Procedures(ListEndpoint):
    """The procedures in force on a day."""

    scopes = {"GET": "procedures:read"}
    serializer_class = ProcedureListed
    filterset_class = ProcedureFilters
    ordering = ("code",)

    def get_queryset(self) -> QuerySet[ProcedureVersion]:
        """Start from today's; the filters choose the day."""
        return procedures_listed(on=localdate())

    @extend_schema(
        operation_id="listProcedures",
        tags=["procedures"],
        summary="Danh mục thủ tục hành chính vào một ngày",
        responses=ProcedureListed(many=True),
    )
    def get(self, request: Request) -> Any:
        """List procedures by code."""
        return self.page()


class OneProcedure(Endpoint):
    """One procedure."""

    scopes = {"GET": "procedures:read", "PUT": "procedures:write"}

    @property
    def query(self) -> frozenset[str]:  # type: ignore[override]
        """Take `as_of` with a GET only."""
        return frozenset({"as_of"}) if self.request.method in {"GET", "HEAD"} else frozenset()

    @extend_schema(
        operation_id="getProcedure",
        tags=["procedures"],
        summary="Một thủ tục vào một ngày (nhận cả mã địa phương)",
        parameters=[ProceduresAsOf],
        responses={200: Procedure, **problems(ProcedureUnknown)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Tell a procedure as of a day."""
        on = asked(request, ProceduresAsOf).get("as_of") or localdate()
        version = procedure_told_on(code=code, on=on)
        edition = procedure_edition(procedure_id=version.procedure_id)
        return Response(Procedure(version, context={"on": on}).data, headers=etag(edition))

    @extend_schema(
        operation_id="putProcedure",
        tags=["procedures"],
        summary="Ghi một thủ tục từ một ngày (bản cũ hết hiệu lực vào ngày đó)",
        request=ProcedureDescription,
        responses={
            200: Procedure,
            201: Procedure,
            **problems(PeriodOverlap, PreconditionMissing, PreconditionStale),
        },
    )
    def put(self, request: Request, code: str) -> Response:
        """Say what a procedure is from a day on. The catalogue is the province's: a boundary may not write it."""
        if self.principal.boundary is not None:
            raise Forbidden("procedures:write")
        draft = ProcedureDescription(data=request.data)
        draft.is_valid(raise_exception=True)
        facts = _facts(dict(draft.validated_data))
        version, is_new = describe_procedure(
            code=code,
            facts=facts,
            by=self.principal.id,
            now=now(),
            confirm=lambda edition: require_match(request, version=edition),
        ).done
        body = Procedure(version, context={"on": facts.valid_from}).data
        return Response(body, status=201 if is_new else 200, headers=etag(version.version))


class Fields(ListEndpoint):
    """The fields of procedures."""

    scopes = {"GET": "procedures:read"}
    serializer_class = FieldTold
    filterset_class = None
    ordering = ("code",)

    def get_queryset(self) -> QuerySet[Field]:
        """Take all."""
        return fields_listed()

    @extend_schema(
        operation_id="listFields",
        tags=["procedures"],
        summary="Lĩnh vực thủ tục hành chính",
        responses=FieldTold(many=True),
    )
    def get(self, request: Request) -> Any:
        """List fields by code."""
        return self.page()


def _facts(told: dict[str, Any]) -> ProcedureFacts:
    limit = told.pop("time_limit", None) or {"amount": None, "unit": ""}
    return ProcedureFacts(limit_amount=limit["amount"], limit_unit=limit["unit"], **told)
