"""The law of time limits: days, due dates, the clock of a transaction, its labels. No database here."""

from procedures.calendar.rules.clocks import Clock, clock
from procedures.calendar.rules.counting import CountedDay, DayReason
from procedures.calendar.rules.interruptions import Cause, Effect, Interruption, Interval
from procedures.calendar.rules.labels import Timeliness, delay_minutes, timeliness
from procedures.calendar.rules.limits import DueDate, Limit, due_at, implied_limit
from procedures.calendar.rules.nd_61_2018 import apology_on_time, is_late_receipt, supplement_notice_in_time
from procedures.calendar.rules.qd_766 import national_timeliness
from procedures.calendar.rules.stretches import Stretch, stretches_of
from procedures.calendar.rules.units import LimitUnit
from procedures.calendar.rules.words import days_in_words, stretch_in_words
from procedures.calendar.rules.working_days import ZONE, Calendar, DatedHours, OfficeHours, Sessions, local

__all__ = [
    "ZONE",
    "Calendar",
    "Cause",
    "Clock",
    "CountedDay",
    "DatedHours",
    "DayReason",
    "DueDate",
    "Effect",
    "Interruption",
    "Interval",
    "Limit",
    "LimitUnit",
    "OfficeHours",
    "Sessions",
    "Stretch",
    "Timeliness",
    "apology_on_time",
    "clock",
    "days_in_words",
    "delay_minutes",
    "due_at",
    "implied_limit",
    "is_late_receipt",
    "local",
    "national_timeliness",
    "stretch_in_words",
    "stretches_of",
    "supplement_notice_in_time",
    "timeliness",
]
