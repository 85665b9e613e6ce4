"""What was said of a unit on a day."""

import datetime as dt

from django.db.models import F, QuerySet

from units.models import UnitVersion
from units.queries.tree import subtree


def versions_on(*, on: dt.date, under: int | None = None) -> QuerySet[UnitVersion]:
    """Return what was in force on a day, of all units or of one subtree."""
    versions = UnitVersion.objects.filter(valid__contains=on).select_related("unit")
    return versions if under is None else versions.filter(unit__in=subtree(unit_id=under, on=on))


def version_on(*, unit_id: int, on: dt.date) -> UnitVersion | None:
    """Return what was said of a unit on a day; None when it was not in force."""
    return versions_on(on=on).filter(unit=unit_id).first()


def newest_version(*, unit_id: int) -> UnitVersion | None:
    """Return the last thing said of a unit, be it past, present or still to come."""
    return _in_order(unit_id).first()


def version_told_on(*, unit_id: int, on: dt.date) -> UnitVersion | None:
    """Return the version to tell of a unit on a day: that day's, else the last before it, else the first after it."""
    versions = list(_in_order(unit_id))
    begun = [version for version in versions if version.valid.lower is None or version.valid.lower <= on]
    return begun[0] if begun else versions[-1] if versions else None


def _in_order(unit_id: int) -> QuerySet[UnitVersion]:
    versions = UnitVersion.objects.filter(unit=unit_id).select_related("unit", "parent")
    return versions.order_by(F("valid__startswith").desc(nulls_last=True))
