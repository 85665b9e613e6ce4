"""The tests, and what they find together."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from feedback.ratings.rules.stuffing.chances import at_least, stand_out, usual_share
from feedback.ratings.rules.stuffing.seen import Seen, close_pairs

FALSE_ALARMS = 0.05
"""At most one alarm in twenty may be a false one (our choice; the usual level)."""

FEWEST_MARKED = 3
"""Fewer ratings than three are never put aside: a couple and their neighbour rate in a row."""


@dataclass(frozen=True)
class Alarm:
    """A rating to be put aside: by which test, how likely that was by chance, how many of how many bore the mark."""

    rating_id: uuid.UUID
    test: str
    chance: float
    marked: int
    looked_at: int


class _Mark(NamedTuple):
    """A mark, within which groups it is counted, and what is assumed of it where a unit has no past.

    `prior`: how often honest ratings bear it; `weight`: how many ratings that assumption is worth.
    """

    name: str
    group: Callable[[Seen], Hashable]
    bears: Callable[[Seen], bool]
    prior: float
    weight: int


class _Question(NamedTuple):
    """One test of one group: its chance, and the ratings that bear the mark."""

    test: str
    chance: float
    marked: list[Seen]
    looked_at: int


_MARKS = (
    _Mark("quick", lambda one: one.official, lambda one: one.is_quick, prior=0.02, weight=50),
    _Mark("late_in_the_day", lambda one: one.at.date(), lambda one: one.is_late_in_the_day, prior=0.10, weight=50),
    _Mark("flattery", lambda one: one.official, lambda one: one.is_flattery, prior=0.30, weight=50),
    _Mark("flattery_of_a_day", lambda one: one.at.date(), lambda one: one.is_flattery, prior=0.30, weight=50),
    _Mark("sudden_change", lambda one: one.at.date(), lambda one: one.is_top, prior=0.60, weight=50),
    _Mark("raised", lambda one: one.counter, lambda one: one.is_raised, prior=0.005, weight=50),
    _Mark("step_unknown", lambda one: one.counter, lambda one: one.is_step_unknown, prior=0.02, weight=50),
)
CLOSE_PRIOR, CLOSE_WEIGHT = 0.06, 50
SHARED_PRIOR, SHARED_WEIGHT = 0.12, 100
"""How often one more rating of a period comes from a telephone that has rated already: families, neighbours."""


def alarms(now: Sequence[Seen], past: Sequence[Seen]) -> list[Alarm]:
    """Return what stands out in the ratings of a unit's period against the same unit's past.

    A rating that several tests find is told of once, with the smallest chance.

    Source: TT 01/2018, điều 12 leaves checking to the province; the tests are our choice (bench/stuffing.py measures
    them), the correction is Benjamini and Hochberg's.
    """
    questions = [*_marks(now, past), *_bursts(now, past), *_devices(now, past)]
    found: dict[uuid.UUID, Alarm] = {}
    stands = stand_out([question.chance for question in questions], false_alarms=FALSE_ALARMS)
    for question, is_found in zip(questions, stands, strict=True):
        if is_found and len(question.marked) >= FEWEST_MARKED:
            for one in question.marked:
                alarm = Alarm(one.id, question.test, question.chance, len(question.marked), question.looked_at)
                found[one.id] = min(found.get(one.id, alarm), alarm, key=lambda known: known.chance)
    return sorted(found.values(), key=lambda alarm: (alarm.chance, str(alarm.rating_id)))


def _marks(now: Sequence[Seen], past: Sequence[Seen]) -> Iterator[_Question]:
    for mark in _MARKS:
        usual = usual_share(sum(map(mark.bears, past)), len(past), prior=mark.prior, weight=mark.weight)
        for ratings in _grouped(now, mark.group).values():
            marked = [one for one in ratings if mark.bears(one)]
            yield _Question(mark.name, at_least(len(marked), len(ratings), usual), marked, len(ratings))


def _bursts(now: Sequence[Seen], past: Sequence[Seen]) -> Iterator[_Question]:
    """Ratings in a row at one counter on one day: so many pairs of neighbours in time follow each other at once."""
    before = [(len(close_pairs(ratings)), len(ratings) - 1) for ratings in _grouped(past, _counter_and_day).values()]
    close, pairs = (sum(column) for column in zip(*before, strict=True)) if before else (0, 0)
    usual = usual_share(close, pairs, prior=CLOSE_PRIOR, weight=CLOSE_WEIGHT)
    for ratings in _grouped(now, _counter_and_day).values():
        found = close_pairs(ratings)
        in_a_row = {rating for pair in found for rating in pair}
        marked = [one for one in ratings if one.id in in_a_row]
        yield _Question("burst", at_least(len(found), len(ratings) - 1, usual), marked, len(ratings))


def _devices(now: Sequence[Seen], past: Sequence[Seen]) -> Iterator[_Question]:
    """Many dossiers from one telephone; those that a named helper typed in for others are not his own."""
    known = [one for one in now if one.device and not one.is_assisted]
    before = [one for one in past if one.device and not one.is_assisted]
    again = len(before) - len({one.device for one in before})
    usual = usual_share(again, len(before), prior=SHARED_PRIOR, weight=SHARED_WEIGHT)
    for ratings in _grouped(known, lambda one: one.device).values():
        # each further rating from the same telephone is one more coincidence
        yield _Question("one_device", usual ** (len(ratings) - 1), ratings, len(known))


def _counter_and_day(one: Seen) -> Hashable:
    return one.counter, one.official, one.at.date()


def _grouped(ratings: Iterable[Seen], group: Callable[[Seen], Hashable]) -> Mapping[Hashable, list[Seen]]:
    groups: dict[Hashable, list[Seen]] = defaultdict(list)
    for one in ratings:
        groups[group(one)].append(one)
    return groups
