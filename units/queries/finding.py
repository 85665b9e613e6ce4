"""Which unit is meant: by our code, by a scheme's code on a day, by its name inside a subtree on a day."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q

from units.errors import UnitUnknown
from units.models import Unit, UnitCode
from units.vocabulary import BARE_SCHEMES, CodeScheme


def unit_with_code(*, code: str) -> Unit:
    """Find a unit by our code; raises UnitUnknown."""
    try:
        return Unit.objects.get(code=code)
    except Unit.DoesNotExist as error:
        raise UnitUnknown(code) from error


def unit_known_as(*, scheme: str, value: str, on: dt.date) -> Unit | None:
    """Find the unit that carried a scheme's code on that day; the same code meant another unit on another day."""
    return Unit.objects.filter(codes__scheme=scheme, codes__value=value, codes__valid__contains=on).first()


def unit_last_known_as(*, scheme: str, value: str, on: dt.date) -> Unit | None:
    """Find who carried a scheme's code on a day, else, for a code that is dead by then, who carried it last before."""
    has_begun = Q(valid__startswith__lte=on) | Q(valid__lower_inf=True)
    codes = UnitCode.objects.filter(has_begun, scheme=scheme, value=value)
    newest = codes.order_by(F("valid__endswith").desc(nulls_first=True), "-id").select_related("unit").first()
    return newest.unit if newest else None


def unit_told_of(*, code: str, on: dt.date) -> Unit:
    """Find the unit of which a card tells: as `unit_named`, but a code that is dead by then names its last bearer.

    A scheme's code without its scheme is understood as in a push. Raises UnitUnknown.
    """
    scheme, _, value = code.partition(":")
    unit = unit_last_known_as(scheme=scheme, value=value, on=on) if scheme in CodeScheme.values else None
    try:
        return unit or unit_named(code=code, on=on)
    except UnitUnknown:
        codes = UnitCode.objects.filter(scheme__in=BARE_SCHEMES, value=code)
        bearer = bearer_on(codes=codes.values_list("valid", "unit_id"), on=on)
        if bearer is None:
            raise
        return Unit.objects.get(pk=bearer)


def bearer_on(*, codes: Iterable[tuple[Any, int]], on: dt.date) -> int | None:
    """Tell who carried a code on a day, else who carried it last before, by its periods; None: nobody, or several."""
    rows = list(codes)
    found = {unit for valid, unit in rows if on in valid}
    if not found:
        last = max((valid.upper for valid, _ in rows if valid.upper and valid.upper <= on), default=None)
        found = {unit for valid, unit in rows if last and valid.upper == last}
    return found.pop() if len(found) == 1 else None


def unit_named(*, code: str, on: dt.date) -> Unit:
    """Find a unit as an address names it: our code, or `SCHEME:value` as of a day; raises UnitUnknown."""
    scheme, _, value = code.partition(":")
    unit = unit_known_as(scheme=scheme, value=value, on=on) if scheme in CodeScheme.values else None
    if unit is not None:
        return unit
    try:
        return Unit.objects.get(code=code)
    except Unit.DoesNotExist as error:
        raise UnitUnknown(code, on) from error
