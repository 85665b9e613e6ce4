"""Exclusions decided over HTTP: approved, refused or revoked outside the unit that proposed them, withdrawn by it."""

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.endpoint import Endpoint
from api.errors import Forbidden, PreconditionMissing, PreconditionStale
from api.exclusions import serializers
from api.exclusions.views import PROPOSE, exclusion_told
from api.idempotency.once import Answer, once
from api.preconditions import etag, require_match
from api.schema import IDEMPOTENCY_KEY, IF_MATCH, KEYED, problems
from procedures.errors import (
    DeciderNotOutside,
    ExclusionNamesNothing,
    ExclusionNotOver,
    ExclusionSettled,
    ExclusionUnknown,
)
from procedures.exclusions import services
from procedures.exclusions.models import Exclusion

DECIDE = "exclusions:decide"
DECIDING = problems(
    ExclusionUnknown, ExclusionSettled, DeciderNotOutside, PreconditionMissing, PreconditionStale, *KEYED
)


class Approval(Endpoint):
    """The approval of an exclusion."""

    scopes = {"POST": DECIDE}

    @extend_schema(
        operation_id="approveExclusion",
        tags=["transactions"],
        summary="Duyệt một đề nghị loại trừ (người ngoài đơn vị đề nghị)",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=serializers.ExclusionNote,
        responses={
            200: serializers.ExclusionWithHistory, **DECIDING,
            **problems(ExclusionUnknown, ExclusionSettled, ExclusionNotOver, ExclusionNamesNothing, *KEYED),
        },
    )  # fmt: skip
    def post(self, request: Request, exclusion_id: int) -> HttpResponse:
        """Agree; the dossiers named are fixed by this and counted anew."""
        return _settled(self, request, exclusion_id, services.approve, DECIDE, operation="approveExclusion")


class Refusal(Endpoint):
    """The refusal of an exclusion."""

    scopes = {"POST": DECIDE}

    @extend_schema(
        operation_id="refuseExclusion",
        tags=["transactions"],
        summary="Không duyệt một đề nghị loại trừ",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=serializers.ExclusionNote,
        responses={200: serializers.ExclusionWithHistory, **DECIDING},
    )
    def post(self, request: Request, exclusion_id: int) -> HttpResponse:
        """Refuse."""
        return _settled(self, request, exclusion_id, services.refuse, DECIDE, operation="refuseExclusion")


class Revocation(Endpoint):
    """The revocation of an approval."""

    scopes = {"POST": DECIDE}

    @extend_schema(
        operation_id="revokeExclusion",
        tags=["transactions"],
        summary="Hủy việc đã duyệt loại trừ (người ngoài đơn vị đề nghị): thời gian được tính lại như cũ",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=serializers.ExclusionNote,
        responses={200: serializers.ExclusionWithHistory, **DECIDING},
    )
    def post(self, request: Request, exclusion_id: int) -> HttpResponse:
        """Take the approval back."""
        return _settled(self, request, exclusion_id, services.revoke, DECIDE, operation="revokeExclusion")


class Withdrawal(Endpoint):
    """The withdrawal of an exclusion."""

    scopes = {"POST": PROPOSE}

    @extend_schema(
        operation_id="withdrawExclusion",
        tags=["transactions"],
        summary="Rút một đề nghị, kể cả khi đã duyệt: thời gian được tính lại như cũ",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=serializers.ExclusionNote,
        responses={
            200: serializers.ExclusionWithHistory,
            **problems(ExclusionUnknown, ExclusionSettled, PreconditionMissing, PreconditionStale, *KEYED),
        },
    )
    def post(self, request: Request, exclusion_id: int) -> HttpResponse:
        """Take it back."""
        return _settled(self, request, exclusion_id, services.withdraw, PROPOSE, operation="withdrawExclusion")


def _settled(
    view: Endpoint,
    request: Request,
    exclusion_id: int,
    settle: Callable[..., Exclusion],
    scope: str,
    *,
    operation: str,
) -> HttpResponse:
    by = view.principal
    if by.kind != "person":  # a decision, and taking it back, is a person's
        raise Forbidden(scope)
    draft = serializers.ExclusionNote(data=request.data)
    draft.is_valid(raise_exception=True)

    def work(_secret: str) -> Answer:
        at: dt.datetime = now()
        settled = settle(
            exclusion_id=exclusion_id, **draft.validated_data, by=by.id, viewer=by.viewer, now=at,
            confirm=lambda version: require_match(request, version=version),
        )  # fmt: skip
        return Answer(HTTPStatus.OK, exclusion_told(settled), etag(settled.version))

    return once(request=request, operation=f"{operation}:{exclusion_id}", now=now(), work=work)
