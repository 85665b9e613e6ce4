"""Nghị định 20/2008/NĐ-CP on petitions about administrative rules and conduct (amended by 48/2013 and 92/2017).

The decree gives no number of days for petitions about conduct (điều 9 and 14.1: "theo đúng quy trình pháp luật"). The
national portal's process does: 15 working days from receipt to answer. We count that.
"""

import datetime as dt

from feedback.complaints.rules.limits import DeadlineRule
from feedback.vocabulary import ComplaintState, LegalClass
from procedures.calendar.rules import Limit, LimitUnit

PORTAL_ANSWER_DAYS = 15

RULES = (
    DeadlineRule(
        name="nd_20_2008.answer",
        legal_class=LegalClass.PETITION,
        state=ComplaintState.SUBMITTED,
        limit=Limit(PORTAL_ANSWER_DAYS, LimitUnit.WORKING_DAY),
        since=dt.date(2008, 2, 14),
    ),
)
