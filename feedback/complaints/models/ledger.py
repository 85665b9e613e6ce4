"""What happened to a complaint, and what the citizen was told: only ever added to."""

from django.db import models

from feedback.complaints.models.cases import Complaint
from feedback.vocabulary import ComplaintState
from units.models import Official


class ComplaintEvent(models.Model):
    """A change of state: to what, on which day, by whom, why. `at` is empty where only the day may be kept."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField()
    before = models.CharField(max_length=15, choices=ComplaintState, blank=True)
    state = models.CharField(max_length=15, choices=ComplaintState)
    on = models.DateField()
    at = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=100)
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True)
    note = models.TextField(blank=True)
    due_on = models.DateField()
    due_rule = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "number"], name="an_event_has_its_number")]

    IS_LEDGER = True

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.state}"


class ComplaintMessage(models.Model):
    """What the office wrote to the citizen; he reads it with his receipt."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="messages")
    number = models.PositiveSmallIntegerField()
    is_from_citizen = models.BooleanField(default=False)
    on = models.DateField()
    text = models.TextField()
    by = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "number"], name="a_message_has_its_number")]

    IS_LEDGER = True

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.number}"
