"""Conditions on a complaint by whom it accuses, written in SQL: a list asks them of thousands of rows.

Each is of one accused `s` of the complaint; `{day}` is the day of the act (or of the filing). A condition is a text
with its values, to be joined by `any_of`.

Note [Described]: who is accused by a description alone, without a unit, may be anybody who had the dossier in hand: the
officials and units of its steps, the unit that received it and the one that settles it; they are looked up whenever
somebody asks, because the dossier may come later. Without a dossier that we know it may be anybody who does steps, and
anybody of a unit that takes dossiers in. He stays unknown as well, so he stands in no boundary.
"""

import datetime as dt
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BooleanField, F, Func, Q

from feedback.complaints.queries.dossiers import is_about
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
_IS_ABOUT = is_about(complaint="c", transaction="t")
_IS_ANYBODY = f"""s.official_id IS NULL AND s.unit_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM feedback_complaint c JOIN procedures_transaction t ON {_IS_ABOUT} WHERE c.id = {{id}}
)"""  # noqa: S608 - our own condition
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


def may_be_official(official_id: int) -> Condition:
    """Be described, of a dossier that we do not know, where this official does steps of dossiers."""
    does_steps = "EXISTS (SELECT 1 FROM procedures_step WHERE official_id = %s)"
    return Condition(f"({_IS_ANYBODY} AND {does_steps})", (official_id,))


def may_stand_in(units: AbstractSet[int]) -> Condition:
    """Be described, of a dossier that we do not know, where one of these units takes dossiers in."""
    takes_in = "EXISTS (SELECT 1 FROM procedures_transaction WHERE receiving_unit_id = ANY(%s::bigint[]))"
    return Condition(f"({_IS_ANYBODY} AND {takes_in})", (_array(units),))


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


class MayAccuse(HasAccused):
    """Whether a complaint has an accused who meets a condition, or somebody whom it may mean: Note [Described]."""

    _sql = f"""EXISTS (
    SELECT 1 FROM feedback_complaintsubject named CROSS JOIN LATERAL (
        SELECT named.official_id, named.unit_id
        UNION ALL
        SELECT handled.official_id, handled.unit_id
        FROM feedback_complaint c JOIN procedures_transaction t ON {_IS_ABOUT}
        CROSS JOIN LATERAL (
            SELECT p.official_id, p.unit_id FROM procedures_step p WHERE p.transaction_id = t.id
            UNION ALL SELECT NULL, t.receiving_unit_id
            UNION ALL SELECT NULL, t.settling_unit_id
        ) handled
        WHERE c.id = named.complaint_id AND named.official_id IS NULL AND named.unit_id IS NULL
    ) s
    WHERE named.complaint_id = {{id}} AND {{condition}}
)"""  # noqa: S608 - our own condition


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
