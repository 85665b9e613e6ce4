"""How counts become figures: shares, means, rounding, and how sure a share is."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

FEWEST_SPEAKERS = 5
"""Fewer people could be told apart, so what they said is not shown below the inspectorate (NĐ 61/2018, điều 27.3)."""

FEWEST_ANSWERS = 30
"""With fewer answers a survey's figure is shown but marked too few to judge; our choice, no text gives a number."""

_Z = Decimal("1.959964")


class Interval(NamedTuple):
    """The share lies between these with 95 % confidence; both with four decimals, rounded away from the share."""

    low: Decimal
    high: Decimal


def share(numerator: int | Decimal, denominator: int | Decimal, *, times: int = 1, decimals: int = 4) -> Decimal | None:
    """Divide and round half-up; nothing of nothing is not known, and never 100 %.

    Source: our choice for 0 of 0 (the texts are silent or let each report choose); rounding as shown on the portal.
    """
    if not denominator:
        return None
    return _rounded(Decimal(numerator) * times / Decimal(denominator), decimals)


def exact_share(numerator: int | Decimal, denominator: int | Decimal) -> Decimal | None:
    """Divide without rounding, to be held against a target: what only rounding lifts to it does not reach it.

    Source: our choice, as for `wilson`; a target says 95 %, and 94.995 % is less.
    """
    return Decimal(numerator) / Decimal(denominator) if denominator else None


def added_shares(late: int, unhappy: int, total: int) -> Decimal | None:
    """Take the share of late ones and the share disliked or complained of off 100 %, each in full; not below zero.

    Source: QĐ 766/QĐ-TTg, indicator 5.4 in the portal's description of its formulas (second-hand text).
    """
    return share(max(total - late - unhappy, 0), total)


def wilson(satisfied: int, answered: int) -> Interval | None:
    """Return Wilson's 95 % interval of a share; None without answers.

    The ends are rounded outwards: one that only rounding lifts to a target does not reach it.

    Source: E. B. Wilson 1927, as our choice: it holds for small numbers and for shares near 0 and 1.
    """
    if not answered:
        return None
    n, p = Decimal(answered), Decimal(satisfied) / Decimal(answered)
    centre = p + _Z * _Z / (2 * n)
    spread = _Z * (p * (1 - p) / n + _Z * _Z / (4 * n * n)).sqrt()
    whole = 1 + _Z * _Z / n
    low, high = max((centre - spread) / whole, Decimal(0)), min((centre + spread) / whole, Decimal(1))
    return Interval(_rounded(low, 4, ROUND_FLOOR), _rounded(high, 4, ROUND_CEILING))


def is_small_group(speakers: int) -> bool:
    """Tell whether so few people spoke that showing what they said would show who they are.

    Nobody is few as well: otherwise the first complaint would tell of itself by the figure it hides.

    Source: NĐ 61/2018/NĐ-CP, điều 27 khoản 3; the number five is our choice.
    """
    return speakers < FEWEST_SPEAKERS


def _rounded(value: Decimal, decimals: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding)
