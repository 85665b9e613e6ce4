"""What is looked at of a rating, and the marks that stuffing leaves on it."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby, pairwise

QUICK = dt.timedelta(seconds=30)
"""A slip is handed over, unfolded, scanned and five lines are read: nobody does that in half a minute. Our choice."""

CLOSE = dt.timedelta(seconds=45)
"""Two citizens do not rate at one counter within the time it takes to sit down. Our choice."""

EVENING = dt.time(16, 30)
"""The last half hour before the counters close (17:00)."""

EVERYBODY_HOME = dt.time(18, 30)
"""When nobody is in the office any more; citizens rate at home until late. Our choice."""

BACKLOG = dt.timedelta(minutes=10)
"""Who sends so long after the citizen answered had no network. Our choice."""

LONGEST_OUTAGE = dt.timedelta(days=3)
"""A counter without a network for longer than a weekend is no counter. Our choice."""

FEWEST_CRITERIA = 3
"""Of fewer answers it says little that they are equal."""

NEAR_BEST = Decimal("0.9")
"""How near the upper end of its form's scale a rating is as good as the best: one four among fives. Our choice."""

NEARLY_ALL = 0.8
"""Which share of the answers is as good as all: of sixteen questions three may be answered otherwise. Our choice."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One rating: `at` when it reached us, in Vietnamese time; `issued_at` when its right was printed.

    `told_at` is what the clock of a trusted counter says, None for everybody else's. `device` is a keyed hash,
    `counter` the machine through which it came, `official` and `unit` whom it is charged to, `helper` the official who
    typed it in for somebody, `transaction` what it is about, of which several steps are rated. `is_top` and
    `is_straight`: as good as the best value there is; nearly all answers the same. What was answered is compared within
    one `form`; `is_short`: it asks so little that equal answers say little, `is_brief`: it asks more, but so little
    was answered.
    Of what a counter gave without a right: `is_raised`, better by now than at first; `is_step_unknown`, days later
    nothing was told yet of the step that it rates.
    """

    id: uuid.UUID
    at: dt.datetime
    told_at: dt.datetime | None = None
    issued_at: dt.datetime | None = None
    device: bytes | None = None
    counter: str = ""
    transaction: Hashable = None
    unit: int | None = None
    official: int | None = None
    helper: int | None = None
    form: Hashable = None
    is_short: bool = False
    is_brief: bool = False
    is_top: bool = False
    is_straight: bool = False
    is_backlog: bool = False
    is_raised: bool = False
    is_step_unknown: bool = False

    @property
    def is_quick(self) -> bool:
        """Rated at once, as only he can who printed the slip."""
        return self.issued_at is not None and self.at - self.issued_at <= QUICK

    @property
    def dossier(self) -> Hashable:
        """What the rating shares with others of the same dossier; where that is not known, with none."""
        return self.id if self.transaction is None else self.transaction

    @property
    def is_late(self) -> bool:
        """Rated when the citizens have gone and the officials have not."""
        return EVENING <= self.at.time() < EVERYBODY_HOME

    @property
    def is_late_at_a_counter(self) -> bool:
        """Rated so at a counter; on his own telephone a citizen rates at home, and many do after work."""
        return self.counter != "" and self.is_late

    @property
    def is_flattery(self) -> bool:
        """The best mark all the way down, or nearly."""
        return self.is_top and self.is_straight

    @property
    def is_late_flattery(self) -> bool:
        """The best mark all the way down, when the citizens have gone and the officials have not."""
        return self.is_flattery and self.is_late


def is_near_best(normalised: Decimal) -> bool:
    """Tell whether a value, by its place between the ends of its scale (0 to 1), is as good as the best.

    Source: our choice, because one four among fives was a way around every test of what is answered.
    """
    return normalised >= NEAR_BEST


def is_nearly_straight(values: Sequence[int]) -> bool:
    """Tell whether nearly all answers are the same.

    Source: our choice, for the same reason.
    """
    return max(Counter(values).values(), default=0) >= NEARLY_ALL * len(values)


def placed(ratings: Iterable[Seen]) -> list[Seen]:
    """Return the ratings of a unit, those that waited on a counter without a network at the moment they were given.

    Note [The counter's clock]: whoever holds a counter can set its clock. It is believed only as far as we know that
    the counter was silent, which is since anything last came from it before this delivery began, and for
    `LONGEST_OUTAGE` at most. So a false clock spreads ratings over no more time than waiting would have, and while it
    does, nobody honest can have rated there. What is left to him is asked by the test `backlog`: whether those that
    came late are the best oftener than others.

    Source: our choice; NĐ 61/2018, điều 29.1 (devices at the counters).
    """
    told: list[Seen] = []
    for _, of_one in groupby(sorted(ratings, key=lambda one: (one.counter, one.at, str(one.id))), _counter):
        silent_since: dt.datetime | None = None
        for delivery in _deliveries(list(of_one)):
            told += [_moved(one, silent_since) for one in delivery]
            silent_since = delivery[-1].at
    return told


def _counter(one: Seen) -> str:
    return one.counter


def _deliveries(ordered: Sequence[Seen]) -> list[list[Seen]]:
    """Part what came from one counter where it paused for longer than `CLOSE`."""
    begins = [place for place, (one, other) in enumerate(pairwise(ordered), 1) if other.at - one.at > CLOSE]
    return [list(ordered[begin:end]) for begin, end in pairwise([0, *begins, len(ordered)])]


def _moved(one: Seen, silent_since: dt.datetime | None) -> Seen:
    if one.told_at is None or not BACKLOG <= one.at - one.told_at <= LONGEST_OUTAGE:
        return one
    if silent_since is not None and one.told_at <= silent_since:
        return replace(one, is_backlog=True)
    return replace(one, at=one.told_at, is_backlog=True)
