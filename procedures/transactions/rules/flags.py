"""What looks wrong with a transaction."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from procedures.calendar.rules import local
from procedures.transactions.rules.dossier_codes import parsed
from procedures.transactions.rules.endings import Ending
from procedures.transactions.rules.messages import SupplementTold
from procedures.transactions.rules.promises import Promises
from procedures.vocabulary import TransactionWarning


@dataclass(frozen=True, slots=True)
class Seen:
    """What the warnings look at."""

    dossier_code: str
    received_at: dt.datetime | None
    is_received: bool
    promises: Promises
    due_date_differs: bool
    is_provisional: bool
    ending: Ending
    supplements: Sequence[SupplementTold]
    supplement_requests: int
    is_in_force: bool


def warnings_of(seen: Seen) -> tuple[str, ...]:
    """Name everything that looks wrong, sorted; nothing is changed because of it.

    Source: TT 01/2018/TT-VPCP, điều 19 (codes); NĐ 61/2018, điều 15.3, 19.4, 19.9; else our choice, because a
    correction is a person's decision.
    """
    return tuple(sorted({str(one.value) for one in (*_of_code(seen), *_of_dates(seen), *_of_conduct(seen))}))


def due_dates_differ(*due_dates: dt.datetime | None) -> bool:
    """Tell whether the due dates that are known do not all fall on the same day.

    Source: our choice, because the sender's due date and ours are both kept, and a difference is for a person to see.
    """
    return len({local(one).date() for one in due_dates if one is not None}) > 1


def _of_code(seen: Seen) -> Iterator[TransactionWarning]:
    code = parsed(seen.dossier_code)
    if code is None:
        yield TransactionWarning.DOSSIER_CODE_SHAPE
        return
    if code.is_long:
        yield TransactionWarning.RUNNING_NUMBER_5_DIGITS
    if seen.received_at and code.date != local(seen.received_at).date():
        yield TransactionWarning.DOSSIER_CODE_DATE


def _of_dates(seen: Seen) -> Iterator[TransactionWarning]:
    received_at, due_at = seen.received_at, seen.promises.original
    if received_at and due_at and local(due_at).date() < local(received_at).date():
        yield TransactionWarning.DUE_BEFORE_RECEIVED
    if seen.is_received and due_at is None:
        yield TransactionWarning.DUE_DATE_MISSING
    if seen.due_date_differs:
        yield TransactionWarning.DUE_DATE_DIFFERS
    if seen.is_provisional:
        yield TransactionWarning.DUE_DATE_PROVISIONAL
    if seen.ending.outcome and seen.ending.at is None:
        yield TransactionWarning.END_DATE_MISSING
    if seen.ending.at and received_at and seen.ending.at < received_at:
        yield TransactionWarning.ENDED_BEFORE_RECEIVED
    if any(one.answered_at and one.answered_at < one.requested_at for one in seen.supplements):
        yield TransactionWarning.SUPPLEMENT_DATES


def _of_conduct(seen: Seen) -> Iterator[TransactionWarning]:
    if seen.promises.is_corrected:
        yield TransactionWarning.DUE_DATE_CORRECTED
    if seen.promises.extensions > 1:
        yield TransactionWarning.EXTENDED_AGAIN
    if seen.supplement_requests > 1:
        yield TransactionWarning.SUPPLEMENT_ASKED_AGAIN
    if not seen.is_in_force:
        yield TransactionWarning.PROCEDURE_OF_ANOTHER_DAY
