"""Whom a complaint is about, and what is said of each."""

from django.db import models
from django.db.models import Q

from feedback.complaints.models.cases import Complaint
from feedback.complaints.models.categories import ComplaintCategory
from units.models import Official, Unit


class ComplaintSubject(models.Model):
    """One accused: a known official, or a description; `unit` is where the citizen says he serves.

    `number` counts from 1 within the complaint: a number over all complaints would tell how many there are.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="subjects")
    number = models.PositiveSmallIntegerField()
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True)
    description = models.CharField(max_length=500, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, db_index=False)
    role = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "complaint"], name="complaints_about_a_unit")]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="a_subject_has_its_number"),
            models.UniqueConstraint(
                fields=["complaint", "official"], name="an_official_is_accused_once_in_a_complaint"
            ),
            models.CheckConstraint(
                condition=Q(official__isnull=False) | Q(unit__isnull=False) | ~Q(description=""),
                name="a_subject_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.number}"


class Allegation(models.Model):
    """One kind of misconduct that one accused is said to have done."""

    subject = models.ForeignKey(ComplaintSubject, models.PROTECT, related_name="allegations")
    category = models.ForeignKey(ComplaintCategory, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "category"], name="an_allegation_is_made_once")]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.category_id}"
