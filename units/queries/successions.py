"""Where a unit's work came from and where it went."""

import datetime as dt

from django.db import connection
from django.db.models import QuerySet

from units.models import UnitSuccession, UnitVersion

_WENT = """
WITH RECURSIVE went(unit_id) AS (
    SELECT %(unit)s::bigint
    UNION
    SELECT s.successor_id FROM went JOIN units_unitsuccession s ON s.predecessor_id = went.unit_id
    WHERE s.successor_id IS NOT NULL AND s.effective_date <= %(on)s::date
    AND NOT EXISTS (
        SELECT 1 FROM units_unitversion v WHERE v.unit_id = went.unit_id AND v.valid @> %(on)s::date
    )
)
SELECT unit_id FROM went
"""


def where_it_went(*, unit_id: int, on: dt.date) -> list[UnitVersion]:
    """Return the units in force on a day that do the work of this one: itself, or its heirs, or theirs."""
    with connection.cursor() as cursor:
        cursor.execute(_WENT, {"unit": unit_id, "on": on})
        ids = [unit for (unit,) in cursor.fetchall()]
    versions = UnitVersion.objects.filter(unit__in=ids, valid__contains=on)
    return list(versions.select_related("unit").order_by("sort_key", "id"))


def successions_of(*, unit_id: int) -> QuerySet[UnitSuccession]:
    """Return the handing over of a unit's work, the oldest first."""
    return (
        UnitSuccession.objects.filter(predecessor=unit_id).select_related("successor").order_by("effective_date", "id")
    )


def predecessions_of(*, unit_id: int) -> QuerySet[UnitSuccession]:
    """Return whose work came to a unit, the oldest first."""
    rows = UnitSuccession.objects.filter(successor=unit_id)
    return rows.select_related("predecessor").order_by("effective_date", "id")
