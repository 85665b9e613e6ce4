"""What the catalogue, the calendar and the transactions refuse."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

TOLD = 20
"""Dossier codes that a refusal names, at most."""


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


class ContactUnknown(ProceduresError):
    """No contact of this transaction's applicant is kept: none was told, or its time is over."""


class OtherSource(ProceduresError):
    """Another source keeps this dossier, and the caller was not granted to write over it.

    `source` is the keeper's name, empty unless the caller may read the transaction.
    """

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source


class AliasOfAlias(ProceduresError):
    """A number stands for a dossier, and never for itself, for an alias, or for what has aliases of its own."""


class AliasIsDossier(ProceduresError):
    """The number is a dossier of its own, of which nothing would be left."""


class RankNotAhead(ProceduresError):
    """A source's rank was to change today or before, where it would change what stands."""


class NameUnknown(ProceduresError):
    """No step in this unit bears this name without a code that we know."""


class NameNotYoursToDecide(ProceduresError):
    """Who decides on a name stands above the unit, and is neither named, nor one who may be meant, nor of the unit."""


class OfficialNotYours(ProceduresError):
    """What changes to whom past work is charged is not said by the official himself, nor by one of his units."""


class OfficialNotPosted(ProceduresError):
    """A name cannot mean an official who was not posted to the unit on any day of the period."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class BatchRefused(ProceduresError):
    """A batch that was to be taken whole holds a row that cannot be taken; nothing was written but the journal."""

    def __init__(self, faults: Sequence[tuple[int, "RowFault"]]) -> None:
        super().__init__()
        self.faults = list(faults)


class RecountUnknown(ProceduresError):
    """No recount has this number."""


class ExclusionUnknown(ProceduresError):
    """No exclusion has this number, or the caller may not know of it."""


class ExclusionReasonUnknown(ProceduresError):
    """No reason in use has this code."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class ExclusionNamesNothing(ProceduresError):
    """An exclusion names dossiers that its unit does not answer for, or none at all."""

    def __init__(self, foreign: Sequence[str]) -> None:
        super().__init__()
        self.dossiers = ", ".join(foreign[:TOLD]) or "0"


class ExclusionNotOver(ProceduresError):
    """All dossiers of a unit can be named only once the period is over; `ends_at` is Vietnamese time."""

    def __init__(self, ends_at: dt.datetime) -> None:
        super().__init__()
        self.ends_at = f"{ends_at:%H:%M %d/%m/%Y}"


class ExclusionSettled(ProceduresError):
    """An exclusion that is decided or withdrawn cannot be decided again."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = state


class DeciderNotOutside(ProceduresError):
    """Who proposed an exclusion, or stands in the unit or under it, cannot decide on it."""


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


class ImportUnknown(ProceduresError):
    """The caller sent no file of this number."""


class ImportEnded(ProceduresError):
    """The import is over: nothing of it can be cancelled any more."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = state


class TooManyImports(ProceduresError):
    """The caller has `most` files that are not read yet."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


class FileEmpty(ProceduresError):
    """The file holds nothing."""


class FileCutOff(ProceduresError):
    """Fewer bytes came than were announced."""


class FileTooLarge(ProceduresError):
    """The file, as it came or unpacked, is larger than `limit` MiB."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class FileUnreadable(ProceduresError):
    """The file says that it is packed with gzip and cannot be unpacked."""


class FileUnpacksTooFar(ProceduresError):
    """The packed file unpacks to more than `times` its size: a bomb, not a list of dossiers."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times


class FileDiffers(ProceduresError):
    """What came is not what its sender took the digest of."""


class StorageFull(ProceduresError):
    """The database has no room left."""


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
