"""The complaint itself."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from feedback.vocabulary import ComplaintState, IdentityMode, LegalClass
from procedures.calendar.models import CalendarVersion


class Complaint(models.Model):
    """One case about conduct; it holds nothing that tells who complained (see vault).

    `dossier_code` is the citizen's: the dossier may come later, or never (queries.dossiers, Note [Told first]).
    `filed_on` is all that is kept of the time of an anonymous one. `event_date` is the day whose organisation counts:
    that of the act, or of the filing when nobody said. `due_on` is the legal day of the state it is in; `due_rule`
    and `due_calendar` say how it was counted. A trigger lets `state` move only along rules.TRANSITIONS, and keeps
    what the citizen said as he said it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    legal_class = models.CharField(max_length=15, choices=LegalClass)
    mode = models.CharField(max_length=10, choices=IdentityMode)
    state = models.CharField(max_length=15, choices=ComplaintState, default=ComplaintState.SUBMITTED)
    dossier_code = models.CharField(max_length=100, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=500, blank=True)
    statement = models.TextField(max_length=20_000)
    receipt_number = models.CharField(max_length=16, unique=True)
    receipt_hash = models.BinaryField(max_length=32)
    filed_on = models.DateField()
    filed_at = models.DateTimeField(null=True, blank=True)
    event_date = models.GeneratedField(
        expression=Coalesce(F("happened_on"), F("filed_on")), output_field=models.DateField(), db_persist=True
    )
    due_on = models.DateField()
    due_rule = models.CharField(max_length=60)
    due_calendar = models.ForeignKey(CalendarVersion, models.PROTECT)
    closed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(mode=IdentityMode.ANONYMOUS) | Q(filed_at__isnull=True),
                name="an_anonymous_complaint_has_no_hour",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ComplaintState.REFUSED, ComplaintState.CONCLUDED], closed_on__isnull=False)
                | ~Q(state__in=[ComplaintState.REFUSED, ComplaintState.CONCLUDED]) & Q(closed_on__isnull=True),
                name="a_complaint_is_closed_when_answered",
            ),
            models.CheckConstraint(
                condition=Q(receipt_number__regex=r"^\d{16}$"), name="a_receipt_number_has_16_digits"
            ),
            models.CheckConstraint(
                condition=Q(legal_class__in=LegalClass.values), name="a_complaint_has_a_legal_class"
            ),
            models.CheckConstraint(condition=Q(mode__in=IdentityMode.values), name="a_complaint_has_an_identity_mode"),
        ]
        indexes = [
            models.Index(fields=["-filed_on", "id"], name="complaint_newest_first"),
            models.Index(fields=["state", "due_on"], name="complaint_by_due_day"),
            models.Index(fields=["state", "-filed_on", "id"], name="complaint_newest_in_a_state"),
            models.Index(fields=["legal_class", "-filed_on", "id"], name="complaint_newest_of_a_class"),
            models.Index(
                fields=["dossier_code", "-filed_on", "id"],
                name="complaint_about_a_dossier",
                condition=~Q(dossier_code=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
