"""Query parameters: those that an operation names, and no others (a typing error must not widen the answer)."""

import datetime as dt
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from api.errors import Fault, Invalid
from api.language import said
from api.pagination import OWN_PARAMETERS
from api.problems import faults_of
from api.shapes import EARLIEST_YEAR, LATEST_YEAR, Shape

YEARS = said("Năm phải từ 1990 đến 2100.", "The year must be from 1990 to 2100.")


def refuse_unknown(request: Request, known: set[str]) -> None:
    """Raise Invalid naming every parameter that is not in `known`, and every one given twice."""
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


class DayFilter(filters.DateFilter):
    """A calendar day, ISO 8601 and nothing else, between 1990 and 2100."""

    def __init__(self, **options: Any) -> None:
        bounds = [
            MinValueValidator(dt.date(EARLIEST_YEAR, 1, 1), message=YEARS),
            MaxValueValidator(dt.date(LATEST_YEAR, 12, 31), message=YEARS),
        ]
        super().__init__(input_formats=["%Y-%m-%d"], validators=bounds, **options)


class StrictFilterBackend(filters.DjangoFilterBackend):
    """django-filter, but unknown parameters are refused and faults are told by parameter."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """Return the filtered rows; raises Invalid."""
        filterset = self.get_filterset(request, queryset, view)
        known = set(filterset.filters) if filterset is not None else set()
        refuse_unknown(request, known | OWN_PARAMETERS)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise Invalid([
                Fault("parameter", name, fault["code"] or "invalid", str(fault["message"]))
                for name, faults in filterset.errors.get_json_data().items() for fault in faults
            ])  # fmt: skip
        return filterset.qs  # type: ignore[no-any-return]
