"""The right that a secret opens."""

import datetime as dt

from feedback.errors import RightNotUsable
from feedback.ratings.models import RatingLink, RatingRight
from feedback.ratings.rules.rights import as_issued
from procedures.secrecy import keyed_hash


def hash_of(secret: str) -> bytes:
    """Return what is stored of a right's secret."""
    return keyed_hash("rating-right", as_issued(secret))


def usable_right(*, secret: str, now: dt.datetime, form_id: int | None = None) -> RatingRight:
    """Return and lock the right that this secret opens, of this form if one is given; to be called in a transaction.

    Raises RightNotUsable for every other secret, after the same two look-ups whatever is wrong with it.
    """
    digest = hash_of(secret)
    right = (
        RatingRight.objects.select_for_update(of=("self",), no_key=True)
        .select_related("form")
        .filter(secret_hash=digest)
        .first()
    )
    is_used = RatingLink.objects.filter(right__secret_hash=digest).exists()
    if (
        right is None
        or is_used
        or right.revoked_at is not None
        or right.expires_at <= now
        or form_id not in {None, right.form_id}
    ):
        raise RightNotUsable
    return right
