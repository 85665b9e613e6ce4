"""What the catalogue, the calendar and the transactions refuse."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


class ProceduresError(Exception):
    """Anything these rooms refuse."""


class FieldUnknown(ProceduresError):
    """No field carries this code."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class ProcedureUnknown(ProceduresError):
    """No procedure carries this code."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class TransactionUnknown(ProceduresError):
    """No transaction carries this dossier code, or the caller may not know of it."""


class MessageUnknown(ProceduresError):
    """The caller sent no message of this number."""


class BatchRefused(ProceduresError):
    """A batch that was to be taken whole holds a row that cannot be taken; nothing was written but the journal."""

    def __init__(self, faults: Sequence[tuple[int, "RowFault"]]) -> None:
        super().__init__()
        self.faults = list(faults)


class NoCalendar(ProceduresError):
    """There is no calendar version yet, so no working day can be counted."""


class DayDoesNotFit(ProceduresError):
    """A day off was named on a weekend, or a day worked in exchange on a weekday."""

    def __init__(self, date: dt.date) -> None:
        super().__init__()
        self.date = date


class LimitUnknown(ProceduresError):
    """The catalogue states no time limit for this procedure."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class PeriodOverlap(ProceduresError):
    """Two versions of one procedure would be in force on the same day."""

    def __init__(self, code: str, from_date: dt.date) -> None:
        super().__init__()
        self.code = code
        self.from_date = from_date


@dataclass(frozen=True)
class RowFault:
    """One thing wrong with a message: the field as the sender knows it (a JSON pointer), and a code.

    `value` is what was sent, cut at 100 characters; never a personal value. `successors` are our codes of the units to
    name instead, where a unit is gone.
    """

    pointer: str
    code: str
    value: str = ""
    successors: Sequence[str] = ()
