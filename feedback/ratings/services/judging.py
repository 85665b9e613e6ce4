"""What somebody answered, judged by the form he answered; and his comment, without himself in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.errors import AnswersRefused
from feedback.ratings.models import LONGEST_COMMENT, RatingFormVersion
from feedback.ratings.queries import asked_form
from feedback.ratings.rules.answers import Score, answer_faults, score_of
from feedback.ratings.rules.masking import masked
from procedures.transactions.queries import applicant_names


@dataclass(frozen=True)
class Judged:
    """Faultless answers: by which version of the form, and what they say."""

    version: RatingFormVersion
    score: Score


def judged(*, form: str, form_version: int | None, answers: Mapping[str, int]) -> Judged:
    """Return what answers say by this version of a form, None the newest.

    Raises RatingFormUnknown, AnswersRefused.
    """
    version, asked = asked_form(code=form, number=form_version)
    if faults := answer_faults(form=asked, answers=answers):
        raise AnswersRefused(faults)
    return Judged(version, score_of(form=asked, answers=answers))


def masked_comment(comment: str, *, dossier_code: str) -> str:
    """Return a comment without what tells who wrote it, the names of the transaction's applicant among it."""
    return masked(comment, names=applicant_names(dossier_code=dossier_code))[:LONGEST_COMMENT] if comment else ""
