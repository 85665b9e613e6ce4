"""The right that a secret opens."""

import datetime as dt

from feedback.errors import RightNotUsable
from feedback.ratings.models import RatingRight
from feedback.ratings.rules.rights import as_issued
from procedures.secrecy import keyed_hash

_OPENED = """
SELECT FROM feedback_ratingright WHERE secret_hash = %(digest)s FOR NO KEY UPDATE;
SELECT r.*, EXISTS (SELECT FROM feedback_ratinglink l WHERE l.right_id = r.id) AS is_used
FROM feedback_ratingright r WHERE r.secret_hash = %(digest)s
"""
"""Two statements, one round trip: what was rated while we waited for the lock is seen."""


def hash_of(secret: str) -> bytes:
    """Return what is stored of a right's secret."""
    return keyed_hash("rating-right", as_issued(secret))


def usable_right(*, secret: str, now: dt.datetime, form_id: int | None = None) -> RatingRight:
    """Return and lock the right that this secret opens, of this form if one is given; to be called in a transaction.

    Raises RightNotUsable for every other secret, after the same two look-ups whatever is wrong with it.
    """
    right = next(iter(RatingRight.objects.raw(_OPENED, {"digest": hash_of(secret)})), None)
    if (
        right is None
        or right.is_used  # type: ignore[attr-defined]  # a column of the statement
        or right.revoked_at is not None
        or right.expires_at <= now
        or form_id not in {None, right.form_id}
    ):
        raise RightNotUsable
    return right
