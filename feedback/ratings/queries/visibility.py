"""Which ratings somebody may read one by one: none of those that speak about him or his colleagues."""

import datetime as dt
import uuid

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from feedback.errors import RatingUnknown
from feedback.ratings.models import Rating, RatingVersion
from units.models import Posting
from units.queries import heritage
from units.vocabulary import Viewer


def ratings_visible_to(*, viewer: Viewer, on: dt.date) -> QuerySet[Rating]:
    """Return the ratings of the viewer's subtree, as it is on that day, that speak about others.

    Left out are his own, and those of a unit to which he belonged in the week of the rating or at any time after it
    (home or serving). A rating whose unit is not known is shown only to those who see the whole province, and so is
    `told_comment` as it was written: within a boundary it comes without what tells who wrote it.

    Source: NĐ 61/2018, điều 27.3.
    """
    ratings = Rating.objects.annotate(
        form=F("form_version__form__code"),
        unit_code=F("unit__code"),
        official_code=F("official__code"),
        procedure_code=F("procedure__code"),
        told_comment=F(_comment_for(viewer)),
    ).select_related("form_version")
    if viewer.boundary is not None:
        ratings = ratings.filter(unit__in=heritage(unit_id=viewer.boundary, on=on))
    if viewer.official is not None:
        ratings = ratings.exclude(official=viewer.official).filter(~Exists(_postings_near(viewer.official)))
    return ratings


def rating_visible_to(*, viewer: Viewer, on: dt.date, rating_id: uuid.UUID) -> Rating:
    """Return one rating; raises RatingUnknown for what is absent and for what is hidden alike."""
    rating = ratings_visible_to(viewer=viewer, on=on).filter(pk=rating_id).first()
    if rating is None:
        raise RatingUnknown
    return rating


def versions_of(*, rating: Rating, viewer: Viewer) -> QuerySet[RatingVersion]:
    """Return what a rating said before it was amended, the first version first, with `told_comment`."""
    return rating.versions.annotate(told_comment=F(_comment_for(viewer))).order_by("number")


def _comment_for(viewer: Viewer) -> str:
    return "comment" if viewer.boundary is None else "comment_masked"


def _postings_near(official_id: int) -> QuerySet[Posting]:
    here = Q(home_unit=OuterRef("unit")) | Q(serving_unit=OuterRef("unit"))
    not_over = Q(valid__upper_inf=True) | Q(valid__endswith__gt=OuterRef("week_date"))
    return Posting.objects.filter(here, not_over, official=official_id)
