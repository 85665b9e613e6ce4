"""What a message names that we do not know, or that is gone.

Note [Dead codes]: a code is looked up on the day of the work it is told for, so work of the last day still goes to the
old unit. Told for a later day it goes to the one heir, with a warning that stays on the transaction; with several
heirs, a part split off or none at all the message is refused and the heirs are named. Work of before the unit that is
named began is refused too: whose it was then is not for us to choose among those that it came from. Asked is the
message alone, never what else is known of the dossier, so the order in which messages come changes nothing.
"""

import datetime as dt
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from procedures.calendar.rules import local
from procedures.errors import RowFault
from procedures.transactions.queries.directory import Directory
from procedures.transactions.rules.applicants import may_be_personal
from procedures.transactions.rules.days import receipt_day, settlement_day
from procedures.transactions.rules.messages import Snapshot
from procedures.transactions.services.incoming import Row
from procedures.vocabulary import TransactionWarning


def naming_faults(row: Row, procedures: AbstractSet[str], directory: Directory, *, is_strict: bool) -> list[RowFault]:
    """Return what must be refused of a row; what is charged to an heir is noted in its warnings (Note [Dead codes]).

    A unit that nobody ever knew is refused only where `is_strict`.
    """
    told = [one.procedure_code for one in row.told if isinstance(one, Snapshot) and one.procedure_code]
    faults = [
        RowFault(row.pointer("procedure_code"), "unknown_procedure", _quoted(code))
        for code in told if code not in procedures
    ]  # fmt: skip
    for name, code, day in _units_named(row):
        charge = directory.charge(code, day, told[0] if told else "")
        if charge.is_gone:
            faults.append(RowFault(row.pointer(name), "unit_gone", _quoted(code), charge.heirs))
        elif charge.is_early:
            faults.append(RowFault(row.pointer(name), "unit_not_yet", _quoted(code)))
        elif charge.unit is None and is_strict:
            faults.append(RowFault(row.pointer(name), "unknown_unit", _quoted(code)))
        elif charge.is_succeeded:
            row.warnings = tuple(sorted({*row.warnings, TransactionWarning.UNIT_SUCCEEDED.value}))
    return faults


def _quoted(code: str) -> str:
    return "" if may_be_personal(code) else code[:100]


def _units_named(row: Row) -> Iterator[tuple[str, str, dt.date]]:
    """Yield our field, the code in it and the day of the work it is told for."""
    steps = 0
    for one in row.told:
        if isinstance(one, Snapshot):
            if one.receiving_unit_code:
                day = receipt_day(one.received_at, one.submitted_at, one.source_updated_at)
                yield "receiving_unit_code", one.receiving_unit_code, day
            if one.settling_unit_code:
                yield "settling_unit_code", one.settling_unit_code, settlement_day(one.source_updated_at, one.ended_at)
            continue
        if one.unit_code:
            yield f"steps/{steps}/unit_code", one.unit_code, local(one.at).date()
        steps += 1
