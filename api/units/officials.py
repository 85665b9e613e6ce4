"""The organisation over HTTP: officials and where they serve."""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.errors import PreconditionMissing, PreconditionStale
from api.filtering import DayFilter
from api.idempotency.once import Answer, once
from api.preconditions import etag, require_match
from api.references import unit_meant
from api.schema import KEYED, problems
from api.units.official_serializers import (
    Official,
    OfficialDescription,
    OfficialReference,
    PostingReport,
    PostingTold,
)
from procedures.errors import OfficialNotYours
from procedures.transactions.services import name_official, post_official, renew
from units.errors import HeadTaken, OfficialUnknown, PeriodsOverlap, UnitUnknown
from units.models import Official as OfficialRow
from units.queries import (
    PostingLine,
    named,
    official_card,
    official_with_code,
    officials_listed,
    require_inside,
    require_official_inside,
)


class OfficialFilters(filters.FilterSet):
    """Which officials."""

    as_of = DayFilter(help_text="Ngày xét vị trí công tác, dùng cùng unit; bỏ trống là hôm nay.")
    unit = filters.CharFilter(max_length=100, help_text="Thuộc hoặc làm việc trong cây của đơn vị này.")
    q = filters.CharFilter(max_length=200, help_text="Một phần của tên, không cần dấu.")

    def filter_queryset(self, queryset: QuerySet[OfficialRow]) -> QuerySet[OfficialRow]:
        """Ask the room's own list."""
        told = self.form.cleaned_data
        on = told["as_of"] or localdate()
        unit = unit_meant(code=told["unit"], on=on, name="unit", place="parameter") if told["unit"] else None
        return officials_listed(on=on, unit_id=unit.pk if unit else None, text=told["q"])


class Officials(ListEndpoint):
    """The officials, by given name."""

    scopes = {"GET": "units:read"}
    serializer_class = OfficialReference
    filterset_class = OfficialFilters
    ordering = ("sort_key", "id")

    def get_queryset(self) -> QuerySet[OfficialRow]:
        """Start from all; the filters narrow."""
        return officials_listed(on=localdate())

    @extend_schema(
        operation_id="listOfficials",
        tags=["units"],
        summary="Danh sách cán bộ, công chức",
        responses=OfficialReference(many=True),
    )
    def get(self, request: Request) -> Any:
        """List officials."""
        return self.page()


class OneOfficial(Endpoint):
    """One official."""

    scopes = {"GET": "units:read", "PUT": "units:write"}

    @extend_schema(
        operation_id="getOfficial",
        tags=["units"],
        summary="Một cán bộ, công chức và các vị trí công tác",
        responses={200: Official, **problems(OfficialUnknown)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Tell an official with all postings."""
        card = official_card(code=code, on=localdate())
        return Response(Official(card).data, headers=etag(card.official.version))

    @extend_schema(
        operation_id="putOfficial",
        tags=["units"],
        summary="Ghi tên một cán bộ, công chức",
        request=OfficialDescription,
        responses={
            200: Official,
            201: Official,
            **problems(OfficialUnknown, OfficialNotYours, PreconditionMissing, PreconditionStale),
        },
    )
    def put(self, request: Request, code: str) -> Response:
        """Say what an official is called."""
        draft = OfficialDescription(data=request.data)
        draft.is_valid(raise_exception=True)
        self._require_inside(code)
        at = now()
        official, is_new = name_official(
            code=code,
            by=self.principal.id,
            viewer=self.principal.viewer,
            now=at,
            confirm=lambda version: require_match(request, version=version),
            **draft.validated_data,
        )
        renew(now=at)
        card = official_card(code=code, on=localdate())
        return Response(Official(card).data, status=201 if is_new else 200, headers=etag(official.version))

    def _require_inside(self, code: str) -> None:
        try:
            official = official_with_code(code=code)
        except OfficialUnknown:
            return
        require_official_inside(boundary=self.principal.boundary, official=official, on=localdate())


class Postings(Endpoint):
    """Where an official serves."""

    scopes = {"POST": "units:write"}

    @extend_schema(
        operation_id="addPosting",
        tags=["units"],
        summary="Bố trí cán bộ từ một ngày (vị trí đang giữ kết thúc vào ngày đó)",
        request=PostingReport,
        responses={
            201: PostingTold,
            **problems(OfficialUnknown, OfficialNotYours, UnitUnknown, PeriodsOverlap, HeadTaken, *KEYED),
        },
    )
    def post(self, request: Request, code: str) -> Any:
        """Post an official from a day on."""
        draft = PostingReport(data=request.data)
        draft.is_valid(raise_exception=True)
        told = dict(draft.validated_data)
        official = official_with_code(code=code)
        day, today = told["valid_from"], localdate()
        home = unit_meant(code=told.pop("home_unit"), on=day, name="/home_unit")
        wanted = told.pop("serving_unit", None)
        serving = unit_meant(code=wanted, on=day, name="/serving_unit") if wanted else home
        require_official_inside(boundary=self.principal.boundary, official=official, on=today)
        for unit in {home, serving}:
            require_inside(boundary=self.principal.boundary, unit=unit, on=today)

        at = now()

        def work(_secret: str) -> Answer:
            row = post_official(
                official=official,
                home_unit=home,
                serving_unit=serving,
                by=self.principal.id,
                viewer=self.principal.viewer,
                now=at,
                **told,
            )
            names = named(ids=[home.pk, serving.pk], on=day)
            return Answer(201, PostingTold(PostingLine(row, names[home.pk], names[serving.pk])).data)

        answer = once(request=request, operation=f"addPosting:{official.code}", now=at, work=work)
        renew(now=at)
        return answer
