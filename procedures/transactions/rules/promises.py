"""How the due date moved, and why: supplement, payment, extension with an apology, or nobody knows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from procedures.calendar.rules import Cause, Interruption
from procedures.transactions.rules.messages import Snapshot, StepTold, SupplementTold
from units.rules import folded

_APOLOGY = "xin loi"
_EXTENSION = "gia han"  # also a word of many procedures (gia hạn giấy phép): it counts only where the due date moved


class Reason(StrEnum):
    """Why a due date moved."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    EXTENSION = "extension"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Move:
    """A new due date, when it was first told, and why it moved."""

    due_at: dt.datetime
    told_at: dt.datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Promises:
    """What was promised: first, then each move; and the first apology."""

    original: dt.datetime | None
    moves: tuple[Move, ...]
    apology_at: dt.datetime | None

    @property
    def extensions(self) -> int:
        """Count the extensions with an apology.

        Source: NĐ 61/2018, điều 19 khoản 9 (one at most).
        """
        return sum(move.reason is Reason.EXTENSION for move in self.moves)

    @property
    def is_corrected(self) -> bool:
        """Tell whether the due date moved for no known reason.

        Source: our choice, because a move that nothing explains is shown and never taken for an extension.
        """
        return any(move.reason is Reason.CORRECTION for move in self.moves)


@dataclass(frozen=True, slots=True)
class _Cause:
    at: dt.datetime
    reason: Reason
    due_at: dt.datetime | None


def promises_of(
    snapshots: Sequence[Snapshot],
    steps: Sequence[StepTold],
    supplements: Sequence[SupplementTold],
    waits: Sequence[Interruption],
) -> Promises:
    """Explain each due date after the first by what happened before it; each happening explains one move.

    A happening that names the new date explains it; else the last one before the date was told; else, because a
    sender's instant is often too early, the first one after.

    Source: NĐ 61/2018, điều 19 khoản 4 và 9; the matching: our choice, because no sender has a field for the reason.
    """
    told = _told(snapshots)
    causes = _causes(steps, supplements, waits)
    moves = []
    for due_at, told_at in told[1:]:
        cause = _cause_of(due_at, told_at, causes)
        if cause:
            causes.remove(cause)
        moves.append(Move(due_at, told_at, cause.reason if cause else Reason.CORRECTION))
    apologies = [step.at for step in steps if _APOLOGY in folded(step.content)]
    used = {move.told_at for move in moves if move.reason is Reason.EXTENSION}
    extended = [step.at for step in steps if used and _EXTENSION in folded(step.content)]
    return Promises(told[0][0] if told else None, tuple(moves), min((*apologies, *extended), default=None))


def _told(snapshots: Sequence[Snapshot]) -> list[tuple[dt.datetime, dt.datetime]]:
    first: dict[dt.datetime, dt.datetime] = {}
    for one in snapshots:
        if one.due_at is not None:
            first.setdefault(one.due_at, one.source_updated_at)
    return list(first.items())


def _causes(
    steps: Sequence[StepTold], supplements: Sequence[SupplementTold], waits: Sequence[Interruption]
) -> list[_Cause]:
    moved_to = {one.key: one.due_at_after for one in supplements}
    causes = [
        _Cause(
            one.ends_at or one.begins_at,
            Reason.SUPPLEMENT if one.cause is Cause.SUPPLEMENT else Reason.PAYMENT,
            moved_to.get(one.document),
        )
        for one in waits
    ]
    causes += [_Cause(one.at, Reason.EXTENSION, one.due_at) for one in steps if _excuses(one.content)]
    return sorted(causes, key=lambda cause: (cause.at, cause.reason, cause.due_at or cause.at))


def _excuses(content: str) -> bool:
    words = folded(content)
    return _APOLOGY in words or _EXTENSION in words


def _cause_of(due_at: dt.datetime, told_at: dt.datetime, causes: Sequence[_Cause]) -> _Cause | None:
    named = [cause for cause in causes if cause.due_at == due_at]
    before = [cause for cause in causes if cause.at <= told_at]
    return named[0] if named else before[-1] if before else causes[0] if causes else None
