"""As then or as now: every list and report that tells of units takes `organisation`, and says which it gave.

What "then" and "now" mean stands in units.queries.views, Note [As then, as now].
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from types import new_class
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.response import Response

from api.endpoint import FilteredEndpoint, ListEndpoint
from api.pagination import KeysetPagination
from api.printing import printed
from api.references import unit_meant
from units.queries import Carried, carried_over, shown_as
from units.vocabulary import OrganisationView

HELP = (
    "then (mặc định): đơn vị khi việc xảy ra; now: đơn vị hiện nay kế thừa; không chia được cho một thì giữ đơn vị cũ."
)
WAS_HELP = "Chỉ có khi organisation=now: mã đơn vị khi việc xảy ra."


class HeirTold(serializers.Serializer[Any]):
    """A unit by code and name."""

    code = serializers.CharField()
    name = serializers.CharField()


class NotCarried(HeirTold):
    """A unit of then whose work went to several units, or to none, so that its records stay with it."""

    code = serializers.CharField(source="was.code")
    name = serializers.CharField(source="was.name")
    heirs = HeirTold(many=True, help_text="Rỗng: không có đơn vị kế thừa.")


class OrganisationTold(serializers.Serializer[Any]):
    """Which organisation an answer shows."""

    shown = serializers.ChoiceField(OrganisationView.choices)
    as_of = serializers.DateField(allow_null=True, help_text="Ngày của “now”; null: mỗi việc theo ngày của nó.")
    not_carried = NotCarried(many=True, help_text="Đơn vị cũ không quy về một đơn vị hiện nay được; giữ nguyên tên cũ.")


class OrganisedFilters(filters.FilterSet):
    """Filters of what tells of units. A filter knows nothing of the request: `_as_now` makes the other set."""

    is_now = False
    organisation = filters.ChoiceFilter(choices=OrganisationView.choices, method="as_asked", help_text=HELP)

    def as_asked(self, rows: QuerySet[Any], _name: str, _view: str) -> QuerySet[Any]:
        """Leave the rows: which of them belong to a unit is the other filters' question."""
        return rows

    def of_unit(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        """Keep the records of one unit: of then by its code, or as now of all that are shown as this unit."""
        if not self.is_now:
            return rows.filter(unit__code=code)
        unit = unit_meant(code=code, on=localdate(), name="unit", place="parameter")
        return rows.filter(unit__in=self.units_shown_as(unit.pk))

    def units_shown_as(self, unit_id: int) -> set[int]:
        """Return the units whose records are told under this one: itself, or as now all that are carried to it."""
        return shown_as(unit_id=unit_id, on=localdate()) if self.is_now else {unit_id}


class OrganisedPages(KeysetPagination):
    """Pages that say which organisation they show."""

    organisation: dict[str, Any]

    def get_paginated_response(self, data: Any) -> Response:
        """Add `organisation`."""
        answer = super().get_paginated_response(data)
        answer.data = {"organisation": self.organisation, **answer.data}
        return answer

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe it for the contract."""
        page = super().get_paginated_response_schema(schema)
        page["required"] = [*page["required"], "organisation"]
        page["properties"]["organisation"] = _SCHEMA
        return page


class Organised(FilteredEndpoint):
    """What narrows rows by units, as then or as now."""

    filterset_class: type[OrganisedFilters]

    @property
    def organisation(self) -> OrganisationView:
        """Which organisation is asked for; what is no such word is refused by the filters."""
        is_now = self.request.query_params.get("organisation") == OrganisationView.NOW
        return OrganisationView.NOW if is_now else OrganisationView.THEN

    def filter_queryset(self, queryset: Any) -> Any:
        """Narrow by the filters of the organisation asked for."""
        if self.organisation == OrganisationView.NOW:
            self.filterset_class = _as_now(self.filterset_class)  # type: ignore[arg-type]  # a class is hashable
        return super().filter_queryset(queryset)


class OrganisedList(Organised, ListEndpoint):
    """A list that tells of units in `unit_fields`: a code, or `{code, name}`; `a.b` is `b` of each in the list `a`."""

    pagination_class = OrganisedPages
    unit_fields: ClassVar[tuple[str, ...]] = ()

    def get_paginated_response(self, data: Any) -> Response:
        """Show the units of the page as asked; what a carried unit was is told beside it, as `…_was`."""
        view, on, carried = self.organisation, localdate(), {}
        if view == OrganisationView.NOW:
            carried = _carry(data, self.unit_fields, on)
        shown = organisation_shown(view=view, units=carried.values(), on=on)
        self.paginator.organisation = printed(OrganisationTold, shown)  # type: ignore[union-attr]
        return super().get_paginated_response(data)


@cache
def _as_now(kind: type[OrganisedFilters]) -> type[OrganisedFilters]:
    now: type[OrganisedFilters] = new_class(
        f"{kind.__name__}AsNow", (kind,), exec_body=lambda body: body.update(is_now=True)
    )
    now.base_filters = kind.base_filters  # with those that were added by name
    return now


def organisation_shown(*, view: OrganisationView, units: Iterable[Carried], on: dt.date) -> dict[str, Any]:
    """Return what OrganisationTold prints of the organisation that an answer shows."""
    left = sorted((one for one in units if not one.is_carried), key=lambda one: one.was.code)
    as_of = on if view == OrganisationView.NOW else None
    return {"shown": view, "as_of": as_of, "not_carried": left}


def _carry(rows: Sequence[dict[str, Any]], fields: Sequence[str], on: dt.date) -> dict[str, Carried]:
    places = [place for row in rows for field in fields for place in _places(row, field)]
    carried = carried_over(codes={_code(holder[name]) for holder, name in places}, on=on)
    for holder, name in places:
        told = holder[name]
        meant = carried.get(_code(told))
        if meant is not None and meant.unit.code != _code(told):
            holder[f"{name}_was"] = _code(told)
            holder[name] = meant.unit.code if isinstance(told, str) else {**told, **vars(meant.unit)}
        elif meant is not None and not isinstance(told, str):
            holder[name] = {**told, "name": meant.unit.name}
    return carried


def _places(row: dict[str, Any], field: str) -> Iterator[tuple[dict[str, Any], str]]:
    many, _, name = field.rpartition(".")
    for holder in row[many] if many else [row]:
        if holder.get(name):
            yield holder, name


def _code(told: Any) -> str:
    return str(told if isinstance(told, str) else told["code"])


_TEXT = {"type": "string"}
_HEIR = {"type": "object", "required": ["code", "name"], "properties": {"code": _TEXT, "name": _TEXT}}
_SCHEMA = {
    "type": "object",
    "required": ["shown", "as_of", "not_carried"],
    "description": "Danh sách này theo đơn vị khi việc xảy ra (then) hay hiện nay (now).",
    "properties": {
        "shown": {"type": "string", "enum": OrganisationView.values},
        "as_of": {"type": ["string", "null"], "format": "date"},
        "not_carried": {
            "type": "array",
            "description": "Đơn vị cũ không quy về một đơn vị hiện nay được; giữ nguyên tên cũ.",
            "items": {
                "type": "object",
                "required": ["code", "name", "heirs"],
                "properties": {"code": _TEXT, "name": _TEXT, "heirs": {"type": "array", "items": _HEIR}},
            },
        },
    },
}
