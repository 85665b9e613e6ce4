"""Names of officials that came without a code: the list of those that mean nobody yet, and what people decide."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.errors import Fault, Invalid, PreconditionMissing, PreconditionStale
from api.idempotency.once import Answer, once
from api.language import said
from api.organisation import OrganisedFilters, OrganisedList
from api.preconditions import etag, require_match
from api.references import unit_meant
from api.schema import IDEMPOTENCY_KEY, IF_MATCH, KEYED, problems
from api.shapes import parsed
from api.units.names import NameDecided, NameDecision, NameVerdict, UnresolvedName
from procedures.errors import NameNotYoursToDecide, NameUnknown, OfficialNotPosted
from procedures.transactions.models import NameDecision as NameDecisionRow
from procedures.transactions.queries import (
    decided_under_then,
    name_cards,
    name_decisions,
    named_under_then,
    unresolved_names,
)
from procedures.transactions.services import Verdict, decide_name, renew
from units.errors import OfficialUnknown, UnitUnknown
from units.models import Official
from units.queries import heritage, official_with_code


class NameFilters(OrganisedFilters):
    """Of which units; `then` narrows to what stood under a unit on the days that a row is about."""

    then: ClassVar[Callable[..., QuerySet[Any]]]
    under = filters.CharFilter(method="inside", max_length=100, help_text="Mã đơn vị: cả cây (xem organisation).")

    def inside(self, rows: QuerySet[Any], name: str, code: str) -> QuerySet[Any]:
        """Narrow to a unit's subtree: of then, or as now with what it inherited."""
        on = localdate()
        unit = unit_meant(code=code, on=on, name=name, place="parameter").pk
        if self.is_now:
            return rows.filter(unit__in=heritage(unit_id=unit, on=on))
        return self.then(rows, unit_id=unit)


class UnresolvedFilters(NameFilters):
    """Of which units, by the days of the steps."""

    then = staticmethod(named_under_then)


class DecisionFilters(NameFilters):
    """Of which units, by the days for which it was decided."""

    then = staticmethod(decided_under_then)


class OfficialNames(OrganisedList):
    """The names that mean nobody yet."""

    scopes = {"GET": "units:write"}
    serializer_class = UnresolvedName
    filterset_class = UnresolvedFilters
    ordering = ("unit_id", "name_key")
    nullable = ("unit_id",)
    unit_fields = ("unit",)

    def get_queryset(self) -> QuerySet[Any, Any]:
        """Return what the caller's unit answers for."""
        return unresolved_names(viewer=self.principal.viewer, on=localdate())

    @extend_schema(
        operation_id="listUnresolvedOfficialNames",
        tags=["units"],
        summary="Tên cán bộ trong bản tin chưa xác định được là ai, theo đơn vị",
        responses=UnresolvedName(many=True),
    )
    def get(self, request: Request) -> Any:
        """List names with the number of steps, their days, and who may be meant."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(UnresolvedName(name_cards(list(rows or ()), on=localdate()), many=True).data)


class OfficialNameDecisions(OrganisedList):
    """What people decided."""

    scopes = {"GET": "units:write", "POST": "units:write"}
    serializer_class = NameDecision
    filterset_class = DecisionFilters
    ordering = ("-id",)
    unit_fields = ("unit",)

    def get_queryset(self) -> QuerySet[NameDecisionRow]:
        """Return what the caller's unit answers for."""
        return name_decisions(viewer=self.principal.viewer, on=localdate())

    @extend_schema(
        operation_id="listOfficialNameDecisions",
        tags=["units"],
        summary="Sổ quyết định về tên cán bộ, mới nhất trước",
        responses=NameDecision(many=True),
    )
    def get(self, request: Request) -> Any:
        """List decisions, withdrawn ones and those that came after included."""
        return self.page()

    @extend_schema(
        operation_id="decideOfficialName",
        tags=["units"],
        summary="Xác định một tên là cán bộ nào, hoặc không phải người của đơn vị, hoặc rút quyết định trước",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=NameVerdict,
        responses={
            201: NameDecided,
            **problems(
                UnitUnknown, NameUnknown, NameNotYoursToDecide, OfficialNotPosted, PreconditionMissing,
                PreconditionStale, *KEYED,
            ),
        },
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponse:
        """Decide what a name means in a unit, for all messages before and after."""
        at = now()
        verdict = _verdict(parsed(NameVerdict, request.data))

        def work(_secret: str) -> Answer:
            decided = decide_name(
                verdict=verdict, viewer=self.principal.viewer, by=self.principal.id, now=at, on=localdate(),
                confirm=lambda version: require_match(request, version=version),
            )  # fmt: skip
            told = {"decision": decided.row, "transactions": decided.renewals}
            return Answer(201, NameDecided(told).data, etag(decided.row.number))

        answer = once(request=request, operation="decideOfficialName", now=at, work=work)
        renew(now=at)  # after the commit: each batch is a database transaction of its own
        return answer


def _verdict(told: dict[str, Any]) -> Verdict:
    day = told.get("valid_from") or localdate()
    code, unit = told.pop("official", None), told.pop("unit")
    return Verdict(
        unit=unit_meant(code=unit, on=day, name="/unit") if unit else None,
        official=_official(code) if code else None,
        **told,
    )


def _official(code: str) -> Official:
    try:
        return official_with_code(code=code)
    except OfficialUnknown as error:
        detail = said("Không có cán bộ mang mã này.", "No official carries this code.")
        raise Invalid([Fault("pointer", "/official", "unknown_official", str(detail))]) from error
