"""Luật Khiếu nại 2011: ten days to accept (điều 27, to 2026-06-30), thirty from acceptance to settle (điều 28)."""

import datetime as dt

from feedback.complaints.rules.limits import DeadlineRule
from feedback.vocabulary import ComplaintState, LegalClass
from procedures.calendar.rules import Limit, LimitUnit

IN_FORCE = dt.date(2012, 7, 1)
ACCEPTANCE_CHANGED = dt.date(2026, 7, 1)

RULES = (
    DeadlineRule(
        name="luat_khieu_nai_2011.acceptance",
        legal_class=LegalClass.GRIEVANCE,
        state=ComplaintState.SUBMITTED,
        limit=Limit(10, LimitUnit.CALENDAR_DAY),
        since=IN_FORCE,
        until=ACCEPTANCE_CHANGED,
    ),
    DeadlineRule(
        name="luat_khieu_nai_2011.settlement",
        legal_class=LegalClass.GRIEVANCE,
        state=ComplaintState.ACCEPTED,
        limit=Limit(30, LimitUnit.CALENDAR_DAY),
        since=IN_FORCE,
    ),
)
