"""Who keeps what he was told every week and compares it with the next learns nothing of fewer than five people (S9).

Note [The collector]: he reads all cells after every release and keeps them for good. Ratings come in, are put aside,
released and put aside again meanwhile. Whatever he was told of some people, ever, he may take off whatever he was told
of more, ever; and what is left, off something else.
"""

import datetime as dt
import itertools
import random
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.models import Rating, RatingSummary, SummarisedRating
from feedback.ratings.rules.disclosure import Said, figures_of, may_lose, told_put_aside
from feedback.ratings.services import decide, release
from feedback.vocabulary import RatingState
from tests.builders.ratings import a_dossier, a_unit, an_official, give, serve
from tests.contract_client import ContractClient
from tests.ratings.test_summaries import TOLD_FROM, at, told
from units.models import Official

FEW = 5
People = frozenset[Any]
ASKED = ("attitude", "on_time", "online_service")


def a_rating(*asked: str, day: int = 1, value: int = 2, official: Official | None = None) -> Rating:
    """Return a rating on the form of twelve questions that answers these beside the first."""
    dossier = a_dossier(unit=a_unit())
    if official is not None:
        serve(dossier, unit=a_unit(), official=official)
    answers = dict.fromkeys(("overall", *asked), value)
    return give(dossier, at=at(day), form="TWELVE_CRITERIA", answers=answers)


def some(number: int, *asked: str, **said: Any) -> list[Rating]:
    return [a_rating(*asked, **said) for _ in range(number)]


def put_aside(ratings: Iterable[Rating]) -> None:
    for rating in ratings:
        decide(rating_id=rating.pk, state=RatingState.QUARANTINED, reason="Dồn dập", by="x", now=at(9))


def let_go(ratings: Iterable[Rating]) -> None:
    for rating in ratings:
        decide(rating_id=rating.pk, state=RatingState.COUNTED, reason="Đúng người", by="x", now=at(9))


def release_after(days: int) -> None:
    release(today=TOLD_FROM + dt.timedelta(days=days))


def answered(api: ContractClient, code: str) -> list[int | None]:
    """Return how many answered a question, by each cell that is told."""
    return [one["answered"] for row in told(api) for one in row["criteria"] if one["code"] == code]


def sizes(api: ContractClient) -> list[int]:
    return sorted(row["answered"] for row in told(api))


class TestAQuestionOfACell:
    """Between two tellings of a question nobody or five and more are left (NĐ 61/2018, điều 27.3)."""

    @pytest.mark.parametrize(("with_it", "without"), [(1, 4), (4, 1), (4, 5), (5, 4), (2, 3)])
    def test_few_of_those_who_answered_it_do_not_leave(self, api: ContractClient, with_it: int, without: int) -> None:
        asked, unasked = some(10, "attitude"), some(10)
        release_after(0)
        before = answered(api, "attitude")

        put_aside([*asked[:with_it], *unasked[:without]])
        release_after(1)

        assert (before, answered(api, "attitude"), sizes(api)) == ([10], [10], [20])

    @pytest.mark.parametrize(("with_it", "without"), [(5, 0), (0, 5), (5, 5), (10, 0)])
    def test_five_of_them_do_and_nobody_of_them_does(self, api: ContractClient, with_it: int, without: int) -> None:
        asked, unasked = some(10, "attitude"), some(10)
        release_after(0)

        put_aside([*asked[:with_it], *unasked[:without]])
        release_after(1)

        assert (answered(api, "attitude"), sizes(api)) == ([10 - with_it or None], [20 - with_it - without])

    @pytest.mark.parametrize("left", ["attitude", ""])
    def test_few_of_them_are_not_left_behind(self, api: ContractClient, left: str) -> None:
        asked, unasked = some(8, "attitude"), some(8)
        release_after(0)

        put_aside((asked if left else unasked)[:6])
        release_after(1)

        assert (answered(api, "attitude"), sizes(api)) == ([8], [16])

    def test_a_question_that_was_not_told_is_not_told_when_others_left(self, api: ContractClient) -> None:
        """What is told of a cell is settled when it is made, so there is nothing new to compare what was told with."""
        asked, unasked = some(17, "attitude"), some(3)
        release_after(0)
        before = answered(api, "attitude")

        put_aside([*asked[:2], *unasked])
        release_after(1)

        assert (before, answered(api, "attitude"), sizes(api)) == ([None], [None], [15])


class TestWhoLeftACell:
    """Those who left together are known as a group from then on: they come back as one, by themselves."""

    def test_five_of_six_do_not_come_back_without_the_sixth(self, api: ContractClient) -> None:
        members = some(12)
        release_after(0)
        put_aside(members[:6])
        release_after(1)
        let_go(members[:5])
        release_after(2)
        without = sizes(api)

        let_go(members[5:6])
        release_after(3)

        assert (without, sizes(api)) == ([6], [6, 6])

    def test_five_of_ten_do(self, api: ContractClient) -> None:
        members = some(16)
        release_after(0)
        put_aside(members[:10])
        release_after(1)

        let_go(members[:5])
        release_after(2)

        assert sizes(api) == [5, 6]

    def test_all_of_them_do_whatever_each_of_them_answered(self, api: ContractClient) -> None:
        members = [*some(1, "attitude"), *some(11)]
        release_after(0)
        put_aside(members[:6])
        release_after(1)

        let_go(members[:6])
        release_after(2)

        assert sizes(api) == [6, 6]
        assert answered(api, "attitude") == [None, None]

    def test_nobody_else_is_told_with_them(self, api: ContractClient) -> None:
        never_told, members = some(1), some(12)
        put_aside(never_told)
        release_after(0)
        put_aside(members[:6])
        release_after(1)

        let_go([*never_told, *members[:6]])
        release_after(2)

        assert sizes(api) == [6, 6]
        assert not SummarisedRating.objects.filter(rating__in=never_told).exists()

    def test_of_their_answers_nothing_more_is_told(self, api: ContractClient) -> None:
        members = [*some(6, "attitude"), *some(12)]
        release_after(0)
        put_aside(members[:6])
        release_after(1)
        let_go(members[:6])
        release_after(2)

        assert sizes(api) == [6, 12]
        assert answered(api, "overall") == [None, 12] or answered(api, "overall") == [12, None]

    def test_again_the_same_day_changes_nothing(self) -> None:
        members = some(12)
        release_after(0)
        put_aside(members[:6])
        release_after(1)
        let_go(members[:6])

        first = release(today=TOLD_FROM + dt.timedelta(days=2))
        again = release(today=TOLD_FROM + dt.timedelta(days=2))

        assert (first, again) == ((6, 0), (0, 0))


class TestHowManyWerePutAside:
    """A number that was told moves by five and more; fewer than five are not told, and are in no difference either."""

    def shown(self, api: ContractClient) -> int | None:
        (row,) = told(api)
        return row["quarantined"]  # type: ignore[no-any-return]

    @pytest.mark.parametrize(("never", "shown"), [(0, 6), (3, 6), (4, 6), (5, 11)])
    def test_who_left_is_not_told_with_fewer_than_five_others(
        self, api: ContractClient, never: int, shown: int
    ) -> None:
        put_aside(some(never))
        members = some(12)
        release_after(0)

        put_aside(members[:6])
        release_after(1)

        assert self.shown(api) == shown

    def test_it_is_untold_only_when_five_and_more_are_gone(self, api: ContractClient) -> None:
        aside = some(7)
        put_aside(aside)
        some(6)
        release_after(0)

        seen = []
        for number, rating in enumerate(aside, start=1):
            let_go([rating])
            release_after(number)
            seen.append([row["quarantined"] for row in told(api) if row["answered"] == 6])

        assert seen == [[7]] * 4 + [[None]] * 3

    def test_who_came_back_leaves_no_number_behind_that_tells_of_few_others(self, api: ContractClient) -> None:
        put_aside(some(3))
        members = some(12)
        release_after(0)
        put_aside(members[:6])
        release_after(1)

        let_go(members[:6])
        release_after(2)

        assert [(row["answered"], row["quarantined"]) for row in told(api)] == [(6, None), (6, None)]

    @given(st.lists(st.integers(0, 14), min_size=1, max_size=12))
    def test_whatever_comes_a_number_moves_by_five_or_not_at_all(self, weeks: list[int]) -> None:
        told_before = None
        for now in weeks:
            told_now = told_put_aside(before=told_before, now=now)
            assert told_now is None or told_now >= FEW
            assert told_now in {told_before, None} or abs(told_now - (told_before or 0)) >= FEW
            assert told_before is None or told_now is not None or told_before - now >= FEW
            told_before = told_now


people = st.lists(st.tuples(st.frozensets(st.sampled_from("abc")), st.integers(0, 2)), min_size=5, max_size=40)


@given(people, st.data())
def test_whatever_may_leave_leaves_no_difference_of_one_to_four(
    members: list[tuple[frozenset[str], int]], data: st.DataObject
) -> None:
    said = [
        Said(Decimal(1), is_dissatisfied=False, answers=dict.fromkeys(codes, 5), part=part) for codes, part in members
    ]
    before = tellings(said, None)
    of_one_kind = data.draw(st.booleans())
    chosen = data.draw(st.sets(st.sampled_from(sorted({codes for codes, _ in members}, key=sorted))))
    gone = {place for place, (codes, _) in enumerate(members) if codes in chosen and (of_one_kind or place % 3)}
    leaving, staying = (
        [said[place] for place in range(len(said)) if (place in gone) == left] for left in (True, False)
    )
    codes = [code for code in before if code]

    if not may_lose(leaving=leaving, staying=staying, told=codes):
        return

    places = [place for place in range(len(said)) if place not in gone]
    after = {code: {places[place] for place in who} for code, who in tellings(staying, codes).items()}
    for one, other in itertools.permutations([*before.values(), *after.values()], 2):
        assert len(one - other) not in range(1, FEW)


def tellings(said: list[Said], told: list[str] | None) -> dict[str, set[int]]:
    """Return who is told of: of all (the empty word) and of each question that is told."""
    rows = figures_of(said, criteria="abc", told=told)["criteria"]
    questions = [row["code"] for row in rows if row["answered"]]
    return {
        code: {place for place, one in enumerate(said) if not code or code in one.answers} for code in ("", *questions)
    }


def test_a_question_is_not_told_beside_a_part_that_one_more_is_in() -> None:
    """An official's ten ratings are told; who alone of them left a question out would be told by the difference."""
    with_it = [Said(Decimal(1), is_dissatisfied=False, answers={"a": 5, "b": 5}, part=1) for _ in range(9)]
    alone = [Said(Decimal(1), is_dissatisfied=False, answers={"a": 5}, part=1)]
    others = [Said(Decimal(1), is_dissatisfied=False, answers={"a": 5}, part=2) for _ in range(6)]

    rows = [figures_of([*with_it, *more, *others], criteria="ab")["criteria"] for more in (alone, [])]

    assert [[row["answered"] for row in told] for told in rows] == [[16, None], [15, 9]]


def closed(known: Iterable[People]) -> set[People]:
    """Return all that follows from what is known by taking a group off one that contains it, again and again."""
    groups, new = set(known), set(known)
    while new:
        pairs = itertools.chain(itertools.product(new, groups), itertools.product(groups, new))
        new = {more - less for more, less in pairs if less < more} - groups
        groups |= new
        assert len(groups) < 3000, "more than can be followed"
    return groups


def collected() -> dict[str, set[People]]:
    """Return of whom something is told now, by what is told of them: `all`, or a question; as the cells say it."""
    groups: dict[str, set[People]] = defaultdict(set)
    for cell in RatingSummary.objects.exclude(figures__answered=0):
        of_cell = groups[f"cell {cell.pk}"]
        rows = Rating.objects.filter(summarised__summary=cell, summarised__left=None)
        members = {rating.pk: rating.answers for rating in rows}
        assert cell.figures["answered"] == len(members)
        groups["all"].add(frozenset(members))
        of_cell.add(frozenset(members))
        for part in cell.parts.exclude(answered=0):
            inside = frozenset(part.members.filter(left=None).values_list("rating", flat=True))
            assert len(inside) == part.answered
            groups["all"].add(inside)
        for one in cell.figures["criteria"]:
            if one["answered"] is not None:
                who = frozenset(pk for pk, answers in members.items() if one["code"] in answers)
                assert len(who) == one["answered"]
                groups[one["code"]].add(who)
                of_cell.add(who)
    return groups


def a_spring(lots: random.Random) -> Iterable[list[Rating]]:
    """Yield the ratings of week after week, of two officials; each answers some of three questions more."""
    clerks = [an_official(code, a_unit()) for code in ("CB-01", "CB-02")]
    for week in range(8):
        yield [
            a_rating(*ASKED[: lots.choice((0, 0, 2, 3, 3))], day=7 * week + 1, official=lots.choice(clerks))
            for _ in range(lots.randint(4, 16))
        ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whoever_collects_what_is_told_finds_no_group_of_one_to_four(seed: int) -> None:
    lots, all_ratings = random.Random(seed), []
    ever: dict[str, set[People]] = defaultdict(set)
    for week, ratings in enumerate(a_spring(lots)):
        all_ratings += ratings
        for day in range(7):
            changed = Rating.objects.filter(pk__in=[one.pk for one in all_ratings])
            counted, aside = ([*changed.filter(state=state)] for state in ("counted", "quarantined"))
            put_aside(lots.sample(counted, min(len(counted) // 3, lots.choice((0, 3, 5, 8)))))
            let_go(lots.sample(aside, min(len(aside), lots.choice((0, 0, 4, 6)))))
            release_after(7 * week + day)
            for what, groups in collected().items():
                ever[what] |= groups

    assert SummarisedRating.objects.exclude(left=None).exists()
    assert len(ever) > len(ASKED)
    for what, groups in ever.items():
        pairs = itertools.permutations(groups, 2)
        if what.startswith("cell"):
            assert min((len(one - other) for one, other in pairs if one - other), default=FEW) >= FEW, what
        else:
            assert min(map(len, closed(groups))) >= FEW, what
    every = itertools.permutations(set().union(*ever.values()), 2)
    assert min(len(more - less) for less, more in every if less < more) >= FEW
