"""The taxonomy as it is offered to citizens."""

from django.db.models import QuerySet

from feedback.complaints.models import ComplaintCategory


def categories() -> QuerySet[ComplaintCategory]:
    """Return every category."""
    return ComplaintCategory.objects.all()
