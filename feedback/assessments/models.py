"""Criteria sets, runs, what a run found of each subject and from which transactions, and what was published.

Note [Records]: the transactions of a subject that are alike in everything that gives points share one record, which
lists them all. A million transactions are thus a few thousand rows, and the points of each are still there to read.

Note [Frozen]: once a run is published, triggers refuse any change of it, its assessments, its records and its
publication, whoever writes. A later fact makes a new run of the same period with the next version and a reason.
"""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any, cast

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q

from feedback.assessments.rules.choice import in_force
from feedback.monitoring.models import Period
from feedback.vocabulary import AssessmentClass, RunState, SubjectKind
from units.models import Official, Unit


class CriteriaSet(models.Model):
    """A text that says how service is assessed, for the days it is in force.

    `method` names the rules that give points; it is empty for a text that gives none of this kind.
    """

    code = models.CharField(max_length=20, unique=True)
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    valid = DateRangeField()
    method = models.CharField(max_length=20, blank=True)
    content = models.JSONField()
    source = models.TextField()

    def __str__(self) -> str:
        return self.code


class UnitDeclaration(models.Model):
    """What no transaction tells of a unit's service in a period, with its evidence: indicators 5 and 6 of TT 01/2018.

    What is declared anew is a new `number`, the last one counts in later runs; what was declared before stays.
    `one_stop`: level, listed, received, settled; `publication`: correct, posted, electronic; None: not declared.
    """

    IS_LEDGER = True

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    one_stop = models.JSONField(null=True, blank=True)
    publication = models.JSONField(null=True, blank=True)
    evidence = models.TextField()
    recorded_by = models.CharField(max_length=100)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "period", "number"], name="a_declaration_is_told_once_a_number"),
            models.CheckConstraint(
                condition=Q(one_stop__isnull=False) | Q(publication__isnull=False), name="a_declaration_says_something"
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="a_declaration_has_its_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period_id} {self.number}"


class AssessmentRun(models.Model):
    """One counting of one period by one criteria set: every unit and official with ended transactions.

    `counted` are the days of the period on which the set was in force; `as_of` the moment whose data were counted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    criteria_set = models.ForeignKey(CriteriaSet, models.PROTECT)
    period = models.ForeignKey(Period, models.PROTECT)
    version = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    counted = DateRangeField()
    requested_by = models.CharField(max_length=100)
    requested_at = models.DateTimeField()
    as_of = models.DateTimeField(null=True, blank=True)
    assessments_made = models.PositiveIntegerField(default=0)
    transactions_counted = models.PositiveIntegerField(default=0)
    transactions_left_out = models.PositiveIntegerField(default=0)
    calendars = ArrayField(models.PositiveIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "period", "version"], name="a_run_has_its_version"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="a_later_run_has_its_reason"),
            models.CheckConstraint(
                condition=Q(state=RunState.QUEUED) | Q(as_of__isnull=False), name="a_finished_run_tells_its_moment"
            ),
        ]
        indexes = [models.Index(fields=["-requested_at", "-id"], name="run_newest_first")]

    def __str__(self) -> str:
        return f"{self.period_id} {self.version}"

    @property
    def counted_from(self) -> dt.date:
        """The first day that is counted."""
        return cast("dt.date", self.counted.lower)

    @property
    def counted_until(self) -> dt.date:
        """The day after the last that is counted."""
        return cast("dt.date", self.counted.upper)


class Assessment(models.Model):
    """What a run found of one subject. `unit` is the unit itself, or an official's home unit at the end of the period.

    `indicators`: code → {sum, count, mean}, with the number of the declaration where one was scored; `total` is the sum
    of the means; `partial` when an indicator had no data.
    """

    IS_LEDGER = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    run = models.ForeignKey(AssessmentRun, models.PROTECT, related_name="assessments")
    kind = models.CharField(max_length=10, choices=SubjectKind)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True, related_name="+")
    indicators = models.JSONField()
    total = models.DecimalField(max_digits=4, decimal_places=1)
    classed_as = models.CharField(max_length=10, choices=AssessmentClass)
    partial = models.BooleanField()
    provisional = models.BooleanField()
    transactions = models.PositiveIntegerField()

    tells_complaints = False
    told_class = ""
    """What its reader may learn of it: queries.assessments_visible_to says it of each row (Note [Out of sight])."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "unit"], condition=Q(kind=SubjectKind.UNIT), name="a_unit_is_assessed_once_in_a_run"
            ),
            models.UniqueConstraint(fields=["run", "official"], name="an_official_is_assessed_once_in_a_run"),
            models.CheckConstraint(
                condition=Q(kind=SubjectKind.UNIT, unit__isnull=False, official__isnull=True)
                | Q(kind=SubjectKind.OFFICIAL, official__isnull=False),
                name="an_assessment_has_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def withheld(self) -> list[str]:
        """The indicators that its reader is not told."""
        moved = frozenset() if self.tells_complaints else in_force(self.run.counted_from).MOVED_BY_COMPLAINTS
        return sorted(moved & self.indicators.keys())

    @property
    def told_indicators(self) -> dict[str, Any]:
        """The indicators that its reader is told."""
        withheld = self.withheld
        return {name: mean for name, mean in self.indicators.items() if name not in withheld}

    @property
    def told_total(self) -> Decimal | None:
        """The total, which less the other indicators is what complaints moved."""
        return self.total if self.tells_complaints else None

    @property
    def told_provisional(self) -> bool | None:
        """Whether complaints are pending."""
        return self.provisional if self.tells_complaints else None


class AssessmentRecord(models.Model):
    """The counted transactions of a subject that had the same facts, hence the same points. See Note [Records].

    `facts` are those of rules.facts; `scores`: indicator → [points, reason]. `transactions` are primary keys.
    """

    IS_LEDGER = True

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="records")
    facts = models.JSONField()
    scores = models.JSONField()
    transactions = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return str(self.assessment_id)


class Publication(models.Model):
    """A run as it was published: the canonical document and its SHA-256 (hexadecimal). See Note [Frozen].

    `accepted_because`: why it was published although complaints were pending; empty when none was.
    """

    IS_LEDGER = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    run = models.OneToOneField(AssessmentRun, models.PROTECT, related_name="publication")
    document = models.TextField()
    digest = models.CharField(max_length=64)
    accepted_because = models.TextField(blank=True)
    published_by = models.CharField(max_length=100)
    published_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-published_at", "-id"], name="publication_newest_first")]

    def __str__(self) -> str:
        return self.digest
