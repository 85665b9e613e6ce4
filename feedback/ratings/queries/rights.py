"""The right that a secret opens."""

import datetime as dt
import uuid
from dataclasses import dataclass

from feedback.errors import RightNotUsable
from feedback.ratings.models import RatingRight
from feedback.ratings.rules.rights import as_issued
from procedures.secrecy import keyed_hashes

_OPENED = """
SELECT FROM feedback_ratingright WHERE secret_hash = ANY(%(digests)s) FOR NO KEY UPDATE;
SELECT r.*, l.rating_id, l.digest AS given_digest, g.given_id
FROM feedback_ratingright r
LEFT JOIN feedback_ratinglink l ON l.right_id = r.id LEFT JOIN feedback_rating g ON g.id = l.rating_id
WHERE r.secret_hash = ANY(%(digests)s)
"""
"""Two statements, one round trip: what was rated while we waited for the lock is seen."""


@dataclass(frozen=True)
class HeldRight:
    """A right by its secret, and the rating that was given by it: its key, the client's id and the digest as sent."""

    right: RatingRight
    rating_id: uuid.UUID | None
    given_id: uuid.UUID | None
    digest: bytes


def hashes_of(secret: str) -> dict[str, bytes]:
    """Return what may be stored of a right's secret, by the key's id; the first is what a new right is stored with."""
    return keyed_hashes("rating-right", as_issued(secret))


def held_right(*, secret: str) -> HeldRight | None:
    """Return and lock the right of a secret, whatever its state; to be called in a transaction."""
    rows = RatingRight.objects.raw(_OPENED, {"digests": list(hashes_of(secret).values())})
    right = next(iter(rows), None)
    if right is None:
        return None
    given: tuple[uuid.UUID | None, uuid.UUID | None, bytes | None]
    given = right.rating_id, right.given_id, right.given_digest  # type: ignore[attr-defined]  # columns of the statement
    return HeldRight(right, given[0], given[1], bytes(given[2] or b""))


def usable_right(*, secret: str, now: dt.datetime) -> RatingRight:
    """Return and lock the right that this secret opens; to be called in a transaction.

    Raises RightNotUsable for every other secret, after the same look-ups whatever is wrong with it.
    """
    return still_usable(held_right(secret=secret), now=now)


def still_usable(held: HeldRight | None, *, now: dt.datetime, form_id: int | None = None) -> RatingRight:
    """Return a right that was neither used nor revoked, lasts still and is of this form, if one is given.

    Raises RightNotUsable.
    """
    if (
        held is None
        or held.rating_id is not None
        or held.right.revoked_at is not None
        or held.right.expires_at <= now
        or form_id not in {None, held.right.form_id}
    ):
        raise RightNotUsable
    return held.right
