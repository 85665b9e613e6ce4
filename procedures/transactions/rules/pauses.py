"""Time that a superior has agreed to exclude: a pause from outside the messages, part of the set that is folded."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from procedures.calendar.rules import Cause, Effect, Interruption


@dataclass(frozen=True, slots=True, order=True)
class GrantedPause:
    """A period that does not count for a dossier, and the exclusion by which it was granted."""

    begins_at: dt.datetime
    ends_at: dt.datetime
    reference: int


def interruptions_by(
    pauses: Iterable[GrantedPause], *, received_at: dt.datetime, ended_at: dt.datetime | None
) -> tuple[Interruption, ...]:
    """Return what the pauses that touch a transaction's time stop; a set: order and repetition change nothing.

    Source: our choice, because no text names what else than the applicant's own wait is not counted; each exclusion
    carries its reason with the law beside it (config/data/exclusion_reasons.csv).
    """
    touching = [
        one for one in set(pauses) if one.ends_at > received_at and not (ended_at and one.begins_at >= ended_at)
    ]
    return tuple(
        Interruption(Cause.EXCLUSION, Effect.PAUSE, one.begins_at, one.ends_at, str(one.reference))
        for one in sorted(touching)
    )
