"""From answers to what they say: faults, the overall value, its normalised form, and whether it is dissatisfaction."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from feedback.errors import AnswerFault
from feedback.ratings.rules.forms import Form

FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Score:
    """What a rating says: the value on the form's own scale, the same between 0 and 1, and QĐ 766's yes or no."""

    overall: Decimal
    normalised: Decimal
    is_dissatisfied: bool


def answer_faults(*, form: Form, answers: Mapping[str, int]) -> list[AnswerFault]:
    """Return everything that is wrong with the answers.

    Source: our choice; a value off the scale would move every mean it enters.
    """
    by_code = {criterion.code: criterion for criterion in form.criteria}
    unknown = [AnswerFault(code, "unknown_criterion") for code in answers if code not in by_code]
    missing = [
        AnswerFault(code, "missing_answer")
        for code, criterion in by_code.items()
        if criterion.is_required and code not in answers
    ]
    off_scale = [
        AnswerFault(code, "off_scale")
        for code, value in answers.items()
        if code in by_code and value not in by_code[code].values
    ]
    return unknown + missing + off_scale


def score_of(*, form: Form, answers: Mapping[str, int]) -> Score:
    """Return what faultless answers say; both numbers are rounded half-up to four places.

    The rating is one of dissatisfaction when the level nearest to its overall value says so (a mean half-way between
    two levels is the better one): a form without an overall question has no other words for it.

    Source: QĐ 766/QĐ-TTg ngày 23/6/2022, nhóm mức độ hài lòng ("không hài lòng"); the nearest level is our choice.
    """
    values = [answers[code] for code in form.overall_criteria if code in answers]
    return _score(sum(values), len(values), form.lowest, form.highest, form.dissatisfied_values)


@lru_cache(maxsize=1024)
def _score(total: int, amount: int, lowest: int, highest: int, dissatisfied: frozenset[int]) -> Score:
    """Work it out once for all who answer alike."""
    overall = Fraction(total, amount)
    normalised = (overall - lowest) / (highest - lowest)
    nearest = math.floor(overall + Fraction(1, 2))
    return Score(_decimal(overall), _decimal(normalised), nearest in dissatisfied)


def _decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(FOUR_PLACES, ROUND_HALF_UP)
