"""Which ratings somebody may read one by one: the inspectorate's, and none that speak about him or his colleagues."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from feedback.errors import RatingUnknown, RowsOfInspectorate
from feedback.ratings.models import Rating, RatingLink, RatingVersion
from procedures.models import Step
from procedures.vocabulary import StepKind
from units.models import UnitVersion
from units.queries import line_of
from units.vocabulary import Viewer


def ratings_visible_to(*, viewer: Viewer, today: dt.date) -> QuerySet[Rating]:
    """Return the ratings that speak about others; raises RowsOfInspectorate for who sees only a part of the province.

    Left out are his own, and those of a unit of his line (Note [The line]) to which he belonged in the week of the
    rating or at any time after it. What is said of a unit after its end is said of its last day; what is said of an
    unknown one may be said of those that held the dossier. A unit's part is not told row by row: whoever holds its
    dossiers finds the one that a row is about by procedure, step, official and week
    (docs/decisions/0009-who-sees-ratings.md).

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
        ratings = ratings.exclude(official=viewer.official)
        for days, units in line_of(viewer=viewer, today=today).items():
            ratings = ratings.exclude(_said_before(days.upper, units))
    return ratings


def rating_visible_to(*, viewer: Viewer, today: dt.date, rating_id: uuid.UUID) -> Rating:
    """Return one rating; raises RatingUnknown for what is absent and for what is hidden alike."""
    rating = ratings_visible_to(viewer=viewer, today=today).filter(pk=rating_id).first()
    if rating is None:
        raise RatingUnknown
    return rating


def units_served(*, official: int | None) -> frozenset[int | None]:
    """Return the units (primary keys; None: not known) that an official did a step for or was rated in.

    Whether somebody rated him already makes no difference where he served: else the first rating would show.
    """
    if official is None:
        return frozenset()
    named = Case(
        When(kind=StepKind.RECEPTION, then="transaction__receiving_unit"),
        When(kind=StepKind.SETTLEMENT, then="transaction__settling_unit"),
    )
    served = Step.objects.filter(official=official).annotate(of=Coalesce("unit", named)).order_by()
    rated = Rating.objects.filter(official=official).order_by()
    return frozenset(served.values_list("of", flat=True).distinct().union(rated.values_list("unit", flat=True)))


def versions_of(*, rating: Rating) -> QuerySet[RatingVersion]:
    """Return what a rating said before it was amended, the first version first."""
    return rating.versions.order_by("number")


def _said_before(day: dt.date | None, units: Collection[int]) -> Q:
    """What is said of these units in a week that begins before a day (None: whenever), and of those gone by then.

    Where it is not known of which unit, the dossier's two stand for it as long as they are known.
    """
    if day is None:
        return _said_of(units)
    goes_on = Q(valid__upper_inf=True) | Q(valid__endswith__gt=day)
    gone = set(units) - set(UnitVersion.objects.filter(goes_on, unit__in=units).values_list("unit", flat=True))
    return _said_of(units) & Q(week_date__lt=day) | _said_of(gone)


def _said_of(units: Collection[int]) -> Q:
    held = Q(transaction__receiving_unit__in=units) | Q(transaction__settling_unit__in=units)
    may_be_of = Exists(RatingLink.objects.filter(held, rating=OuterRef("pk")))
    return Q(unit__in=units) | Q(may_be_of, unit=None)
