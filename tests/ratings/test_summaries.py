"""Below the inspectorate: whole weeks, five and more together, whatever is asked and subtracted (S9)."""

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.db.transaction import atomic, set_rollback
from hypothesis import given
from hypothesis import strategies as st

from feedback.models import Rating, RatingSummary
from feedback.ratings.rules.disclosure import Said, figures_of, latest_week, may_leave
from feedback.ratings.services import decide, release
from feedback.vocabulary import RatingState
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_unit, give
from tests.contract_client import ContractClient, faults, problem

MONDAY = dt.date(2026, 3, 2)
TOLD_FROM = dt.date(2026, 3, 11)
"""The Wednesday after that week: what was said in it may be told."""


def at(day: int, hour: int = 9) -> dt.datetime:
    """Return an hour of a day after the first Monday, Vietnamese time."""
    return dt.datetime.combine(MONDAY + dt.timedelta(days=day), dt.time(hour - 7), dt.UTC)


def ratings(number: int, *, day: int = 1, nth_unit: int = 0, **said: Any) -> list[Rating]:
    return [give(a_dossier(unit=a_unit(nth_unit)), at=at(day), **said) for _ in range(number)]


def told(api: ContractClient, query: str = "", **who: Any) -> list[dict[str, Any]]:
    answer = api.signed_in("ratings:read", **who).get(f"/rating-summaries{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]  # type: ignore[no-any-return]


def test_five_ratings_of_a_week_are_told_together_when_the_week_is_over(api: ContractClient) -> None:
    ratings(4, value=3)
    ratings(1, value=1)

    before, on_the_day = release(today=TOLD_FROM - dt.timedelta(days=1)), release(today=TOLD_FROM)

    assert (before, on_the_day) == ((0, 0), (5, 0))
    (row,) = told(api)
    assert row | {"id": ""} == {
        "id": "", "unit": a_unit().code, "step": "reception", "form": "THANH_HOA_3", "form_version": 1,
        "is_self_given": True, "week_from": "2026-03-02", "week_to": "2026-03-02", "answered": 5, "dissatisfied": 1,
        "mean": "0.8000", "quarantined": None,
        "criteria": [{"code": "overall", "answered": 5, "counts": {"1": 1, "3": 4}}],
    }  # fmt: skip


def test_fewer_than_five_wait_for_those_of_the_next_weeks(api: ContractClient) -> None:
    ratings(4)
    alone = release(today=TOLD_FROM), told(api)

    ratings(3, day=8)
    release(today=TOLD_FROM + dt.timedelta(days=7))

    assert alone == ((0, 0), [])
    assert [(row["week_from"], row["week_to"], row["answered"]) for row in told(api)] == [
        ("2026-03-02", "2026-03-09", 7)
    ]


def test_steps_units_and_forms_are_never_put_together(api: ContractClient) -> None:
    ratings(4)
    ratings(4, nth_unit=1)
    ratings(4, step=StepKind.SETTLEMENT)

    assert release(today=TOLD_FROM) == (0, 0)
    assert told(api) == []


def test_a_day_that_was_missed_makes_the_same_cells() -> None:
    for week, number in enumerate((2, 4, 6, 1, 5)):
        ratings(number, day=7 * week + 2)

    with atomic():
        call_command("release_ratings", today=TOLD_FROM + dt.timedelta(days=60))
        at_once = cells()
        set_rollback(rollback=True)
    for day in range(60):
        release(today=TOLD_FROM + dt.timedelta(days=day))

    assert at_once == cells() == [("2026-03-02", "2026-03-09", 6), ("2026-03-16", "2026-03-16", 6),
                                  ("2026-03-23", "2026-03-30", 6)]  # fmt: skip


def cells() -> list[tuple[str, str, int]]:
    return sorted(
        (str(row.first_week_date), str(row.last_week_date), row.members.count()) for row in RatingSummary.objects.all()
    )


def test_a_head_reads_the_cells_of_his_part_and_nobody_else_any(api: ContractClient) -> None:
    ratings(5)
    ratings(5, nth_unit=1)
    release(today=TOLD_FROM)

    assert [row["unit"] for row in told(api, boundary=a_unit(1))] == [a_unit(1).code]
    assert len(told(api)) == 2
    assert problem(api.signed_in("monitoring:read").get("/rating-summaries")) == (403, "forbidden")
    assert faults(api.signed_in("ratings:read").get("/rating-summaries?procedure=1.004884")) == {
        ("procedure", "unknown_parameter")
    }


def test_filters_choose_whole_cells(api: ContractClient) -> None:
    ratings(5)
    ratings(5, day=8)
    ratings(5, day=8, nth_unit=1)
    release(today=TOLD_FROM + dt.timedelta(days=7))

    query = f"?unit={a_unit().code}&week_from=2026-03-05&week_to=2026-03-09&step=reception&form=THANH_HOA_3"

    assert [row["week_from"] for row in told(api, query)] == ["2026-03-09"]


def test_a_question_that_few_answered_or_few_left_out_is_not_told() -> None:
    whole = [Said(Decimal(1), is_dissatisfied=False, answers={"a": 5, "b": 5, "c": 1}) for _ in range(6)]
    some = [Said(Decimal(0), is_dissatisfied=True, answers={"a": 1, "c": 2}) for _ in range(4)]

    told = figures_of([*whole, *some], criteria=["a", "b", "c", "d"])

    assert (told["answered"], told["dissatisfied"], told["mean"]) == (10, 4, "0.6000")
    assert [row["counts"] for row in told["criteria"]] == [{"1": 4, "5": 6}, None, {"1": 6, "2": 4}, None]


@given(st.lists(st.frozensets(st.sampled_from("abcdef")), min_size=5, max_size=40))
def test_between_two_questions_that_are_told_stand_five_people_or_nobody(answered: list[frozenset[str]]) -> None:
    said = [Said(Decimal(1), is_dissatisfied=False, answers=dict.fromkeys(codes, 5)) for codes in answered]

    told = [row["code"] for row in figures_of(said, criteria="abcdef")["criteria"] if row["counts"]]

    who = [{place for place, codes in enumerate(answered) if code in codes} for code in told]
    for one, other in itertools.permutations([set(range(len(said))), *who], 2):
        assert len(one - other) == 0 or len(one - other) >= 5


def test_who_stops_half_way_is_in_no_difference_of_two_questions() -> None:
    codes = [f"q{number:02d}" for number in range(12)]
    said = [
        Said(Decimal(1), is_dissatisfied=False, answers=dict.fromkeys(codes[:last], 1 if last == 6 else 2))
        for last in range(1, 13)
    ]

    told = {row["code"]: row["answered"] for row in figures_of(said, criteria=codes)["criteria"]}

    assert [told[code] for code in codes] == [12, *[None] * 4, 7, *[None] * 6]


def test_a_week_may_be_told_two_days_after_it_is_over() -> None:
    days = [dt.date(2026, 3, day) for day in (8, 9, 10, 11, 17, 18)]

    weeks = [latest_week(today=day, waits=dt.timedelta(days=2)) for day in days]

    assert weeks == [dt.date(2026, 2, 23)] * 2 + [dt.date(2026, 2, 23)] + [MONDAY] * 2 + [dt.date(2026, 3, 9)]


def test_what_was_put_aside_is_taken_out_of_a_cell_only_with_four_others(api: ContractClient) -> None:
    members = ratings(12)
    release(today=TOLD_FROM)

    answered = []
    for number, rating in enumerate(members[:8], start=1):
        decide(rating_id=rating.pk, state=RatingState.QUARANTINED, reason="Dồn dập", by="x", now=at(9))
        release(today=TOLD_FROM + dt.timedelta(days=number))
        answered.append(told(api)[0]["answered"])

    assert answered == [12, 12, 12, 12, 7, 7, 7, 7]


def test_a_cell_in_which_fewer_than_five_would_stay_stays_as_it_is() -> None:
    pairs = itertools.product(range(12), range(12))

    allowed = {(leaving, staying) for leaving, staying in pairs if may_leave(leaving=leaving, staying=staying)}

    assert allowed == {(leaving, staying) for leaving in range(5, 12) for staying in (0, *range(5, 12))}


def test_the_database_refuses_a_cell_of_four_and_one_that_loses_four() -> None:
    ratings(6)
    release(today=TOLD_FROM)
    cell = RatingSummary.objects.get()

    for figures in ({**cell.figures, "answered": 2}, {**cell.figures, "answered": 5}, {**cell.figures, "answered": 7}):
        cell.figures = figures
        with pytest.raises(IntegrityError), atomic():
            cell.save()
    with pytest.raises(IntegrityError), atomic():
        cell.delete()


# Note [The differencing attacker]: he asks every combination of filters on each of sixty days, as somebody of the whole
# province and as the head of each unit, and subtracts every answer from every other that contains it.


def a_busy_spring() -> list[Rating]:
    """Return ratings of two units, steps and procedures, some of them put aside later: 40 days of one to three."""
    lots = random.Random(7)
    return [
        give(
            a_dossier(unit=a_unit(lots.randrange(2))),
            at=at(day, lots.randrange(8, 17)), value=lots.randint(1, 3),
            step=lots.choice([StepKind.RECEPTION, StepKind.SETTLEMENT]),
        )
        for day in range(40)
        for _ in range(lots.randint(1, 3))
    ]  # fmt: skip


def questions() -> Iterator[str]:
    units = ["", *(f"unit={a_unit(nth).code}" for nth in range(2))]
    steps = ["", "step=reception", "step=settlement"]
    since = ["", *(f"week_from={MONDAY + dt.timedelta(days=7 * week)}" for week in range(0, 6, 2))]
    until = ["", *(f"week_to={MONDAY + dt.timedelta(days=7 * week)}" for week in range(1, 6, 2))]
    for parts in itertools.product(units, steps, since, until):
        yield "?page_size=200&" + "&".join(part for part in parts if part)


def differences(answers: list[dict[str, int]]) -> set[int]:
    """Return of how many people something is learnt by subtracting: cells of one answer within another, and changes."""
    distinct = {tuple(sorted(answer.items())) for answer in answers}
    found = {sum(answer.values()) for answer in map(dict, distinct)}
    for one, other in itertools.permutations(map(dict, distinct), 2):
        if one.keys() <= other.keys():
            found.add(sum(other[key] for key in other.keys() - one.keys()))
            found |= {abs(other[key] - one[key]) for key in one}
    return found - {0}


@pytest.mark.slow
def test_no_subtraction_of_answers_tells_of_fewer_than_five(api: ContractClient) -> None:
    given, heads = a_busy_spring(), [api.signed_in("ratings:read", boundary=a_unit(nth)) for nth in range(2)]
    answers = []

    for day in range(0, 60, 10):
        for rating in given[day // 10 :: 9]:
            decide(rating_id=rating.pk, state=RatingState.QUARANTINED, reason="Dồn dập", by="x", now=at(60))
        release(today=TOLD_FROM + dt.timedelta(days=day))
        everybody = api.signed_in("ratings:read")
        asked = [everybody.get("/rating-summaries" + question) for question in questions()]
        asked += [head.get("/rating-summaries?page_size=200") for head in heads]
        answers += [told_in(answer.json()["results"]) for answer in asked]

    assert len(answers) > 500
    assert RatingSummary.objects.count() > 4
    assert any("put aside" in what for answer in answers for what in answer)
    assert min(differences(answers)) >= 5


def told_in(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return every number of people that an answer tells."""
    answered = {row["id"]: row["answered"] for row in rows if row["answered"]}
    aside = {f"{row['id']} put aside": row["quarantined"] for row in rows if row["quarantined"] is not None}
    return answered | aside


class TestWhatWasPutAside:
    """It is shown as a count beside the cell of its weeks, suppressed as everything else (NĐ 61/2018, điều 27.3)."""

    def put_aside(self, ratings: list[Rating]) -> None:
        for rating in ratings:
            decide(rating_id=rating.pk, state=RatingState.QUARANTINED, reason="Dồn dập", by="x", now=at(9))

    def numbers(self, api: ContractClient) -> list[tuple[int, int | None]]:
        return [(row["answered"], row["quarantined"]) for row in reversed(told(api))]

    @pytest.mark.parametrize(("number", "shown"), [(0, None), (1, None), (4, None), (5, 5), (7, 7)])
    def test_fewer_than_five_are_not_told(self, api: ContractClient, number: int, shown: int | None) -> None:
        self.put_aside(ratings(number))
        ratings(6)

        release(today=TOLD_FROM)

        assert self.numbers(api) == [(6, shown)]

    def test_whoever_is_still_told_as_one_of_a_cell_is_not_told_as_put_aside(self, api: ContractClient) -> None:
        members = ratings(7)
        release(today=TOLD_FROM)

        self.put_aside(members[:5])  # two would stay, so none leaves
        release(today=TOLD_FROM + dt.timedelta(days=1))
        before = self.numbers(api)
        self.put_aside(members[5:])
        release(today=TOLD_FROM + dt.timedelta(days=2))

        assert (before, self.numbers(api)) == ([(7, None)], [(0, 7)])

    def test_a_number_that_was_told_moves_by_five_or_not_at_all(self, api: ContractClient) -> None:
        aside = ratings(12)
        self.put_aside(aside[:6])
        for rating in aside[6:]:
            decide(rating_id=rating.pk, state=RatingState.QUARANTINED, reason="Dồn dập", by="x", now=at(1))
        ratings(5)
        release(today=TOLD_FROM)

        shown = []
        for number, rating in enumerate(aside[:10], start=1):
            decide(rating_id=rating.pk, state=RatingState.COUNTED, reason="Đúng người", by="x", now=at(10))
            release(today=TOLD_FROM + dt.timedelta(days=number))
            shown.append(max(one or 0 for _, one in self.numbers(api)))

        assert shown == [12] * 4 + [7] * 5 + [0]

    def test_weeks_without_a_cell_are_told_with_the_next(self, api: ContractClient) -> None:
        self.put_aside(ratings(5))
        release(today=TOLD_FROM)
        alone = told(api)

        ratings(5, day=8)
        self.put_aside(ratings(6, day=15))
        release(today=TOLD_FROM + dt.timedelta(days=14))

        assert (alone, self.numbers(api)) == ([], [(5, 5)])

    def test_the_database_lets_no_smaller_number_be_told(self) -> None:
        ratings(5)
        release(today=TOLD_FROM)
        cell = RatingSummary.objects.get()

        for change in ({"quarantined": 4}, {"quarantined": 5, "dissatisfied": 4}, {"answered": 4}):
            cell.figures = cell.figures | change
            with pytest.raises(IntegrityError, match="never changes"), atomic():
                cell.save()
            cell.refresh_from_db()


def test_counting_anew_for_each_question_with_small_answers_left_out_would_tell_of_single_people() -> None:
    """The control: n = 5 and n = 6 by a window moved by a day, a total less one procedure, two filters."""
    given = a_busy_spring()
    windows = itertools.product(range(6), [{0}, {0, 1}], [{"reception"}, {"reception", "settlement"}])
    live = [
        {
            str(one.pk): 1
            for one in given
            if one.week_date <= MONDAY + dt.timedelta(days=7 * week)
            and one.unit_id in {a_unit(nth).pk for nth in units}
            and one.step in steps
        }
        for week, units, steps in windows
    ]

    answers = [answer for answer in live if len(answer) >= 5]

    assert min(differences(answers)) < 5
