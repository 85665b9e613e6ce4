"""Exclusions: what a unit proposes not to count, who outside it agreed, and what it names (transactions.Pause)."""

from django.db import models
from django.db.models import F, Q

from procedures.vocabulary import ExclusionScope, ExclusionState, ReasonBasis
from units.models import Official, Unit


class ExclusionReason(models.Model):
    """A reason for which time may be excluded, and the law or our reason behind it."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    basis = models.CharField(max_length=15, choices=ReasonBasis)
    source = models.TextField()
    is_open = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class Exclusion(models.Model):
    """A period that a unit proposes to exclude for its dossiers, with evidence; what it says never changes.

    `unit` proposes and answers for the dossiers. `decided_for` is the unit in whose name it was decided, None for the
    province's office.
    """

    reason = models.ForeignKey(ExclusionReason, models.PROTECT)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="exclusions")
    scope = models.CharField(max_length=10, choices=ExclusionScope)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    evidence = models.TextField()
    document = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=ExclusionState)
    named = models.PositiveIntegerField(default=0)
    proposed_by = models.CharField(max_length=200)
    proposed_official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200, blank=True)
    decided_official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="+")
    decided_for = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="an_exclusion_lasts"),
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="nobody_decides_his_own_exclusion"),
            models.CheckConstraint(
                condition=Q(decided_official__isnull=True)
                | Q(proposed_official__isnull=True)
                | ~Q(decided_official=F("proposed_official")),
                name="no_official_decides_his_own_exclusion",
            ),
            models.CheckConstraint(
                condition=Q(decided_for__isnull=True) | ~Q(decided_for=F("unit")),
                name="an_exclusion_is_decided_outside_its_unit",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ExclusionState.PROPOSED, ExclusionState.WITHDRAWN], decided_at__isnull=True)
                | Q(decided_at__isnull=False) & ~Q(decided_by="") & ~Q(state=ExclusionState.PROPOSED),
                name="a_decision_has_its_decider",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="exclusions_of_unit")]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class ExclusionEvent(models.Model):
    """What happened to an exclusion: only ever added to."""

    exclusion = models.ForeignKey(Exclusion, models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ExclusionState)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    named = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exclusion", "number"], name="an_exclusion_event_has_its_number")
        ]

    IS_LEDGER = True

    def __str__(self) -> str:
        return f"{self.exclusion_id} {self.state}"
