"""The fold: from the set of messages of one transaction to everything we say about it (Note [The fold])."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from procedures.calendar.rules import (
    Calendar,
    Clock,
    Interruption,
    Interval,
    Limit,
    delay_minutes,
    local,
    national_timeliness,
    timeliness,
)
from procedures.transactions.rules.at_work import UnitTold
from procedures.transactions.rules.conduct import Conduct, Watched, conduct_of
from procedures.transactions.rules.endings import Ending, ending_of
from procedures.transactions.rules.flags import Seen, due_dates_differ, warnings_of
from procedures.transactions.rules.merging import Merged, in_order, merged
from procedures.transactions.rules.messages import Snapshot, StepTold, Told
from procedures.transactions.rules.pauses import GrantedPause, interruptions_by
from procedures.transactions.rules.promises import Promises, promises_of
from procedures.transactions.rules.steps import StepState, steps_of
from procedures.transactions.rules.terms import CalendarAt, Reception, Terms, TermsOf, reception_of
from procedures.transactions.rules.times import Course, Times, times_of
from procedures.transactions.rules.waits import Event, events_of, waits_of
from procedures.vocabulary import Channel, Outcome, Status, Timeliness


class State(NamedTuple):
    """One transaction as its messages leave it; codes and names as sent, to be looked up as of their day."""

    dossier_code: str
    source: str
    source_updated_at: dt.datetime
    status: Status
    procedure_code: str
    reception: Reception
    settling_unit_code: str | None
    settling_unit_name: str
    settling_unit_told_at: dt.datetime | None
    receiving: tuple[UnitTold, ...]
    settling: tuple[UnitTold, ...]
    channel: str
    applicant_kind: str
    applicant_ref: str
    submitted_at: dt.datetime | None
    received_at: dt.datetime | None
    due_at_original: dt.datetime | None
    due_at: dt.datetime | None
    due_at_legal: dt.datetime | None
    due_at_computed: dt.datetime | None
    due_date_differs: bool
    ended_at: dt.datetime | None
    finished_at: dt.datetime | None
    returned_at: dt.datetime | None
    outcome: str
    timeliness: Timeliness
    national_timeliness: Timeliness
    exclusions: int
    due_at_before_exclusions: dt.datetime | None
    timeliness_before_exclusions: str
    delay_minutes: int | None
    supplement_requests: int
    extensions: int
    apology_at: dt.datetime | None
    conduct: Conduct
    contacts: int | None
    agencies_contacted: int | None
    paid_online: bool | None
    digitised: bool | None
    electronic_result: bool | None
    warnings: tuple[str, ...]
    steps: tuple[StepState, ...]
    intervals: tuple[Interval, ...]
    promises: Promises
    clock: Clock | None
    catalogue_limit: Limit | None


def fold(
    messages: Iterable[Told],
    terms_of: TermsOf,
    calendar: Calendar | CalendarAt,
    *,
    pauses: Iterable[GrantedPause] = (),
    as_of: dt.datetime | None = None,
) -> State | None:
    """Return what the messages of one transaction come to; None while none of them names the procedure.

    The messages and the pauses granted are sets: order and repetition change nothing. `as_of` only lets the clock of
    what still runs tell how much of its limit is used.

    Source: our choice (docs/decisions/0001-the-fold.md); labels and due dates are of procedures.calendar.rules.
    """
    told = list(messages)
    snapshots = in_order(one for one in told if isinstance(one, Snapshot))
    if not snapshots:
        return None
    together = merged(snapshots)
    code = together.values["procedure_code"]
    if code is None:
        return None
    steps = steps_of(one for one in told if isinstance(one, StepTold))
    received_at = together.values["received_at"]
    terms = terms_of(code, received_at and local(received_at).date())
    here = calendar if isinstance(calendar, Calendar) else calendar(reception_of(together))
    events = events_of(snapshots, (step.told for step in steps))
    return _State(
        snapshots, together, steps, events, _is_received(events), terms, here, as_of, frozenset(pauses)
    ).told()  # fmt: skip


@dataclass(frozen=True)
class _State:
    """The parts from which a state is put together."""

    snapshots: tuple[Snapshot, ...]
    together: Merged
    steps: tuple[StepState, ...]
    events: tuple[Event, ...]
    is_received: bool
    terms: Terms
    calendar: Calendar
    as_of: dt.datetime | None
    pauses: frozenset[GrantedPause]

    def told(self) -> State:
        values, newest, events = self.together.values, self.together.newest, self.events
        settling = self.together.settling
        step_messages = [step.told for step in self.steps]
        ending = ending_of(events, step_messages, self.together.end)
        waits = self._waits()
        ended_at = ending.at if ending.outcome else None
        promises = promises_of(self.snapshots, step_messages, self.together.supplements, waits, ended_at)
        before = self._times(waits, promises, ending)
        granted = self._granted(before.legal)
        times = self._times((*waits, *granted), promises, ending) if granted else before
        due_at_legal = times.legal.due_at if times.legal else None
        due_at_computed = times.computed.due_at if times.computed else None
        differs = due_dates_differ(values["due_at"], due_at_legal, due_at_computed)
        label = self._label(times.legal, ending)
        seen = Seen(
            dossier_code=newest.dossier_code,
            received_at=values["received_at"],
            is_received=self.is_received,
            promises=promises,
            due_date_differs=differs,
            is_provisional=bool(times.legal and times.legal.doubtful_days),
            ending=ending,
            supplements=self.together.supplements,
            supplement_requests=_requests(waits),
            is_in_force=self.terms.is_in_force,
        )
        return State(
            dossier_code=newest.dossier_code,
            source=newest.source,
            source_updated_at=newest.source_updated_at,
            status=events[-1].status,
            procedure_code=values["procedure_code"],
            reception=reception_of(self.together),
            settling_unit_code=values["settling_unit_code"],
            settling_unit_name=values["settling_unit_name"] or "",
            settling_unit_told_at=settling[-1].told_at if settling else None,
            receiving=self.together.receiving,
            settling=settling,
            channel=values["channel"] or Channel.COUNTER,
            applicant_kind=values["applicant_kind"] or "",
            applicant_ref=values["applicant_ref"] or "",
            submitted_at=values["submitted_at"],
            received_at=values["received_at"],
            due_at_original=promises.original,
            due_at=values["due_at"],
            due_at_legal=due_at_legal,
            due_at_computed=due_at_computed,
            due_date_differs=differs,
            ended_at=ending.at,
            finished_at=ending.at if ending.outcome == Outcome.FINISHED else None,
            returned_at=values["returned_at"] or _first_return(self.steps),
            outcome=ending.outcome,
            timeliness=label,
            national_timeliness=self._national(waits, ending),
            exclusions=len(granted),
            due_at_before_exclusions=before.legal.due_at if granted and before.legal else None,
            timeliness_before_exclusions=self._label(before.legal, ending) if granted else "",
            delay_minutes=_delay(label, ending, due_at_legal),
            supplement_requests=_requests(waits),
            extensions=promises.extensions,
            apology_at=promises.apology_at,
            conduct=self._conduct(waits, promises, ending, due_at_legal),
            contacts=values["contacts"],
            agencies_contacted=values["agencies_contacted"],
            paid_online=values["paid_online"],
            digitised=values["digitised"],
            electronic_result=values["electronic_result"],
            warnings=warnings_of(seen),
            steps=self.steps,
            intervals=times.legal.intervals if times.legal else (),
            promises=promises,
            clock=times.legal,
            catalogue_limit=self.terms.limit,
        )

    def _waits(self) -> tuple[Interruption, ...]:
        received_at = self.together.values["received_at"]
        if received_at is None or not self.is_received:
            return ()
        return waits_of(
            self.together.supplements,
            self.events,
            received_at=received_at,
            supplement_effect=self.terms.supplement_effect,
        )

    def _times(self, stops: Sequence[Interruption], promises: Promises, ending: Ending) -> Times:
        received_at = self.together.values["received_at"]
        if received_at is None or not self.is_received:
            return Times()
        return times_of(Course(received_at, promises.original, stops, ending.at), self.terms, self.calendar, self.as_of)

    def _conduct(
        self, waits: Sequence[Interruption], promises: Promises, ending: Ending, due_at: dt.datetime | None
    ) -> Conduct:
        received_at = self.together.values["received_at"]
        terms = self.terms
        return conduct_of(
            Watched(
                received_at, due_at, waits, promises, ending, self.calendar, terms.notice_days,
                late_receipt_shifts=terms.late_receipt_shifts,
            )
        )  # fmt: skip

    def _granted(self, legal: Clock | None) -> tuple[Interruption, ...]:
        if not self.pauses or legal is None:
            return ()
        return interruptions_by(self.pauses, received_at=legal.received_at, ended_at=legal.ended_at)

    def _label(self, legal: Clock | None, ending: Ending) -> Timeliness:
        """Judge results only; a dossier that was refused, withdrawn or stopped was neither early nor late."""
        if legal is None or (legal.due_at is None and not legal.stands):
            return Timeliness.NOT_JUDGED
        if not ending.outcome:
            return Timeliness.RUNNING
        is_known = ending.at is not None and ending.at >= legal.received_at
        if ending.outcome != Outcome.FINISHED or not is_known:
            return Timeliness.NOT_JUDGED
        return Timeliness(timeliness(ending.at, legal.due_at).value)

    def _national(self, waits: Sequence[Interruption], ending: Ending) -> Timeliness:
        """Judge every end, as the portal does; what has not ended is told as of its receipt."""
        received_at = self.together.values["received_at"]
        if received_at is None or not self.is_received or (ending.outcome and ending.at is None):
            return Timeliness.NOT_JUDGED
        as_of = None if ending.outcome else received_at
        label = national_timeliness(
            received_at, self.together.values["due_at"], self.terms.limit, waits, self.calendar, ending.at, as_of=as_of
        )
        return Timeliness(label.value)


def _is_received(events: Sequence[Event]) -> bool:
    return any(event.status not in {Status.REGISTERED, Status.REFUSED} for event in events)


def _requests(waits: Sequence[Interruption]) -> int:
    return sum(wait.cause.value == "supplement" for wait in waits)


def _delay(label: Timeliness, ending: Ending, due_at: dt.datetime | None) -> int | None:
    judged = label in {Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.LATE}
    return delay_minutes(ending.at, due_at) if judged and ending.at and due_at else None


def _first_return(steps: Sequence[StepState]) -> dt.datetime | None:
    return min((step.told.at for step in steps if step.told.status == Status.RETURNED), default=None)
