"""The right that a secret opens."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from feedback.errors import RatingFormUnknown, RightNotUsable
from feedback.ratings.models import RatingFormVersion, RatingRight
from feedback.ratings.queries.charging import CHARGED, DONE, Charge
from feedback.ratings.queries.forms import PUBLISHED, kept_form
from feedback.ratings.rules.forms import Form
from feedback.ratings.rules.rights import as_issued
from procedures.prepared import Prepared
from procedures.secrecy import keyed_hashes
from procedures.transactions.queries import SEALED_AT_ONCE, Sealed

_LOCKED = Prepared(
    "lock_right",
    "SELECT FROM feedback_ratingright WHERE secret_hash = ANY(%(digests)s) FOR NO KEY UPDATE",
    digests="bytea[]",
)


class OpenedRight(NamedTuple):
    """What a right says of itself (RatingRight)."""

    id: uuid.UUID
    transaction_id: int
    step: str
    form_id: int
    expires_at: dt.datetime
    revoked_at: dt.datetime | None


_COLUMNS = OpenedRight._fields
_RIGHT = 3
"""Where the first column of the right stands in what is opened."""
_OPEN = f"""
SELECT l.rating_id, g.given_id, l.digest, {", ".join(f"r.{column}" for column in _COLUMNS)}, {CHARGED}
FROM (SELECT * FROM feedback_ratingright WHERE secret_hash = ANY(%(digests)s) LIMIT 1) r
LEFT JOIN feedback_ratinglink l ON l.right_id = r.id LEFT JOIN feedback_rating g ON g.id = l.rating_id
JOIN procedures_transaction t ON t.id = r.transaction_id {DONE}
""".format(step="r.step", moment="r.issued_at")  # noqa: S608 - the names are written above
_OPENED = Prepared("open_right", _OPEN, digests="bytea[]")
_IS_READ = """
%(is_commented)s AND form.id IS NOT NULL
AND opened.rating_id IS NULL AND opened.revoked_at IS NULL AND opened.expires_at > %(now)s
"""
_OPENED_WITH_FORM = Prepared(
    "open_right_with_form",
    f"""
SELECT form.id, form.code, sealed.ids, sealed.digests, sealed.sealed, opened.*
FROM (SELECT) AS one LEFT JOIN LATERAL ({PUBLISHED}) form ON true LEFT JOIN LATERAL ({_OPEN}) opened ON true
LEFT JOIN LATERAL ({SEALED_AT_ONCE.format(code="opened.dossier_code", if_any=_IS_READ)}) sealed ON true
""",  # noqa: S608 - the names are written above
    digests="bytea[]", code="varchar", number="int", is_commented="boolean", now="timestamptz",
)  # fmt: skip
"""One look for all that a rating by right needs: the form, the right, and the newest messages of its transaction."""


@dataclass(frozen=True)
class HeldRight:
    """A right by its secret, and the rating that was given by it: its key, the client's id and the digest as sent.

    `charge` is whom a rating by it speaks about: who had done the step last when the right was issued, whoever does it
    again later; of a right issued before its step, who did it last.
    """

    right: OpenedRight
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
    return _held(rows[0]) if rows else None


@dataclass(frozen=True)
class Asked:
    """What somebody with a secret wants to answer: the version of the form with what it asks, and his right."""

    form: tuple[RatingFormVersion, Form]
    held: HeldRight | None
    newest: Sealed
    """The newest messages of the right's transaction, if they were asked for."""


def asked_by_right(
    *, secret: str, form: str, number: int | None, is_commented: bool, is_locked: bool, now: dt.datetime
) -> Asked:
    """Return the same with the form that is answered, in one round trip; raises RatingFormUnknown.

    Not `is_locked`, the right may be used or revoked by another meanwhile. No message is read for a right that nobody
    can use. What waits to be written does not go with it, and waits on.
    """
    values = {
        "digests": list(hashes_of(secret).values()), "code": form, "number": number, "is_commented": is_commented,
        "now": now,
    }  # fmt: skip
    ((version_id, code, ids, digests, sealed, *opened),) = _OPENED_WITH_FORM.rows(
        values, after=[_LOCKED] if is_locked else (), passes=True
    )
    if version_id is None:
        raise RatingFormUnknown(form)
    held = None if opened[_RIGHT] is None else _held(opened)
    newest = list(zip(ids or (), digests or (), sealed or (), strict=True))
    return Asked(kept_form(version_id, code), held, newest)


def _held(row: Sequence[Any]) -> HeldRight:
    rating_id, given_id, digest, *columns = row
    right, charge = OpenedRight(*columns[: len(_COLUMNS)]), Charge(*columns[len(_COLUMNS) :])
    return HeldRight(right, rating_id, given_id, bytes(digest or b""), charge)


def lasting_right(*, secret: str, now: dt.datetime) -> RatingRight:
    """Return and lock the right that this secret opens, used or not; to be called in a transaction.

    Raises RightNotUsable for every other secret, after the same look-ups whatever is wrong with it.
    """
    held = still_lasting(held_right(secret=secret), now=now)
    return RatingRight.objects.select_related("form").get(pk=held.right.id)


def still_lasting(held: HeldRight | None, *, now: dt.datetime, form_id: int | None = None) -> HeldRight:
    """Return a right that was not revoked, lasts still and is of this form, if one is given.

    Raises RightNotUsable. Whether it was used is told to who rates by it, when nothing else is to be said: the office
    that printed the slip holds it too, and must not learn whether its citizen rated (docs/decisions/0016).
    """
    if (
        held is None
        or held.right.revoked_at is not None
        or held.right.expires_at <= now
        or form_id not in {None, held.right.form_id}
    ):
        raise RightNotUsable
    return held
