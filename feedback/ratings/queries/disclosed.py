"""What everybody may read of ratings: cells of five and more, comments out of order, and the log of openings."""

import datetime as dt

from django.db.models import F, Q, QuerySet

from feedback.ratings.models import RatingComment, RatingSummary
from feedback.ratings.queries.visibility import ratings_visible_to
from feedback.ratings.vault.models import LinkAccess
from feedback.vocabulary import LinkAccessKind
from units.queries import heritage
from units.vocabulary import Viewer


def rating_summaries(*, viewer: Viewer, on: dt.date) -> QuerySet[RatingSummary]:
    """Return the cells of the viewer's subtree, as it is on that day; empty ones beside which nothing is told are not.

    One of an unknown unit is the whole province's.
    """
    rows = RatingSummary.objects.exclude(figures__answered=0, figures__quarantined=None).annotate(
        unit_code=F("unit__code"), form=F("form_version__form__code"), version=F("form_version__number")
    )
    return rows if viewer.boundary is None else rows.filter(unit__in=heritage(unit_id=viewer.boundary, on=on))


def rating_comments(*, viewer: Viewer, on: dt.date) -> QuerySet[RatingComment]:
    """Return the comments of the viewer's subtree, as it is on that day."""
    rows = RatingComment.objects.annotate(unit_code=F("unit__code"))
    return rows if viewer.boundary is None else rows.filter(unit__in=heritage(unit_id=viewer.boundary, on=on))


def link_accesses(*, viewer: Viewer, today: dt.date) -> QuerySet[LinkAccess]:
    """Return the log of openings, without those of ratings that the viewer may not know of.

    Who serves in a unit is not told of readings: what was asked for and how many there were may be his unit's few.
    Raises RowsOfInspectorate.
    """
    seen = ratings_visible_to(viewer=viewer, today=today).values("pk")
    entries = LinkAccess.objects.filter(Q(rating=None) | Q(rating__in=seen))
    return entries if viewer.official is None else entries.exclude(kind=LinkAccessKind.READING)
