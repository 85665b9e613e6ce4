"""Who serves where on a day."""

import datetime as dt

from django.db.models import Q, QuerySet

from units.errors import OfficialUnknown
from units.models import Official, Posting
from units.rules import folded


def official_with_code(*, code: str) -> Official:
    """Find an official by the personnel system's code; raises OfficialUnknown."""
    try:
        return Official.objects.get(code=code)
    except Official.DoesNotExist as error:
        raise OfficialUnknown(code) from error


def officials_matching_name(*, name: str, unit_id: int, on: dt.date) -> list[Official]:
    """Return the officials of a unit (home or serving) on a day with exactly this name, but for case and diacritics."""
    here = Q(postings__home_unit=unit_id) | Q(postings__serving_unit=unit_id)
    found = Official.objects.filter(here, postings__valid__contains=on, name_folded=folded(name))
    return list(found.distinct().order_by("id"))


def posting_on(*, official_id: int, on: dt.date) -> Posting | None:
    """Return where an official was posted on a day; None when nowhere."""
    posted = Posting.objects.filter(official=official_id, valid__contains=on)
    return posted.select_related("official", "home_unit", "serving_unit").first()


def postings_of(*, official_id: int) -> QuerySet[Posting]:
    """Return all postings of an official, the newest first."""
    posted = Posting.objects.filter(official=official_id).select_related("home_unit", "serving_unit")
    return posted.order_by("-valid", "-id")


def posted_units(*, official_id: int, on: dt.date) -> set[int]:
    """Return the ids of an official's home and serving unit on a day."""
    rows = Posting.objects.filter(official=official_id, valid__contains=on)
    return {unit for row in rows.values_list("home_unit_id", "serving_unit_id") for unit in row}


def units_near(official_id: int, *, on: dt.date, today: dt.date) -> set[int]:
    """Return the ids of the units whose people stand near an official: his home and serving units then and now.

    A complaint about him is kept from them: he may have colleagues left there, and has colleagues here.
    """
    return posted_units(official_id=official_id, on=on) | posted_units(official_id=official_id, on=today)
