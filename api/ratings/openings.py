"""Opening which dossier a rating is about, for a reason and on record; the record and whether it is whole."""

import re
import uuid
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.errors import Fault, Invalid
from api.idempotency.once import Answer, once
from api.language import said
from api.schema import IDEMPOTENCY_KEY, KEYED, problems
from api.shapes import Instant, Shape, Text, parsed, printed
from feedback.errors import RatingLinkDestroyed, RatingUnknown, RowsOfInspectorate
from feedback.ratings.queries import link_accesses, rating_visible_to
from feedback.ratings.services import open_link, opened
from feedback.ratings.vault import verification
from feedback.ratings.vault.models import LinkAccess
from feedback.vocabulary import LinkAccessKind
from procedures.vocabulary import StepKind

_DIGEST = re.compile(r"[0-9a-f]{64}")


class LinkOpeningWanted(Shape):
    """Why, and for which case."""

    reason = Text(max_length=2000)
    case_reference = Text(max_length=200, help_text="Số quyết định, số vụ việc hoặc số văn bản yêu cầu.")


class LinkAccessEntry(serializers.Serializer[Any]):
    """An entry of the log."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=LinkAccessKind.choices)
    rating = serializers.UUIDField(source="rating_id", allow_null=True)
    by = serializers.CharField()
    reason = serializers.CharField()
    case_reference = serializers.CharField()
    at = Instant()
    previous = serializers.CharField(help_text="digest của dòng trước.")
    digest = serializers.CharField(help_text="Giữ lại để đối chiếu: dòng bị xóa hay sửa sẽ không còn khớp.")


class LinkOpening(LinkAccessEntry):
    """What was opened; told to who opened it only."""

    dossier_code = serializers.CharField()
    step = serializers.ChoiceField(choices=StepKind.choices)


class LinkVerification(serializers.Serializer[Any]):
    """Whether the log is whole."""

    entries = serializers.IntegerField()
    head = serializers.CharField(help_text="digest của dòng cuối.")
    is_intact = serializers.SerializerMethodField()
    first_broken = serializers.IntegerField(allow_null=True, help_text="Dòng đầu tiên không khớp.")
    is_known = serializers.BooleanField(allow_null=True, help_text="digest được hỏi còn trong chuỗi hay không.")

    def get_is_intact(self, row: Any) -> bool:
        """Tell whether every entry follows from the one before."""
        return row.first_broken is None


class LinkOpenings(Endpoint):
    """Opening."""

    scopes = {"POST": "ratings:manage"}

    @extend_schema(
        operation_id="openRatingLink",
        tags=["ratings"],
        summary="Mở liên kết từ đánh giá đến hồ sơ: có lý do, ghi vào nhật ký không sửa được",
        parameters=[IDEMPOTENCY_KEY],
        request=LinkOpeningWanted,
        responses={
            201: LinkOpening,
            **problems(RatingUnknown, RatingLinkDestroyed, RowsOfInspectorate, *KEYED),
        },
    )
    def post(self, request: Request, rating_id: uuid.UUID) -> HttpResponse:
        """Write down who opens, then tell; what is told is not kept with the answer."""
        wanted, at, caller = parsed(LinkOpeningWanted, request.data), now(), self.principal
        rating = rating_visible_to(viewer=caller.viewer, today=localdate(), rating_id=rating_id)

        def work(_secret: str) -> Answer:
            entry = open_link(rating=rating, by=caller.id, official_id=caller.official, now=at, **wanted)
            return Answer(HTTPStatus.CREATED, printed(LinkAccessEntry, entry))

        def complete(kept: dict[str, Any], _secret: str) -> dict[str, Any]:
            told = opened(number=kept["number"], by=caller.id)
            return {**kept, "dossier_code": told.dossier_code, "step": told.step}

        return once(request=request, operation="openRatingLink", now=at, work=work, complete=complete)


class AccessFilters(filters.FilterSet):
    """By rating and kind."""

    rating = filters.UUIDFilter(field_name="rating", label="Mã đánh giá.")
    kind = filters.ChoiceFilter(choices=LinkAccessKind.choices)

    class Meta:
        model = LinkAccess
        fields: list[str] = []


class LinkAccesses(ListEndpoint):
    """The log."""

    scopes = {"GET": "audit:read"}
    serializer_class = LinkAccessEntry
    filterset_class = AccessFilters
    ordering = ("-number",)

    def get_queryset(self) -> QuerySet[LinkAccess]:
        """Return the entries that the caller may know of."""
        return link_accesses(viewer=self.principal.viewer, today=localdate())

    @extend_schema(
        operation_id="listRatingLinkOpenings",
        tags=["ratings"],
        summary="Nhật ký mở và hủy liên kết giữa đánh giá và hồ sơ, và xem từng đánh giá",
        responses={200: LinkAccessEntry(many=True), **problems(RowsOfInspectorate)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of the log, the newest first."""
        return self.page()


class LinkChain(Endpoint):
    """Whether the log is whole."""

    scopes = {"GET": "audit:read"}
    query = frozenset({"digest"})

    @extend_schema(
        operation_id="verifyRatingLinkOpenings",
        tags=["ratings"],
        summary="Kiểm tra nhật ký mở liên kết có bị sửa, chèn hay xóa dòng không",
        parameters=[OpenApiParameter("digest", str, description="digest đã ghi lại trước đây: còn trong chuỗi không?")],
        responses={200: LinkVerification, **problems(RowsOfInspectorate)},
    )
    def get(self, request: Request) -> Response:
        """Go through the chain; how long it is tells as much as its rows."""
        if self.principal.boundary is not None:
            raise RowsOfInspectorate
        return Response(printed(LinkVerification, verification(noted=_digest_of(request))))


def _digest_of(request: Request) -> str:
    raw = request.query_params.get("digest", "")
    if raw and not _DIGEST.fullmatch(raw):
        detail = said(
            "digest là 64 chữ số thập lục phân viết thường.", "digest is 64 hexadecimal digits in small letters."
        )
        raise Invalid([Fault("parameter", "digest", "invalid", str(detail))])
    return raw
