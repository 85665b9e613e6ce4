"""Thinking a rating over: for a day its giver may answer anew, and what he said before is kept."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.transaction import atomic

from feedback.errors import AmendedTooOften, AmendmentTooLate, RatingUnknown, RightNotUsable, StaffMayNotRate
from feedback.ratings.models import Rating, RatingLink
from feedback.ratings.queries import held_right
from feedback.ratings.services.judging import judged, masked_comment
from feedback.ratings.services.submission import Taken
from procedures.vocabulary import StepKind

TIME_TO_AMEND = dt.timedelta(hours=24)
"""Long enough to sleep on it, short enough that no figure of a week already told moves much. Our choice."""

MOST_VERSIONS = 20
"""Each is kept. Nobody thinks it over more often in a day; a program could, by the thousand. Our choice."""


@dataclass(frozen=True)
class Amendment:
    """What a rating (`id` as its giver's client made it) is to say instead. `form_version`: None is the newest.

    `via` is the id of the machine that sends; `is_staff`: he who sends serves, and is signed in.
    """

    id: uuid.UUID
    form: str
    form_version: int | None
    answers: Mapping[str, int]
    comment: str
    via: str = ""
    is_staff: bool = False


@atomic
def amend_by_right(*, amendment: Amendment, secret: str, now: dt.datetime) -> Taken:
    """Amend the rating that was given by the right of this secret; the same again makes no new version.

    That is so whatever the form asks by now, unless another version of it is named: the phone never saw our answer.
    Thinking it over is the citizen's: staff who typed in for him do it no second time. Raises StaffMayNotRate,
    RatingFormUnknown, AnswersRefused, RightNotUsable for a secret that is none or of another form, RatingUnknown for an
    id by which nothing was rated with it, AmendmentTooLate, AmendedTooOften.
    """
    if amendment.is_staff:
        raise StaffMayNotRate
    held = held_right(secret=secret)
    if held is None:
        raise RightNotUsable
    if held.rating_id is None:
        raise RatingUnknown
    link = RatingLink.objects.get(pk=held.rating_id)
    return _amend(amendment=amendment, link=link, now=now)


@atomic
def amend_at_counter(*, amendment: Amendment, transaction_id: int, step: StepKind, now: dt.datetime) -> Taken:
    """Amend a rating that was given at a trusted counter, through the same machine.

    What becomes better so is looked at by the detector (rules.stuffing, `raised`). Raises RatingFormUnknown,
    AnswersRefused, RightNotUsable for another form, RatingUnknown, AmendmentTooLate, AmendedTooOften.
    """
    given = RatingLink.objects.filter(transaction=transaction_id, step=step, right=None, via=amendment.via)
    link = given.first()
    if link is None:
        raise RatingUnknown
    return _amend(amendment=amendment, link=link, now=now)


def _amend(*, amendment: Amendment, link: RatingLink, now: dt.datetime) -> Taken:
    rating = Rating.objects.select_for_update(no_key=True).get(pk=link.rating_id)
    if rating.given_id != amendment.id:
        raise RatingUnknown
    if amendment.form_version is None and _says(rating) == _said(amendment):
        return Taken(amendment.id, amendment.form, rating.form_version.number, StepKind(link.step), rating.version)
    told = judged(form=amendment.form, form_version=amendment.form_version, answers=amendment.answers)
    if told.version.form_id != rating.form_version.form_id:
        raise RightNotUsable
    taken = Taken(amendment.id, amendment.form, told.version.number, StepKind(link.step), rating.version)
    before = (rating.form_version_id, rating.answers, rating.comment)
    if before == (told.version.pk, dict(amendment.answers), amendment.comment):
        return taken
    if link.received_at + TIME_TO_AMEND <= now:
        raise AmendmentTooLate
    if rating.version >= MOST_VERSIONS:
        raise AmendedTooOften(MOST_VERSIONS - 1)
    rating.form_version = told.version
    rating.answers = dict(amendment.answers)
    rating.overall, rating.normalised = told.score.overall, told.score.normalised
    rating.is_dissatisfied = told.score.is_dissatisfied
    rating.comment = amendment.comment
    rating.comment_masked = masked_comment(amendment.comment, dossier_code=link.transaction.dossier_code)
    rating.version += 1
    rating.save()
    return Taken(taken.given_id, taken.form, taken.form_version, taken.step, rating.version)


def _says(rating: Rating) -> tuple[str, Mapping[str, int], str]:
    return rating.form_version.form.code, rating.answers, rating.comment


def _said(amendment: Amendment) -> tuple[str, Mapping[str, int], str]:
    return amendment.form, dict(amendment.answers), amendment.comment
