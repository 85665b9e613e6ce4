"""What somebody answered, judged by the form he answered; and his comment, without himself in it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from feedback.errors import AnswersRefused
from feedback.ratings.models import LONGEST_COMMENT, RatingFormVersion
from feedback.ratings.queries import asked_form
from feedback.ratings.rules.answers import Score, answer_faults, score_of
from feedback.ratings.rules.forms import Form
from feedback.ratings.rules.masking import masked
from procedures.transactions.queries import Sealed, applicant_names, names_by_dossier


@dataclass(frozen=True)
class Judged:
    """Faultless answers: by which version of the form, and what they say."""

    version: RatingFormVersion
    score: Score


def judged(*, form: str, form_version: int | None, answers: Mapping[str, int]) -> Judged:
    """Return what answers say by this version of a form, None the newest.

    Raises RatingFormUnknown, AnswersRefused.
    """
    return judged_by(asked_form(code=form, number=form_version), answers=answers)


def judged_by(form: tuple[RatingFormVersion, Form], *, answers: Mapping[str, int]) -> Judged:
    """Return what answers say by a version and what it asks; raises AnswersRefused."""
    version, asked = form
    if faults := answer_faults(form=asked, answers=answers):
        raise AnswersRefused(faults)
    return Judged(version, score_of(form=asked, answers=answers))


def masked_comment(comment: str, *, dossier_code: str, newest: Sealed | None = None) -> str:
    """Return a comment without what tells who wrote it, the names of the transaction's applicant among it.

    `newest` are the newest messages of the transaction, if they were asked for already.
    """
    if not comment:
        return ""
    return _without(comment, names=applicant_names(dossier_code=dossier_code, newest=newest))


def masked_again(comments: Collection[tuple[str, str | None]]) -> list[str]:
    """Return masked comments without what is known by now as well; what was taken out of them stays out.

    Each comes with the dossier code of its transaction: of one without, and of one whose messages are forgotten, no
    name is known any more.
    """
    names = names_by_dossier(dossier_codes={code for _, code in comments if code})
    return [_without(comment, names=names.get(code or "", frozenset())) for comment, code in comments]


def _without(comment: str, *, names: Collection[str]) -> str:
    return masked(comment, names=names)[:LONGEST_COMMENT]
