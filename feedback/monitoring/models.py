"""The periods that figures are told for."""

import datetime as dt
from typing import cast

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from feedback.vocabulary import PeriodKind, PeriodScheme


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
