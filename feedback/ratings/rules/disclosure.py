"""How much of what raters said is told below the inspectorate, and when: docs/decisions/0009-who-sees-ratings.md.

Note [Cells]: ratings of one unit, step and version of a form wait until at least five of weeks that are over are there;
these are then one cell, for good. Everything that is told is the sum of whole cells, and no cell is ever smaller. So
whatever is subtracted from whatever, five people or nobody are left.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from feedback.ratings.rules.answers import FOUR_PLACES

FEWEST_TOGETHER = 5
"""Fewer people could be told apart (as in monitoring's figures, and by our choice the same number)."""

WEEK = dt.timedelta(days=7)
QUIET = dt.timedelta(days=2)
"""From the end of a week to its figures: nobody amends what he said of it any more, and the detector has looked."""

COMMENTS_WAIT = dt.timedelta(days=7)
"""From the end of a week to its comments: who stood at the counter last Tuesday is forgotten by then."""


class Said(NamedTuple):
    """What one rating adds to its cell."""

    normalised: Decimal
    is_dissatisfied: bool
    answers: Mapping[str, int]


def latest_week(*, today: dt.date, waits: dt.timedelta) -> dt.date:
    """Return the last Monday whose week is over for so long that it may be told.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); the number of days is our choice.
    """
    last = today - waits - WEEK
    return last - dt.timedelta(days=last.weekday())


def may_leave(*, leaving: int, staying: int) -> bool:
    """Tell whether so many may be taken out of a cell that was told already: five or more, and five or nobody stay.

    Source: NĐ 61/2018, điều 27.3; else the figure before and after would tell what a few people said.
    """
    return leaving >= FEWEST_TOGETHER and (staying == 0 or staying >= FEWEST_TOGETHER)


def told_put_aside(*, before: int | None, now: int) -> int | None:
    """Return how many put aside are told beside a cell: None below five; a number that was told moves by five and more.

    Source: NĐ 61/2018, điều 27.3, as for `may_leave`: who put the last one aside, and whose it was, is not to be seen.
    """
    if now < FEWEST_TOGETHER:
        return None
    return now if before is None or abs(now - before) >= FEWEST_TOGETHER else before


def figures_of(said: Sequence[Said], *, criteria: Iterable[str]) -> dict[str, Any]:
    """Return what a cell tells: `answered`, `dissatisfied`, `mean` (normalised, as text), and each criterion's counts.

    A criterion is `{code, answered, counts}` with `counts` from value (as text) to how often; both are None where fewer
    than five answered it, or fewer than five of all left it out.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); that five are enough is our choice.
    """
    if not said:
        return {"answered": 0, "dissatisfied": 0, "mean": None, "criteria": []}
    mean = sum((one.normalised for one in said), Decimal(0)) / len(said)
    return {
        "answered": len(said),
        "dissatisfied": sum(one.is_dissatisfied for one in said),
        "mean": str(mean.quantize(FOUR_PLACES)),
        "criteria": [_criterion(code, said) for code in criteria],
    }


def _criterion(code: str, said: Sequence[Said]) -> dict[str, Any]:
    values = [one.answers[code] for one in said if code in one.answers]
    left_out = len(said) - len(values)
    if len(values) < FEWEST_TOGETHER or 0 < left_out < FEWEST_TOGETHER:
        return {"code": code, "answered": None, "counts": None}
    return {"code": code, "answered": len(values), "counts": {str(v): values.count(v) for v in sorted(set(values))}}
