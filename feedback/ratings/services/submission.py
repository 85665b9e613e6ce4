"""Giving a rating: by a right, or at a counter that is trusted."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.timezone import localdate
from psycopg2.errors import UniqueViolation

from feedback.errors import (
    AlreadyRated,
    AnswersRefused,
    FeedbackError,
    HelperServed,
    RatingIdTaken,
    RightNotUsable,
)
from feedback.ratings.models import Rating, RatingFormVersion, RatingLink, RatingRight
from feedback.ratings.queries import Charge, charge_of, published_form, usable_right
from feedback.ratings.rules.answers import Score, answer_faults, score_of
from feedback.ratings.rules.forms import form_of
from feedback.ratings.rules.sight import week_of
from feedback.vocabulary import HelperRole, RatingChannel, RatingOrigin
from procedures.models import Step
from procedures.vocabulary import StepKind

REFUSALS: dict[str, type[FeedbackError]] = {
    "one_rating_per_transaction_and_step": AlreadyRated,
    "one_rating_per_right": RightNotUsable,
    "a_given_id_names_one_rating": RatingIdTaken,
}


@dataclass(frozen=True)
class Draft:
    """What somebody answered. `form_version` is the one he saw; None: the newest."""

    id: uuid.UUID
    form: str
    form_version: int | None
    answers: Mapping[str, int]
    comment: str
    channel: RatingChannel
    helper_role: HelperRole | None
    helper_code: str
    rated_at: dt.datetime | None


@dataclass(frozen=True)
class Ground:
    """Why a rating is taken: which step of which transaction, and the right if there is one."""

    transaction_id: int
    step: StepKind
    right: RatingRight | None = None


@atomic
def rate_by_right(*, draft: Draft, secret: str, now: dt.datetime) -> Rating:
    """Take a rating from whoever holds the secret of an unused right.

    Raises RatingFormUnknown and AnswersRefused before it looks at the right, RightNotUsable for any bad right,
    AlreadyRated, RatingIdTaken, HelperServed.
    """
    version, score = _judged(draft)
    right = usable_right(secret=secret, form_id=version.form_id, now=now)
    ground = Ground(right.transaction_id, StepKind(right.step), right)
    return _record(draft=draft, version=version, score=score, ground=ground, now=now)


@atomic
def rate_at_counter(*, draft: Draft, transaction_id: int, step: StepKind, now: dt.datetime) -> Rating:
    """Take a rating from a trusted device at the counter; it stays marked as such.

    Raises RatingFormUnknown, AnswersRefused, AlreadyRated, RatingIdTaken, HelperServed.
    """
    version, score = _judged(draft)
    return _record(draft=draft, version=version, score=score, ground=Ground(transaction_id, step), now=now)


def _judged(draft: Draft) -> tuple[RatingFormVersion, Score]:
    version = published_form(code=draft.form, number=draft.form_version)
    form = form_of(version.content)
    if faults := answer_faults(form=form, answers=draft.answers):
        raise AnswersRefused(faults)
    return version, score_of(form=form, answers=draft.answers)


def _record(*, draft: Draft, version: RatingFormVersion, score: Score, ground: Ground, now: dt.datetime) -> Rating:
    if draft.helper_code and _served(ground.transaction_id, draft.helper_code):
        raise HelperServed
    charge = charge_of(transaction_id=ground.transaction_id, step=ground.step)
    try:
        rating = _rating(draft=draft, version=version, score=score, ground=ground, charge=charge, now=now)
        RatingLink.objects.create(
            rating=rating,
            transaction_id=ground.transaction_id,
            step=ground.step,
            right=ground.right,
            rated_at=draft.rated_at,
            received_at=now,
        )
    except IntegrityError as error:
        raise _refusal(error) from error
    return rating


def _rating(
    *, draft: Draft, version: RatingFormVersion, score: Score, ground: Ground, charge: Charge, now: dt.datetime
) -> Rating:
    return Rating.objects.create(
        given_id=draft.id,
        form_version=version,
        step=ground.step,
        answers=dict(draft.answers),
        overall=score.overall,
        normalised=score.normalised,
        is_dissatisfied=score.is_dissatisfied,
        comment=draft.comment,
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


def _served(transaction_id: int, official_code: str) -> bool:
    """Tell whether the official did any step of the transaction (peers: the clerk who served may not be the helper)."""
    return Step.objects.filter(transaction_id=transaction_id, official__code=official_code).exists()


def _refusal(error: IntegrityError) -> Exception:
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, UniqueViolation) else None
    refusal = REFUSALS.get(name or "")
    return refusal() if refusal else error
