"""What ratings add up to. Every figure stands on the transactions that ended in a period, rated or not.

Note [Whose transactions]: a unit's are those it received, settled or did a step of, an official's those he did a step
of; a rating counts for the unit and the official that it was charged to when it was given. Days are half-open and
Vietnamese; `unit_ids`, `official_id` and `procedure_id` narrow the figure, None leaves it wide.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import make_aware

from feedback.ratings.models import Rating, RatingLink, RatingRight
from feedback.ratings.rules.answers import FOUR_PLACES
from feedback.vocabulary import RatingState
from procedures.models import Step, Transaction

__all__ = ["RatingCounts", "counted_ratings", "dissatisfied_transactions", "eligible_transactions", "rating_counts"]


@dataclass(frozen=True)
class RatingCounts:
    """Transactions: `eligible` ended, `invited` had a right issued, `answered` were rated, `valid` by a counted rating.

    `ratings` is how many counted ratings `mean` (0 to 1, four places, half-up) stands on; no ratings, no mean.
    `dissatisfied` holds the keys of the transactions with a counted rating of dissatisfaction.
    """

    eligible: int
    invited: int
    answered: int
    valid: int
    ratings: int
    mean: Decimal | None
    dissatisfied: frozenset[int]


def rating_counts(
    *,
    from_date: dt.date,
    to_date: dt.date,
    unit_ids: Collection[int] | None = None,
    official_id: int | None = None,
    procedure_id: int | None = None,
) -> RatingCounts:
    """Return what the ratings of a period's transactions add up to, see Note [Whose transactions]."""
    eligible = eligible_transactions(
        from_date=from_date, to_date=to_date, unit_ids=unit_ids, official_id=official_id, procedure_id=procedure_id
    )
    links = RatingLink.objects.filter(_charged(unit_ids, official_id), transaction__in=eligible)
    is_counted = Q(rating__state=RatingState.COUNTED)
    sums = links.aggregate(
        answered=Count("transaction", distinct=True),
        valid=Count("transaction", distinct=True, filter=is_counted),
        ratings=Count("pk", filter=is_counted),
        mean=Avg("rating__normalised", filter=is_counted),
    )
    mean: Decimal | None = sums["mean"]
    bad = links.filter(is_counted, rating__is_dissatisfied=True)
    return RatingCounts(
        eligible=eligible.count(),
        invited=RatingRight.objects.filter(transaction__in=eligible).values("transaction").distinct().count(),
        answered=sums["answered"],
        valid=sums["valid"],
        ratings=sums["ratings"],
        mean=None if mean is None else mean.quantize(FOUR_PLACES, ROUND_HALF_UP),
        dissatisfied=frozenset(bad.values_list("transaction_id", flat=True)),
    )


def eligible_transactions(
    *,
    from_date: dt.date,
    to_date: dt.date,
    unit_ids: Collection[int] | None = None,
    official_id: int | None = None,
    procedure_id: int | None = None,
) -> QuerySet[Transaction]:
    """Return the transactions that ended in the period, see Note [Whose transactions]."""
    rows = Transaction.objects.filter(ended_at__gte=_midnight(from_date), ended_at__lt=_midnight(to_date))
    if unit_ids is not None:
        done_there = Exists(Step.objects.filter(transaction=OuterRef("pk"), unit__in=unit_ids))
        rows = rows.filter(Q(receiving_unit__in=unit_ids) | Q(settling_unit__in=unit_ids) | Q(done_there))
    if official_id is not None:
        rows = rows.filter(Exists(Step.objects.filter(transaction=OuterRef("pk"), official=official_id)))
    return rows if procedure_id is None else rows.filter(procedure=procedure_id)


def dissatisfied_transactions(
    *, transactions: QuerySet[Transaction], unit_ids: Collection[int] | None = None, official_id: int | None = None
) -> set[int]:
    """Return the keys of those of the transactions that a counted rating called unsatisfactory (QĐ 766, R3)."""
    ratings = counted_ratings(unit_ids=unit_ids, official_id=official_id).filter(is_dissatisfied=True)
    return set(ratings.filter(link__transaction__in=transactions).values_list("link__transaction_id", flat=True))


def counted_ratings(*, unit_ids: Collection[int] | None = None, official_id: int | None = None) -> QuerySet[Rating]:
    """Return the ratings that count and are charged to the units and the official."""
    rows = Rating.objects.filter(state=RatingState.COUNTED)
    rows = rows if unit_ids is None else rows.filter(unit__in=unit_ids)
    return rows if official_id is None else rows.filter(official=official_id)


def _charged(unit_ids: Collection[int] | None, official_id: int | None) -> Q:
    units = Q() if unit_ids is None else Q(rating__unit__in=unit_ids)
    return units if official_id is None else units & Q(rating__official=official_id)


def _midnight(day: dt.date) -> dt.datetime:
    return make_aware(dt.datetime.combine(day, dt.time()))
