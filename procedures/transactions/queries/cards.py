"""Transactions as they are printed: with the names that procedures and units had on the day of receipt."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from procedures.calendar.rules import local
from procedures.transactions.models import Step, Transaction
from units.models import Unit, UnitVersion


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


def card(row: Transaction, steps: Sequence[Step]) -> TransactionCard:
    """Name procedure and units of one transaction and add its steps."""
    (found,) = cards([row])
    return TransactionCard(found.row, found.procedure, found.field, found.receiving_unit, found.settling_unit, steps)


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
