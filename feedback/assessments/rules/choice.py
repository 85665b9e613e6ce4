"""Which text scores, by the day of what is scored."""

import datetime as dt
from types import ModuleType

from feedback.assessments.rules import tt_01_2018
from feedback.errors import NoScoringRules

SCORING: tuple[ModuleType, ...] = (tt_01_2018,)
"""The texts that give points, each with its days; QĐ 766/QĐ-TTg gives ratios and no points of this kind."""


def in_force(on: dt.date) -> ModuleType:
    """Return the text that scores what ended on a day; raises NoScoringRules.

    Source: Thông tư 01/2018/TT-VPCP (2019-01-06 to 2025-09-14); after it only QĐ 766/QĐ-TTg is known to be in use.
    """
    for text in SCORING:
        if text.VALID_FROM <= on < text.VALID_UNTIL:
            return text
    raise NoScoringRules(on)


def require_scoring(*, begins: dt.date, ends: dt.date) -> None:
    """Raise NoScoringRules where no day of `[begins, ends)` is scored.

    Source: our choice, because what is declared of other days would never be scored.
    """
    if not any(begins < text.VALID_UNTIL and ends > text.VALID_FROM for text in SCORING):
        raise NoScoringRules(begins)
