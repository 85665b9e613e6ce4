"""The tests, and what they find together.

What the answers themselves can give away is praise that nobody gave. Dissatisfaction is never put aside for being
frequent or sudden: a bad week looks like an attack, and it is the unit judged that would gain. What came in bursts, by
one device or with the slip is found whatever it says.
"""

import math
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from feedback.ratings.rules.stuffing.chances import at_least, mean_share, stand_out, usual_share
from feedback.ratings.rules.stuffing.seen import Seen, placed
from feedback.ratings.rules.stuffing.sittings import close_by_chance, close_pairs, sittings

_Key = TypeVar("_Key", bound=Hashable)

FALSE_ALARMS = 0.05
"""At most one alarm in twenty may be a false one (our choice; the usual level)."""

DAYS_DIFFER = 0.1
"""By how many standard deviations of one rating an honest day is unlike others (market days, rain). Our choice."""

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
    _Mark("late_in_the_day", _day, lambda one: one.is_late_at_a_counter, prior=0.20, by_form=False),
    _Mark("late_in_the_day", _day, lambda one: one.is_late_flattery, prior=0.05, prior_short=0.12),
    _Mark("flattery", lambda one: one.official, lambda one: one.is_flattery, prior=0.30, prior_short=0.85),
    _Mark("flattery_of_a_day", _day, lambda one: one.is_flattery, prior=0.30, prior_short=0.85,
          asked_of=lambda one: not one.is_short),
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
BUSIEST = 0.5
"""However busy it was: at one counter or with one official no more than half of the people can follow at once."""

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
        all_before = {form: _borne(mark, ratings) for form, ratings in _grouped(past, mark.form).items()}
        own_before = _grouped(filter(mark.asked_of, past), mark.group_and_form)
        for (key, form), ratings in _grouped(filter(mark.asked_of, now), mark.group_and_form).items():
            if len(ratings) >= FEWEST_MARKED:
                before, own = all_before.get(form, _NONE), _borne(mark, own_before.get((key, form), []))
                usual = _usual(mark, before, own, prior=_assumed(mark, ratings))
                borne = _borne(mark, ratings)
                marked = [one for one in ratings if mark.bears(one)]
                chance = at_least(math.floor(borne.hits + 1e-9), borne.dossiers, usual)
                yield _Question(mark.name, chance, marked, len(ratings))


class _Borne(NamedTuple):
    """How much of so many dossiers bears a mark."""

    hits: float
    dossiers: int


_NONE = _Borne(0, 0)


def _borne(mark: _Mark, ratings: Sequence[Seen]) -> _Borne:
    """Count a mark by dossiers: who rates two of three steps so, bears it for two thirds.

    Steps of one dossier are rated by one person; counted by themselves they would make chance look like a plan.
    """
    steps = Counter(one.dossier for one in ratings)
    return _Borne(math.fsum(1 / steps[one.dossier] for one in ratings if mark.bears(one)), len(steps))


def _assumed(mark: _Mark, ratings: Sequence[Seen]) -> float:
    """Return how often honest ratings bear a mark as far as nothing is known of the unit.

    Who answers only what he must bears it as often as others do on a form that asks little; what the form's own past
    tells counts for him as for all.
    """
    if mark.prior_short is None:
        return mark.prior
    short = sum(one.is_short or one.is_brief for one in ratings) / len(ratings)
    return mark.prior + (mark.prior_short - mark.prior) * short


def _usual(mark: _Mark, before: _Borne, own: _Borne, *, prior: float) -> float:
    """Return how often a group bears a mark by the unit's past and, where it has one, by its own.

    An official who always pleased goes on doing so: he is compared with himself, and with his unit as far as little
    is known of him.
    """
    if own.dossiers:
        share = mean_share(*before, prior=prior, weight=mark.weight)
        return max(mark.floor, usual_share(*own, prior=share, weight=mark.weight))
    share = usual_share(*before, prior=prior, weight=mark.weight)
    if mark.group is _day:
        share += DAYS_DIFFER * math.sqrt(share * (1 - share))
    return max(mark.floor, share)


def _bursts(now: Sequence[Seen], past: Sequence[Seen]) -> Iterator[_Question]:
    """People in a row at one counter on one day: so many of them follow each other at once.

    That is held against the unit's past, and against how busy it was: the more come, the more follow by chance.
    """
    before = [(len(close_pairs(row)), len(row) - 1) for row in map(sittings, _at_counters(past))]
    close, pairs = (sum(column) for column in zip(*before, strict=True)) if before else (0, 0)
    usual = usual_share(close, pairs, prior=CLOSE_PRIOR, weight=CLOSE_WEIGHT)
    for ratings in _at_counters(now):
        row = sittings(ratings)
        if len(row) < FEWEST_MARKED:
            continue
        found = close_pairs(row)
        in_a_row = {one.id for pair in found for sitting in pair for one in sitting}
        marked = [one for one in ratings if one.id in in_a_row]
        most = BUSIEST if ratings[0].counter or ratings[0].official else 1.0
        share = max(usual, min(most, close_by_chance(row)))
        yield _Question("burst", at_least(len(found), len(row) - 1, share), marked, len(ratings))


def _at_counters(ratings: Iterable[Seen]) -> Iterable[list[Seen]]:
    """Part ratings by counter, official and day, but for those of citizens' telephones of which no unit is known.

    Where the official is not known the telephones of a unit are taken together; those of a province are no counter.
    """
    known = (one for one in ratings if one.counter or one.official or one.unit)
    return _grouped(known, lambda one: (one.counter, one.official, one.at.date())).values()


def _devices(now: Sequence[Seen], past: Sequence[Seen]) -> Iterator[_Question]:
    """Many dossiers from one telephone; those that an official known by his code typed in are asked by his mark.

    A telephone is known by the name it gives itself, and by what it sent in one batch: a family's slips.
    """
    known = [one for one in now if one.helper is None]
    before = {(one.device, one.dossier) for one in past if one.helper is None and one.device}
    again = len(before) - len({device for device, _ in before})
    usual = usual_share(again, len(before), prior=SHARED_PRIOR, weight=SHARED_WEIGHT)
    by_name = _grouped((one for one in known if one.device), lambda one: one.device)
    by_batch = _grouped((one for one in known if not one.counter), lambda one: one.at)  # whatever names are in it
    asked = [
        *((usual, one) for one in by_name.values()),
        *((max(usual, SHARED_PRIOR), one) for one in by_batch.values()),
    ]
    for share, ratings in asked:
        # asked of telephones that rated two dossiers: each further one is one more coincidence
        dossiers = len({one.dossier for one in ratings})
        if dossiers > 1:
            yield _Question("one_device", share ** (dossiers - 2), ratings, len(known))


def _grouped(ratings: Iterable[Seen], group: Callable[[Seen], _Key]) -> Mapping[_Key, list[Seen]]:
    groups: dict[_Key, list[Seen]] = defaultdict(list)
    for one in ratings:
        groups[group(one)].append(one)
    return groups
