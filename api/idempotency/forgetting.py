"""Answers are kept as long as a retry may come, and no longer."""

import datetime as dt

from api.idempotency.models import StoredAnswer

KEPT = dt.timedelta(hours=72)
"""Three days: a phone that was off over a weekend may still send again."""


def forget_old_answers(*, now: dt.datetime) -> int:
    """Delete the answers whose keys may not be used again; return how many."""
    deleted, _ = StoredAnswer.objects.filter(created_at__lt=now - KEPT).delete()
    return deleted
