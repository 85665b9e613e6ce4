"""Giving ratings and amending them, by whichever ground the giver has; also those that waited on a device."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from django.db.transaction import atomic
from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from api.endpoint import JUNK, PUBLIC, Endpoint
from api.errors import ApiError, Forbidden
from api.idempotency.once import Answer, once
from api.principals import Principal
from api.problems import body_of, faults_of, problem_of
from api.ratings import serializers
from api.ratings.faults import NAMED_BY_FORM, told_by_place
from api.rows import as_declared
from api.schema import IDEMPOTENCY_KEY, KEYED, problems
from api.shapes import parsed, printed
from api.throttling.throttles import charge_junk, require_allowances_soon, require_more
from feedback.errors import FeedbackError
from feedback.ratings import services
from feedback.ratings.rules.rights import as_issued
from procedures.errors import TransactionUnknown
from procedures.transactions.queries import transaction_with_code
from procedures.vocabulary import StepKind

Problem = dict[str, Any]
"""What a refused row of a batch is told."""


def take(principal: Principal, values: Mapping[str, Any], *, now: dt.datetime, at_once: bool = True) -> services.Taken:
    """Take one validated submission; `at_once` is the services'.

    Raises what the services raise, Forbidden, TransactionUnknown.
    """
    draft = serializers.draft_of(values, by=principal)
    if "right" in values:
        return services.rate_by_right(draft=draft, secret=values["right"], now=now, at_once=at_once)
    transaction_id, step = _at_counter(principal, values, now=now)
    return services.rate_at_counter(
        draft=draft, transaction_id=transaction_id, step=step, now=now, at_once=at_once
    )  # fmt: skip


# Note [Locks in one order]
# A batch is one database transaction and keeps every lock until its end. Two batches that lock the same things in
# different orders would wait for each other for ever, and the database would throw one of them out. So the rows of a
# batch are taken in the order of their grounds, whatever the order they were sent in, and the buckets of units last of
# all, in the order of the units: nobody waits behind a batch for a bucket, except for its commit.


def require_room(principal: Principal, taken: Iterable[services.Taken]) -> None:
    """Take what a citizen rated by right from the buckets of its units, with the commit; that raises TooManyRequests.

    To be called last, in the database transaction of the ratings: what is refused is not counted, and what is too many
    is not rated. Note [Locks in one order].
    """
    if principal.kind == "citizen":
        rated = Counter(one.unit_id for one in taken if one.unit_id is not None)
        require_allowances_soon(kind="unit", counts={str(unit_id): rated[unit_id] for unit_id in sorted(rated)})


def amend(principal: Principal, values: Mapping[str, Any], *, rating_id: uuid.UUID, now: dt.datetime) -> services.Taken:
    """Amend by a validated body; raises what the services raise, Forbidden, TransactionUnknown."""
    amendment = serializers.amendment_of(values, rating_id=rating_id, by=principal)
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
        """Take each by itself; every one of them counts against the sender's allowance.

        Where a unit's allowance is short nothing is taken or kept under the key: the same batch comes again. What is
        refused as junk costs the bucket of all citizens as if it had come by itself.
        """
        rows = parsed(serializers.RatingBatch, request.data)["ratings"]
        require_more(request, len(rows) - 1)
        at, junk = now(), 0

        def work(_secret: str) -> Answer:
            nonlocal junk
            outcomes = {index: self._taken(row, at) for index, row in sorted(enumerate(rows), key=_ground)}
            taken = [one for one in outcomes.values() if isinstance(one, services.Taken)]
            junk = sum(not isinstance(one, services.Taken) and one["status"] in JUNK for one in outcomes.values())
            results = [_told(index, outcomes[index]) for index in range(len(rows))]
            return Answer(
                HTTPStatus.CREATED,
                {"taken": len(taken), "rejected": len(rows) - len(taken), "results": results},
                last=partial(require_room, self.principal, taken),
            )

        answer = once(request=request, operation="submitRatingBatch", now=at, work=work)
        charge_junk(request, count=junk)
        return answer

    def _taken(self, row: Any, at: dt.datetime) -> services.Taken | Problem:
        try:
            with atomic(), told_by_place():
                return take(self.principal, parsed(serializers.RatingSubmission, row), now=at)
        except (ApiError, FeedbackError, TransactionUnknown, ValidationError) as error:
            return _refused(error)


def _refused(error: Exception) -> Problem:
    """Return what a refused row is told; as it is kept with the answer, nothing in it repeats what was sent."""
    faults = as_declared(faults_of(error), serializers.RatingSubmission, ours=NAMED_BY_FORM)
    return body_of(problem_of(error), faults=faults)


def _ground(numbered: tuple[int, Any]) -> str:
    """Return by what a row is put into line (Note [Locks in one order]); two of one ground stay as they came."""
    row = numbered[1]
    if not isinstance(row, dict):
        return ""
    return str([as_issued(str(row.get("right", ""))), *(row.get(name) for name in ("dossier_code", "step"))])


def _told(index: int, outcome: services.Taken | Problem) -> dict[str, Any]:
    if isinstance(outcome, services.Taken):
        return {"index": index, "outcome": "taken", "rating": printed(serializers.TakenRating, outcome)}
    return {"index": index, "outcome": "rejected", "problem": outcome}
