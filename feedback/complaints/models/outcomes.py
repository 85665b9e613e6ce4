"""What was checked, what was concluded, and one finding for each allegation."""

from django.db import models
from django.db.models import Q

from feedback.complaints.models.cases import Complaint
from feedback.complaints.models.subjects import Allegation
from feedback.vocabulary import FindingOutcome
from units.models import Official


class Verification(models.Model):
    """How the allegations were checked, by whom."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="verifications")
    report = models.TextField()
    verified_on = models.DateField()
    by = models.CharField(max_length=100)
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True)

    IS_LEDGER = True

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.verified_on}"


class Conclusion(models.Model):
    """What the competent office concluded; `answer` is told to the citizen. A reopened case gets the next number."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="conclusions")
    number = models.PositiveSmallIntegerField(default=1)
    text = models.TextField()
    answer = models.TextField()
    concluded_on = models.DateField()
    by = models.CharField(max_length=100)
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "number"], name="a_conclusion_has_its_number")]

    IS_LEDGER = True

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.number}"


class Finding(models.Model):
    """What a conclusion found of one allegation; only the upheld may ever count against an official."""

    conclusion = models.ForeignKey(Conclusion, models.PROTECT, related_name="findings")
    allegation = models.ForeignKey(Allegation, models.PROTECT, related_name="findings")
    outcome = models.CharField(max_length=15, choices=FindingOutcome)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conclusion", "allegation"], name="one_finding_per_allegation"),
            models.CheckConstraint(
                condition=~Q(outcome__in=[FindingOutcome.SLANDER, FindingOutcome.UNDETERMINED]) | ~Q(reason=""),
                name="a_grave_finding_has_its_reason",
            ),
            models.CheckConstraint(condition=Q(outcome__in=FindingOutcome.values), name="a_finding_has_an_outcome"),
        ]

    IS_LEDGER = True

    def __str__(self) -> str:
        return f"{self.allegation_id} {self.outcome}"
