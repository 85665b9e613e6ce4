"""Which ratings somebody may read one by one: the inspectorate's, and none that speak about him or his colleagues."""

import uuid

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from feedback.errors import RatingUnknown, RowsOfInspectorate
from feedback.ratings.models import Rating, RatingVersion
from units.models import Posting
from units.vocabulary import Viewer


def ratings_visible_to(*, viewer: Viewer) -> QuerySet[Rating]:
    """Return the ratings that speak about others; raises RowsOfInspectorate for who sees only a part of the province.

    Left out are his own, and those of a unit to which he belonged in the week of the rating or at any time after it
    (home or serving). A unit's part is not told row by row: whoever holds its dossiers finds the one that a row is
    about by procedure, step, official and week (docs/decisions/0009-who-sees-ratings.md).

    Source: NĐ 61/2018, điều 27.3; Luật Thanh tra 2025 (there is one inspectorate, the province's).
    """
    if viewer.boundary is not None:
        raise RowsOfInspectorate
    ratings = Rating.objects.annotate(
        form=F("form_version__form__code"),
        unit_code=F("unit__code"),
        official_code=F("official__code"),
        procedure_code=F("procedure__code"),
    ).select_related("form_version")
    if viewer.official is not None:
        ratings = ratings.exclude(official=viewer.official).filter(~Exists(_postings_near(viewer.official)))
    return ratings


def rating_visible_to(*, viewer: Viewer, rating_id: uuid.UUID) -> Rating:
    """Return one rating; raises RatingUnknown for what is absent and for what is hidden alike."""
    rating = ratings_visible_to(viewer=viewer).filter(pk=rating_id).first()
    if rating is None:
        raise RatingUnknown
    return rating


def versions_of(*, rating: Rating) -> QuerySet[RatingVersion]:
    """Return what a rating said before it was amended, the first version first."""
    return rating.versions.order_by("number")


def _postings_near(official_id: int) -> QuerySet[Posting]:
    here = Q(home_unit=OuterRef("unit")) | Q(serving_unit=OuterRef("unit"))
    not_over = Q(valid__upper_inf=True) | Q(valid__endswith__gt=OuterRef("week_date"))
    return Posting.objects.filter(here, not_over, official=official_id)
