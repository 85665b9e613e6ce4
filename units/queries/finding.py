"""Which unit is meant: by our code, by a scheme's code on a day, by its name inside a subtree on a day."""

import datetime as dt
from collections.abc import Iterable

from units.errors import UnitUnknown
from units.models import Unit, UnitAlias, UnitVersion
from units.queries.tree import subtree
from units.rules import folded
from units.vocabulary import CodeScheme


def unit_with_code(*, code: str) -> Unit:
    """Find a unit by our code; raises UnitUnknown."""
    try:
        return Unit.objects.get(code=code)
    except Unit.DoesNotExist as error:
        raise UnitUnknown(code) from error


def units_with_codes(*, codes: Iterable[str]) -> dict[str, Unit]:
    """Find many units by our codes, in one query; unknown codes are left out."""
    return {unit.code: unit for unit in Unit.objects.filter(code__in=set(codes))}


def unit_known_as(*, scheme: str, value: str, on: dt.date) -> Unit | None:
    """Find the unit that carried a scheme's code on that day; the same code meant another unit on another day."""
    return Unit.objects.filter(codes__scheme=scheme, codes__value=value, codes__valid__contains=on).first()


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


def unit_matching_name(*, name: str, under: int, on: dt.date) -> Unit | None:
    """Find the one unit of a subtree with this name or alias on that day, without regard to case and diacritics.

    None when there is none, and None when there are several: a unit is never guessed.
    """
    wanted, inside = folded(name), subtree(unit_id=under, on=on)
    by_name = UnitVersion.objects.filter(unit__in=inside, valid__contains=on, name_folded=wanted)
    by_alias = UnitAlias.objects.filter(unit__in=inside, name_folded=wanted)
    found = set(by_name.values_list("unit_id", flat=True)) | set(by_alias.values_list("unit_id", flat=True))
    return Unit.objects.get(pk=found.pop()) if len(found) == 1 else None
