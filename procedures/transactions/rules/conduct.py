"""What the one-stop decree asks of the office about one transaction, and what it left undone (Note [Conduct]).

Note [Conduct]: a signal is a fact that somebody may look into, never a verdict. What cannot change any more is stored
with the transaction. What hangs on today's date is not: of a running transaction only `apologise_by_date` is stored,
and whether an apology is due, or the due day passed without one, is told when it is read, by the two predicates at the
end of this file. procedures.transactions.queries.conduct says the same in SQL; tests/transactions/test_conduct.py holds
both together.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from procedures.calendar.rules import Calendar, Cause, Interruption, LimitUnit, local
from procedures.calendar.rules.limits import counts_as_received_at
from procedures.calendar.rules.nd_61_2018 import (
    APOLOGY_DAYS_BEFORE,
    apologise_by,
    apology_on_time,
    supplement_notice_in_time,
)
from procedures.calendar.rules.working_days import ONE_DAY
from procedures.transactions.rules.endings import Ending
from procedures.transactions.rules.promises import Promises
from procedures.vocabulary import ConductSignal, SignalStrength


@dataclass(frozen=True, slots=True)
class Conduct:
    """How the decree was kept. None where there was nothing to keep.

    `supplement_notice_on_time` is of the first request; `apologise_by_date` the last day on which an apology would be
    in time, while the transaction runs towards a due date for which nobody has apologised; `signals` are sorted.
    """

    supplement_notice_on_time: bool | None = None
    apology_on_time: bool | None = None
    apologise_by_date: dt.date | None = None
    signals: tuple[ConductSignal, ...] = ()


@dataclass(frozen=True, slots=True)
class Watched:
    """What conduct is judged by. `due_at` is the due date by law; `notice_days` those that the procedure allows.

    With `late_receipt_shifts` the procedure moves a receipt after 15:00 to the next working day.
    """

    received_at: dt.datetime | None
    due_at: dt.datetime | None
    waits: Sequence[Interruption]
    promises: Promises
    ending: Ending
    calendar: Calendar
    notice_days: int
    late_receipt_shifts: bool


def conduct_of(seen: Watched) -> Conduct:
    """Say what was kept and what was not.

    Late without an apology is also who was refused, withdrew or was stopped after the due day: the citizen waited all
    the same. Who apologised is held against the day that he named instead, and owes another apology when that is over
    (Note [Apologies]). Not counted is an end that nobody dated.

    Source: NĐ 61/2018, điều 15 khoản 3, điều 19 khoản 4 và 9; that every end counts: our choice, because a dossier
    that is withdrawn after its due day must not wipe out that nobody apologised; that an apology lasts until the day it
    names: our choice, because the decree lets the day be put off once and one letter cannot excuse every delay.
    """
    told = Conduct(_notice_on_time(seen), _apology_on_time(seen), _apologise_by(seen))
    signals = tuple(sorted(_signals(seen, told)))
    return replace(told, signals=signals) if signals else told


def is_apology_due(apologise_by_date: dt.date | None, today: dt.date) -> bool:
    """Tell whether an apology is due: what runs without one is late, or about to be, from the last day in time on.

    Source: NĐ 61/2018, điều 19 khoản 9; “about to be late” from the last day on which an apology is in time: our
    choice, because the decree gives no other day.
    """
    return apologise_by_date is not None and apologise_by_date <= today


def is_late_without_apology(apologise_by_date: dt.date | None, today: dt.date) -> bool:
    """Tell whether what runs has passed its due day without an apology.

    Source: NĐ 61/2018, điều 19 khoản 9.
    """
    return apologise_by_date is not None and apologise_by_date < last_apology_day_of_the_late(today)


def last_apology_day_of_the_late(today: dt.date) -> dt.date:
    """Return the day before which the last day for an apology lies for everything that is late today.

    Source: NĐ 61/2018, điều 19 khoản 9.
    """
    return today - APOLOGY_DAYS_BEFORE * ONE_DAY


def signals_on(signals: Sequence[str], apologise_by_date: dt.date | None, today: dt.date) -> list[ConductSignal]:
    """Return the signals of a transaction as of a day: those stored, and what a running one shows by now.

    Source: NĐ 61/2018, điều 15 khoản 3, điều 19 khoản 4 và 9.
    """
    now = {ConductSignal.LATE_WITHOUT_APOLOGY} if is_late_without_apology(apologise_by_date, today) else set()
    return sorted({ConductSignal(one) for one in signals} | now)


def weight_of(signal: ConductSignal) -> int:
    """Return 1 for a signal and 2 for a strong one.

    Source: our choice, because late without an apology is the stronger one, and rows are found by their strongest.
    """
    return list(SignalStrength).index(signal.strength) + 1


def _signals(seen: Watched, told: Conduct) -> Iterator[ConductSignal]:
    if sum(wait.cause is Cause.SUPPLEMENT for wait in seen.waits) > 1:
        yield ConductSignal.SUPPLEMENT_ASKED_AGAIN
    if told.supplement_notice_on_time is False:
        yield ConductSignal.SUPPLEMENT_NOTICE_LATE
    if seen.promises.extensions > 1:
        yield ConductSignal.EXTENDED_AGAIN
    if told.apology_on_time is False:
        yield ConductSignal.APOLOGY_LATE
    if not seen.promises.is_excused and _ended_late(seen):
        yield ConductSignal.LATE_WITHOUT_APOLOGY


def _ended_late(seen: Watched) -> bool:
    ended_at, awaited = seen.ending.at, _awaited(seen)
    if ended_at is None or awaited is None or not seen.ending.outcome:
        return False
    return local(ended_at).date() > local(awaited).date()


def _awaited(seen: Watched) -> dt.datetime | None:
    """Return until when the citizen was told to wait: the due date by law, or a later one that was put off with it."""
    put_off = seen.promises.reappointed
    return max(seen.due_at, seen.calendar.rolled(put_off)) if seen.due_at and put_off else seen.due_at


def _notice_on_time(seen: Watched) -> bool | None:
    asked = [wait.begins_at for wait in seen.waits if wait.cause is Cause.SUPPLEMENT]
    if seen.received_at is None or not asked:
        return None
    received_at = counts_as_received_at(
        seen.received_at, LimitUnit.WORKING_DAY, seen.calendar, late_receipt_shifts=seen.late_receipt_shifts
    )
    return supplement_notice_in_time(received_at, min(asked), seen.calendar, days=seen.notice_days)


def _apology_on_time(seen: Watched) -> bool | None:
    due_at = seen.due_at or seen.promises.original
    return apology_on_time(seen.promises.apology_at, due_at) if seen.promises.apology_at and due_at else None


def _apologise_by(seen: Watched) -> dt.date | None:
    awaited = _awaited(seen)
    if seen.ending.outcome or awaited is None or seen.promises.is_excused:
        return None
    return apologise_by(awaited)
