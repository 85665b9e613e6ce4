"""The outbox: one row per change, written by database triggers in the change's own transaction."""

from django.db import models


class Event(models.Model):
    """Something that happened. `xid` (the writing transaction's number) and `id` order the feed, see feed.py."""

    id = models.BigAutoField(primary_key=True)
    xid = models.BigIntegerField()
    type = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    unit = models.ForeignKey("units.Unit", models.PROTECT, null=True, blank=True)
    scope = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["xid", "id"], name="event_order")]

    IS_LEDGER = True

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"
