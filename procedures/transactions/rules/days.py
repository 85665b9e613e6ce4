"""On which day a unit that a message names was at work: by that day's organisation it is looked up."""

import datetime as dt

from procedures.calendar.rules import local


def receipt_day(received_at: dt.datetime | None, submitted_at: dt.datetime | None, told_at: dt.datetime) -> dt.date:
    """Return the day for the receiving unit: of receipt, else of submission, else on which it was told.

    Source: our choice, because a figure is the unit's of that day (NĐ 61/2018, điều 11.2g, charges who did the work).
    """
    return local(received_at or submitted_at or told_at).date()


def settlement_day(told_at: dt.datetime, ended_at: dt.datetime | None) -> dt.date:
    """Return the day for the settling unit: on which it was told, but none after its work ended.

    Source: our choice, because software tells of dossiers again long after they ended, and after their unit did.
    """
    return local(min(told_at, ended_at or told_at)).date()
