"""What was declared of units."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from feedback.assessments.models import UnitDeclaration
from feedback.errors import DeclarationUnknown
from feedback.monitoring.models import Period
from units.queries import heritage
from units.vocabulary import Viewer


def declarations() -> QuerySet[UnitDeclaration]:
    """Return what was last declared of each unit for each period."""
    same = UnitDeclaration.objects.filter(unit=OuterRef("unit"), period=OuterRef("period"))
    newer = same.filter(number__gt=OuterRef("number"))
    return UnitDeclaration.objects.filter(~Exists(newer)).select_related("unit", "period")


def declarations_visible_to(*, viewer: Viewer, today: dt.date) -> QuerySet[UnitDeclaration]:
    """Return those of the units inside the viewer's boundary."""
    rows = declarations()
    return rows if viewer.boundary is None else rows.filter(unit__in=heritage(unit_id=viewer.boundary, on=today))


def declaration_visible_to(*, viewer: Viewer, today: dt.date, unit: str, period: str) -> UnitDeclaration:
    """Find what was last declared of a unit for a period, by their codes; raises DeclarationUnknown."""
    found = declarations_visible_to(viewer=viewer, today=today).filter(unit__code=unit, period__code=period).first()
    if found is None:
        raise DeclarationUnknown
    return found


def declared_for(*, period: Period) -> dict[int, UnitDeclaration]:
    """Return what was last declared for a period, by the unit's primary key."""
    return {one.unit_id: one for one in declarations().filter(period=period)}
