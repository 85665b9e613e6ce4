"""The log of who learnt what a rating is about or read single ones, and what is left when nobody can any more."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from feedback.ratings.models import Rating
from feedback.vocabulary import LinkAccessKind
from procedures.models import Transaction
from procedures.vocabulary import StepKind
from units.models import Official


class LinkAccess(models.Model):
    """One opening of a link, the destruction of a year's, or a reading of single ratings; chained (vault.chain).

    It is written before anything is told. `previous` is the digest of the entry before, so a changed, inserted or
    missing entry shows.
    """

    IS_LEDGER = True

    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=12, choices=LinkAccessKind)
    rating = models.ForeignKey(Rating, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.CharField(max_length=100)
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField()
    case_reference = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_link_is_opened_for_a_reason"),
            models.CheckConstraint(
                condition=~Q(kind=LinkAccessKind.OPENING) | (Q(rating__isnull=False) & ~Q(case_reference="")),
                name="an_opening_names_rating_and_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class KeptOpinion(models.Model):
    """What the official figures need of a transaction whose ratings are not linked to it any more.

    Of which steps it was rated (so that none is rated again), whether one of the ratings counts, and whether one of
    those that count was dissatisfied. No rating, no time.
    """

    IS_LEDGER = True

    transaction = models.OneToOneField(Transaction, models.PROTECT, primary_key=True, related_name="+")
    steps = ArrayField(models.CharField(max_length=15, choices=StepKind))
    is_rated = models.BooleanField()
    is_disliked = models.BooleanField()

    def __str__(self) -> str:
        return str(self.transaction_id)


class KeptDay(models.Model):
    """What the survey's figures need of a rating that is not linked any more: from which day on it is counted.

    Not the day it was given, but the first of its half month (1st to 14th, 15th to the end: the months of both
    schemes) or, where later, the day since which no unit changed.
    """

    IS_LEDGER = True

    rating = models.OneToOneField(Rating, models.PROTECT, primary_key=True, related_name="kept_day")
    given_from = models.DateField(db_index=True)

    def __str__(self) -> str:
        return str(self.rating_id)
