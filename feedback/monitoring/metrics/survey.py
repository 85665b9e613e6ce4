"""What follows from ratings added up: one measure for each method, side by side and never one number.

Only of forms with the levels 1 to 5 the mean and the share from level 4 are told. Every form says which of its levels
mean “không hài lòng”, so the share of all others is told of any form, and of several together.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from feedback.monitoring.metrics.ratings import Tally
from feedback.monitoring.rules.figures import FEWEST_ANSWERS, Interval, share, wilson
from feedback.ratings.rules.survey import MOST


class Measured(NamedTuple):
    """One measure of some ratings. `answered` is how many it rests on, `left_out` how many others there are."""

    numerator: Decimal
    denominator: int
    value: Decimal | None
    interval: Interval | None
    answered: int
    left_out: int

    @property
    def too_few(self) -> bool:
        """Tell whether it rests on too few answers to judge by."""
        return self.answered < FEWEST_ANSWERS


def _share(tally: Tally) -> Measured:
    return _of_sample(tally.satisfied, tally.five_level, tally)


def _not_dissatisfied(tally: Tally) -> Measured:
    return _of_sample(tally.valid - tally.dissatisfied, tally.valid, tally)


def _of_sample(those: int, answered: int, tally: Tally) -> Measured:
    left_out = tally.answered - answered
    return Measured(
        Decimal(those), answered, share(those, answered), wilson(those, answered), answered, left_out
    )  # fmt: skip


def _mean(tally: Tally) -> Measured:
    answered, most = tally.five_level, tally.five_level * MOST
    return Measured(tally.points, most, share(tally.points, most), None, answered, tally.answered - answered)


MEASURES: Mapping[str, Callable[[Tally], Measured]] = {
    "satisfaction_survey_share": _share,
    "satisfaction_survey_mean": _mean,
    "not_dissatisfied_share": _not_dissatisfied,
}
"""By the code of the metric, in the order in which they are told."""
