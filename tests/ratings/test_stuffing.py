import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest

from bench.stuffing import MONDAY, STRATEGIES, Strategy, Town, is_false_alarm, recall
from feedback.ratings.rules.stuffing import Seen, alarms
from feedback.ratings.rules.stuffing.chances import at_least, stand_out, usual_share
from feedback.vocabulary import StuffingTest

WORLDS = range(20)


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.__name__)
@pytest.mark.parametrize("share", [0.10, 0.20])
def test_nine_in_ten_stuffed_ratings_are_found(strategy: Strategy, share: float) -> None:
    assert sum(recall(strategy, share, seed) for seed in WORLDS) / len(WORLDS) >= 0.9


def test_control_without_the_detector_nothing_is_found() -> None:
    assert recall(STRATEGIES[0], 0.20, 1, find=lambda _now, _past: []) == 0


def test_at_most_one_honest_world_in_twenty_raises_an_alarm() -> None:
    assert sum(map(is_false_alarm, range(100))) <= 5


SEED = 3
TUESDAY = MONDAY + dt.timedelta(days=1)


def plain(place: int, *, day: dt.date = TUESDAY) -> Seen:
    """Return one of a row of ratings that bear no mark: an hour after the slip, seven minutes apart."""
    at = dt.datetime.combine(day, dt.time(8)) + dt.timedelta(minutes=7 * place)
    issued = at - dt.timedelta(hours=1)
    return Seen(id=uuid.UUID(int=place + 1), at=at, issued_at=issued, device=bytes([place]), unit=1, official=1)


def spread(place: int) -> Seen:
    """Return one of ratings on different days."""
    return plain(place, day=MONDAY + dt.timedelta(days=7 * (place % 4) + place // 4 % 5))


def in_the_evening(one: Seen) -> dt.datetime:
    return one.at.replace(hour=16, minute=31) + dt.timedelta(minutes=one.id.int)


MARKS: dict[str, tuple[Callable[[int], Seen], Callable[[Seen], Seen]]] = {
    "quick": (spread, lambda one: replace(one, issued_at=one.at - dt.timedelta(seconds=12))),
    "late_in_the_day": (plain, lambda one: replace(one, at=in_the_evening(one))),
    "flattery": (spread, lambda one: replace(one, is_top=True, is_straight=True)),
    "flattery_of_a_day": (plain, lambda one: replace(one, is_top=True, is_straight=True, official=one.id.int % 3)),
    "sudden_change": (plain, lambda one: replace(one, is_top=True)),
    "burst": (plain, lambda one: replace(one, at=one.at.replace(hour=9, minute=0, second=one.id.int))),
    "one_device": (spread, lambda one: replace(one, device=b"one")),
    "raised": (spread, lambda one: replace(one, counter="client:quay", is_raised=True)),
    "step_unknown": (spread, lambda one: replace(one, counter="client:quay", is_step_unknown=True)),
}


def found_by(ratings: list[Seen]) -> set[str]:
    """Return which tests find something in these, beside an honest unit's month and after its quarter."""
    town = Town.of(SEED)
    past, honest = town.weeks(MONDAY - dt.timedelta(weeks=12), 12), town.weeks(MONDAY, 4)
    ids = {one.id for one in ratings}
    return {alarm.test for alarm in alarms([*honest, *ratings], past) if alarm.rating_id in ids}


@pytest.mark.parametrize("test", StuffingTest.values)
def test_each_mark_is_found_by_its_own_test_and_without_it_nothing_is(test: str) -> None:
    made, marked = MARKS[test]
    ratings = [made(place) for place in range(45)]

    assert test in found_by([marked(one) for one in ratings])
    assert found_by(ratings) == set()


@pytest.mark.parametrize(
    ("hits", "trials", "share", "chance"),
    [(0, 5, 0.5, 1.0), (5, 5, 0.5, 1 / 32), (1, 2, 0.5, 0.75), (3, 3, 0.1, 0.001), (2, 3, 0.5, 0.5)],
)
def test_chances_are_those_of_the_binomial_distribution(hits: int, trials: int, share: float, chance: float) -> None:
    assert at_least(hits, trials, share) == pytest.approx(chance)


def test_several_tests_are_judged_together() -> None:
    """The example of Benjamini and Hochberg's article: of fifteen, four stand out at five per cent."""
    chances = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0,
    ]  # fmt: skip

    assert stand_out(chances, false_alarms=0.05) == [True] * 4 + [False] * 11


def test_nothing_stands_out_of_nothing() -> None:
    assert stand_out([], false_alarms=0.05) == []


def test_a_unit_without_a_past_is_judged_by_what_is_usual() -> None:
    assert usual_share(0, 0, prior=0.1, weight=50) == pytest.approx(0.1 + (0.09 / 50) ** 0.5)
