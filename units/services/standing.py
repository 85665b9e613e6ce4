"""Keep the tree a tree on every day: nobody under himself, nobody under one who is not there."""

from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from units.errors import UnitHasSubordinates, UnitNotInForce, UnitUnderItself
from units.models import Unit

_TREE_LOCK = 0x54726565
_ABOVE = """
WITH RECURSIVE above(unit_id, days) AS (
    SELECT v.parent_id, v.valid * %(days)s::daterange FROM units_unitversion v
    WHERE v.unit_id = %(parent)s AND v.valid && %(days)s::daterange
    UNION
    SELECT v.parent_id, v.valid * above.days
    FROM above JOIN units_unitversion v ON v.unit_id = above.unit_id AND v.valid && above.days
)
SELECT EXISTS (SELECT FROM above WHERE unit_id = %(unit)s)
"""
_FIRST_DAY_WITHOUT = """
SELECT coalesce(lower(gap), lower(%(days)s::daterange)) FROM unnest(
    datemultirange(%(days)s::daterange)
    - coalesce((SELECT range_agg(valid) FROM units_unitversion WHERE unit_id = %(parent)s), '{}'::datemultirange)
) gap ORDER BY gap LIMIT 1
"""
_LEFT_ALONE = """
SELECT DISTINCT u.code FROM units_unitversion v JOIN units_unit u ON u.id = v.unit_id
WHERE v.parent_id = %(unit)s AND NOT v.valid <@ coalesce(
    (SELECT range_agg(valid) FROM units_unitversion WHERE unit_id = %(unit)s), '{}'::datemultirange
)
"""


def hold_tree() -> None:
    """Let nobody else change who stands under whom until the database transaction ends.

    Each of several who change it at once would see no cycle, and all together would make one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


def require_place(*, unit: Unit, parent: Unit, days: DateRange) -> None:
    """Raise UnitUnderItself or UnitNotInForce where a unit cannot stand under another on every one of these days."""
    values = {"unit": unit.pk, "parent": parent.pk, "days": days}
    if parent.pk == unit.pk or _answer(_ABOVE, values):
        raise UnitUnderItself
    missing = _answer(_FIRST_DAY_WITHOUT, values)
    if missing is not None:
        raise UnitNotInForce(parent.code, missing)


def left_alone(*, unit: Unit) -> set[str]:
    """Return our codes of the units that stand under a unit on a day on which it is not there."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_ALONE, {"unit": unit.pk})
        return {code for (code,) in cursor.fetchall()}


def require_subordinates(*, unit: Unit, before: set[str]) -> None:
    """Raise UnitHasSubordinates where a change leaves units alone that had been `left_alone` by nothing before."""
    if left := sorted(left_alone(unit=unit) - before):
        raise UnitHasSubordinates(unit.code, left)


def _answer(sql: str, values: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return row[0] if row else None
