"""Days off and swapped days, by calendar version: a change never rewrites what was counted before."""

from django.db import models
from django.db.models import F, Q

from procedures.vocabulary import Certainty, DayKind


class CalendarVersion(models.Model):
    """One edition of the calendar; the number grows, an edition never changes.

    `digest` is the SHA-256 of its days, so that two editions are told apart by what they say.
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
