"""Lists of units and officials, as readers filter them."""

import datetime as dt

from django.db.models import OuterRef, Q, QuerySet, Subquery

from units.models import Official, UnitAlias, UnitCode, UnitVersion
from units.queries.tree import subtree
from units.queries.versions import versions_on
from units.rules import folded


def units_listed(*, on: dt.date, under: int | None = None, kind: str = "", text: str = "") -> QuerySet[UnitVersion]:
    """Return the units in force on a day, narrowed to a subtree, a kind, and a part of their name or of an alias.

    Each row carries `parent_name`, the name of the unit above on the same day.
    """
    above = UnitVersion.objects.filter(unit=OuterRef("parent"), valid__contains=on).values("name")[:1]
    units = versions_on(on=on, under=under).select_related("unit", "parent").annotate(parent_name=Subquery(above))
    if kind:
        units = units.filter(kind=kind)
    if text:
        part = folded(text)
        aliased = UnitAlias.objects.filter(name_folded__contains=part).values("unit")
        units = units.filter(Q(name_folded__contains=part) | Q(unit__in=aliased))
    return units


def officials_listed(*, on: dt.date, unit_id: int | None = None, text: str = "") -> QuerySet[Official]:
    """Return officials, narrowed to those posted in a subtree on a day (home or serving) and to a part of the name."""
    officials = Official.objects.all()
    if unit_id is not None:
        inside = subtree(unit_id=unit_id, on=on)
        posted = Q(postings__home_unit__in=inside) | Q(postings__serving_unit__in=inside)
        officials = officials.filter(posted, postings__valid__contains=on).distinct()
    return officials.filter(name_folded__contains=folded(text)) if text else officials


def codes_of(*, unit_id: int) -> QuerySet[UnitCode]:
    """Return every code a unit ever carried, by scheme and age."""
    return UnitCode.objects.filter(unit=unit_id).order_by("scheme", "valid", "id")
