"""Whether a rating counts: an inspector puts it aside, releases it, or confirms that no citizen gave it."""

import uuid
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import localdate, now
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.endpoint import Endpoint
from api.idempotency.once import Answer, once
from api.ratings import serializers
from api.schema import IDEMPOTENCY_KEY, KEYED, problems
from api.shapes import parsed, printed
from feedback.errors import RatingLinkDestroyed, RatingStateRefused, RatingUnknown, RowsOfInspectorate
from feedback.ratings.queries import rating_visible_to, versions_of
from feedback.ratings.services import decide
from feedback.vocabulary import RatingState

ANSWERS = {
    201: serializers.RatingRow,
    **problems(RatingUnknown, RatingStateRefused, RatingLinkDestroyed, RowsOfInspectorate, *KEYED),
}


class Decision(Endpoint):
    """One of the three decisions; nobody decides on ratings of his own unit (ratings_visible_to)."""

    scopes = {"POST": "ratings:manage"}
    state: RatingState

    def decided(self, request: Request, rating_id: uuid.UUID) -> HttpResponse:
        """Decide once, and answer the rating as it is then; what the citizen wrote is not kept with the answer."""
        reason, at = parsed(serializers.RatingDecisionWanted, request.data)["reason"], now()
        viewer = self.principal.viewer

        def work(_secret: str) -> Answer:
            rating_visible_to(viewer=viewer, today=localdate(), rating_id=rating_id)
            decide(rating_id=rating_id, state=self.state, reason=reason, by=self.principal.id, now=at)
            rating = rating_visible_to(viewer=viewer, today=localdate(), rating_id=rating_id)
            return Answer(HTTPStatus.CREATED, {**printed(serializers.RatingRow, rating), "comment": ""})

        def complete(kept: dict[str, Any], _secret: str) -> dict[str, Any]:
            rating = rating_visible_to(viewer=viewer, today=localdate(), rating_id=rating_id)
            earlier = versions_of(rating=rating).filter(number=kept["version"]).first()
            said = printed(serializers.EarlierVersion, earlier) if earlier else printed(serializers.RatingRow, rating)
            return {**kept, "comment": said["comment"]}

        return once(request=request, operation=f"rating-{self.state}", now=at, work=work, complete=complete)


class Quarantine(Decision):
    """Putting aside."""

    state = RatingState.QUARANTINED

    @extend_schema(
        operation_id="quarantineRating",
        tags=["ratings"],
        summary="Tạm giữ một đánh giá đáng ngờ (không tính vào số liệu; không bao giờ xóa)",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.RatingDecisionWanted,
        responses=ANSWERS,
    )
    def post(self, request: Request, rating_id: uuid.UUID) -> HttpResponse:
        """Put a rating aside."""
        return self.decided(request, rating_id)


class Release(Decision):
    """Counting again."""

    state = RatingState.COUNTED

    @extend_schema(
        operation_id="releaseRating",
        tags=["ratings"],
        summary="Trả lại một đánh giá đã tạm giữ: được tính lại, và hệ thống không tự tạm giữ nữa",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.RatingDecisionWanted,
        responses=ANSWERS,
    )
    def post(self, request: Request, rating_id: uuid.UUID) -> HttpResponse:
        """Let a rating count again."""
        return self.decided(request, rating_id)


class Confirmation(Decision):
    """Confirming that a rating is none."""

    state = RatingState.EXCLUDED

    @extend_schema(
        operation_id="confirmRatingQuarantine",
        tags=["ratings"],
        summary="Xác nhận đánh giá đã tạm giữ không phải của người dân",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.RatingDecisionWanted,
        responses=ANSWERS,
    )
    def post(self, request: Request, rating_id: uuid.UUID) -> HttpResponse:
        """Keep a rating out of all figures."""
        return self.decided(request, rating_id)
