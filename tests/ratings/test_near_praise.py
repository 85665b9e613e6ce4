"""Praise that nobody gave is found also where it is not quite the best, or says no more than it must."""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from django.utils.timezone import localdate, now

from bench.stuffing import fakes_of
from bench.towns import MONDAY, PAST_WEEKS, WEEKS, Town
from feedback.models import Rating
from feedback.ratings.queries import seen_in
from feedback.ratings.rules.stuffing import alarms
from feedback.ratings.rules.stuffing.seen import is_near_best, is_nearly_straight
from feedback.ratings.services import examine
from tests.builders.ratings import a_dossier, a_unit, an_official, give, serve
from tests.ratings.test_submission import FIVE

BEST = dict.fromkeys(FIVE, 5)


def two_officials(praise: Mapping[str, int]) -> None:
    """Rate one official so in three weeks, twice a day, and once a day another as citizens do."""
    unit, dice = a_unit(), random.Random(4)
    praised, other = an_official("CB-01", unit), an_official("CB-02", unit)
    eight = dt.datetime.combine(localdate(), dt.time(1), dt.UTC)
    for day in range(1, 20):
        for nth, official in enumerate((praised, praised, other)):
            transaction = a_dossier(unit=unit)
            serve(transaction, unit=unit, official=official)
            answers = {code: dice.randint(3, 5) for code in FIVE} if official == other else dict(praise)
            at = eight - dt.timedelta(days=day) + dt.timedelta(minutes=61 * nth + day)
            give(transaction, at=at, form="FIVE_FACTORS", answers=answers)


@pytest.mark.parametrize("fours", [0, 1, 3])
def test_a_few_fours_among_the_fives_of_one_official_are_praise_as_well(fours: int) -> None:
    two_officials(BEST | dict.fromkeys(sorted(FIVE)[:fours], 4))

    examine(until=localdate(), now=now())

    put_aside = Rating.objects.filter(state="quarantined")
    assert set(put_aside.values_list("official__code", flat=True)) == {"CB-01"}
    assert put_aside.count() == 38


def test_control_who_thinks_about_every_question_is_left_alone() -> None:
    two_officials({code: 4 + nth % 2 for nth, code in enumerate(sorted(FIVE))})

    assert examine(until=localdate(), now=now()) == 0


def test_what_is_short_is_told_by_the_form_and_not_by_how_much_was_answered() -> None:
    today = localdate()
    at = dt.datetime.combine(today, dt.time(1), dt.UTC)
    give(a_dossier(), at=at, form="TWELVE_CRITERIA", answers={"overall": 5})
    give(a_dossier(), at=at + dt.timedelta(hours=1), form="THANH_HOA_3", answers={"overall": 3})

    seen = seen_in(unit=a_unit().pk, since=today, until=today + dt.timedelta(days=1), with_put_aside=False)

    assert [(one.is_short, one.is_brief) for one in seen] == [(False, True), (True, False)]


def share_found(praise: Sequence[int], *, seeds: range) -> float:
    """Return how much is found of plain praise of one official, a quarter of all that is said, with no other mark."""
    shares = []
    for seed in seeds:
        town = Town.of(seed)
        town.praise = praise
        past, honest = town.weeks(MONDAY - dt.timedelta(weeks=PAST_WEEKS), PAST_WEEKS), town.weeks(MONDAY, WEEKS)
        fakes = fakes_of(town, len(honest) // 3)
        found = {alarm.rating_id for alarm in alarms([*honest, *fakes], past)}
        shares.append(sum(one.id in found for one in fakes) / len(fakes))
    return sum(shares) / len(shares)


@pytest.mark.parametrize("praise", [(5, 5, 5, 5, 5), (5, 5, 5, 5, 4), (5,)], ids=str)
def test_plain_praise_is_found_however_it_is_said(praise: Sequence[int]) -> None:
    assert share_found(praise, seeds=range(12)) >= 0.9


def test_control_moderate_praise_is_no_alarm() -> None:
    assert share_found((4, 4, 4, 4, 4), seeds=range(12)) <= 0.05


def test_nine_tenths_of_the_scale_are_as_good_as_the_best() -> None:
    assert [is_near_best(Decimal(value)) for value in ("1", "0.9", "0.8999")] == [True, True, False]


def test_four_fifths_of_the_answers_are_nearly_all() -> None:
    told: list[Sequence[int]] = [(5,), (5, 5, 5, 5, 4), (5, 5, 5, 4, 4), (5, 4)]

    assert list(map(is_nearly_straight, told)) == [True, True, False, False]
