"""What Nghị định 61/2018/NĐ-CP fixes in numbers about the one-stop unit's time.

In force 2018-06-21 to 2025-06-30. Its successor, NĐ 118/2025, has not been read by us; until somebody has, the same
numbers go on, and this file is where a second one would branch off.
"""

from datetime import date, datetime, time

from procedures.calendar.rules.working_days import ONE_DAY, Calendar, local

LATE_RECEIPT_FROM = time(15)
SUPPLEMENT_NOTICE_DAYS = 3
APOLOGY_DAYS_BEFORE = 1


def is_late_receipt(received_at: datetime) -> bool:
    """Tell whether a dossier came after 15:00, so that it is handed over at the start of the next working day.

    Exactly 15:00 is not after it.

    Source: NĐ 61/2018, điều 18 khoản 2–3.
    """
    return local(received_at).time() > LATE_RECEIPT_FROM


def apology_on_time(apology_at: datetime, due_at: datetime) -> bool:
    """Tell whether the apology was given at least one day before the due date, by days and not by hours.

    The day before is a calendar day: where the decree means working days (as in khoản 4) it says so.

    Source: NĐ 61/2018, điều 19 khoản 9.
    """
    return local(apology_at).date() <= apologise_by(due_at)


def apologise_by(due_at: datetime) -> date:
    """Return the last day on which an apology is in time.

    Source: NĐ 61/2018, điều 19 khoản 9.
    """
    return local(due_at).date() - APOLOGY_DAYS_BEFORE * ONE_DAY


def supplement_notice_in_time(
    received_at: datetime, requested_at: datetime, calendar: Calendar, *, days: int = SUPPLEMENT_NOTICE_DAYS
) -> bool:
    """Tell whether a supplement was asked within three working days of the receipt, or those that sector law allows.

    `received_at` is the receipt as it counts for working days (`limits.counts_as_received_at`), so that the notice and
    the limit run from one day; a receipt on a day off is a receipt of the next working day.

    Source: NĐ 61/2018, điều 18 khoản 2, điều 19 khoản 4.
    """
    received_on = calendar.working_day_from(local(received_at).date())
    return calendar.working_days_between(received_on, local(requested_at).date()) <= days
