"""How and when a transaction ended."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from procedures.transactions.rules.messages import StepTold
from procedures.transactions.rules.waits import Event
from procedures.vocabulary import Outcome, Status

_OUTCOMES = {
    Status.REFUSED: Outcome.REFUSED,
    Status.WITHDRAWN: Outcome.WITHDRAWN,
    Status.STOPPED: Outcome.STOPPED,
    Status.FINISHED: Outcome.FINISHED,
}


@dataclass(frozen=True, slots=True)
class Ending:
    """The outcome (empty while it runs) and its instant, None when nobody told it."""

    outcome: str = ""
    at: dt.datetime | None = None


def ending_of(events: Sequence[Event], steps: Sequence[StepTold], ended_at: dt.datetime | None) -> Ending:
    """Say how a transaction ended, by the status it stands at, and when: as sent, or by the first step of that end.

    Handing something over (status 10) ends nothing by itself: what was handed over ended before, by result or refusal.
    Refused without ever having been received is a refusal at intake.

    Source: NĐ 61/2018, điều 17 và 19 khoản 8; the end is "Đã xử lý xong" (status 9), not its
    collection: our choice, as the national portal counts.
    """
    status = events[-1].status
    if status is Status.RETURNED:
        ends = [event.status for event in events if event.status in _OUTCOMES]
        status = ends[-1] if ends else Status.FINISHED
    if status not in _OUTCOMES:
        return Ending()
    outcome = _OUTCOMES[status]
    if status is Status.REFUSED and all(
        e.status in {Status.REGISTERED, Status.REFUSED, Status.RETURNED} for e in events
    ):
        outcome = Outcome.REFUSED_AT_INTAKE
    return Ending(outcome, ended_at or _first_step(status, events, steps))


def _first_step(status: Status, events: Sequence[Event], steps: Sequence[StepTold]) -> dt.datetime | None:
    """Find the first step of the last unbroken run of this end."""
    open_again = [event.at for event in events if event.status not in {status, Status.RETURNED}]
    since = max(open_again, default=None)
    ends = [step.at for step in steps if step.status == status]
    return min((at for at in ends if since is None or at >= since), default=max(ends, default=None))
