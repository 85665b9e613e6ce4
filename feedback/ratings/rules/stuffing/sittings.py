"""What one person gave in one go, and who followed whom at once."""

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise

from feedback.ratings.rules.stuffing.seen import CLOSE, Seen

SITTING = dt.timedelta(minutes=10)
"""Who goes on with the same dossier within ten minutes has not got up: three steps of five questions. Our choice."""

AROUND = dt.timedelta(minutes=30)
"""How busy it is at a moment is told by the half hour after it: opening, closing and links sent at once. Our choice."""


def sittings(ratings: Iterable[Seen]) -> list[list[Seen]]:
    """Part ratings into what was given in one go, in the order of time.

    That is what was said of one dossier without a longer pause than `SITTING`, and what citizens' telephones sent in
    one batch: it was received at the same moment. A counter's batch is many people, each at the moment its clock tells.

    Source: our choice, because a citizen rates reception and settlement together.
    """
    told: list[list[Seen]] = []
    last: dict[Hashable, list[Seen]] = {}
    for one in sorted(ratings, key=lambda one: (one.at, one.id)):
        sitting = next((last[key] for key in _whose(one) if key in last and one.at - last[key][-1].at <= SITTING), [])
        if not sitting:
            told.append(sitting)
        sitting.append(one)
        last.update(dict.fromkeys(_whose(one), sitting))
    return told


def _whose(one: Seen) -> list[Hashable]:
    """Return what a rating has in common with others of its sitting."""
    return [("dossier", one.dossier), *([] if one.counter else [("batch", one.at)])]


def close_pairs(row: Sequence[Sequence[Seen]]) -> list[tuple[Sequence[Seen], Sequence[Seen]]]:
    """Return the neighbours among sittings of which one began within `CLOSE` of the other's end."""
    return [(one, other) for one, other in pairwise(row) if other[0].at - one[-1].at <= CLOSE]


def close_by_chance(row: Sequence[Sequence[Seen]]) -> float:
    """Return which share of neighbours would be close if everybody came by himself, as busy as it was.

    Source: our choice; of independent arrivals the time until the next is distributed exponentially.
    """
    begins = [sitting[0].at for sitting in row]
    chances = [
        -math.expm1(-((CLOSE + sitting[-1].at - begin) / AROUND) * (bisect_right(begins, begin + AROUND) - place))
        for place, (sitting, begin) in enumerate(zip(row[:-1], begins, strict=False), 1)
    ]
    return math.fsum(chances) / len(chances) if chances else 0.0
