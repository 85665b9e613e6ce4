"""The tests, and what they find together.

What the answers themselves can give away is praise that nobody gave. Dissatisfaction is never put aside for being
frequent or sudden: a bad week looks like an attack, and it is the unit judged that would gain. What came in bursts, by
one device or with the slip is found whatever it says.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from feedback.ratings.rules.stuffing.chances import at_least, mean_share, stand_out, usual_share
from feedback.ratings.rules.stuffing.seen import Seen, close_pairs, placed

_Key = TypeVar("_Key", bound=Hashable)

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

    `prior`: how often honest ratings bear it; `prior_short`: those of a form that asks little, where it is another
    mark; `weight`: how many ratings the assumption is worth. `asked_of`: of which ratings it is asked at all.
    `by_form`: it says something of the answers, so each form has its own usual share. `floor`: of so much nothing is
    concluded, whatever a unit's past.
    """

    name: str
    group: Callable[[Seen], Hashable]
    bears: Callable[[Seen], bool]
    prior: float
    weight: int = 50
    prior_short: float | None = None
    asked_of: Callable[[Seen], bool] = lambda _: True
    by_form: bool = True
    floor: float = 0.0

    def form(self, one: Seen) -> Hashable:
        """Return the form by which a rating is compared."""
        return one.form if self.by_form else None

    def group_and_form(self, one: Seen) -> tuple[Hashable, Hashable]:
        """Return in which group a rating is counted."""
        return self.group(one), self.form(one)


def _day(one: Seen) -> Hashable:
    return one.at.date()


def _unit(one: Seen) -> Hashable:
    return one.unit


class _Question(NamedTuple):
    """One test of one group: its chance, and the ratings that bear the mark."""

    test: str
    chance: float
    marked: list[Seen]
    looked_at: int


_MARKS = (
    _Mark("quick", lambda one: one.official, lambda one: one.is_quick, prior=0.02, by_form=False),
    _Mark("late_in_the_day", _day, lambda one: one.is_late_in_the_day, prior=0.20, by_form=False),
    _Mark("late_in_the_day", _day, lambda one: one.is_late_flattery, prior=0.05, prior_short=0.12),
    _Mark("flattery", lambda one: one.official, lambda one: one.is_flattery, prior=0.30, prior_short=0.85),
    _Mark("flattery_of_a_day", _day, lambda one: one.is_flattery, prior=0.30, asked_of=lambda one: not one.is_short),
    _Mark("sudden_change", _day, lambda one: one.is_top, prior=0.60, prior_short=0.85),
    _Mark("one_helper", lambda one: one.helper, lambda one: one.is_flattery, prior=0.30, prior_short=0.85,
          asked_of=lambda one: one.helper is not None),
    _Mark("backlog", lambda one: one.counter, lambda one: one.is_flattery, prior=0.30, prior_short=0.85,
          asked_of=lambda one: one.is_backlog),
    _Mark("one_helper", _unit, lambda one: one.helper is not None and one.is_flattery, prior=0.02, floor=0.04),
    _Mark("backlog", _unit, lambda one: one.is_backlog and one.is_flattery, prior=0.02, floor=0.04),
    _Mark("raised", lambda one: one.counter, lambda one: one.is_raised, prior=0.005, by_form=False),
    _Mark("step_unknown", lambda one: one.counter, lambda one: one.is_step_unknown, prior=0.02, by_form=False),
)  # fmt: skip
CLOSE_PRIOR, CLOSE_WEIGHT = 0.06, 50
SHARED_PRIOR, SHARED_WEIGHT = 0.12, 100
"""How often one more rating of a period comes from a telephone that has rated already: families, neighbours."""


def alarms(now: Sequence[Seen], past: Sequence[Seen]) -> list[Alarm]:
    """Return what stands out in the ratings of a unit's period against the same unit's past.

    A rating that several tests find is told of once, with the smallest chance.

    Source: TT 01/2018, điều 12 leaves checking to the province; the tests are our choice (bench/stuffing.py measures
    them), the correction is Benjamini and Hochberg's.
    """
    now, past = placed(now), placed(past)
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
        all_before = _grouped(past, mark.form)
        own_before = _grouped(filter(mark.asked_of, past), mark.group_and_form)
        for (key, form), ratings in _grouped(filter(mark.asked_of, now), mark.group_and_form).items():
            if len(ratings) >= FEWEST_MARKED:
                before, own = all_before.get(form, []), own_before.get((key, form), [])
                usual = _usual(mark, before, own, is_short=ratings[0].is_short)
                marked = [one for one in ratings if mark.bears(one)]
                yield _Question(mark.name, at_least(len(marked), len(ratings), usual), marked, len(ratings))


def _usual(mark: _Mark, before: Sequence[Seen], own: Sequence[Seen], *, is_short: bool) -> float:
    """Return how often a group bears a mark by the unit's past and, where it has one, by its own.

    An official who always pleased goes on doing so: he is compared with himself, and with his unit as far as little
    is known of him.
    """
    prior = mark.prior_short if is_short and mark.prior_short is not None else mark.prior
    hits = sum(map(mark.bears, before))
    if not own:
        return max(mark.floor, usual_share(hits, len(before), prior=prior, weight=mark.weight))
    share = mean_share(hits, len(before), prior=prior, weight=mark.weight)
    return max(mark.floor, usual_share(sum(map(mark.bears, own)), len(own), prior=share, weight=mark.weight))


def _bursts(now: Sequence[Seen], past: Sequence[Seen]) -> Iterator[_Question]:
    """Ratings in a row at one counter on one day: so many pairs of neighbours in time follow each other at once."""
    before = [(len(close_pairs(ratings)), len(ratings) - 1) for ratings in _grouped(past, _counter_and_day).values()]
    close, pairs = (sum(column) for column in zip(*before, strict=True)) if before else (0, 0)
    usual = usual_share(close, pairs, prior=CLOSE_PRIOR, weight=CLOSE_WEIGHT)
    for ratings in _grouped(now, _counter_and_day).values():
        if len(ratings) < FEWEST_MARKED:
            continue
        found = close_pairs(ratings)
        in_a_row = {rating for pair in found for rating in pair}
        marked = [one for one in ratings if one.id in in_a_row]
        yield _Question("burst", at_least(len(found), len(ratings) - 1, usual), marked, len(ratings))


def _devices(now: Sequence[Seen], past: Sequence[Seen]) -> Iterator[_Question]:
    """Many dossiers from one telephone; those that an official known by his code typed in are asked by his mark."""
    known = [one for one in now if one.device and one.helper is None]
    before = [one for one in past if one.device and one.helper is None]
    again = len(before) - len({one.device for one in before})
    usual = usual_share(again, len(before), prior=SHARED_PRIOR, weight=SHARED_WEIGHT)
    for ratings in _grouped(known, lambda one: one.device).values():
        # asked of telephones that rated twice: each further rating is one more coincidence
        if len(ratings) > 1:
            yield _Question("one_device", usual ** (len(ratings) - 2), ratings, len(known))


def _counter_and_day(one: Seen) -> Hashable:
    return one.counter, one.official, one.at.date()


def _grouped(ratings: Iterable[Seen], group: Callable[[Seen], _Key]) -> Mapping[_Key, list[Seen]]:
    groups: dict[_Key, list[Seen]] = defaultdict(list)
    for one in ratings:
        groups[group(one)].append(one)
    return groups
