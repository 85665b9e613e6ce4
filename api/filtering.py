"""Query parameters: those that an operation names, and no others (a typing error must not widen the answer)."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.request import Request

from api.errors import Fault, Invalid
from api.language import said
from api.pagination import OWN_PARAMETERS


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
