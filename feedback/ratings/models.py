"""Forms, rights, ratings, and the one table that ties a rating to its transaction."""

import uuid

from django.db import models
from django.db.models import F, Q

from feedback.vocabulary import HelperRole, RatingChannel, RatingOrigin, RatingState, StuffingTest
from procedures.models import Field, Procedure, Transaction
from procedures.vocabulary import Channel, StepKind
from units.models import Official, Unit

LONGEST_COMMENT = 2000


class RatingForm(models.Model):
    """A questionnaire, through all its versions."""

    code = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.code


class RatingFormVersion(models.Model):
    """What a questionnaire asks (`content`, read by rules.forms.form_of). Once published it never changes (trigger).

    `recorded_by` is the id of who published it, REFERENCE what the reference data brought, empty what nobody knows.
    """

    form = models.ForeignKey(RatingForm, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    published_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="a_form_has_one_version_of_a_number")]

    def __str__(self) -> str:
        return f"{self.form_id} {self.number}"


class RatingRight(models.Model):
    """A right to rate one step of one transaction with one form, once. Its secret is known only by its keyed hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="+")
    step = models.CharField(max_length=15, choices=StepKind)
    form = models.ForeignKey(RatingForm, models.PROTECT)
    secret_hash = models.BinaryField(max_length=32, unique=True)
    key_id = models.CharField(max_length=40)
    issued_by = models.CharField(max_length=100)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transaction", "step"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_right_per_transaction_and_step",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="a_right_lasts_for_a_while"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Rating(models.Model):
    """What somebody answered, charged to the unit and the official of that step on that day (null: not known).

    `given_id` is the client's and is told to nobody else; readers know a rating by `id`, which says nothing of its
    time. No row is deleted. What was answered changes only by an amendment, and then the trigger keeps the version
    before (RatingVersion); whether the rating counts may be decided anew. `comment_masked` is the comment without what
    tells who wrote it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    given_id = models.UUIDField()
    form_version = models.ForeignKey(RatingFormVersion, models.PROTECT, db_index=False)
    step = models.CharField(max_length=15, choices=StepKind)
    answers = models.JSONField()
    overall = models.DecimalField(max_digits=8, decimal_places=4)
    normalised = models.DecimalField(max_digits=5, decimal_places=4)
    is_dissatisfied = models.BooleanField()
    comment = models.CharField(max_length=LONGEST_COMMENT, blank=True)
    comment_masked = models.CharField(max_length=LONGEST_COMMENT, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+")
    field = models.ForeignKey(Field, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    origin = models.CharField(max_length=10, choices=RatingOrigin)
    channel = models.CharField(max_length=10, choices=RatingChannel)
    helper_role = models.CharField(max_length=10, choices=HelperRole, blank=True)
    helper_code = models.CharField(max_length=50, blank=True)
    week_date = models.DateField()
    state = models.CharField(max_length=12, choices=RatingState, default=RatingState.COUNTED)
    quarantine_reason = models.TextField(blank=True)
    version = models.SmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["given_id"], name="a_given_id_names_one_rating"),
            models.CheckConstraint(
                condition=Q(normalised__gte=0, normalised__lte=1), name="a_normalised_value_is_0_to_1"
            ),
            models.CheckConstraint(condition=Q(week_date__iso_week_day=1), name="a_rating_tells_only_its_week"),
            models.CheckConstraint(
                condition=Q(state=RatingState.COUNTED) | ~Q(quarantine_reason=""), name="a_quarantine_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["-week_date", "id"], name="rating_by_week"),
            models.Index(fields=["unit", "-week_date", "id"], name="rating_of_unit"),
            models.Index(fields=["official", "-week_date"], name="rating_of_official"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RatingVersion(models.Model):
    """What a rating said before it was amended; written by the trigger of Rating, and without a time, as all of it."""

    IS_LEDGER = True

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    form_version = models.ForeignKey(RatingFormVersion, models.PROTECT, related_name="+")
    answers = models.JSONField()
    overall = models.DecimalField(max_digits=8, decimal_places=4)
    normalised = models.DecimalField(max_digits=5, decimal_places=4)
    is_dissatisfied = models.BooleanField()
    comment = models.CharField(max_length=LONGEST_COMMENT, blank=True)
    comment_masked = models.CharField(max_length=LONGEST_COMMENT, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rating", "number"], name="a_rating_has_one_version_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.rating_id} {self.number}"


class RatingLink(models.Model):
    """Which transaction and step a rating is about, by which right, and when. No reader of ratings is told of it.

    The two unique constraints are what makes a second rating impossible, whoever races. `rated_at` is the client's
    clock, as sent; `received_at` is ours. `digest` is of what was first sent: a phone that never saw our answer sends
    the same again, hours later too. `device_hash` is a keyed hash of what an app calls its telephone, `via` the machine
    that sent it: both for finding stuffed ratings only.
    """

    IS_LEDGER = True

    rating = models.OneToOneField(Rating, models.PROTECT, primary_key=True, related_name="link")
    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=15, choices=StepKind)
    right = models.ForeignKey(RatingRight, models.PROTECT, null=True, blank=True, related_name="links", db_index=False)
    rated_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    digest = models.BinaryField(max_length=32, default=b"")
    device_hash = models.BinaryField(max_length=32, null=True, blank=True)
    via = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transaction", "step"], name="one_rating_per_transaction_and_step"),
            models.UniqueConstraint(fields=["right"], name="one_rating_per_right"),
        ]

    def __str__(self) -> str:
        return str(self.rating_id)


class RatingDecision(models.Model):
    """Why a rating counts or does not: who decided (`by`, or `detector`), and what the detector saw."""

    IS_LEDGER = True

    rating = models.ForeignKey(Rating, models.PROTECT, related_name="decisions")
    state = models.CharField(max_length=12, choices=RatingState)
    reason = models.TextField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    test = models.CharField(max_length=20, choices=StuffingTest, blank=True)
    chance = models.FloatField(null=True, blank=True)
    marked = models.PositiveIntegerField(null=True, blank=True)
    looked_at = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.rating_id} {self.state}"


class RatingSummary(models.Model):
    """A cell of Note [Cells]: what at least five people said of one unit, step and version of a form, in whole weeks.

    `figures` are those of rules.disclosure.figures_of, and how many of its weeks were put aside: `quarantined`, the sum
    of the numbers told in `put_aside`. A cell is only ever changed by taking five or more out of it. `is_self_given` is
    rules.disclosure.is_self_given of all its ratings; null of those made before they were told apart.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    step = models.CharField(max_length=15, choices=StepKind)
    form_version = models.ForeignKey(RatingFormVersion, models.PROTECT, related_name="+")
    is_self_given = models.BooleanField(null=True, blank=True)
    first_week_date = models.DateField()
    last_week_date = models.DateField()
    figures = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(figures__answered=0) | Q(figures__answered__gte=5), name="a_summary_is_of_five_or_more"
            ),
            models.CheckConstraint(
                condition=Q(first_week_date__lte=F("last_week_date")), name="a_summary_begins_before_it_ends"
            ),
        ]
        indexes = [
            models.Index(fields=["-last_week_date", "id"], name="summary_by_week"),
            models.Index(fields=["unit", "-last_week_date", "id"], name="summary_of_unit"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RatingPart(models.Model):
    """Five ratings or more of a cell that are told together, with what they have in common (Note [Cells]).

    Empty is not in common, or not known. What it says (rules.disclosure.PartFigures) stands for good, as its cell does:
    it is only ever changed by taking five or more out of it. A cell is the sum of its parts.
    """

    summary = models.ForeignKey(RatingSummary, models.PROTECT, related_name="parts")
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="+")
    field = models.ForeignKey(Field, models.PROTECT, null=True, blank=True, related_name="+")
    procedure = models.ForeignKey(Procedure, models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=10, choices=RatingChannel, blank=True)
    dossier_channel = models.CharField(max_length=10, choices=Channel, blank=True)
    answered = models.PositiveIntegerField()
    dissatisfied = models.PositiveIntegerField()
    satisfied = models.PositiveIntegerField(null=True, blank=True)
    points = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(answered=0) | Q(answered__gte=5), name="a_part_is_of_five_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.summary_id} {self.pk}"


class SummarisedRating(models.Model):
    """That a rating was told as one of a part of a cell; told to nobody.

    `left` is null as long as it is; afterwards it says with which departure from the part the rating left, from 1 on
    (Note [Told for good]).
    """

    rating = models.OneToOneField(Rating, models.PROTECT, primary_key=True, related_name="summarised")
    summary = models.ForeignKey(RatingSummary, models.PROTECT, related_name="members")
    part = models.ForeignKey(RatingPart, models.PROTECT, related_name="members")
    left = models.PositiveIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.summary_id)


class RatingComment(models.Model):
    """A masked comment as it is told: of a unit, without a day, a procedure or its rating (`rating` is told to nobody).

    `id` is drawn by lot, and the list is in its order.
    """

    IS_LEDGER = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    rating = models.OneToOneField(Rating, models.PROTECT, related_name="told_comment_row")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=LONGEST_COMMENT)

    class Meta:
        indexes = [models.Index(fields=["unit", "id"], name="comment_of_unit")]

    def __str__(self) -> str:
        return str(self.id)
