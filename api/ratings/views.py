"""Drawing a form; giving, amending and reading ratings."""

import uuid
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import PUBLIC, Endpoint, ListEndpoint
from api.errors import Fault, Forbidden, Invalid, PreconditionMissing, PreconditionStale
from api.filtering import DayFilter
from api.idempotency.once import Answer, once
from api.language import said
from api.organisation import OrganisedFilters, OrganisedList
from api.preconditions import etag, require_match
from api.ratings import serializers
from api.ratings.faults import told_by_place
from api.ratings.form_serializers import RatingForm
from api.ratings.forms import FormDescription, code_of, told_by_part
from api.ratings.giving import amend, require_room, take
from api.schema import IDEMPOTENCY_KEY, KEYED, problems
from api.shapes import parsed, printed
from feedback.errors import (
    AlreadyRated,
    AmendedTooOften,
    AmendmentTooLate,
    ChannelNotOfCounter,
    HelperServed,
    Overtaken,
    RatingFormUnknown,
    RatingIdTaken,
    RatingUnknown,
    RightNotUsable,
    RowsOfInspectorate,
    StaffMayNotRate,
)
from feedback.ratings import models
from feedback.ratings.queries import published_form, published_forms, rating_visible_to, ratings_visible_to, versions_of
from feedback.ratings.services import note_reading, put_form
from feedback.vocabulary import RatingState
from procedures.errors import TransactionUnknown
from procedures.vocabulary import StepKind

VERSION = OpenApiParameter("version", int, description="Số phiên bản; không gửi là phiên bản mới nhất.")


class RatingForms(ListEndpoint):
    """The forms in use."""

    scopes = {"GET": PUBLIC}
    serializer_class = RatingForm
    ordering = ("code",)

    def get_queryset(self) -> QuerySet[models.RatingFormVersion]:
        """Return the newest version of each."""
        return published_forms()

    @extend_schema(
        operation_id="listRatingForms",
        tags=["ratings"],
        summary="Các mẫu đánh giá đang dùng",
        responses={200: RatingForm(many=True)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of forms."""
        return self.page()


class OneForm(Endpoint):
    """One form, as a screen draws it."""

    scopes = {"GET": PUBLIC, "PUT": "ratings:manage"}

    @property
    def query(self) -> frozenset[str]:  # type: ignore[override]
        """Take `version` with a GET only."""
        return frozenset({"version"}) if self.request.method in {"GET", "HEAD"} else frozenset()

    @extend_schema(
        operation_id="readRatingForm",
        tags=["ratings"],
        summary="Một mẫu đánh giá, đủ để vẽ màn hình",
        parameters=[VERSION],
        responses={200: RatingForm, **problems(RatingFormUnknown)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Answer the newest version, or the one asked for."""
        version = published_form(code=code, number=_version_of(request))
        return Response(RatingForm(version).data, headers=etag(version.number))

    @extend_schema(
        operation_id="putRatingForm",
        tags=["ratings"],
        summary="Công bố mẫu đánh giá của tỉnh (bản đã công bố không đổi; nội dung mới là phiên bản mới, gửi If-Match)",
        request=FormDescription,
        responses={
            200: RatingForm,
            201: RatingForm,
            **problems(Forbidden, PreconditionMissing, PreconditionStale),
        },
    )
    def put(self, request: Request, code: str) -> Response:
        """Publish what a province asks, for the whole province."""
        if self.principal.boundary is not None:
            raise Forbidden("ratings:manage")
        content = parsed(FormDescription, request.data)
        with told_by_part():
            version, is_new = put_form(
                code=code_of(code), content=content, now=now(), by=self.principal.id,
                confirm=lambda number: require_match(request, version=number),
            )  # fmt: skip
        drawn = RatingForm(published_form(code=code, number=version.number)).data
        return Response(drawn, status=201 if is_new else 200, headers=etag(version.number))


class RatingFilters(OrganisedFilters):
    """Filters of the list; codes are exact."""

    unit = filters.CharFilter(method="of_unit", max_length=100, label="Mã đơn vị.")
    official = filters.CharFilter(field_name="official__code", label="Mã cán bộ.")
    procedure = filters.CharFilter(field_name="procedure__code", label="Mã thủ tục.")
    form = filters.CharFilter(field_name="form_version__form__code", label="Mã mẫu đánh giá.")
    step = filters.ChoiceFilter(choices=StepKind.choices)
    state = filters.ChoiceFilter(choices=RatingState.choices)
    is_dissatisfied = filters.BooleanFilter()
    week_from = DayFilter(field_name="week_date", lookup_expr="gte", label="Từ tuần (ngày thứ hai).")
    week_to = DayFilter(field_name="week_date", lookup_expr="lte", label="Đến tuần (ngày thứ hai).")

    class Meta:
        model = models.Rating
        fields: list[str] = []


class Ratings(OrganisedList):
    """Ratings are given by anybody who holds a right, and read by those who review them."""

    scopes = {"GET": "ratings:manage", "POST": PUBLIC}
    challenged = frozenset({"POST"})
    serializer_class = serializers.RatingRow
    filterset_class = RatingFilters
    ordering = ("-week_date", "id")
    unit_fields = ("unit",)

    def get_queryset(self) -> QuerySet[models.Rating]:
        """Return what the caller may read one by one."""
        return ratings_visible_to(viewer=self.principal.viewer, today=localdate())

    @extend_schema(
        operation_id="listRatings",
        tags=["ratings"],
        summary="Các đánh giá, theo tuần; mỗi lần xem được ghi vào nhật ký",
        responses={200: serializers.RatingRow(many=True), **problems(RowsOfInspectorate)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of ratings, and write down that it was read."""
        page = self.page()
        asked = urlencode(sorted((name, value) for name, value in request.query_params.items() if name != "cursor"))
        note_reading(
            rating=None, asked=asked, told=len(page.data["results"]), by=self.principal.id,
            official_id=self.principal.official, now=now(),
        )  # fmt: skip
        return page

    @extend_schema(
        operation_id="submitRating",
        tags=["ratings"],
        summary="Gửi đánh giá (bằng quyền được cấp, hoặc từ thiết bị tin cậy tại quầy)",
        parameters=[IDEMPOTENCY_KEY],
        request=serializers.RatingSubmission,
        responses={
            201: serializers.TakenRating,
            **problems(
                RatingFormUnknown, TransactionUnknown, RightNotUsable, AlreadyRated, RatingIdTaken, HelperServed,
                ChannelNotOfCounter, StaffMayNotRate, Forbidden, *KEYED,
            ),
        },
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponse:
        """Take a rating once."""
        sent = parsed(serializers.RatingSubmission, request.data)

        def work(_secret: str, *, at_once: bool = False) -> Answer:
            with told_by_place():
                taken = take(self.principal, sent, now=now(), at_once=at_once)

            return Answer(
                HTTPStatus.CREATED, printed(serializers.TakenRating, taken),
                last=partial(require_room, self.principal, [taken]),
            )  # fmt: skip

        act = partial(once, request=request, operation="submitRating", now=now())
        try:
            return act(work=work)
        except Overtaken:  # whom another overtook begins anew behind him, and sees what he left
            return act(work=partial(work, at_once=True))


class OneRating(Endpoint):
    """One rating: read by the id that readers know, amended by the id that its giver made."""

    scopes = {"GET": "ratings:manage", "PUT": PUBLIC}
    challenged = frozenset({"PUT"})

    @extend_schema(
        operation_id="readRating",
        tags=["ratings"],
        summary="Một đánh giá; mỗi lần xem được ghi vào nhật ký",
        responses={200: serializers.RatingWithVersions, **problems(RatingUnknown, RowsOfInspectorate)},
    )
    def get(self, request: Request, rating_id: uuid.UUID) -> Response:
        """Answer a rating that the caller may read, and write down that he did."""
        rating = rating_visible_to(viewer=self.principal.viewer, today=localdate(), rating_id=rating_id)
        note_reading(
            rating=rating, asked="", told=1, by=self.principal.id, official_id=self.principal.official, now=now()
        )
        rating.earlier = versions_of(rating=rating)  # type: ignore[attr-defined]  # printed beside it
        return Response(serializers.RatingWithVersions(rating).data)

    @extend_schema(
        operation_id="amendRating",
        tags=["ratings"],
        summary="Sửa đánh giá của chính mình trong 24 giờ (id do máy của người gửi tạo; bản trước được giữ lại)",
        request=serializers.RatingAmendment,
        responses={
            200: serializers.TakenRating,
            **problems(
                RatingFormUnknown,
                TransactionUnknown,
                RightNotUsable,
                RatingUnknown,
                AmendmentTooLate,
                AmendedTooOften,
                StaffMayNotRate,
                Forbidden,
            ),
        },
    )
    def put(self, request: Request, rating_id: uuid.UUID) -> Response:
        """Take what a rating is to say instead; the same again makes no new version."""
        sent = parsed(serializers.RatingAmendment, request.data)
        with told_by_place():
            taken = amend(self.principal, sent, rating_id=rating_id, now=now())
        return Response(printed(serializers.TakenRating, taken))


def _version_of(request: Request) -> int | None:
    raw = request.query_params.get("version", "")
    if raw and not (raw.isascii() and raw.isdigit() and 1 <= len(raw) <= 4):  # noqa: PLR2004 - no form lives so long
        detail = said("version là số từ 1 đến 9999.", "version is a number from 1 to 9999.")
        raise Invalid([Fault("parameter", "version", "out_of_range", str(detail))])
    return int(raw) if raw else None
