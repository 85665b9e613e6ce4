"""Luật Tố cáo 2018: seven working days to accept (điều 24.1), thirty days from acceptance to settle (điều 30.1)."""

import datetime as dt

from feedback.complaints.rules.limits import DeadlineRule
from feedback.vocabulary import ComplaintState, LegalClass
from procedures.calendar.rules import Limit, LimitUnit

IN_FORCE = dt.date(2019, 1, 1)

RULES = (
    DeadlineRule(
        name="luat_to_cao_2018.acceptance",
        legal_class=LegalClass.DENUNCIATION,
        state=ComplaintState.SUBMITTED,
        limit=Limit(7, LimitUnit.WORKING_DAY),
        since=IN_FORCE,
    ),
    DeadlineRule(
        name="luat_to_cao_2018.settlement",
        legal_class=LegalClass.DENUNCIATION,
        state=ComplaintState.ACCEPTED,
        limit=Limit(30, LimitUnit.CALENDAR_DAY),
        since=IN_FORCE,
    ),
)
