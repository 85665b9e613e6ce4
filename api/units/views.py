"""The organisation over HTTP: units, dated."""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.errors import PreconditionMissing, PreconditionStale
from api.filtering import DayFilter, asked
from api.pagination import KeysetPagination
from api.preconditions import etag, require_match
from api.references import unit_meant
from api.schema import problems
from api.units.serializers import (
    AsOf,
    CodeAsked,
    CodeTold,
    Unit,
    UnitDescription,
    UnitListed,
    UnitTree,
)
from procedures.transactions.services import describe_unit
from units.errors import (
    CodeReused,
    PeriodsOverlap,
    UnitHasSubordinates,
    UnitNotInForce,
    UnitUnderItself,
    UnitUnknown,
)
from units.models import Unit as UnitRow
from units.models import UnitVersion
from units.queries import (
    bearers_of,
    require_inside,
    require_parent_inside,
    tree_of,
    unit_card,
    unit_named,
    units_listed,
)
from units.services import UnitFacts
from units.vocabulary import CodeScheme, UnitKind


class UnitFilters(filters.FilterSet):
    """Which units, as of which day."""

    as_of = DayFilter(help_text="Tính theo ngày này; bỏ trống là hôm nay.")
    under = filters.CharFilter(max_length=100, help_text="Trong cây của đơn vị này (mã hoặc SCHEME:mã).")
    kind = filters.ChoiceFilter(choices=UnitKind.choices, help_text="Loại đơn vị.")
    q = filters.CharFilter(max_length=200, help_text="Một phần của tên, không cần dấu.")

    def filter_queryset(self, queryset: QuerySet[UnitVersion]) -> QuerySet[UnitVersion]:
        """Ask the room's own list."""
        told = self.form.cleaned_data
        on = told["as_of"] or localdate()
        under = unit_meant(code=told["under"], on=on, name="under", place="parameter") if told["under"] else None
        return units_listed(on=on, under=under.pk if under else None, kind=told["kind"], text=told["q"])


class DatedPages(KeysetPagination):
    """Pages that say of which day they tell: `as_of`, today when it was not asked for."""

    def get_paginated_response(self, data: Any) -> Response:
        """Wrap the printed rows, and name the day."""
        page = super().get_paginated_response(data)
        page.data = {"as_of": self.request.query_params.get("as_of") or localdate().isoformat(), **page.data}
        return page

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page for the contract."""
        page = super().get_paginated_response_schema(schema)
        day = {"type": "string", "format": "date", "description": "Danh sách như vào ngày này."}
        return {**page, "required": ["as_of", *page["required"]], "properties": {"as_of": day, **page["properties"]}}


class Units(ListEndpoint):
    """The units in force on a day."""

    scopes = {"GET": "units:read"}
    pagination_class = DatedPages
    serializer_class = UnitListed
    filterset_class = UnitFilters
    ordering = ("sort_key", "id")

    def get_queryset(self) -> QuerySet[UnitVersion]:
        """Start from today's units; the filters choose the day."""
        return units_listed(on=localdate())

    @extend_schema(
        operation_id="listUnits",
        tags=["units"],
        summary="Danh sách đơn vị vào một ngày",
        responses=UnitListed(many=True),
    )
    def get(self, request: Request) -> Any:
        """List the units in force on a day, in Vietnamese order."""
        return self.page()


class OneUnit(Endpoint):
    """One unit."""

    scopes = {"GET": "units:read", "PUT": "units:write"}

    @property
    def query(self) -> frozenset[str]:  # type: ignore[override]
        """Take `as_of` with a GET only."""
        return frozenset({"as_of"}) if self.request.method in {"GET", "HEAD"} else frozenset()

    @extend_schema(
        operation_id="getUnit",
        tags=["units"],
        summary="Một đơn vị vào một ngày: tên, mã, cấp trên, kế thừa",
        parameters=[AsOf],
        responses={200: Unit, **problems(UnitUnknown)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Tell a unit as of a day; for one that is gone, or a code that is dead, where its work went."""
        card = unit_card(code=code, on=asked(request, AsOf).get("as_of") or localdate())
        return Response(Unit(card).data, headers=etag(card.edition))

    @extend_schema(
        operation_id="putUnit",
        tags=["units"],
        summary="Ghi một đơn vị từ một ngày (bản cũ hết hiệu lực vào ngày đó)",
        request=UnitDescription,
        responses={
            200: Unit,
            201: Unit,
            **problems(
                UnitUnknown,
                PeriodsOverlap,
                UnitUnderItself,
                UnitNotInForce,
                UnitHasSubordinates,
                CodeReused,
                PreconditionMissing,
                PreconditionStale,
            ),
        },
    )
    def put(self, request: Request, code: str) -> Response:
        """Say what a unit is from a day on."""
        draft = UnitDescription(data=request.data)
        draft.is_valid(raise_exception=True)
        facts = _facts(draft.validated_data)
        own = self._own_code(code, facts)
        version, is_new = describe_unit(
            code=own,
            facts=facts,
            by=self.principal.id,
            now=now(),
            confirm=lambda edition: require_match(request, version=edition),
        ).done
        card = unit_card(code=own, on=facts.valid_from)
        return Response(Unit(card).data, status=201 if is_new else 200, headers=etag(version.version))

    def _own_code(self, code: str, facts: UnitFacts) -> str:
        """Return our code of the unit; raises UnitUnknown when it stands, or would stand, outside the boundary."""
        boundary, today = self.principal.boundary, localdate()
        require_parent_inside(boundary=boundary, code=code, parent=facts.parent, on=today)
        try:
            unit = unit_named(code=code, on=today)
        except UnitUnknown:
            if code.partition(":")[0] in CodeScheme.values:
                raise  # a scheme's code is given to a unit, it does not make one
            return code
        require_inside(boundary=boundary, unit=unit, on=today)
        return unit.code


class UnitCodes(Endpoint):
    """Whom a code means."""

    scopes = {"GET": "units:read"}
    query = frozenset({"scheme", "value", "as_of"})

    @extend_schema(
        operation_id="lookUpUnitCode",
        tags=["units"],
        summary="Mã này là của đơn vị nào, vào ngày nào; nếu đã hết thì việc về đâu",
        parameters=[CodeAsked],
        responses={200: CodeTold, **problems(UnitUnknown)},
    )
    def get(self, request: Request) -> Response:
        """Tell everyone who ever carried a code, and who carries it on a day."""
        told = asked(request, CodeAsked)
        on = told.get("as_of") or localdate()
        bearers = bearers_of(scheme=told["scheme"], value=told["value"], on=on)
        return Response(CodeTold({**told, "as_of": on, "bearers": bearers}).data)


class Tree(Endpoint):
    """A unit and all under it."""

    scopes = {"GET": "units:read"}
    query = frozenset({"as_of"})

    @extend_schema(
        operation_id="getUnitTree",
        tags=["units"],
        summary="Cây đơn vị vào một ngày",
        parameters=[AsOf],
        responses={200: UnitTree, **problems(UnitUnknown)},
    )
    def get(self, request: Request, code: str) -> Response:
        """Tell the subtree of a unit on a day; empty when the unit was not in force."""
        on = asked(request, AsOf).get("as_of") or localdate()
        nodes = tree_of(unit_id=unit_named(code=code, on=on).pk, on=on)
        return Response(UnitTree({"as_of": on, "units": nodes}).data)


def _facts(told: dict[str, Any]) -> UnitFacts:
    codes, parent = told.get("codes"), told.get("parent")
    return UnitFacts(
        name=told["name"],
        kind=told["kind"],
        valid_from=told["valid_from"],
        valid_to=told.get("valid_to"),
        parent=_parent(parent, told) if parent else None,
        source=told["source"],
        codes=None if codes is None else [(code["scheme"], code["value"]) for code in codes],
        aliases=told.get("aliases"),
    )


def _parent(code: str, told: dict[str, Any]) -> UnitRow:
    return unit_meant(code=code, on=told["valid_from"], name="/parent")
