"""The outbox: one row per change, written by database triggers in the change's own transaction.

Note [Days without hours]: of a complaint the feed tells the day, of a rating the week. Beside events that tell their
moment, the mere place of such an event would tell its hour. So the triggers put these into a waiting room, and they
move to the feed together and shuffled, an hour after the day or the week is over (api/events/releasing.py). What
is left to see is how many there were in the day or the week.
"""

from django.db import models


class Event(models.Model):
    """Something that happened. `xid` (the writing transaction's number) and `id` order the feed, see queries.py."""

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


class HeldEvent(models.Model):
    """Something that happened and may not be told before `tell_after` (Note [Days without hours])."""

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    unit = models.ForeignKey("units.Unit", models.PROTECT, null=True, blank=True, db_index=False)
    scope = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    tell_after = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class FeedBeginning(models.Model):
    """The feed began anew: its numbers and those of this server had nothing to do with each other (adopting.py)."""

    id = models.BigAutoField(primary_key=True)
    name = models.UUIDField(unique=True)
    begun_at = models.DateTimeField()

    IS_LEDGER = True

    def __str__(self) -> str:
        return str(self.name)
