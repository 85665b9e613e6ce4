"""What answers say: a value between the ends of the scale, its place between 0 and 1, QĐ 766's "không hài lòng"."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from feedback.ratings.rules.answers import answer_faults, score_of
from feedback.ratings.rules.forms import Form, form_of
from tests.ratings.test_forms import a_content

FIVE = [{"value": value, "label_vi": "mức", "label_en": "level"} for value in range(1, 6)]


def five_levels() -> Form:
    """Return a form of two questions and five levels, of which two say dissatisfied."""
    return form_of(a_content(scale=FIVE, dissatisfied_values=[1, 2]))


@given(one=st.integers(1, 5), two=st.integers(1, 5))
def test_a_normalised_value_lies_between_0_and_1_and_grows_with_every_answer(one: int, two: int) -> None:
    form = five_levels()
    score = score_of(form=form, answers={"one": one, "two": two})
    better = score_of(form=form, answers={"one": one, "two": min(two + 1, 5)})

    assert 0 <= score.normalised <= better.normalised <= 1
    assert score.is_dissatisfied >= better.is_dissatisfied


@given(value=st.integers())
def test_only_the_values_of_the_scale_are_answers(value: int) -> None:
    faults = answer_faults(form=five_levels(), answers={"one": value, "two": 3})

    assert [fault.code for fault in faults] == ([] if value in range(1, 6) else ["off_scale"])


def test_half_way_between_two_levels_is_the_better_one() -> None:
    between, below = ({"one": 2, "two": 3}, {"one": 2, "two": 2})

    scores = [score_of(form=five_levels(), answers=answers) for answers in (between, below)]

    assert [score.is_dissatisfied for score in scores] == [False, True]


def test_the_ends_of_the_scale_are_0_and_1() -> None:
    scores = [score_of(form=five_levels(), answers={"one": value, "two": value}) for value in (1, 3, 5)]

    assert [score.normalised for score in scores] == [Decimal(0), Decimal("0.5"), Decimal(1)]
