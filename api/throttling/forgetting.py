"""Buckets that are full again say nothing, and a challenge that expired needs no memory of its solution."""

import datetime as dt

from api.throttling.models import Bucket, SpentProof

KEPT = dt.timedelta(hours=24)
"""A citizen's bucket is named for a day and never used again after it."""


def forget_full_buckets(*, now: dt.datetime) -> int:
    """Delete the buckets nobody took from for a day; return how many."""
    deleted, _ = Bucket.objects.filter(refilled_at__lt=now - KEPT).delete()
    return deleted


MARGIN = dt.timedelta(hours=1)
"""For machines of ours whose clocks do not agree: a spent solution must not outlive its memory."""


def forget_spent_proofs(*, now: dt.datetime) -> int:
    """Delete what was spent of challenges that expired; return how many."""
    deleted, _ = SpentProof.objects.filter(expires_at__lt=now - MARGIN).delete()
    return deleted
