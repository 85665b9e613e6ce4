"""Early, on time or late: the label of a transaction, and its exact distance from the due moment."""

from datetime import datetime
from enum import StrEnum

from procedures.calendar.rules.working_days import local


class Timeliness(StrEnum):
    """How a transaction stands to its due date; the last two are for one that has not ended."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    NOT_JUDGED = "not_judged"
    RUNNING = "running"
    RUNNING_LATE = "running_late"


def timeliness(ended_at: datetime | None, due_at: datetime | None, *, as_of: datetime | None = None) -> Timeliness:
    """Compare an end with a due date by the day: a transaction is late from the day after the due day.

    Without an end it is running, or running late, as of the given moment. What cannot be known is not judged: no due
    date, or neither end nor moment. Which ends are judged at all (not a withdrawal) is for the caller to say.

    Source: TT 01/2018/TT-VPCP, điều 13 (chỉ số 1: shorter, equal, longer); days and not hours: our choice, because
    with hours "equal" would never happen.
    """
    compared_at = ended_at or as_of
    if due_at is None or compared_at is None:
        return Timeliness.NOT_JUDGED
    day, due_day = local(compared_at).date(), local(due_at).date()
    if ended_at is None:
        return Timeliness.RUNNING_LATE if day > due_day else Timeliness.RUNNING
    if day == due_day:
        return Timeliness.ON_TIME
    return Timeliness.LATE if day > due_day else Timeliness.EARLY


def delay_minutes(ended_at: datetime, due_at: datetime) -> int:
    """Measure how far the end lies from the due moment, in whole minutes: positive is late, negative early.

    Seconds are dropped towards zero; nights and days off are minutes too.

    Source: our choice, because the label goes by days and somebody will ask how much.
    """
    return int((local(ended_at) - local(due_at)).total_seconds() / 60)
