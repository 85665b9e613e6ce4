import pytest

from bench.stuffing import STRATEGIES, Strategy, is_false_alarm, recall
from feedback.ratings.rules.stuffing.chances import at_least, stand_out, usual_share

WORLDS = range(20)


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.__name__)
@pytest.mark.parametrize("share", [0.10, 0.20])
def test_nine_in_ten_stuffed_ratings_are_found(strategy: Strategy, share: float) -> None:
    assert sum(recall(strategy, share, seed) for seed in WORLDS) / len(WORLDS) >= 0.9


def test_control_without_the_detector_nothing_is_found() -> None:
    assert recall(STRATEGIES[0], 0.20, 1, find=lambda _now, _past: []) == 0


def test_at_most_one_honest_world_in_twenty_raises_an_alarm() -> None:
    assert sum(map(is_false_alarm, range(100))) <= 5


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
