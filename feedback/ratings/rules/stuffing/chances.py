"""How likely it is to see so much by chance."""

import math
from collections.abc import Sequence


def at_least(hits: int, trials: int, share: float) -> float:
    """Return the probability of at least so many hits in independent trials that each hit with this chance.

    Source: the binomial distribution's upper tail, summed from its logarithms.
    """
    if hits <= 0:
        return 1.0
    if not 0 < share < 1:
        return 1.0 if share >= 1 else 0.0
    return min(1.0, math.fsum(math.exp(_log_chance(k, trials, share)) for k in range(hits, trials + 1)))


def _log_chance(hits: int, trials: int, share: float) -> float:
    ways = math.lgamma(trials + 1) - math.lgamma(hits + 1) - math.lgamma(trials - hits + 1)
    return ways + hits * math.log(share) + (trials - hits) * math.log1p(-share)


def usual_share(hits: float, trials: int, *, prior: float, weight: int) -> float:
    """Return how often something is seen, cautiously: what was counted and `weight` imagined trials at `prior`.

    One standard error is added, so that a short past does not make a busy week suspicious.

    Source: our choice; a Beta prior's mean.
    """
    share = mean_share(hits, trials, prior=prior, weight=weight)
    return min(1.0, share + math.sqrt(share * (1 - share) / (trials + weight)))


def mean_share(hits: float, trials: int, *, prior: float, weight: int) -> float:
    """Return the same without the standard error.

    Source: our choice; a Beta prior's mean.
    """
    return (hits + prior * weight) / (trials + weight)


def stand_out(chances: Sequence[float], *, false_alarms: float) -> list[bool]:
    """Tell which of several tests stand out when at most this share of those that do may do so by chance.

    Source: Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57, p. 293.
    """
    ranked = sorted(range(len(chances)), key=lambda place: chances[place])
    passed = [rank for rank, place in enumerate(ranked, 1) if chances[place] <= false_alarms * rank / len(chances)]
    last = max(passed, default=0)
    found = set(ranked[:last])
    return [place in found for place in range(len(chances))]
