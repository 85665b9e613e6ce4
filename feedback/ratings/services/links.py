"""Learning what a rating is about, on record; and putting an end to that."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.transaction import atomic

from feedback.errors import RatingLinkDestroyed
from feedback.ratings.models import Rating, RatingLink
from feedback.ratings.vault import destroy, lay_out, write_down
from feedback.ratings.vault.destruction import OWNER
from feedback.ratings.vault.models import LinkAccess
from feedback.vocabulary import LinkAccessKind
from procedures.vocabulary import StepKind


@dataclass(frozen=True)
class OpenedLink:
    """What a rating is about, and the entry of the log that says who asked."""

    entry: LinkAccess
    dossier_code: str
    step: StepKind


@atomic
def open_link(
    *, rating: Rating, reason: str, case_reference: str, by: str, official_id: int | None, now: dt.datetime
) -> LinkAccess:
    """Write down that somebody opens a link; only what is written down is told (`opened`).

    The caller has made sure that he may see the rating. Raises RatingLinkDestroyed.
    """
    if not RatingLink.objects.filter(pk=rating.pk).exists():
        raise RatingLinkDestroyed
    return write_down(
        kind=LinkAccessKind.OPENING, rating=rating, by=by, official_id=official_id, reason=reason,
        case_reference=case_reference, now=now,
    )  # fmt: skip


def opened(*, number: int, by: str) -> OpenedLink:
    """Return what an entry of the log opened to this caller; raises RatingLinkDestroyed when that is not known now."""
    entry = LinkAccess.objects.get(number=number, by=by, kind=LinkAccessKind.OPENING)
    link = RatingLink.objects.select_related("transaction").filter(pk=entry.rating_id).first()
    if link is None:
        raise RatingLinkDestroyed
    return OpenedLink(entry, link.transaction.dossier_code, StepKind(link.step))


def note_reading(
    *, rating: Rating | None, asked: str, told: int, by: str, official_id: int | None, now: dt.datetime
) -> LinkAccess:
    """Write down that somebody reads single ratings: one, or so many (`told`) of those he asked for by these filters.

    A row tells week, step, procedure and official: whoever may read transactions as well finds the one it is about
    (docs/decisions/0009-who-sees-ratings.md). To be called before anything is told.
    """
    return write_down(
        kind=LinkAccessKind.READING, rating=rating, by=by, official_id=official_id, reason=f"{told}: {asked or '*'}",
        case_reference="", now=now,
    )  # fmt: skip


def destroy_links(*, spans: Sequence[tuple[dt.date, dt.date]], reason: str, by: str, now: dt.datetime) -> int:
    """Destroy the links of what was given and ended in these days `[first, next)`, on record; return how many.

    To be called by a command, with the owner's role; whoever calls has made sure that nobody needs them any more.
    """
    with atomic(using=OWNER):
        destroyed = destroy(spans=spans, now=now)
        if destroyed:
            write_down(
                kind=LinkAccessKind.DESTRUCTION, rating=None, by=by, official_id=None, reason=f"{reason}: {destroyed}",
                case_reference="", now=now, using=OWNER,
            )  # fmt: skip
    if destroyed:
        lay_out()
    return destroyed
