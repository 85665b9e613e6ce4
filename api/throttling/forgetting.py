"""Buckets that are full again say nothing."""

import datetime as dt

from api.throttling.models import Bucket

KEPT = dt.timedelta(hours=24)
"""A citizen's bucket is named for a day and never used again after it."""


def forget_full_buckets(*, now: dt.datetime) -> int:
    """Delete the buckets nobody took from for a day; return how many."""
    deleted, _ = Bucket.objects.filter(refilled_at__lt=now - KEPT).delete()
    return deleted
