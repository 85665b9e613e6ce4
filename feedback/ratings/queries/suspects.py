"""What the detector of stuffed ratings looks at."""

import datetime as dt

from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery

from feedback.ratings.models import RatingLink, RatingVersion
from feedback.ratings.rules.stuffing import Seen
from feedback.ratings.rules.stuffing.seen import FEWEST_CRITERIA, is_near_best, is_nearly_straight
from feedback.vocabulary import RatingState
from procedures.calendar.rules import ZONE
from procedures.models import Step
from procedures.vocabulary import StepKind
from units.models import Official

PERIOD = dt.timedelta(weeks=4)
PATIENCE = dt.timedelta(days=7)
"""So long messages may be late before it is strange that none told of the step: a nightly file over Tết. Our choice."""
_FIRST = RatingVersion.objects.filter(rating=OuterRef("rating"), number=1).values("normalised")
_ASKED = Func(F("rating__form_version__content__criteria"), function="jsonb_array_length", output_field=IntegerField())
"""How many questions the form has, answered or not."""

_STEP = Step.objects.filter(transaction=OuterRef("transaction"), kind=OuterRef("step"))
_SEEN_TO = Q(transaction__ended_at__isnull=False) | Q(step=StepKind.RECEPTION, transaction__received_at__isnull=False)
"""Senders who tell of no steps tell when a dossier was received and when it ended."""


def units_rated(*, since: dt.date, until: dt.date) -> list[int | None]:
    """Return the units (primary keys; None: not known) of which ratings came in on these days, `until` excluded."""
    return list(_links(since, until).values_list("rating__unit", flat=True).distinct().order_by("rating__unit"))


def seen_in(*, unit: int | None, since: dt.date, until: dt.date, with_put_aside: bool) -> list[Seen]:
    """Return what is looked at of a unit's ratings of these days, `until` excluded.

    Excluded ratings are of no use as a past, and those put aside only as part of what is looked at.
    """
    wanted = [RatingState.COUNTED, *([RatingState.QUARANTINED] if with_put_aside else [])]
    links = _links(since, until).filter(Q(rating__unit=unit) if unit else Q(rating__unit=None))
    rows = links.filter(rating__state__in=wanted).annotate(
        issued_at=F("right__issued_at"),
        official=F("rating__official"),
        answers=F("rating__answers"),
        normalised=F("rating__normalised"),
        form=F("rating__form_version__form"),
        asked=_ASKED,
        helper=_official_of("rating__helper_code"),
        first=Subquery(_FIRST),
        is_told=Exists(_STEP) | _SEEN_TO,
    )
    late = dt.datetime.combine(until, dt.time.min, ZONE) - PATIENCE
    return [_seen(row, unit, is_late=row.received_at < late) for row in rows.order_by("received_at")]


def _links(since: dt.date, until: dt.date) -> QuerySet[RatingLink]:
    begins, ends = (dt.datetime.combine(day, dt.time.min, ZONE) for day in (since, until))
    return RatingLink.objects.filter(received_at__gte=begins, received_at__lt=ends)


def _official_of(code: str) -> Subquery:
    """Return the official of a code; none where it names nobody."""
    return Subquery(Official.objects.filter(code=OuterRef(code)).values("pk")[:1])


def _seen(row: "RatingLink", unit: int | None, *, is_late: bool) -> Seen:
    said = vars(row)
    values = list(said["answers"].values())
    is_short = said["asked"] < FEWEST_CRITERIA
    return Seen(
        id=row.rating_id,
        at=row.received_at.astimezone(ZONE),
        told_at=row.rated_at.astimezone(ZONE) if row.rated_at and row.right_id is None else None,
        issued_at=said["issued_at"] and said["issued_at"].astimezone(ZONE),
        device=bytes(row.device_hash) if row.device_hash else None,
        counter=row.via,
        transaction=row.transaction_id,
        unit=unit,
        official=said["official"],
        helper=said["helper"],
        form=(said["form"], is_short),
        is_short=is_short,
        is_brief=not is_short and len(values) < FEWEST_CRITERIA,
        is_top=is_near_best(said["normalised"]),
        is_straight=is_nearly_straight(values),
        is_step_unknown=row.right_id is None and is_late and not said["is_told"],
        is_raised=row.right_id is None and said["first"] is not None and said["normalised"] > said["first"],
    )
