"""Giving ratings and amending them, by whichever ground the giver has; also those that waited on a device."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db.transaction import atomic
from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from api.endpoint import PUBLIC, Endpoint
from api.errors import ApiError, Forbidden
from api.idempotency.once import Answer, once
from api.principals import Principal
from api.problems import body_of, faults_of, problem_of
from api.ratings import serializers
from api.ratings.faults import told_by_place
from api.schema import IDEMPOTENCY_KEY, KEYED, problems
from api.shapes import parsed, printed
from api.throttling.throttles import require_allowance, require_more
from feedback.errors import FeedbackError
from feedback.ratings import services
from procedures.errors import TransactionUnknown
from procedures.transactions.queries import transaction_with_code
from procedures.vocabulary import StepKind


def take(principal: Principal, values: Mapping[str, Any], *, now: dt.datetime) -> services.Taken:
    """Take one validated submission; raises what the services raise, Forbidden, TransactionUnknown, TooManyRequests.

    What a citizen rates by right is taken from its unit's bucket last, in the database transaction of the rating: what
    is refused is not counted, and what is one too many is not rated.
    """
    draft = serializers.draft_of(values, by=principal)
    if "right" in values:
        taken = services.rate_by_right(draft=draft, secret=values["right"], now=now)
        if principal.kind == "citizen" and taken.unit_id is not None:
            require_allowance(kind="unit", name=str(taken.unit_id))
        return taken
    transaction_id, step = _at_counter(principal, values, now=now)
    return services.rate_at_counter(draft=draft, transaction_id=transaction_id, step=step, now=now)


def amend(principal: Principal, values: Mapping[str, Any], *, rating_id: uuid.UUID, now: dt.datetime) -> services.Taken:
    """Amend by a validated body; raises what the services raise, Forbidden, TransactionUnknown."""
    amendment = serializers.amendment_of(values, rating_id=rating_id)
    if "right" in values:
        return services.amend_by_right(amendment=amendment, secret=values["right"], now=now)
    transaction_id, step = _at_counter(principal, values, now=now)
    return services.amend_at_counter(amendment=amendment, transaction_id=transaction_id, step=step, now=now)


def _at_counter(principal: Principal, values: Mapping[str, Any], *, now: dt.datetime) -> tuple[int, StepKind]:
    if not (principal.is_trusted_counter and principal.may("ratings:write")):
        raise Forbidden("ratings:write")
    transaction = transaction_with_code(dossier_code=values["dossier_code"], viewer=principal.viewer, now=now)
    return transaction.pk, StepKind(values["step"])


class RatingBatch(Endpoint):
    """Ratings that waited for the network."""

    scopes = {"POST": PUBLIC}
    challenged = frozenset({"POST"})

    @extend_schema(
        operation_id="submitRatingBatch",
        tags=["ratings"],
        summary="Gửi các đánh giá đã chờ trên máy khi mất mạng (tối đa 20; mỗi đánh giá được nhận hay từ chối riêng)",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.RatingBatch,
        responses={201: serializers.TakenBatch, **problems(*KEYED)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Take each by itself; every one of them counts against the sender's allowance."""
        rows = parsed(serializers.RatingBatch, request.data)["ratings"]
        require_more(request, len(rows) - 1)
        at = now()

        def work(_secret: str) -> Answer:
            results = [self._taken(index, row, at) for index, row in enumerate(rows)]
            counts = Counter(result["outcome"] for result in results)
            return Answer(
                HTTPStatus.CREATED,
                {"taken": counts["taken"], "rejected": counts["rejected"], "results": results},
            )

        return once(request=request, operation="submitRatingBatch", now=at, work=work)

    def _taken(self, index: int, row: Any, at: dt.datetime) -> dict[str, Any]:
        try:
            with atomic(), told_by_place():
                taken = take(self.principal, parsed(serializers.RatingSubmission, row), now=at)
        except (ApiError, FeedbackError, TransactionUnknown, ValidationError) as error:
            problem = body_of(problem_of(error), attributes=vars(error), faults=faults_of(error))
            return {"index": index, "outcome": "rejected", "problem": problem}
        return {"index": index, "outcome": "taken", "rating": printed(serializers.TakenRating, taken)}
