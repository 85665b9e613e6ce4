"""What changes a transaction beside its messages: exclusions that name it, and recounts."""

from django.db import models
from django.db.models import Q

from procedures.calendar.models import CalendarVersion
from procedures.vocabulary import RecountState


class Pause(models.Model):
    """A dossier that an exclusion names (`reference`), and the period; it counts for the dossier while it `holds`."""

    reference = models.BigIntegerField()
    dossier_code = models.CharField(max_length=100, db_collation="C")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    holds = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference", "dossier_code"], name="an_exclusion_names_a_dossier_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("begins_at")), name="a_pause_lasts"),
        ]
        indexes = [models.Index(fields=["dossier_code"], name="pauses_of_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_code} {self.begins_at}"


class Recount(models.Model):
    """Transactions to be written anew because the calendar changed (`calendar`) or an exclusion did (`reference`).

    Worked off in the order of the dossier codes, a chunk in each database transaction: `done_up_to` is the last code
    written, so that whoever goes on after a crash begins there.
    """

    calendar = models.OneToOneField(CalendarVersion, models.PROTECT, null=True, blank=True)
    reference = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=RecountState, default=RecountState.QUEUED)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    done_up_to = models.CharField(max_length=100, blank=True, db_collation="C")
    requested_by = models.CharField(max_length=200)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(calendar__isnull=True, reference__isnull=False)
                | Q(calendar__isnull=False, reference__isnull=True),
                name="a_recount_has_one_cause",
            ),
            models.CheckConstraint(
                condition=Q(state=RecountState.FINISHED, finished_at__isnull=False)
                | ~Q(state=RecountState.FINISHED) & Q(finished_at__isnull=True),
                name="a_finished_recount_has_its_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def speed(self) -> float | None:
        """Rows a second up to the last chunk; None before a second has passed."""
        if self.started_at is None or self.moved_at is None:
            return None
        seconds = (self.moved_at - self.started_at).total_seconds()
        return round(self.done / seconds, 1) if seconds >= 1 else None
