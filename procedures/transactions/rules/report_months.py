"""The month of a report is not the calendar's: it begins on the 15th of the month before."""

import datetime as dt

from procedures.calendar.rules import ZONE

REPORT_DAY = 15


def report_month(month: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return where the report month begins, and the moment it is over: the 15th of the month before, and of the month.

    `month` is any day of the month that gives the report its name.

    Source: NĐ 09/2019/NĐ-CP, điều 12.
    """
    ends = month.replace(day=REPORT_DAY)
    begins = (month.replace(day=1) - dt.timedelta(days=1)).replace(day=REPORT_DAY)
    return dt.datetime.combine(begins, dt.time.min, ZONE), dt.datetime.combine(ends, dt.time.min, ZONE)
