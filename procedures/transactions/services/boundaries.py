"""What a sender may tell who is granted one unit's subtree only.

Note [Steps that wait]: whether a dossier belongs to the sender's subtree may become known only after its steps came,
and who may not know of a dossier must not learn that it exists. So such steps are never refused for it: they wait, as
those of an unknown dossier do, and count once a state, or a sender without a boundary, names a unit of that subtree.
Asked is all that was told, not how the transaction stands, so the order in which it was told changes nothing.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from procedures.calendar.rules import local
from procedures.errors import RowFault
from procedures.transactions.queries.directory import Directory
from procedures.transactions.queries.kept import KnownTransaction
from procedures.transactions.rules.days import receipt_day, settlement_day
from procedures.transactions.rules.messages import Snapshot, Told
from procedures.transactions.services.incoming import Row
from units.queries import heritage

NOT_NAMED = 0
"""Stands for the unit of a state that names none we know."""


class Boundaries:
    """The subtrees that senders are granted, each asked for once."""

    def __init__(self, directory: Directory, *, now: dt.datetime) -> None:
        self._directory = directory
        self._on = local(now).date()
        self._granted: dict[int, AbstractSet[int]] = {}

    def faults(self, row: Row, boundary: int | None, known: KnownTransaction | None) -> list[RowFault]:
        """Refuse a state from outside the subtree: of the transaction as it is, or of the unit that it names.

        A transaction may not be carried out of the subtree either; naming the unit where it is already is no move.
        """
        if boundary is None:
            return []
        inside, named = self._inside(boundary), set(self._homes(row.told))
        is_inside = (
            not inside.isdisjoint(known.units) and named <= inside | known.units | {NOT_NAMED}
            if known
            else not inside.isdisjoint(named)
        )
        return [] if is_inside else [RowFault(row.pointer("receiving_unit_code"), "outside_boundary")]

    def reach(self, boundary: int | None, told: Iterable[Told]) -> bool:
        """Tell whether anything told of a dossier names a unit of the subtree (Note [Steps that wait])."""
        return boundary is None or not self._inside(boundary).isdisjoint(self._named(told))

    def _inside(self, boundary: int) -> AbstractSet[int]:
        if boundary not in self._granted:
            self._granted[boundary] = heritage(unit_id=boundary, on=self._on)
        return self._granted[boundary]

    def _homes(self, told: Iterable[Told]) -> Iterator[int]:
        for one in told:
            if isinstance(one, Snapshot):
                code, day, name = one.receiving_unit_code, _receipt_day(one), one.settling_unit_name or ""
                receiving = self._directory.unit(code, day, one.procedure_code or "") if code else None
                yield receiving or self._directory.unit_called(name, day, one.procedure_code or "") or NOT_NAMED

    def _named(self, told: Iterable[Told]) -> Iterator[int]:
        for one in told:
            if isinstance(one, Snapshot):
                procedure = one.procedure_code or ""
                day, settled = _receipt_day(one), settlement_day(one.source_updated_at, one.ended_at)
                codes = [(one.receiving_unit_code, day), (one.settling_unit_code, settled)]
                name = one.settling_unit_name or ""
                found = [self._directory.unit_called(name, on, procedure) for on in (day, settled)]
            else:
                procedure, on = "", local(one.at).date()
                codes, found = [(one.unit_code, on)], [self._directory.unit_called(one.unit_name, on)]
            found += [self._directory.unit(code, on, procedure) for code, on in codes if code]
            yield from (unit for unit in found if unit is not None)


def _receipt_day(one: Snapshot) -> dt.date:
    return receipt_day(one.received_at, one.submitted_at, one.source_updated_at)
