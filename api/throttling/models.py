"""Token buckets, one row each, in an unlogged table: exact across workers, forgotten at a crash; and spent proofs."""

from django.db import models

HOLDS_WHAT_IS_TAKEN = "a_bucket_holds_what_is_taken"
"""The constraint that refuses where nobody waits for an answer (api.throttling.buckets.take_soon)."""


class Bucket(models.Model):
    """What is left of one caller's allowance. `key` is a keyed hash; no address is stored."""

    key = models.BinaryField(primary_key=True, max_length=32)
    tokens = models.FloatField()
    was_allowed = models.BooleanField()
    refilled_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name=HOLDS_WHAT_IS_TAKEN, condition=models.Q(tokens__gte=0))]

    def __str__(self) -> str:
        return f"{self.tokens:.1f}"


class SpentProof(models.Model):
    """A challenge whose solution was accepted: its keyed hash, until it expires by itself."""

    key = models.BinaryField(primary_key=True, max_length=32)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return bytes(self.key).hex()
