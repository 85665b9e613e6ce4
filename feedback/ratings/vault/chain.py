"""The log of openings: each entry's digest covers the entry before it and needs the server's key.

Who changes, removes or inserts a row of the database breaks the chain, and without the key nobody mends it. Only the
newest entries could be cut off unseen, so each is told when it is written: to who opened and in the feed of events.
"""

import datetime as dt
import hmac
import json
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.transaction import atomic

from feedback.ratings.models import Rating
from feedback.ratings.vault.models import LinkAccess
from feedback.vocabulary import LinkAccessKind
from procedures.secrecy import keyed_hash

GENESIS = "0" * 64
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('feedback_linkaccess', 0))"


@dataclass(frozen=True)
class Verification:
    """What the chain shows: how many entries, the digest of the last, the first entry that does not fit (None: all do).

    `is_known`: whether a digest that somebody noted is still among them; None when none was asked about.
    """

    entries: int
    head: str
    first_broken: int | None
    is_known: bool | None


def write_down(
    *,
    kind: LinkAccessKind,
    rating: Rating | None,
    by: str,
    official_id: int | None,
    reason: str,
    case_reference: str,
    now: dt.datetime,
    using: str = DEFAULT_DB_ALIAS,
) -> LinkAccess:
    """Append an entry; entries wait for each other, so that no two follow the same one."""
    with atomic(using=using):
        with connections[using].cursor() as cursor:
            cursor.execute(_ONE_AT_A_TIME)
        last = LinkAccess.objects.using(using).order_by("-number").first()
        entry = LinkAccess(
            number=last.number + 1 if last else 1, kind=kind, rating=rating, by=by, official_id=official_id,
            reason=reason, case_reference=case_reference, at=now, previous=last.digest if last else GENESIS,
        )  # fmt: skip
        entry.digest = _digest(entry)
        entry.save(using=using, force_insert=True)
        return entry


def verification(*, noted: str = "") -> Verification:
    """Go through the whole chain; `noted` is a digest that somebody kept, to be found among the entries."""
    expected, broken, count, is_known = GENESIS, None, 0, False
    for entry in LinkAccess.objects.order_by("number").iterator():
        count += 1
        is_known = is_known or entry.digest == noted
        fits = entry.number == count and entry.previous == expected
        if broken is None and not (fits and hmac.compare_digest(entry.digest, _digest(entry))):
            broken = count
        expected = entry.digest
    return Verification(count, expected, broken, is_known if noted else None)


def _digest(entry: LinkAccess) -> str:
    said = [
        entry.previous, entry.number, str(entry.kind), str(entry.rating_id or ""), entry.by, entry.official_id,
        entry.reason, entry.case_reference, entry.at.astimezone(dt.UTC).isoformat(),
    ]  # fmt: skip
    return keyed_hash("rating-link-chain", json.dumps(said, ensure_ascii=False)).hex()
