"""When the office waited for the citizen: supplements and payments, as snapshots list them and as statuses tell."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from procedures.calendar.rules import Cause, Effect, Interruption, local
from procedures.transactions.rules.messages import Snapshot, StepTold, SupplementTold
from procedures.vocabulary import ENDS, STATUS_BY_CODE, Status

_CAUSES = {
    Status.SUPPLEMENT_REQUESTED: Cause.SUPPLEMENT,
    Status.PAYMENT_REQUESTED: Cause.FINANCIAL_DUTY,
}


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """That a transaction had a status at an instant; `rank` is the national number of the status."""

    at: dt.datetime
    rank: int
    is_step: bool

    @property
    def status(self) -> Status:
        """Name the status of this rank.

        Source: our choice, because the portal's codes 1–10 (TrangThaiHoSo) follow the way a dossier goes.
        """
        return STATUS_BY_CODE[self.rank]


def events_of(snapshots: Iterable[Snapshot], steps: Iterable[StepTold]) -> tuple[Event, ...]:
    """Return every status with its instant, in order; the last is where the transaction stands.

    Source: our choice, because a status that arrives late must not take a later one back.
    """
    told = {Event(one.source_updated_at, Status(one.status).code, is_step=False) for one in snapshots}
    told |= {Event(one.at, Status(one.status).code, is_step=True) for one in steps}
    return tuple(sorted(told))


def waits_of(
    supplements: Sequence[SupplementTold],
    events: Sequence[Event],
    *,
    received_at: dt.datetime,
    supplement_effect: Effect,
) -> tuple[Interruption, ...]:
    """Return each wait once.

    A supplement lasts until it was answered, or until a later status says that the work goes on; an end does not say
    so, because what ended without the papers was never complete. A status tells a wait
    by itself only where no list of supplements tells the same one; steps are believed before snapshots, whose instant
    is often only the last date they carry.

    Source: NĐ 61/2018, điều 19 khoản 4; how senders tell it: config/data/dvcqg.
    """
    listed = [_listed(one, events, supplement_effect) for one in supplements]
    asked = [one for one in _told(Status.SUPPLEMENT_REQUESTED, events, received_at, supplement_effect)
             if not any(_is_same_wait(one, other) for other in listed)]  # fmt: skip
    paid = _told(Status.PAYMENT_REQUESTED, events, received_at, Effect.PAUSE)
    return tuple(sorted((*listed, *asked, *paid), key=lambda one: (one.begins_at, one.cause, one.effect)))


def _listed(one: SupplementTold, events: Sequence[Event], effect: Effect) -> Interruption:
    answered_at = one.answered_at
    if answered_at is None or answered_at < one.requested_at:
        answered_at = _resumed_at(Status.SUPPLEMENT_REQUESTED, one.requested_at, events)
    return Interruption(Cause.SUPPLEMENT, effect, one.requested_at, answered_at, one.key)


def _told(
    status: Status, events: Sequence[Event], received_at: dt.datetime, effect: Effect
) -> tuple[Interruption, ...]:
    begun = [event.at for event in events if event.status is status and event.is_step]
    begun = begun or [event.at for event in events if event.status is status and event.at > received_at]
    waits: dict[dt.datetime | None, dt.datetime] = {}
    for begins_at in begun:
        waits.setdefault(_left_at(status, begins_at, events), begins_at)
    return tuple(
        Interruption(_CAUSES[status], effect, begins_at, _resumed_at(status, begins_at, events))
        for begins_at in waits.values()
    )


def _left_at(status: Status, begins_at: dt.datetime, events: Sequence[Event]) -> dt.datetime | None:
    return next((event.at for event in events if event.at > begins_at and event.status is not status), None)


def _resumed_at(status: Status, begins_at: dt.datetime, events: Sequence[Event]) -> dt.datetime | None:
    return _left_at(status, begins_at, [event for event in events if event.status not in ENDS])


def _is_same_wait(one: Interruption, listed: Interruption) -> bool:
    if local(one.begins_at).date() == local(listed.begins_at).date():
        return True
    begins_before = listed.begins_at <= one.begins_at
    return begins_before and (listed.ends_at is None or one.begins_at < listed.ends_at)
