"""Conditions on a complaint by whom it accuses, written in SQL: a list asks them of thousands of rows.

Each is of one accused `s` of the complaint; `{day}` is the day of the act (or of the filing). A condition is a text
with its values, to be joined by `any_of`.
"""

import datetime as dt
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BooleanField, F, Func, Q

from units.models import Posting

_POSTED = """EXISTS (
    SELECT 1 FROM units_posting p WHERE p.official_id = s.official_id
    AND (p.home_unit_id = ANY(%s::bigint[]) OR p.serving_unit_id = ANY(%s::bigint[])) AND {when}
)"""
_SAID = "{id} IN (SELECT s.complaint_id FROM feedback_complaintsubject s WHERE s.unit_id = ANY(%s::bigint[]))"
_SAID_OR_POSTED = """{id} IN (
    SELECT s.complaint_id FROM feedback_complaintsubject s JOIN feedback_complaint c ON c.id = s.complaint_id
    WHERE s.unit_id = ANY(%s::bigint[]) OR s.official_id = ANY(%s::bigint[]) AND {posted}
)""".replace("{posted}", _POSTED)
_THEN: tuple[str, tuple[dt.date, ...]] = ("p.valid @> c.event_date", ())
FEW_UNITS = 4
"""Of so few units the accused are gathered first; of more, complaints are walked and each is asked."""


@dataclass(frozen=True)
class Condition:
    """A condition in SQL and the values in its places."""

    sql: str
    values: tuple[Any, ...] = ()


def is_official(official_id: int) -> Condition:
    """Be this official."""
    return Condition("s.official_id = %s", (official_id,))


def stands_in(units: AbstractSet[int], *, today: dt.date) -> Condition:
    """Serve in one of these units, on the day of the act or today: a posting says so, or the citizen said so."""
    posted = _POSTED.replace("{when}", "(p.valid @> %s::date OR p.valid @> {day})")
    ids = _array(units)
    return Condition(f"(s.unit_id = ANY(%s::bigint[]) OR {posted})", (ids, ids, ids, today))


def stands_outside(units: AbstractSet[int], *, today: dt.date) -> Condition:
    """Not stand in one of these units; of whom no unit is known stands outside."""
    inside = stands_in(units, today=today)
    return Condition(f"NOT COALESCE({inside.sql}, false)", inside.values)


def served_in(units: AbstractSet[int]) -> Condition:
    """Have served in one of these units on the day of the act."""
    ids = _array(units)
    posted = _POSTED.replace("{when}", "p.valid @> {day}")
    return Condition(f"(s.unit_id = ANY(%s::bigint[]) OR {posted})", (ids, ids, ids))


def happened_within(acts: DateRange, also: Condition) -> Condition:
    """Meet a condition in a complaint whose act lies on these days."""
    bounds = [(sign, day) for sign, day in ((">=", acts.lower), ("<", acts.upper)) if day is not None]
    sql = " AND ".join([*(f"{{day}} {sign} %s" for sign, _day in bounds), also.sql])
    return Condition(f"({sql})", (*(day for _sign, day in bounds), *also.values))


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Meet one of these conditions; nobody does when there are none."""
    known = list(conditions)
    sql = " OR ".join(one.sql for one in known) or "false"
    return Condition(f"({sql})", tuple(value for one in known for value in one.values))


class HasAccused(Func):
    """Whether a complaint has an accused who meets a condition."""

    output_field = BooleanField()
    _sql = "EXISTS (SELECT 1 FROM feedback_complaintsubject s WHERE s.complaint_id = {id} AND {condition})"

    def __init__(self, condition: Condition) -> None:
        super().__init__(F("id"), F("event_date"))
        self.condition = condition

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Write it of this complaint."""
        (pk, _), (day, _) = (compiler.compile(one) for one in self.source_expressions)
        sql = self._sql.replace("{condition}", self.condition.sql).replace("{id}", pk).replace("{day}", day)
        return sql, list(self.condition.values)


class HasAccusedOfFew(HasAccused):
    """Whether a complaint has an accused who served in one of a few units on the day of the act (or `today`)."""

    _sql = "{condition}"

    def __init__(self, units: AbstractSet[int], *, today: dt.date | None = None) -> None:
        ids = _array(units)
        posted = _officials_of(units)
        if not posted:
            super().__init__(Condition(_SAID, (ids,)))
            return
        when, days = ("(p.valid @> %s::date OR p.valid @> c.event_date)", (today,)) if today else _THEN
        super().__init__(Condition(_SAID_OR_POSTED.replace("{when}", when), (ids, _array(posted), ids, ids, *days)))


def _officials_of(units: AbstractSet[int]) -> set[int]:
    """Return who was ever posted in one of these units: it lets the database count whom it will meet."""
    within = Q(home_unit__in=units) | Q(serving_unit__in=units)
    return set(Posting.objects.filter(within).values_list("official", flat=True))


def _array(units: Iterable[int]) -> str:
    return "{" + ",".join(map(str, sorted(units))) + "}"
