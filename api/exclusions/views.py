"""Exclusions over HTTP: proposed by a unit, and read; what is decided of them stands in `decisions`."""

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import PUBLIC, Endpoint
from api.errors import Fault, Invalid
from api.exclusions import serializers
from api.idempotency.once import Answer, once
from api.language import said
from api.organisation import OrganisedFilters, OrganisedList
from api.preconditions import etag
from api.references import unit_meant
from api.schema import IDEMPOTENCY_KEY, KEYED, problems
from procedures.errors import (
    ExclusionNamesNothing,
    ExclusionReasonUnknown,
    ExclusionUnknown,
    TransactionUnknown,
)
from procedures.exclusions import queries, services
from procedures.exclusions.models import Exclusion
from procedures.transactions.queries import transaction_with_code
from procedures.vocabulary import ExclusionState
from units.errors import UnitUnknown
from units.models import Unit

READ, PROPOSE = "monitoring:read", "exclusions:propose"
PROPOSING = problems(UnitUnknown, ExclusionReasonUnknown, ExclusionNamesNothing, *KEYED)


class Reasons(Endpoint):
    """The reasons for which time may be excluded."""

    scopes = {"GET": PUBLIC}

    @extend_schema(
        operation_id="listExclusionReasons",
        tags=["transactions"],
        summary="Các lý do được loại trừ thời gian, kèm điều luật hoặc lý do của hệ thống",
        responses=serializers.ExclusionReasons,
    )
    def get(self, request: Request) -> Response:
        """Answer all of them."""
        return Response(serializers.ExclusionReasons({"results": queries.reasons()}).data)


class ExclusionFilters(OrganisedFilters):
    """Which exclusions."""

    state = filters.ChoiceFilter(choices=ExclusionState.choices)
    reason = filters.CharFilter("reason_id", max_length=40)
    unit = filters.CharFilter(method="of_unit", max_length=100, help_text="Mã đơn vị đề nghị (xem organisation).")


class Exclusions(OrganisedList):
    """The exclusions, the newest first."""

    scopes = {"GET": READ, "POST": PROPOSE}
    serializer_class = serializers.Exclusion
    filterset_class = ExclusionFilters
    ordering = ("-id",)
    unit_fields = ("unit", "decided_for")

    def get_queryset(self) -> QuerySet[Exclusion]:
        """Return what the caller may see."""
        return queries.exclusions_visible_to(viewer=self.principal.viewer, on=localdate())

    @extend_schema(
        operation_id="listExclusions",
        tags=["transactions"],
        summary="Các đề nghị loại trừ thời gian, mới nhất trước",
        responses=serializers.Exclusion(many=True),
    )
    def get(self, request: Request) -> Any:
        """List exclusions."""
        return self.page()

    @extend_schema(
        operation_id="proposeExclusion",
        tags=["transactions"],
        summary="Đề nghị loại trừ một khoảng thời gian cho nhiều hồ sơ, hoặc cho mọi hồ sơ của đơn vị",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.ExclusionProposal,
        responses={201: serializers.ExclusionWithHistory, **PROPOSING},
    )
    def post(self, request: Request) -> HttpResponse:
        """Take a proposal."""
        return _proposed(self, request, serializers.ExclusionProposal, operation="proposeExclusion")


class DossierExclusions(OrganisedList):
    """The exclusions that name one dossier, the oldest first."""

    scopes = {"GET": "transactions:read", "POST": PROPOSE}
    serializer_class = serializers.Exclusion
    filterset_class = OrganisedFilters
    unit_fields = Exclusions.unit_fields

    def get_queryset(self) -> QuerySet[Exclusion]:
        """Return those that name the dossier; the contract is generated without one."""
        return queries.exclusions_naming(dossier_code=self.kwargs.get("dossier_code", ""))

    @extend_schema(
        operation_id="listTransactionExclusions",
        tags=["transactions"],
        summary="Các đề nghị loại trừ nêu hồ sơ này",
        responses={200: serializers.Exclusion(many=True), **problems(TransactionUnknown)},
    )
    def get(self, request: Request, dossier_code: str) -> Any:
        """List them, also those that were refused or withdrawn."""
        transaction_with_code(dossier_code=dossier_code, viewer=self.principal.viewer, now=now())
        return self.page()

    @extend_schema(
        operation_id="proposeTransactionExclusion",
        tags=["transactions"],
        summary="Đề nghị loại trừ một khoảng thời gian cho một hồ sơ",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.ProposedPeriod,
        responses={201: serializers.ExclusionWithHistory, **PROPOSING},
    )
    def post(self, request: Request, dossier_code: str) -> HttpResponse:
        """Take a proposal for this dossier."""
        return _proposed(
            self, request, serializers.ProposedPeriod, operation="proposeTransactionExclusion", naming=[dossier_code]
        )


class OneExclusion(Endpoint):
    """One exclusion."""

    scopes = {"GET": READ}

    @extend_schema(
        operation_id="getExclusion",
        tags=["transactions"],
        summary="Một đề nghị loại trừ, các hồ sơ nó nêu và lịch sử của nó",
        responses={200: serializers.ExclusionWithHistory, **problems(ExclusionUnknown)},
    )
    def get(self, request: Request, exclusion_id: int) -> Response:
        """Tell one exclusion."""
        found = queries.exclusion_visible_to(exclusion_id=exclusion_id, viewer=self.principal.viewer, on=localdate())
        return Response(exclusion_told(found), headers=etag(found.version))


def _proposed(
    view: Endpoint,
    request: Request,
    shape: type[serializers.ProposedPeriod],
    *,
    operation: str,
    naming: list[str] | None = None,
) -> HttpResponse:
    draft = shape(data=request.data)
    draft.is_valid(raise_exception=True)
    told = dict(draft.validated_data)
    code = told.pop("unit", "")
    proposal = services.Proposal(dossier_codes=naming or told.pop("dossier_codes", ()), **told)

    def work(_secret: str) -> Answer:
        at, by = now(), view.principal
        made = services.propose(proposal=proposal, unit=_unit(view, code), by=by.id, viewer=by.viewer, now=at)
        headers = {"Location": f"/api/v1/exclusions/{made.pk}", **etag(made.version)}
        return Answer(HTTPStatus.CREATED, exclusion_told(made), headers)

    return once(request=request, operation=operation, now=now(), work=work)


def _unit(view: Endpoint, code: str) -> Unit:
    if code:
        return unit_meant(code=code, on=localdate(), name="/unit")
    own = queries.own_unit(viewer=view.principal.viewer)
    if own is None:
        text = said("Tài khoản cấp tỉnh phải nêu đơn vị.", "A caller for the whole province names the unit.")
        raise Invalid([Fault("pointer", "/unit", "required", str(text))])
    return own


def exclusion_told(exclusion: Exclusion) -> dict[str, Any]:
    """Print an exclusion with the dossiers it names and its history."""
    card = (exclusion, queries.codes_named(exclusion=exclusion), queries.events_of(exclusion=exclusion))
    return dict(serializers.ExclusionWithHistory(card).data)
