"""Query parameters: those that an operation names, and no others (a typing error must not widen the answer)."""

import copy
import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError as FormError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from api.errors import Fault, Invalid
from api.instants import EARLIEST_YEAR, LATEST_YEAR
from api.language import said
from api.pagination import ORDERING, OWN_PARAMETERS
from api.problems import faults_of
from api.shapes import Shape

MONTH = said("Tháng báo cáo có dạng 2026-10.", "A report month looks like 2026-10.")
GIVEN_TWICE = said(
    "Tham số này chỉ được ghi một lần; nơi nhận nhiều giá trị thì viết cách nhau bằng dấu phẩy.",
    "This parameter may be given once; where it takes several values, they are parted by commas.",
)
TRUTH = frozenset({"", "true", "false"})
YEARS = said("Năm phải từ 1990 đến 2100.", "The year must be from 1990 to 2100.")


def refuse_unknown(request: Request, known: set[str]) -> None:
    """Raise Invalid naming every parameter that is not in `known`, and every one given twice."""
    if not request.META.get("QUERY_STRING"):
        return
    faults = [
        Fault("parameter", name, "unknown_parameter",
              str(said("Tham số này không có trong đặc tả.", "This parameter is not in the contract.")))
        for name in request.query_params if name not in known
    ]  # fmt: skip
    faults += [
        Fault("parameter", name, "bad_text",
              str(said("Tham số chứa ký tự không hợp lệ.", "The parameter is not clean text.")))
        for name, values in request.query_params.lists() if any("\x00" in value for value in values)
    ]  # fmt: skip
    faults += [
        Fault("parameter", name, "given_twice",
              str(GIVEN_TWICE))
        for name, values in request.query_params.lists() if len(values) > 1 and name in known
    ]  # fmt: skip
    if faults:
        raise Invalid(faults)


def asked(request: Request, shape: type[Shape]) -> dict[str, Any]:
    """Return the query parameters of a request that is no list, parsed by a shape; an empty one is as good as none.

    Raises Invalid naming each parameter.
    """
    question = shape(data={name: value for name, value in request.query_params.items() if value})
    if not question.is_valid():
        told = faults_of(ValidationError(question.errors))
        raise Invalid([Fault("parameter", fault.name.strip("/"), fault.code, fault.detail) for fault in told])
    return dict(question.validated_data)


class MonthField(forms.CharField):
    """`2026-10`, between 1990 and 2100; its value is the first day of that month."""

    def clean(self, value: Any) -> dt.date | None:
        """Return the first day of the month; raises ValidationError."""
        text = super().clean(value)
        if not text:
            return None
        try:
            month = dt.datetime.strptime(text, "%Y-%m").replace(tzinfo=dt.UTC).date()
        except ValueError as error:
            raise FormError(str(MONTH), "invalid") from error
        if len(text) != len("2026-10") or not EARLIEST_YEAR < month.year <= LATEST_YEAR:
            raise FormError(str(MONTH), "invalid")
        return month


class DayFilter(filters.DateFilter):
    """A calendar day, ISO 8601 and nothing else, between 1990 and 2100."""

    def __init__(self, **options: Any) -> None:
        bounds = [
            MinValueValidator(dt.date(EARLIEST_YEAR, 1, 1), message=YEARS),
            MaxValueValidator(dt.date(LATEST_YEAR, 12, 31), message=YEARS),
        ]
        super().__init__(input_formats=["%Y-%m-%d"], validators=bounds, **options)


class StrictFilterBackend(filters.DjangoFilterBackend):
    """django-filter, but unknown parameters are refused, faults are told by parameter, and only what is asked is read.

    A form of all the filters for each request would cost more than the rows do; so a filter set has no rules across
    its filters, and its methods know nothing of the request.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the filtered rows; raises Invalid."""
        kind = getattr(view, "filterset_class", None)
        known = _filters_of(kind) if kind else {}
        own = getattr(
            view, "own_parameters", OWN_PARAMETERS | ({ORDERING} if getattr(view, "orderings", None) else set())
        )
        refuse_unknown(request, {*known, *own})
        _refuse_neither_true_nor_false(request, known)
        asked_for, faults = {}, []
        if kind and kind.filter_queryset is not filters.FilterSet.filter_queryset:
            return self._by_form(request, queryset, view)
        for name in request.query_params:
            if name in known:
                try:
                    asked_for[name] = _read(known[name], request.query_params, name)
                except FormError as error:
                    faults += [
                        Fault("parameter", name, one.code or "invalid", one.messages[0]) for one in error.error_list
                    ]
        if faults:
            raise Invalid(faults)
        for name, value in asked_for.items():
            queryset = known[name].filter(queryset, value)
        return queryset

    def _by_form(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Ask a filter set that looks at all its values together."""
        filterset = self.get_filterset(request, queryset, view)
        if not filterset.is_valid():
            raise Invalid([
                Fault("parameter", name, fault["code"] or "invalid", str(fault["message"]))
                for name, faults in filterset.errors.get_json_data().items() for fault in faults
            ])  # fmt: skip
        return filterset.qs  # type: ignore[no-any-return]


def _refuse_neither_true_nor_false(request: Request, known: Mapping[str, filters.Filter]) -> None:
    """Raise Invalid for a truth value that is none: django-filter would take it for absent, and answer too much."""
    text = said("Giá trị là true hoặc false.", "The value is true or false.")
    faults = [
        Fault("parameter", name, "invalid", str(text))
        for name, value in request.query_params.items()
        if isinstance(known.get(name), filters.BooleanFilter) and str(value).lower() not in TRUTH
    ]
    if faults:
        raise Invalid(faults)


@cache
def _filters_of(filter_set: type[filters.FilterSet]) -> dict[str, filters.Filter]:
    """Return the filters of a set by parameter, each bound to one instance of the set."""
    bound = copy.deepcopy(filter_set.base_filters)
    owner = object.__new__(filter_set)
    for one in bound.values():
        one.parent = owner  # where a filter looks for its method
    return dict(bound)


def _read(one: filters.Filter, query: Any, name: str) -> Any:
    field = one.field
    return field.clean(field.widget.value_from_datadict(query, {}, name))


class MonthFilter(filters.CharFilter):
    """A report month, `2026-10`; the rows get its first day as they get a day."""

    field_class = MonthField


class WordsFilter(filters.BaseInFilter, filters.ChoiceFilter):
    """One or several words of a vocabulary, parted by commas: what has one of them is kept."""
