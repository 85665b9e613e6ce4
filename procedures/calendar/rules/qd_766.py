"""Timeliness as the national portal computes it for QĐ 766/QĐ-TTg: another method, kept beside the legal one."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from procedures.calendar.rules.interruptions import Cause, Interruption
from procedures.calendar.rules.labels import Timeliness
from procedures.calendar.rules.limits import Limit, due_at
from procedures.calendar.rules.working_days import Calendar, local

NO_TIME = timedelta(0)
SUPPLEMENTS_ALLOWED = 1


def national_timeliness(
    received_at: datetime,
    due_at_last_sent: datetime | None,
    limit: Limit | None,
    interruptions: Iterable[Interruption],
    calendar: Calendar,
    ended_at: datetime | None,
    *,
    as_of: datetime | None = None,
) -> Timeliness:
    """Label a transaction by the portal's method: the end against the due date as last sent, to the moment.

    More than one supplement request is late, whatever the dates say. An open request is the end of the time that is
    judged; the time of an answered one is taken off, also when the due date was moved for it. Without a due date the
    limit is counted from receipt; without both nothing is judged. Without an end, `as_of` (the last day of the period)
    stands for it. In time is EARLY before the due day and ON_TIME on it.

    Source: QĐ 766/QĐ-TTg 2022, indicator 2.1 in the portal's description of its formulas (second-hand text).
    """
    requests = _requests(interruptions, ended_at)
    if len(requests) > SUPPLEMENTS_ALLOWED:
        return Timeliness.RUNNING_LATE if ended_at is None else Timeliness.LATE
    due = due_at_last_sent or (due_at(received_at, limit, calendar).at if limit else None)
    judged_at = _judged_at(requests, ended_at or as_of)
    if due is None or judged_at is None:
        return Timeliness.NOT_JUDGED
    return _label(local(judged_at), local(due), is_ended=ended_at is not None)


def _requests(interruptions: Iterable[Interruption], ended_at: datetime | None) -> dict[datetime, datetime | None]:
    """Give each supplement request its answer; a request told twice is one, and takes the answer that is known."""
    requests: dict[datetime, datetime | None] = {}
    for item in interruptions:
        if item.cause is Cause.SUPPLEMENT and (ended_at is None or item.begins_at < ended_at):
            answers = [at for at in (item.ends_at, requests.get(item.begins_at)) if at]
            requests[item.begins_at] = max(answers, default=None)
    return requests


def _judged_at(requests: dict[datetime, datetime | None], end: datetime | None) -> datetime | None:
    waited = NO_TIME
    for asked_at, answered_at in requests.items():
        if answered_at is None or (end and answered_at > end):
            return asked_at
        waited += answered_at - asked_at
    return None if end is None else end - waited


def _label(judged_at: datetime, due: datetime, *, is_ended: bool) -> Timeliness:
    if judged_at > due:
        return Timeliness.LATE if is_ended else Timeliness.RUNNING_LATE
    if not is_ended:
        return Timeliness.RUNNING
    return Timeliness.EARLY if judged_at.date() < due.date() else Timeliness.ON_TIME
