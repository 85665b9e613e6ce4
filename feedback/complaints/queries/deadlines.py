"""What makes the day on which a case must be answered unsure."""

from django.db.models import Min

from feedback.complaints.models import Complaint, ComplaintEvent
from procedures.calendar.models import DayOverride
from procedures.calendar.queries import unsettled_days


def unsure_days_of(complaint: Complaint) -> list[DayOverride]:
    """Return the days off that `due_on` rests on and that no authority has confirmed; none once the case is closed.

    The count begins with the event that brought the rule; should such a day be worked after all, the law's day is
    another one, and a person decides what to tell.
    """
    if complaint.closed_on is not None:
        return []
    counted = ComplaintEvent.objects.filter(complaint=complaint, due_rule=complaint.due_rule)
    begun = counted.aggregate(first=Min("on"))["first"]
    days = unsettled_days(number=complaint.due_calendar_id)
    return list(days.filter(date__gt=begun, date__lte=complaint.due_on))
