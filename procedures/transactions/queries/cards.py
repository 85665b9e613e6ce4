"""Transactions as they are printed: with the names that procedures and units had on the day of receipt."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from procedures.calendar.rules import local
from procedures.errors import TransactionUnknown
from procedures.transactions.models import Step, Transaction
from procedures.transactions.queries.listing import steps_of
from procedures.transactions.rules.conduct import is_apology_due, signals_on
from procedures.vocabulary import ConductSignal
from units.models import Unit, UnitVersion
from units.queries import heritage
from units.vocabulary import Viewer

_NAME_OF = """(
    SELECT n.name FROM units_unitversion n WHERE n.unit_id = {unit}.id
    ORDER BY n.valid @> (COALESCE(t.{instant}, t.source_updated_at) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date DESC, n.id
    LIMIT 1
)"""
"""A unit's name on a day, else any name it had."""
_ONE = f"""
SELECT t.*, p.code AS procedure_code, COALESCE(v.name, '') AS procedure_name, f.code AS field_code,
       f.name AS field_name, r.code AS receiving_code, s.code AS settling_code,
       {_NAME_OF.format(unit="r", instant="received_at")} AS receiving_name,
       {_NAME_OF.format(unit="s", instant="ended_at")} AS settling_name,
       CASE WHEN t.timeliness = 'running' AND t.due_at_legal < %(midnight)s THEN 'running_late' ELSE t.timeliness END
       AS timeliness_now, %(today)s::date AS on_day
FROM procedures_transaction t
JOIN procedures_procedure p ON p.id = t.procedure_id
LEFT JOIN procedures_procedureversion v ON v.id = t.procedure_version_id
LEFT JOIN procedures_field f ON f.id = v.field_id
LEFT JOIN units_unit r ON r.id = t.receiving_unit_id
LEFT JOIN units_unit s ON s.id = t.settling_unit_id
WHERE t.dossier_code = %(code)s AND (%(units)s::bigint[] IS NULL OR t.receiving_unit_id = ANY(%(units)s::bigint[])
                                     OR t.settling_unit_id = ANY(%(units)s::bigint[]))
"""  # noqa: S608 - the names are written above


@dataclass(frozen=True, slots=True)
class Named:
    """A thing by its code and a name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Applicant:
    """What is known of an applicant."""

    kind: str | None
    ref: str


@dataclass(frozen=True)
class TransactionCard:
    """A transaction with what its codes were called; steps only where they were asked for."""

    row: Transaction
    procedure: Named
    field: Named | None
    receiving_unit: Named | None
    settling_unit: Named | None
    steps: Sequence[Step] = ()

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
        day: dt.date = self.row.on_day  # type: ignore[attr-defined]
        return day

    @property
    def applicant(self) -> Applicant | None:
        """Who applied, if anything is known of him."""
        row = self.row
        return Applicant(row.applicant_kind, row.applicant_ref) if row.applicant_ref or row.applicant_kind else None


def cards(rows: Sequence[Transaction]) -> list[TransactionCard]:
    """Name procedures and units of a page of transactions, in one query."""
    versions: dict[int, list[tuple[Any, str]]] = defaultdict(list)
    units = {unit for row in rows for unit in (row.receiving_unit_id, row.settling_unit_id) if unit}
    if units:
        for unit, valid, name in UnitVersion.objects.filter(unit__in=units).values_list("unit_id", "valid", "name"):
            versions[unit].append((valid, name))
    return [_card(row, versions) for row in rows]


def card_with_code(*, dossier_code: str, viewer: Viewer, now: dt.datetime) -> TransactionCard:
    """Return one transaction with its names and steps; raises TransactionUnknown when the viewer may see none.

    What is asked most often is asked in SQL; it says the same as `cards` and `transactions_visible_to`.
    """
    units = None if viewer.boundary is None else list(heritage(unit_id=viewer.boundary, on=local(now).date()))
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = {
        "code": dossier_code,
        "units": units,
        "midnight": midnight,
        "today": midnight.date(),
    }
    row: Any = next(iter(Transaction.objects.raw(_ONE, asked)), None)
    if row is None:
        raise TransactionUnknown
    return TransactionCard(
        row=row,
        procedure=Named(row.procedure_code, row.procedure_name),
        field=Named(row.field_code, row.field_name) if row.field_code else None,
        receiving_unit=Named(row.receiving_code, row.receiving_name) if row.receiving_code else None,
        settling_unit=Named(row.settling_code, row.settling_name) if row.settling_code else None,
        steps=steps_of(transaction_id=row.pk),
    )


def _card(row: Transaction, versions: dict[int, list[tuple[Any, str]]]) -> TransactionCard:
    received_on = local(row.received_at or row.source_updated_at).date()
    settled_on = local(row.ended_at or row.source_updated_at).date()
    version = row.procedure_version
    return TransactionCard(
        row=row,
        procedure=Named(row.procedure.code, version.name if version else ""),
        field=Named(version.field.code, version.field.name) if version else None,
        receiving_unit=_unit(row.receiving_unit, versions, received_on),
        settling_unit=_unit(row.settling_unit, versions, settled_on),
    )


def _unit(unit: Unit | None, versions: dict[int, list[tuple[Any, str]]], on: dt.date) -> Named | None:
    return Named(unit.code, _name(versions[unit.pk], on)) if unit else None


def _name(versions: Sequence[tuple[Any, str]], on: dt.date) -> str:
    """Return the name on a day, else any name the unit had."""
    names = [name for valid, name in versions if on in valid]
    return (names or [name for _valid, name in versions] or [""])[0]
