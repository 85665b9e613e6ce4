"""Answers already given. Neither the key nor the body is kept, only keyed hashes.

No answer kept holds a secret, or what a citizen wrote: who answers with such puts it in when it is told (`complete`).
What is wrong with a row of a batch is told without names that its sender made up (api.rows.as_declared).
"""

from django.db import models


class StoredAnswer(models.Model):
    """The answer to one key of one caller at one operation. `nonce` makes its secret another one each time."""

    principal = models.CharField(max_length=100)
    operation = models.CharField(max_length=100)
    key_hash = models.BinaryField(max_length=32)
    body_hash = models.BinaryField(max_length=32)
    nonce = models.BinaryField(max_length=16, db_default=b"")
    status = models.SmallIntegerField(null=True, blank=True)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["principal", "operation", "key_hash"], name="one_effect_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.pk}"
