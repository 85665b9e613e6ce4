"""Whether a figure reaches what was ordered."""

from decimal import Decimal

from feedback.monitoring.rules.figures import Interval
from feedback.vocabulary import Attained


def attained(*, target: Decimal, value: Decimal | None, interval: Interval | None, too_few: bool) -> Attained:
    """Tell whether a share reaches a target: a sample, which has an interval, only when all of it lies on one side.

    What counts every record, and so has no interval, is held against the target itself, and so is the mean of enough
    answers: `value` is not rounded (figures.exact_share). Nothing known decides nothing, and neither does what is
    `too_few` to judge by.

    Source: the target's own text; Wilson's interval is our choice, no text says how sure one has to be.
    """
    if value is None or too_few:
        return Attained.UNDECIDABLE
    low, high = interval or (value, value)
    if low >= target:
        return Attained.YES
    return Attained.NO if high < target else Attained.UNDECIDABLE
