"""The right that a secret opens."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS

from feedback.errors import RightNotUsable
from feedback.ratings.models import RatingRight
from feedback.ratings.queries.charging import CHARGED, DONE, Charge
from feedback.ratings.rules.rights import as_issued
from procedures.prepared import Prepared
from procedures.secrecy import keyed_hashes

_LOCKED = Prepared(
    "lock_right",
    "SELECT FROM feedback_ratingright WHERE secret_hash = ANY(%(digests)s) FOR NO KEY UPDATE",
    digests="bytea[]",
)
_COLUMNS = tuple(field.attname for field in RatingRight._meta.concrete_fields)  # noqa: SLF001 - Django's own door
_OPENED = Prepared(
    "open_right",
    f"""
SELECT l.rating_id, g.given_id, l.digest, {", ".join(f"r.{column}" for column in _COLUMNS)}, {CHARGED}
FROM (SELECT * FROM feedback_ratingright WHERE secret_hash = ANY(%(digests)s) LIMIT 1) r
LEFT JOIN feedback_ratinglink l ON l.right_id = r.id LEFT JOIN feedback_rating g ON g.id = l.rating_id
JOIN procedures_transaction t ON t.id = r.transaction_id {DONE}
""".format(step="r.step"),  # noqa: S608 - the names are written above
    digests="bytea[]",
)


@dataclass(frozen=True)
class HeldRight:
    """A right by its secret, and the rating that was given by it: its key, the client's id and the digest as sent.

    `charge` is whom a rating by it speaks about.
    """

    right: RatingRight
    rating_id: uuid.UUID | None
    given_id: uuid.UUID | None
    digest: bytes
    charge: Charge


def hashes_of(secret: str) -> dict[str, bytes]:
    """Return what may be stored of a right's secret, by the key's id; the first is what a new right is stored with."""
    return keyed_hashes("rating-right", as_issued(secret))


def held_right(*, secret: str) -> HeldRight | None:
    """Return and lock the right of a secret, whatever its state; to be called in a transaction.

    Two statements, one round trip: what was rated while we waited for the lock is seen.
    """
    rows = _OPENED.rows({"digests": list(hashes_of(secret).values())}, after=[_LOCKED])
    if not rows:
        return None
    ((rating_id, given_id, digest, *columns),) = rows
    right = RatingRight.from_db(DEFAULT_DB_ALIAS, _COLUMNS, columns[: len(_COLUMNS)])
    return HeldRight(right, rating_id, given_id, bytes(digest or b""), Charge(*columns[len(_COLUMNS) :]))


def usable_right(*, secret: str, now: dt.datetime) -> RatingRight:
    """Return and lock the right that this secret opens; to be called in a transaction.

    Raises RightNotUsable for every other secret, after the same look-ups whatever is wrong with it.
    """
    return still_usable(held_right(secret=secret), now=now).right


def still_usable(held: HeldRight | None, *, now: dt.datetime, form_id: int | None = None) -> HeldRight:
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
    return held
