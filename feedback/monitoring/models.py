"""The periods that figures are told for, and the targets they are held against, and counts kept up to date."""

import datetime as dt
from typing import cast

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models

from feedback.vocabulary import PeriodKind, PeriodScheme
from procedures.models import Field
from units.models import Unit


class Period(models.Model):
    """Days that are reported together, `[first, day after the last)`, in Asia/Ho_Chi_Minh; a row never changes."""

    IS_LEDGER = True

    code = models.CharField(max_length=30, unique=True)
    scheme = models.CharField(max_length=10, choices=PeriodScheme)
    kind = models.CharField(max_length=12, choices=PeriodKind)
    days = DateRangeField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_day_is_in_one_period_of_a_kind",
                expressions=[
                    ("scheme", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(days__isempty=False, days__lower_inf=False, days__upper_inf=False),
                name="a_period_begins_and_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def first_day(self) -> dt.date:
        """The first day of the period."""
        return cast("dt.date", self.days.lower)

    @property
    def next_day(self) -> dt.date:
        """The day after the last."""
        return cast("dt.date", self.days.upper)


class Target(models.Model):
    """What the figures of these metrics are to reach on these days, everywhere or in one unit or field, by which text.

    What is told anew under a code is a new `number`, the last one holds; what was told before stays.
    """

    IS_LEDGER = True

    code = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    metrics = ArrayField(models.CharField(max_length=40))
    value = models.DecimalField(max_digits=5, decimal_places=4)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    field = models.ForeignKey(Field, models.PROTECT, null=True, blank=True, related_name="+")
    valid = DateRangeField()
    source = models.TextField()
    recorded_by = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="a_target_is_told_once_a_number"),
            models.CheckConstraint(condition=models.Q(value__gt=0, value__lte=1), name="a_target_is_a_share"),
            models.CheckConstraint(condition=models.Q(valid__isempty=False), name="a_target_holds_for_a_while"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


COUNTS = (
    "ended", "legal_good", "legal_judged", "national_good", "national_judged", "legal_good_before",
    "legal_judged_before", "excluded", "changed",
)  # fmt: skip
"""What an EndedCount counts."""


class EndedCount(models.Model):
    """What a statement changed in how many transactions of a unit ended on a day, and how timely; never edited.

    The sum of the rows of a unit (`charged`: its primary key, 0 where it is not known), day and edition of the calendar
    is what a full count gives, at every moment: triggers of the transactions write the differences, and folding puts
    one row (`is_sum`) in the place of many. So no writer waits for another's row. `..._before`: as if no time were
    excluded; `excluded`, `changed`: the records that an exclusion touches, and those that it labels otherwise.
    """

    charged = models.BigIntegerField()
    day = models.DateField()
    calendar_id = models.BigIntegerField()
    ended = models.IntegerField()
    legal_good = models.IntegerField()
    legal_judged = models.IntegerField()
    national_good = models.IntegerField()
    national_judged = models.IntegerField()
    legal_good_before = models.IntegerField()
    legal_judged_before = models.IntegerField()
    excluded = models.IntegerField()
    changed = models.IntegerField()
    is_sum = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["charged", "day"], name="ended_count_of_unit"),
            models.Index(fields=["id"], condition=models.Q(is_sum=False), name="ended_count_to_fold"),
        ]

    def __str__(self) -> str:
        return f"{self.charged} {self.day}"
