"""How the due date moved, and why: supplement, payment, extension with an apology, or nobody knows.

Note [Apologies]: no sender has a field for an apology, so its words tell. The slip says that one is sorry; to put a due
date off is said of the time of the settlement or of the day of return, never by the bare word "gia hạn", of which many
procedures bear the name. An apology of a day after the end excuses nothing any more. How often one was sorry is how
many due dates there was an apology for: one apology passes through many hands, and each writes it down as a step. It is
for the first due date that is not over on its day; where the words number the apologies ("lần 2"), they are believed.
"""

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from procedures.calendar.rules import Cause, Interruption, local
from procedures.transactions.rules.messages import Snapshot, StepTold, SupplementTold
from units.rules import folded

_APOLOGY = "xin loi"
_EXTENSION = re.compile(
    r"gia han (?:them )?(?:thoi (?:gian|han) )?(?:giai quyet|xu ly|tra|hen tra)\b"
    r"|gia han ngay (?:hen )?tra\b"
    r"|hen lai(?: (?:ngay|thoi (?:gian|han)|lich))?(?: (?:tra|lan|them|den|sang)\b| (?:ngay )?\d|[.,;:)]|$)"
)
"""Not "gia hạn giấy phép", nor "hẹn lại lịch đo đạc"; counted only where the due date moved (Note [Apologies])."""
_NUMBERED = re.compile(r"(?:xin loi|(?:hen lai|gia han)[^,.;:]{0,40}) lan (?:thu )?(\d)\b")


class Reason(StrEnum):
    """Why a due date moved."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    EXTENSION = "extension"
    CORRECTION = "correction"


_folded = lru_cache(maxsize=2048)(folded)
"""Offices say the same few words of their steps all day, and each is asked for several."""


@dataclass(frozen=True, slots=True)
class Move:
    """A new due date, when it was first told, and why it moved."""

    due_at: dt.datetime
    told_at: dt.datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Promises:
    """What was promised: first, then each move; the first apology, and how often one was sorry (Note [Apologies])."""

    original: dt.datetime | None
    moves: tuple[Move, ...]
    apology_at: dt.datetime | None
    apologies: int = 0

    @property
    def extensions(self) -> int:
        """Count the extensions with an apology, also those that the sender's due dates show as one move.

        Source: NĐ 61/2018, điều 19 khoản 9 (one at most); that a first apology without a new date puts nothing off, and
        a second one does: our choice, because senders who tell the state at night show the last date only.
        """
        return max(self._extended, self.apologies if self.apologies > 1 else 0)

    @property
    def is_excused(self) -> bool:
        """Tell whether there is an apology for which no new date is known, so that nothing more can be called owed.

        Source: our choice, because the new date stands in a letter that no sender tells.
        """
        return self.apologies > self._extended

    @property
    def reappointed(self) -> dt.datetime | None:
        """Return the date that stands since it was first put off with an apology; None where it never was.

        Source: NĐ 61/2018, điều 19 khoản 9; a correction does not carry it on: our choice, because nothing explains it.
        """
        reasons = [move.reason for move in self.moves]
        if Reason.EXTENSION not in reasons:
            return None
        since = self.moves[reasons.index(Reason.EXTENSION) :]
        return next(move.due_at for move in reversed(since) if move.reason is not Reason.CORRECTION)

    @property
    def _extended(self) -> int:
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
    ended_at: dt.datetime | None = None,
) -> Promises:
    """Explain each due date after the first by what happened before it; each happening explains one move.

    A happening that names the new date explains it; else the last one before the date was told; else, because a
    sender's instant is often too early, the first one after. What is written after the day of the end explains nothing.

    Source: NĐ 61/2018, điều 19 khoản 4 và 9; the matching: our choice, because no sender has a field for the reason.
    """
    told = _told(snapshots)
    said = [step for step in steps if ended_at is None or local(step.at).date() <= local(ended_at).date()]
    causes = _causes(said, supplements, waits)
    moves = []
    for due_at, told_at in told[1:]:
        cause = _cause_of(due_at, told_at, causes)
        if cause:
            causes.remove(cause)
        moves.append(Move(due_at, told_at, cause.reason if cause else Reason.CORRECTION))
    is_extended = any(move.reason is Reason.EXTENSION for move in moves)
    apologies = [step for step in said if _apologises(step.content) or (is_extended and _extends(step.content))]
    return Promises(
        told[0][0] if told else None,
        tuple(moves),
        min((step.at for step in apologies), default=None),
        _times(apologies, [due_at for due_at, _ in told]),
    )


def _times(apologies: Sequence[StepTold], due_dates: Sequence[dt.datetime]) -> int:
    """Count the due dates that there was an apology for, or believe the highest number that the words give."""
    days = sorted({local(due_at).date() for due_at in due_dates})
    meant = {bisect_left(days, local(step.at).date()) for step in apologies}
    numbers = [int(number) for step in apologies for number in _NUMBERED.findall(_folded(step.content))]
    return max(len(meant), *numbers, 0)


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
    return _apologises(content) or _extends(content)


def _apologises(content: str) -> bool:
    return _APOLOGY in _folded(content)


def _extends(content: str) -> bool:
    return _EXTENSION.search(_folded(content)) is not None


def _cause_of(due_at: dt.datetime, told_at: dt.datetime, causes: Sequence[_Cause]) -> _Cause | None:
    named = [cause for cause in causes if cause.due_at == due_at]
    before = [cause for cause in causes if cause.at <= told_at]
    return named[0] if named else before[-1] if before else causes[0] if causes else None
