"""What a transaction is counted by: the terms of its procedure, and the calendar of the unit that took it in."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from procedures.calendar.rules import Calendar, Effect, Limit, LimitUnit
from procedures.calendar.rules.nd_61_2018 import SUPPLEMENT_NOTICE_DAYS
from procedures.transactions.rules.days import receipt_day
from procedures.transactions.rules.merging import Merged


@dataclass(frozen=True, slots=True)
class Terms:
    """What the law said of the procedure on the day of receipt.

    `notice_days` are the working days within which a supplement is asked.
    `is_in_force` is false when the procedure had no version that day; then nothing else is known.
    """

    limit: Limit | None = None
    unit: LimitUnit = LimitUnit.WORKING_DAY
    supplement_effect: Effect = Effect.RESTART
    late_receipt_shifts: bool = False
    notice_days: int = SUPPLEMENT_NOTICE_DAYS
    is_in_force: bool = True


@dataclass(frozen=True, slots=True)
class Reception:
    """Where a dossier was taken in, as it was told: the unit's code, the first unit at work, the day, for what."""

    unit_code: str | None
    first_unit: tuple[str | None, str | None]
    on: dt.date
    procedure_code: str


CalendarAt = Callable[[Reception], Calendar]
"""Finds the calendar as the unit keeps it that took a dossier in: hours are those of the counter that hands it back."""
TermsOf = Callable[[str, dt.date | None], Terms]
"""Finds the terms of a procedure code on a day."""


def reception_of(together: Merged) -> Reception:
    """Say where and on which day a dossier was taken in, or when it was first heard of.

    Source: our choice, because senders name the unit by the dossier code, by a code of their own, or not at all.
    """
    values = together.values
    on = receipt_day(values["received_at"], values["submitted_at"], together.newest.source_updated_at)
    first = next(((one.code, one.name) for one in together.settling if one.is_named), (None, None))
    return Reception(values["receiving_unit_code"], first, on, values["procedure_code"])
