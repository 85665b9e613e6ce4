"""Transactions as they are printed: with the names that procedures and units had on the day of receipt."""

import datetime as dt
from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from procedures.calendar.rules import local
from procedures.errors import TransactionUnknown
from procedures.prepared import Prepared
from procedures.transactions.models import Transaction
from procedures.transactions.queries.listing import STEPS_AT_ONCE, steps_among
from procedures.transactions.rules.conduct import is_apology_due, signals_on
from procedures.vocabulary import ConductSignal
from units.queries import heritage
from units.vocabulary import Viewer

_NAME_OF = """(
    SELECT n.name FROM units_unitversion n WHERE n.unit_id = {unit}.id
    ORDER BY n.valid @> (COALESCE(t.{instant}, t.source_updated_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date DESC, n.id
    LIMIT 1
)"""
"""A unit's name on a day, else any name it had."""
_COLUMNS = ", ".join(f"t.{field.column}" for field in Transaction._meta.concrete_fields)  # noqa: SLF001 - Django's documented API
_ALIASES = """(
    SELECT json_agg(json_build_object('code', a.code, 'source', a.source) ORDER BY a.code, a.source)
    FROM procedures_dossieralias a WHERE a.dossier_code = t.dossier_code
) AS aliases, """
_CARDS = f"""
SELECT {_COLUMNS}, {{more}}p.code AS procedure_code, COALESCE(v.name, '') AS procedure_name, f.code AS field_code,
       f.name AS field_name, r.code AS receiving_code, s.code AS settling_code,
       {_NAME_OF.format(unit="r", instant="received_at")} AS receiving_name,
       {_NAME_OF.format(unit="s", instant="ended_at")} AS settling_name,
       CASE WHEN t.timeliness = 'running' AND t.due_at_legal < %(midnight)s THEN 'running_late' ELSE t.timeliness END
       AS timeliness_now, (%(midnight)s AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS on_day
FROM procedures_transaction t
JOIN procedures_procedure p ON p.id = t.procedure_id
LEFT JOIN procedures_procedureversion v ON v.id = t.procedure_version_id
LEFT JOIN procedures_field f ON f.id = v.field_id
LEFT JOIN units_unit r ON r.id = t.receiving_unit_id
LEFT JOIN units_unit s ON s.id = t.settling_unit_id
"""  # noqa: S608 - the names are written above
_ONE = Prepared(
    "card_of_transaction",
    f"""{_CARDS.format(more=f"steps.*, {_ALIASES}")}
CROSS JOIN LATERAL ({STEPS_AT_ONCE.format(transaction="t.id")}) steps
WHERE t.dossier_code = %(code)s AND (%(units)s IS NULL OR t.receiving_unit_id = ANY(%(units)s)
                                     OR t.settling_unit_id = ANY(%(units)s))
""",
    code="text", units="bigint[]", midnight="timestamptz",
)  # fmt: skip
_PAGE = Prepared(
    "cards_of_transactions",
    f"{_CARDS.format(more='')} WHERE t.id = ANY(%(ids)s)",
    ids="bigint[]",
    midnight="timestamptz",
)


class Named(NamedTuple):
    """A thing by its code and a name."""

    code: str
    name: str


class Applicant(NamedTuple):
    """What is known of an applicant."""

    kind: str | None
    ref: str


@dataclass(frozen=True)
class TransactionCard:
    """A transaction with what its codes were called; steps only where they were asked for.

    `row` has the columns of Transaction, `timeliness_now` and `on_day`; a page of model instances would cost more than
    the page.
    """

    row: Any
    procedure: Named
    field: Named | None
    receiving_unit: Named | None
    settling_unit: Named | None
    steps: Sequence[Any] = ()

    @property
    def aliases(self) -> list[dict[str, str]]:
        """Other numbers under which sources tell of it; asked for where steps are."""
        return self.row.aliases or []

    @property
    def apology_due(self) -> bool:
        """Whether an apology is due by now."""
        return is_apology_due(self.row.apologise_by_date, self._day)

    @property
    def signals(self) -> list[ConductSignal]:
        """What somebody may look into, as of now."""
        return signals_on(self.row.signals, self.row.apologise_by_date, self._day)

    @property
    def _day(self) -> dt.date:
        """The day as of which the row was asked for; the queries annotate it."""
        day: dt.date = self.row.on_day
        return day

    @property
    def applicant(self) -> Applicant | None:
        """Who applied, if anything is known of him."""
        row = self.row
        return Applicant(row.applicant_kind, row.applicant_ref) if row.applicant_ref or row.applicant_kind else None


def cards(*, ids: Sequence[int], now: dt.datetime) -> list[TransactionCard]:
    """Return transactions with the names of their procedures and units, in the order of their ids; one query."""
    names, rows = _PAGE.named_rows({"ids": list(ids), "midnight": _midnight(now)})
    found = {card.row.id: card for card in (_card(names, row) for row in rows)}
    return [found[pk] for pk in ids if pk in found]


def card_with_code(*, dossier_code: str, viewer: Viewer, now: dt.datetime) -> TransactionCard:
    """Return one transaction with its names and steps; raises TransactionUnknown when the viewer may see none.

    It sees the same as `transactions_visible_to`.
    """
    units = None if viewer.boundary is None else list(heritage(unit_id=viewer.boundary, on=local(now).date()))
    asked = {"code": dossier_code, "units": units, "midnight": _midnight(now)}
    names, rows = _ONE.named_rows(asked)
    for values in rows:
        card = _card(names, values)
        return replace(card, steps=steps_among(card.row))
    raise TransactionUnknown


def _card(names: Sequence[str], values: tuple[Any, ...]) -> TransactionCard:
    row = _row_of(tuple(names))._make(values)  # type: ignore[attr-defined]
    return TransactionCard(
        row=row,
        procedure=Named(row.procedure_code, row.procedure_name),
        field=Named(row.field_code, row.field_name) if row.field_code else None,
        receiving_unit=Named(row.receiving_code, row.receiving_name or "") if row.receiving_code else None,
        settling_unit=Named(row.settling_code, row.settling_name or "") if row.settling_code else None,
    )


@cache
def _row_of(names: tuple[str, ...]) -> type:
    return namedtuple("Row", names)  # noqa: PYI024 - its columns are those of a statement


def _midnight(now: dt.datetime) -> dt.datetime:
    return local(now).replace(hour=0, minute=0, second=0, microsecond=0)
