"""Days off, swapped days and office hours, by calendar version: a change never rewrites what was counted before."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from procedures.vocabulary import Certainty, DayKind
from units.models import Unit

_OF_ONE_UNIT: list[tuple[Any, str]] = [
    (Coalesce("unit", Value(0), output_field=models.BigIntegerField()), RangeOperators.EQUAL),
    ("valid", RangeOperators.OVERLAPS),
]


class CalendarVersion(models.Model):
    """One edition of the calendar; the number grows, an edition never changes.

    `digest` is the SHA-256 of what it counts by: days with kind, name and certainty, and office hours; why a day is off
    (`source`, `for_date`) is not in it.
    """

    number = models.PositiveIntegerField(primary_key=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return str(self.number)


class DayOverride(models.Model):
    """A day that differs from the week's rule, in the editions from `since` up to, not including, `until`."""

    date = models.DateField()
    kind = models.CharField(max_length=15, choices=DayKind)
    name = models.CharField(max_length=200)
    for_date = models.DateField(null=True, blank=True)
    certainty = models.CharField(max_length=15, choices=Certainty)
    source = models.TextField(blank=True)
    since = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="added")
    until = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, blank=True, related_name="removed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["date"], condition=Q(until__isnull=True), name="a_day_is_one_thing_now"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="a_day_lasts_an_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"


class OfficeHours(models.Model):
    """When a unit works, in the editions from `since` up to, not including, `until`.

    Without a unit it is said of every unit for which nothing else is said that day.
    `sessions` are those of a usual day, as `[["07:00", "11:00"], ...]`; `half_days` those of the weekdays that differ,
    by the number of the weekday (Monday is 0). `reason` is the decision or the custom it rests on.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    valid = DateRangeField()
    sessions = models.JSONField()
    half_days = models.JSONField(default=dict)
    reason = models.TextField()
    since = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="hours_added")
    until = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, blank=True, related_name="hours_removed")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_unit_keeps_one_set_of_hours_a_day", expressions=_OF_ONE_UNIT, condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="hours_last_an_edition"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hours_have_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.valid}"
