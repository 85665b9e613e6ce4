"""How and when a transaction ended."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from procedures.calendar.rules import local
from procedures.transactions.rules.messages import StepTold
from procedures.transactions.rules.waits import Event
from procedures.vocabulary import ENDS, Outcome, Status

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


@dataclass(frozen=True, slots=True)
class EndTold:
    """The end as states give it, and the instant of the state that gave it last."""

    at: dt.datetime | None = None
    told_at: dt.datetime | None = None


def ending_of(events: Sequence[Event], steps: Sequence[StepTold], told: EndTold) -> Ending:
    """Say how a transaction ended, by the status it stands at, and when: as sent, or by the first step of that end.

    Handing something over (status 10) ends nothing by itself: what was handed over ended before, by result or refusal.
    Refused without ever having been received is a refusal at intake. What was taken up again on a later day and ended
    once more ended by the first step since; without one, on the earlier day only if a state since then says so.

    Source: NĐ 61/2018, điều 17 và 19 khoản 8; the end is "Đã xử lý xong" (status 9), not its
    collection: our choice, as the national portal counts; that an end before it was taken up again counts no more: our
    choice, because the citizen had to wait on.
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
    return Ending(outcome, _ended_at(status, events, steps, told))


def _ended_at(status: Status, events: Sequence[Event], steps: Sequence[StepTold], told: EndTold) -> dt.datetime | None:
    known, taken_up_at = told.at or _first_step(status, events, steps), _taken_up_at(events)
    if known is None or taken_up_at is None or local(known).date() >= local(taken_up_at).date():
        return known
    since = [step.at for step in steps if step.status == status and step.at >= taken_up_at]
    is_confirmed = told.told_at is not None and told.told_at >= taken_up_at
    return min(since, default=told.at if is_confirmed else None)


def _taken_up_at(events: Sequence[Event]) -> dt.datetime | None:
    """Find when a transaction that had ended was worked on again, if it ended once more after that."""
    ends = [place for place, event in enumerate(events) if event.status in _OUTCOMES]
    between = events[ends[0] : ends[-1]] if ends else ()
    return max((event.at for event in between if event.status not in ENDS), default=None)


def _first_step(status: Status, events: Sequence[Event], steps: Sequence[StepTold]) -> dt.datetime | None:
    """Find the first step of the last unbroken run of this end."""
    open_again = [event.at for event in events if event.status not in {status, Status.RETURNED}]
    since = max(open_again, default=None)
    ends = [step.at for step in steps if step.status == status]
    return min((at for at in ends if since is None or at >= since), default=max(ends, default=None))
