"""What answers say: a value between the ends of the scale, its place between 0 and 1, QĐ 766's "không hài lòng"."""

from decimal import Decimal

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from hypothesis import given
from hypothesis import strategies as st

from feedback.models import RatingFormVersion
from feedback.ratings.queries import is_of_survey as condition_in_sql
from feedback.ratings.rules.answers import answer_faults, score_of
from feedback.ratings.rules.forms import Form, form_of
from feedback.ratings.rules.survey import is_of_survey
from feedback.ratings.services import publish_form
from tests.ratings.test_forms import LATER, a_content, levels

FIVE = levels(1, 2, 3, 4, 5)


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


def test_the_survey_counts_the_levels_1_to_5_only_and_the_database_agrees() -> None:
    scales = (range(1, 6), range(5, 0, -1), range(5), range(6, 11), range(1, 4), range(6), range(1, 7))
    for number, scale in enumerate(scales):
        content = a_content(scale=levels(*scale), dissatisfied_values=[min(scale)])
        publish_form(code=f"TINH_{number}", content=content, now=LATER, by="bo-phan-mot-cua")
    condition = RawSQL(condition_in_sql(version="feedback_ratingformversion"), (), BooleanField())  # noqa: S611 - our own condition
    forms = RatingFormVersion.objects.filter(form__code__startswith="TINH_").annotate(in_sql=condition)

    told = {form.form.code: (is_of_survey(form_of(form.content)), form.in_sql) for form in forms}

    its = {"TINH_0", "TINH_1"}
    assert told == {f"TINH_{number}": (f"TINH_{number}" in its,) * 2 for number in range(len(scales))}
