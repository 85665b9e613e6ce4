"""Where a caller may change the organisation: inside his own subtree."""

import datetime as dt

from units.errors import OfficialUnknown, UnitUnknown
from units.models import Official, Posting, Unit
from units.queries.tree import subtree


def require_inside(*, boundary: int | None, unit: Unit, on: dt.date) -> None:
    """Raise UnitUnknown when a unit lies outside a boundary (None: the whole province) on a day."""
    if boundary is not None and unit.pk not in subtree(unit_id=boundary, on=on):
        raise UnitUnknown(unit.code, on)


def require_parent_inside(*, boundary: int | None, code: str, parent: Unit | None, on: dt.date) -> None:
    """Raise UnitUnknown when this unit would come to stand outside a boundary on a day, as the top of the tree does."""
    if boundary is None:
        return
    if parent is None:
        raise UnitUnknown(code, on)
    require_inside(boundary=boundary, unit=parent, on=on)


def require_official_inside(*, boundary: int | None, official: Official, on: dt.date) -> None:
    """Raise OfficialUnknown when an official belongs (home unit) outside a boundary; one never posted is nobody's."""
    posted = Posting.objects.filter(official=official)
    if boundary is None or not posted.exists():
        return
    if not posted.filter(valid__contains=on, home_unit__in=subtree(unit_id=boundary, on=on)).exists():
        raise OfficialUnknown(official.code)
