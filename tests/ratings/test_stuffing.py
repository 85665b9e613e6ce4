import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bench.stuffing import PRAISE, QUESTIONS, STRATEGIES, Strategy, is_false_alarm, recall
from bench.towns import HONEST, MONDAY, Honest, Town
from feedback.ratings.rules.stuffing import FALSE_ALARMS, Alarm, Seen, alarms
from feedback.ratings.rules.stuffing.chances import at_least, stand_out, usual_share
from feedback.ratings.rules.stuffing.seen import placed
from feedback.vocabulary import StuffingTest

WORLDS = range(12)
SEED = 4
"""A town in which every second one is satisfied, so that a sudden change can be seen."""

TUESDAY = MONDAY + dt.timedelta(days=1)


@pytest.mark.parametrize("praise", PRAISE)
@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.__name__)
@pytest.mark.parametrize("share", [0.10, 0.20])
def test_nine_in_ten_stuffed_ratings_are_found(strategy: Strategy, share: float, praise: str) -> None:
    assert sum(recall(strategy, share, seed, praise=praise) for seed in WORLDS) / len(WORLDS) >= 0.9


def test_control_without_the_detector_nothing_is_found() -> None:
    assert recall(STRATEGIES[0], 0.20, 1, find=lambda _now, _past: []) == 0


@pytest.mark.parametrize("questions", QUESTIONS)
@pytest.mark.parametrize("kind", HONEST, ids=lambda kind: kind.words)
def test_at_most_one_honest_world_in_twenty_raises_an_alarm(questions: int, kind: Honest) -> None:
    alarmed = sum(is_false_alarm(seed, kind, questions=questions) for seed in range(40))

    assert alarmed <= 2


def test_control_by_the_servers_clock_alone_an_outage_is_taken_for_a_burst() -> None:
    def by_our_clock(now: Sequence[Seen], past: Sequence[Seen]) -> list[Alarm]:
        return alarms([replace(one, told_at=None) for one in now], past)

    assert sum(is_false_alarm(seed, HONEST[2], find=by_our_clock) for seed in range(40)) > 4


def at_the_tablet(place: int, **said: Any) -> Seen:
    """Return one of a row of ratings at a tablet, an hour apart, told as they are given."""
    at = dt.datetime.combine(TUESDAY, dt.time(8)) + dt.timedelta(hours=place)
    return replace(Seen(id=uuid.UUID(int=place + 1), at=at, told_at=at, counter="tablet"), **said)


class TestTheCountersClock:
    """What waited without a network stands where it was given, as far as the counter is known to have been silent."""

    back = dt.datetime.combine(TUESDAY, dt.time(16, 25))

    def waited(self, place: int) -> Seen:
        return at_the_tablet(place, at=self.back + dt.timedelta(seconds=place))

    def test_a_backlog_stands_at_the_moments_its_citizens_answered(self) -> None:
        told = placed([at_the_tablet(0), *map(self.waited, (1, 2, 3))])

        assert [one.at.hour for one in told] == [8, 9, 10, 11]
        assert [one.is_backlog for one in told] == [False, True, True, True]

    def test_a_clock_is_not_believed_where_the_counter_was_heard_meanwhile(self) -> None:
        told = placed([at_the_tablet(5), *map(self.waited, (1, 2, 3))])

        assert [one.at for one in told[1:]] == [self.waited(place).at for place in (1, 2, 3)]

    @pytest.mark.parametrize("away", [-dt.timedelta(hours=1), dt.timedelta(minutes=2), dt.timedelta(days=4)])
    def test_a_clock_that_is_ahead_or_a_little_behind_or_days_away_moves_nothing(self, away: dt.timedelta) -> None:
        one = at_the_tablet(3, told_at=at_the_tablet(3).at - away)

        assert placed([one]) == [one]

    def test_who_has_no_clock_that_is_asked_stays_where_he_is(self) -> None:
        phone = at_the_tablet(3, told_at=None, counter="")

        assert placed([phone]) == [phone]


def plain(place: int, *, day: dt.date = TUESDAY) -> Seen:
    """Return one of a row of ratings that bear no mark: an hour after the slip, seven minutes apart."""
    at = dt.datetime.combine(day, dt.time(8)) + dt.timedelta(minutes=7 * place)
    issued = at - dt.timedelta(hours=1)
    return Seen(id=uuid.UUID(int=place + 1), at=at, issued_at=issued, device=bytes([place]), unit=1, official=1)


def at_a_counter(place: int) -> Seen:
    """Return one of the same row given at a counter."""
    return replace(plain(place), counter="2", issued_at=None, device=None)


def spread(place: int) -> Seen:
    """Return one of ratings on different days."""
    return plain(place, day=MONDAY + dt.timedelta(days=7 * (place % 4) + place // 4 % 5))


def by_hand(place: int) -> Seen:
    """Return one of ratings that one official typed in for others."""
    return replace(spread(place), helper=7, official=place % 3, device=b"desk")


def told_late(place: int) -> Seen:
    """Return one of the ratings of four days on which a counter had no network until the evening."""
    one = plain(place // 4, day=MONDAY + dt.timedelta(days=7 * (place % 4)))
    sent = one.at.replace(hour=16, minute=0, second=place // 4)
    return replace(one, id=uuid.UUID(int=place + 1), at=sent, told_at=one.at, device=None, issued_at=None, counter="2",
                   official=place % 3)  # fmt: skip


def in_the_evening(one: Seen) -> dt.datetime:
    return one.at.replace(hour=16, minute=31) + dt.timedelta(minutes=one.id.int)


MARKS: dict[str, tuple[Callable[[int], Seen], Callable[[Seen], Seen]]] = {
    "quick": (spread, lambda one: replace(one, issued_at=one.at - dt.timedelta(seconds=12))),
    "late_in_the_day": (at_a_counter, lambda one: replace(one, at=in_the_evening(one))),
    "flattery": (spread, lambda one: replace(one, is_top=True, is_straight=True)),
    "flattery_of_a_day": (plain, lambda one: replace(one, is_top=True, is_straight=True, official=one.id.int % 3)),
    "sudden_change": (plain, lambda one: replace(one, is_top=True)),
    "burst": (plain, lambda one: replace(one, at=one.at.replace(hour=9, minute=0, second=one.id.int))),
    "one_device": (spread, lambda one: replace(one, device=b"one")),
    "raised": (spread, lambda one: replace(one, counter="client:quay", is_raised=True)),
    "step_unknown": (spread, lambda one: replace(one, counter="client:quay", is_step_unknown=True)),
    "one_helper": (by_hand, lambda one: replace(one, is_top=True, is_straight=True)),
    "backlog": (told_late, lambda one: replace(one, is_top=True, is_straight=True)),
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


def a_month_of(official: int, *, quick: int) -> list[Seen]:
    """Return an official's twenty ratings, one a day without a mark, but that so many came with their slips."""
    days = [plain(official * 5, day=MONDAY + dt.timedelta(days=day)) for day in range(20)]
    ids = [uuid.UUID(int=100 * official + nth + 1) for nth in range(20)]
    one_by_one = [
        replace(one, id=pk, official=official, device=None) for one, pk in zip(days, ids, strict=True)
    ]  # fmt: skip
    at_once = [replace(one, issued_at=one.at - dt.timedelta(seconds=9)) for one in one_by_one[:quick]]
    return [*at_once, *one_by_one[quick:]]


def chance_of(quick: int) -> float:
    """Return how likely so many of twenty are quick by chance, in a unit without a past."""
    return at_least(quick, 20, usual_share(0, 0, prior=0.02, weight=50))


def test_several_officials_just_under_one_in_twenty_are_no_alarm_among_many_tests() -> None:
    """The control: each of the eight asked by itself would be one."""
    month = [one for official in range(1, 9) for one in a_month_of(official, quick=3)]

    assert 0.04 < chance_of(3) < FALSE_ALARMS
    assert stand_out([chance_of(3)], false_alarms=FALSE_ALARMS) == [True]
    assert alarms(month, []) == []


def test_among_them_who_stands_out_indeed_is_found_and_they_are_not() -> None:
    month = [one for official in range(1, 9) for one in a_month_of(official, quick=3)]
    stuffed = a_month_of(9, quick=8)

    found = alarms([*month, *stuffed], [])

    assert {one.rating_id for one in found} == {one.id for one in stuffed[:8]}
    assert {(one.test, one.marked, one.looked_at) for one in found} == {("quick", 8, 20)}
    assert {one.chance for one in found} == {chance_of(8)}  # so are the others' chances what we say


def test_nothing_stands_out_of_nothing() -> None:
    assert stand_out([], false_alarms=0.05) == []


def test_a_unit_without_a_past_is_judged_by_what_is_usual() -> None:
    assert usual_share(0, 0, prior=0.1, weight=50) == pytest.approx(0.1 + (0.09 / 50) ** 0.5)


def test_an_official_who_always_pleased_goes_on_doing_so() -> None:
    """The control: the same month after a past in which he pleased as his colleagues did."""
    town = Town.of(SEED, questions=1)
    past, honest = town.weeks(MONDAY - dt.timedelta(weeks=12), 12), town.weeks(MONDAY, 4)

    def pleased(ratings: Sequence[Seen]) -> list[Seen]:
        return [replace(one, is_top=one.is_top or one.official == 1, is_straight=True) for one in ratings]

    def flattered(found: list[Alarm]) -> set[uuid.UUID]:
        return {alarm.rating_id for alarm in found if alarm.test == "flattery"}

    assert flattered(alarms(pleased(honest), pleased(past))) == set()
    assert flattered(alarms(pleased(honest), past)) != set()
