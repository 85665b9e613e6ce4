"""Giving a rating: by a right, or at a counter that is trusted."""

import datetime as dt
import hmac
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.timezone import localdate
from psycopg2.errors import UniqueViolation

from feedback.errors import (
    AlreadyRated,
    FeedbackError,
    HelperServed,
    RatingIdTaken,
    RightNotUsable,
    StaffMayNotRate,
)
from feedback.ratings.models import Rating, RatingLink, RatingRight
from feedback.ratings.queries import Charge, charge_of, held_right, still_usable
from feedback.ratings.rules.sight import week_of
from feedback.ratings.services.judging import Judged, judged, masked_comment
from feedback.vocabulary import HelperRole, RatingChannel, RatingOrigin
from procedures.models import Step
from procedures.secrecy import keyed_hash
from procedures.vocabulary import StepKind
from units.models import Official

REFUSALS: dict[str, type[FeedbackError]] = {
    "one_rating_per_transaction_and_step": AlreadyRated,
    "one_rating_per_right": RightNotUsable,
    "a_given_id_names_one_rating": RatingIdTaken,
}


@dataclass(frozen=True)
class Draft:
    """What somebody answered. `form_version` is the one he saw; None: the newest.

    `via` is the id of the machine that sends, `device` what an app calls its telephone. `is_staff` and `staff_official`
    (primary key): who serves and is signed in may only type in for others.
    """

    id: uuid.UUID
    form: str
    form_version: int | None
    answers: Mapping[str, int]
    comment: str
    channel: RatingChannel
    helper_role: HelperRole | None
    helper_code: str
    rated_at: dt.datetime | None
    device: str = ""
    via: str = ""
    is_staff: bool = False
    staff_official: int | None = None


@dataclass(frozen=True)
class Taken:
    """A rating as its giver is told of it: his own id, what he rated, and which version of it stands.

    `unit_id` is the unit a rating that is new is about, where that is known; it is told to no giver.
    """

    given_id: uuid.UUID
    form: str
    form_version: int
    step: StepKind
    version: int = 1
    unit_id: int | None = None


@dataclass(frozen=True)
class Ground:
    """Why a rating is taken: which step of which transaction, and the right if there is one."""

    transaction_id: int
    step: StepKind
    right: RatingRight | None = None


@atomic
def rate_by_right(*, draft: Draft, secret: str, now: dt.datetime) -> Taken:
    """Take a rating from whoever holds the secret of an unused right.

    The same rating by the same right again is answered as at first, however late: the phone never saw our answer.
    Raises RatingFormUnknown and AnswersRefused before it looks at the right, RightNotUsable for any bad right,
    AlreadyRated, RatingIdTaken, HelperServed, StaffMayNotRate.
    """
    is_judged = judged(form=draft.form, form_version=draft.form_version, answers=draft.answers)
    held = held_right(secret=secret)
    if held is not None and held.given_id == draft.id and hmac.compare_digest(held.digest, _digest_of(draft)):
        return _taken(draft, StepKind(held.right.step))
    right = still_usable(held, form_id=is_judged.version.form_id, now=now)
    ground = Ground(right.transaction_id, StepKind(right.step), right)
    return _record(draft=draft, is_judged=is_judged, ground=ground, now=now)


@atomic
def rate_at_counter(*, draft: Draft, transaction_id: int, step: StepKind, now: dt.datetime) -> Taken:
    """Take a rating from a trusted device at the counter; it stays marked as such.

    The same again is answered as at first. Raises RatingFormUnknown, AnswersRefused, AlreadyRated, RatingIdTaken,
    HelperServed.
    """
    is_judged = judged(form=draft.form, form_version=draft.form_version, answers=draft.answers)
    same = RatingLink.objects.filter(transaction=transaction_id, step=step, right=None, rating__given_id=draft.id)
    if any(hmac.compare_digest(bytes(link.digest), _digest_of(draft)) for link in same):
        return _taken(draft, step)
    return _record(draft=draft, is_judged=is_judged, ground=Ground(transaction_id, step), now=now)


def _taken(draft: Draft, step: StepKind) -> Taken:
    rating = Rating.objects.select_related("form_version").get(given_id=draft.id)
    return Taken(draft.id, draft.form, rating.form_version.number, step, rating.version)


def _digest_of(draft: Draft) -> bytes:
    """Return the keyed hash of what was sent, the times of sending apart."""
    helper = [draft.helper_role or "", draft.helper_code]
    said = [draft.form, draft.form_version, sorted(draft.answers.items()), draft.comment, draft.channel, helper]
    return keyed_hash("rating-as-sent", json.dumps(said, ensure_ascii=False))


def _record(*, draft: Draft, is_judged: Judged, ground: Ground, now: dt.datetime) -> Taken:
    if draft.is_staff and not _is_the_helper(draft):
        raise StaffMayNotRate
    if draft.helper_code and _served(ground.transaction_id, draft.helper_code):
        raise HelperServed
    charge = charge_of(transaction_id=ground.transaction_id, step=ground.step)
    try:
        rating = _rating(draft=draft, is_judged=is_judged, ground=ground, charge=charge, now=now)
        RatingLink.objects.create(
            rating=rating,
            transaction_id=ground.transaction_id,
            step=ground.step,
            right=ground.right,
            rated_at=draft.rated_at,
            received_at=now,
            digest=_digest_of(draft),
            device_hash=keyed_hash("rating-device", draft.device) if draft.device else None,
            via=draft.via,
        )
    except IntegrityError as error:
        raise _refusal(error) from error
    return Taken(draft.id, draft.form, is_judged.version.number, ground.step, unit_id=charge.unit_id)


def _rating(*, draft: Draft, is_judged: Judged, ground: Ground, charge: Charge, now: dt.datetime) -> Rating:
    return Rating.objects.create(
        given_id=draft.id,
        form_version=is_judged.version,
        step=ground.step,
        answers=dict(draft.answers),
        overall=is_judged.score.overall,
        normalised=is_judged.score.normalised,
        is_dissatisfied=is_judged.score.is_dissatisfied,
        comment=draft.comment,
        comment_masked=masked_comment(draft.comment, transaction_id=ground.transaction_id),
        unit_id=charge.unit_id,
        official_id=charge.official_id,
        procedure_id=charge.procedure_id,
        field_id=charge.field_id,
        origin=RatingOrigin.RIGHT if ground.right else RatingOrigin.COUNTER,
        channel=draft.channel,
        helper_role=draft.helper_role or "",
        helper_code=draft.helper_code,
        week_date=week_of(localdate(now)),
    )


def _is_the_helper(draft: Draft) -> bool:
    """Tell whether the official who is signed in names himself as the one who types in."""
    helper = Official.objects.filter(code=draft.helper_code).first() if draft.helper_code else None
    return helper is not None and helper.pk == draft.staff_official


def _served(transaction_id: int, official_code: str) -> bool:
    """Tell whether the official did any step of the transaction, in whatever letters his code is written.

    Peers: the clerk who served may not be the helper.
    """
    return Step.objects.filter(transaction_id=transaction_id, official__code__iexact=official_code.strip()).exists()


def _refusal(error: IntegrityError) -> Exception:
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, UniqueViolation) else None
    refusal = REFUSALS.get(name or "")
    return refusal() if refusal else error
