"""Drawing a form, issuing the right to rate, giving a rating, reading ratings."""

import uuid
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.db.transaction import atomic
from django.http import HttpResponse
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import PUBLIC, Endpoint, ListEndpoint
from api.errors import Fault, Forbidden, Invalid
from api.idempotency.once import Answer, once
from api.language import said
from api.organisation import OrganisedFilters, OrganisedList
from api.ratings import serializers
from api.ratings.faults import told_by_place
from api.ratings.links import link_of, qr_svg
from api.schema import KEYED, problems
from api.shapes import parsed, printed
from feedback.errors import (
    AlreadyRated,
    HelperServed,
    RatingFormUnknown,
    RatingIdTaken,
    RatingUnknown,
    RightNotUsable,
)
from feedback.ratings import models, services
from feedback.ratings.queries import (
    published_form,
    published_forms,
    rating_visible_to,
    ratings_visible_to,
    usable_right,
)
from feedback.vocabulary import RatingState
from procedures.errors import TransactionUnknown
from procedures.transactions.queries import transaction_with_code
from procedures.vocabulary import StepKind

KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True, description="16–200 ký tự; gửi lại thì giữ nguyên."
)
VERSION = OpenApiParameter("version", int, description="Số phiên bản; không gửi là phiên bản mới nhất.")


class RatingForms(ListEndpoint):
    """The forms in use."""

    scopes = {"GET": PUBLIC}
    serializer_class = serializers.RatingForm
    ordering = ("code",)

    def get_queryset(self) -> QuerySet[models.RatingFormVersion]:
        """Return the newest version of each."""
        return published_forms()

    @extend_schema(
        operation_id="listRatingForms",
        tags=["ratings"],
        summary="Các mẫu đánh giá đang dùng",
        responses={200: serializers.RatingForm(many=True)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of forms."""
        return self.page()


class OneForm(Endpoint):
    """One form, as a screen draws it."""

    scopes = {"GET": PUBLIC}
    query = frozenset({"version"})

    @extend_schema(
        operation_id="readRatingForm",
        tags=["ratings"],
        summary="Một mẫu đánh giá, đủ để vẽ màn hình",
        parameters=[VERSION],
        responses={200: serializers.RatingForm, **problems(RatingFormUnknown)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Answer the newest version, or the one asked for."""
        version = published_form(code=code, number=_version_of(request))
        return Response(serializers.RatingForm(version).data)


class IssueRight(Endpoint):
    """Rights to rate a transaction, asked for by the system that prints the slip."""

    scopes = {"POST": "transactions:write"}

    @extend_schema(
        operation_id="issueRatingRight",
        tags=["ratings"],
        summary="Cấp quyền đánh giá một bước của hồ sơ (liên kết và mã QR)",
        parameters=[KEY],
        request=serializers.RatingRightRequest,
        responses={
            201: serializers.IssuedRatingRight,
            **problems(TransactionUnknown, RatingFormUnknown, *KEYED),
        },
    )
    def post(self, request: Request, dossier_code: str) -> HttpResponse:
        """Issue a right; an earlier one for the same step is no longer usable."""
        wanted = serializers.RatingRightRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        at, values = now(), wanted.validated_data

        def work(secret: str) -> Answer:
            transaction = transaction_with_code(dossier_code=dossier_code, viewer=self.principal.viewer, now=at)
            right = services.issue_right(
                transaction_id=transaction.pk,
                step=StepKind(values["step"]),
                form=values["form"],
                days=values["valid_days"],
                secret=secret,
                by=self.principal.id,
                now=at,
            )
            return Answer(HTTPStatus.CREATED, serializers.RatingRight(right).data)

        return once(request=request, operation="issueRatingRight", now=at, work=work, complete=_with_link)


def _with_link(body: dict[str, Any], secret: str) -> dict[str, Any]:
    link = link_of(secret)
    return {**body, "link": link, "qr_svg": qr_svg(link)}


class OpenRight(Endpoint):
    """What a right lets its holder rate; the secret is in the body, because addresses are logged."""

    scopes = {"POST": PUBLIC}

    @extend_schema(
        operation_id="openRatingRight",
        tags=["ratings"],
        summary="Quyền đánh giá này dùng cho bước và mẫu nào",
        request=serializers.RatingRightSecret,
        responses={200: serializers.OpenedRatingRight, **problems(RightNotUsable)},
    )
    @atomic
    def post(self, request: Request) -> Response:
        """Answer step and form, without using the right."""
        held = serializers.RatingRightSecret(data=request.data)
        held.is_valid(raise_exception=True)
        right = usable_right(secret=held.validated_data["right"], now=now())
        return Response(serializers.OpenedRatingRight(right).data)


class RatingFilters(OrganisedFilters):
    """Filters of the list; codes are exact."""

    unit = filters.CharFilter(method="of_unit", max_length=100, label="Mã đơn vị.")
    official = filters.CharFilter(field_name="official__code", label="Mã cán bộ.")
    procedure = filters.CharFilter(field_name="procedure__code", label="Mã thủ tục.")
    form = filters.CharFilter(field_name="form_version__form__code", label="Mã mẫu đánh giá.")
    step = filters.ChoiceFilter(choices=StepKind.choices)
    state = filters.ChoiceFilter(choices=RatingState.choices)
    is_dissatisfied = filters.BooleanFilter()
    week_from = filters.DateFilter(field_name="week_date", lookup_expr="gte", label="Từ tuần (ngày thứ hai).")
    week_to = filters.DateFilter(field_name="week_date", lookup_expr="lte", label="Đến tuần (ngày thứ hai).")

    class Meta:
        model = models.Rating
        fields: list[str] = []


class Ratings(OrganisedList):
    """Ratings are given by anybody who holds a right, and read by those who review them."""

    scopes = {"GET": "ratings:manage", "POST": PUBLIC}
    serializer_class = serializers.RatingRow
    filterset_class = RatingFilters
    ordering = ("-week_date", "id")
    unit_fields = ("unit",)

    def get_queryset(self) -> QuerySet[models.Rating]:
        """Return what the caller may read one by one."""
        return ratings_visible_to(viewer=self.principal.viewer, on=localdate())

    @extend_schema(
        operation_id="listRatings",
        tags=["ratings"],
        summary="Các đánh giá, theo tuần",
        responses={200: serializers.RatingRow(many=True)},
    )
    def get(self, request: Request) -> Any:
        """Answer a page of ratings."""
        return self.page()

    @extend_schema(
        operation_id="submitRating",
        tags=["ratings"],
        summary="Gửi đánh giá (bằng quyền được cấp, hoặc từ thiết bị tin cậy tại quầy)",
        parameters=[KEY],
        filters=False,
        request=serializers.RatingSubmission,
        responses={
            201: serializers.TakenRating,
            **problems(
                RatingFormUnknown, TransactionUnknown, RightNotUsable, AlreadyRated, RatingIdTaken, HelperServed,
                Forbidden, *KEYED,
            ),
        },
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponse:
        """Take a rating once."""
        sent = parsed(serializers.RatingSubmission, request.data)

        def work(_secret: str) -> Answer:
            with told_by_place():
                rating = self._take(sent)
            return Answer(HTTPStatus.CREATED, printed(serializers.TakenRating, rating))

        return once(request=request, operation="submitRating", now=now(), work=work)

    def _take(self, values: dict[str, Any]) -> models.Rating:
        draft, at = serializers.draft_of(values), now()
        if "right" in values:
            return services.rate_by_right(draft=draft, secret=values["right"], now=at)
        if not (self.principal.is_trusted_counter and self.principal.may("ratings:write")):
            raise Forbidden("ratings:write")
        transaction = transaction_with_code(dossier_code=values["dossier_code"], viewer=self.principal.viewer, now=at)
        return services.rate_at_counter(
            draft=draft, transaction_id=transaction.pk, step=StepKind(values["step"]), now=at
        )


class OneRating(Endpoint):
    """One rating."""

    scopes = {"GET": "ratings:manage"}

    @extend_schema(
        operation_id="readRating",
        tags=["ratings"],
        summary="Một đánh giá",
        responses={200: serializers.RatingRow, **problems(RatingUnknown)},
    )
    def get(self, request: Request, rating_id: uuid.UUID) -> Response:
        """Answer a rating that the caller may read."""
        rating = rating_visible_to(viewer=self.principal.viewer, on=localdate(), rating_id=rating_id)
        return Response(serializers.RatingRow(rating).data)


def _version_of(request: Request) -> int | None:
    raw = request.query_params.get("version", "")
    if raw and not (raw.isascii() and raw.isdigit() and 1 <= len(raw) <= 4):  # noqa: PLR2004 - no form lives so long
        detail = said("version là số từ 1 đến 9999.", "version is a number from 1 to 9999.")
        raise Invalid([Fault("parameter", "version", "out_of_range", str(detail))])
    return int(raw) if raw else None
