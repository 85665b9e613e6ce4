"""Nghị định 155/2026/NĐ-CP: from 2026-07-01 a grievance is accepted within seven working days (điều 10)."""

import datetime as dt

from feedback.complaints.rules.limits import DeadlineRule
from feedback.vocabulary import ComplaintState, LegalClass
from procedures.calendar.rules import Limit, LimitUnit

RULES = (
    DeadlineRule(
        name="nd_155_2026.acceptance",
        legal_class=LegalClass.GRIEVANCE,
        state=ComplaintState.SUBMITTED,
        limit=Limit(7, LimitUnit.WORKING_DAY),
        since=dt.date(2026, 7, 1),
    ),
)
