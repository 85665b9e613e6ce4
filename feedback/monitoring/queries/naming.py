"""From the keys that statements return to the codes that are told."""

import datetime as dt
from collections.abc import Collection, Mapping

from feedback.vocabulary import Breakdown, RatingBreakdown
from procedures.catalogue.models import Field, Procedure
from units.models import Official, Unit
from units.queries import carried_over, units_carried
from units.vocabulary import OrganisationView

_TABLES = {"unit": Unit, "official": Official, "procedure": Procedure, "field": Field}


def units_shown(keys: Collection[str], *, today: dt.date) -> Mapping[str, str]:
    """Return for the key of each unit of then the key of the one that it is shown as now; nothing is nothing."""
    carried = units_carried(unit_ids=[int(key) for key in keys if key], on=today)
    ids = dict(Unit.objects.filter(code__in={one.unit.code for one in carried.values()}).values_list("code", "pk"))
    return {"": "", **{str(unit): str(ids[one.unit.code]) for unit, one in carried.items()}}


class Names:
    """The codes of the values of a breakdown; what has no table is told as it is, and nothing is nothing.

    As now a unit is told as the one that it is shown as (units.queries, Note [As then, as now]).
    """

    def __init__(
        self, by: Breakdown | RatingBreakdown, keys: Collection[str], *, view: OrganisationView, today: dt.date
    ) -> None:
        self.codes: Mapping[str, str] | None = None
        self.ids: Mapping[str, int] = {}
        if by.value in _TABLES:
            rows = _TABLES[by.value].objects.filter(pk__in=[int(key) for key in keys if key])  # type: ignore[attr-defined]
            codes = {str(pk): code for pk, code in rows.values_list("pk", "code")}
            if by.value == "unit" and view == OrganisationView.NOW:
                shown = carried_over(codes=codes.values(), on=today)
                codes = {key: shown[code].unit.code for key, code in codes.items()}
            self.codes = {"": "", **codes}
            self.ids = dict(_TABLES[by.value].objects.filter(code__in=codes.values()).values_list("code", "pk"))  # type: ignore[attr-defined]

    def code_of(self, key: str) -> str:
        """Return what is told in the place of a key."""
        return key if self.codes is None else self.codes[key]

    def id_of(self, code: str) -> int | None:
        """Return the primary key of what is told, if it has one."""
        return self.ids.get(code)
