"""What is looked at of a rating, and the marks that stuffing leaves on it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

QUICK = dt.timedelta(seconds=30)
"""A slip is handed over, unfolded, scanned and five lines are read: nobody does that in half a minute. Our choice."""

CLOSE = dt.timedelta(seconds=45)
"""Two citizens do not rate at one counter within the time it takes to sit down. Our choice."""

EVENING = dt.time(16, 30)
"""The last half hour before the counters close (17:00)."""

FEWEST_CRITERIA = 3
"""Of fewer answers it says nothing that they are equal."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One rating: `at` when it reached us, in Vietnamese time; `issued_at` when its right was printed.

    `device` is a keyed hash, `counter` the machine through which it came, `official` and `unit` whom it is charged to.
    `is_top` and `is_straight`: the best value there is; at least three answers, all the same.
    Of what a counter gave without a right: `is_raised`, better by now than at first; `is_step_unknown`, days later
    nothing was told yet of the step that it rates.
    """

    id: uuid.UUID
    at: dt.datetime
    issued_at: dt.datetime | None = None
    device: bytes | None = None
    counter: str = ""
    unit: int | None = None
    official: int | None = None
    is_top: bool = False
    is_straight: bool = False
    is_assisted: bool = False
    is_raised: bool = False
    is_step_unknown: bool = False

    @property
    def is_quick(self) -> bool:
        """Rated at once, as only he can who printed the slip."""
        return self.issued_at is not None and self.at - self.issued_at <= QUICK

    @property
    def is_late_in_the_day(self) -> bool:
        """Rated in the last half hour of the counter's day, or after it."""
        return self.at.time() >= EVENING

    @property
    def is_flattery(self) -> bool:
        """The best mark all the way down."""
        return self.is_top and self.is_straight


def close_pairs(ratings: Iterable[Seen]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return the pairs of neighbours in time that came within `CLOSE` of each other."""
    ordered: Sequence[Seen] = sorted(ratings, key=lambda one: (one.at, one.id))
    return [(one.id, other.id) for one, other in pairwise(ordered) if other.at - one.at <= CLOSE]
