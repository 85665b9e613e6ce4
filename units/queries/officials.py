"""Who serves where on a day."""

from django.db.models import QuerySet

from units.errors import OfficialUnknown
from units.models import Official, Posting


def official_with_code(*, code: str) -> Official:
    """Find an official by the personnel system's code; raises OfficialUnknown."""
    try:
        return Official.objects.get(code=code)
    except Official.DoesNotExist as error:
        raise OfficialUnknown(code) from error


def postings_of(*, official_id: int) -> QuerySet[Posting]:
    """Return all postings of an official, the newest first."""
    posted = Posting.objects.filter(official=official_id).select_related("home_unit", "serving_unit")
    return posted.order_by("-valid", "-id")
