"""What citizens come for: fields, procedures, and what the law said of a procedure from day to day."""

from typing import Self

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from procedures.vocabulary import LimitUnit, SupplementRule
from units.models import no_two_at_once


class Field(models.Model):
    """A field of procedures (lĩnh vực). `code` is ours; `national_code` the state's (MX1X2-LV), where known."""

    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=300, unique=True)
    national_code = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.name


class Procedure(models.Model):
    """An administrative procedure; `code` is the national one (`1.004884`)."""

    code = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.code


class ProcedureVersion(models.Model):
    """What a procedure is called and how long it may take, for a period."""

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="versions")
    valid = DateRangeField()
    name = models.TextField()
    name_folded = models.TextField()
    field = models.ForeignKey(Field, models.PROTECT)
    ministry = models.CharField(max_length=200, blank=True)
    levels = ArrayField(models.CharField(max_length=20), default=list)
    executing_agency = models.TextField(blank=True)
    limit_amount = models.PositiveIntegerField(null=True, blank=True)
    limit_unit = models.CharField(max_length=15, choices=LimitUnit, blank=True)
    limit_cases = models.TextField(blank=True)
    supplement_rule = models.CharField(max_length=10, choices=SupplementRule, default=SupplementRule.RESTART)
    supplement_notice_days = models.PositiveSmallIntegerField(null=True, blank=True)
    late_receipt_shifts = models.BooleanField(default=False)
    decision = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_by = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            no_two_at_once("a_procedure_is_one_thing_a_day", "procedure"),
            models.CheckConstraint(
                condition=Q(limit_amount__isnull=True, limit_unit="")
                | Q(limit_amount__isnull=False) & ~Q(limit_unit=""),
                name="a_limit_has_its_unit",
            ),
        ]
        indexes = [GinIndex(fields=["name_folded"], opclasses=["gin_trgm_ops"], name="procedure_name_trigrams")]

    def __str__(self) -> str:
        return self.name

    @property
    def time_limit(self) -> Self | None:
        """The same row where it states a limit; None where it states none, or one for each case."""
        return None if self.limit_amount is None else self
