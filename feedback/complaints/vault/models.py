"""Sealed identities apart from the cases, and the ledger of every reading."""

from django.db import models
from django.db.models import Q

from feedback.complaints.models import Complaint
from units.models import Official


class SealedIdentity(models.Model):
    """Who complained: one ciphertext, padded to a whole number of buckets, bound to this row. Nothing else."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, primary_key=True, related_name="+")
    sealed = models.BinaryField()

    IS_LEDGER = True

    def __str__(self) -> str:
        return str(self.complaint_id)


class VaultAccess(models.Model):
    """One reading of an identity, written before anything is released; it outlives the case and refers by id."""

    complaint = models.UUIDField(db_index=True)
    by = models.CharField(max_length=100)
    official = models.ForeignKey(Official, models.PROTECT, null=True, blank=True)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_reading_has_its_reason")]

    IS_LEDGER = True

    def __str__(self) -> str:
        return f"{self.complaint} {self.at}"
