"""The units in which laws state a limit."""

from enum import StrEnum


class LimitUnit(StrEnum):
    """The unit of a limit, as the text of the procedure has it; units are never converted into each other.

    Working day: ngày làm việc. Calendar day: ngày. Hour: an office hour, eight to the working day in the software of
    one-stop units. Month: from a day to the corresponding day of a later month.
    """

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    MONTH = "month"
