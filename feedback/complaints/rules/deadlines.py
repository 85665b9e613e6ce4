"""Legal deadlines as data: one row per law and state, chosen by the day of the event that starts the count."""

import datetime as dt
from dataclasses import dataclass

from feedback.complaints.rules import luat_khieu_nai_2011, luat_to_cao_2018, nd_20_2008, nd_155_2026
from feedback.complaints.rules.limits import DeadlineRule
from procedures.calendar.rules import ZONE, Calendar, due_at

RULES: tuple[DeadlineRule, ...] = (
    *nd_20_2008.RULES,
    *luat_khieu_nai_2011.RULES,
    *nd_155_2026.RULES,
    *luat_to_cao_2018.RULES,
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day on which a state must be left, and the rule and calendar edition it was counted by."""

    on: dt.date
    rule: str
    calendar: str


def rule_in_force(legal_class: str, state: str, on: dt.date) -> DeadlineRule | None:
    """Return the rule that starts to run when a complaint of this class comes into this state on this day, if any.

    Source: NĐ 20/2008, Luật Khiếu nại 2011, NĐ 155/2026, Luật Tố cáo 2018: one row per text, see their files.
    """
    return next((r for r in RULES if (r.legal_class, r.state) == (legal_class, state) and r.is_in_force(on)), None)


def deadline(legal_class: str, state: str, on: dt.date, calendar: Calendar) -> Deadline | None:
    """Count the deadline that starts when a complaint comes into a state; None when the one that runs goes on.

    The day of the event is not counted; a last day that is off rolls to the next working day.

    Source: Bộ luật Dân sự 2015, điều 147–148; the limit from the law's own file.
    """
    rule = rule_in_force(legal_class, state, on)
    if rule is None:
        return None
    due = due_at(dt.datetime.combine(on, dt.time.min, ZONE), rule.limit, calendar)
    return Deadline(due.at.date(), rule.name, calendar.version)
