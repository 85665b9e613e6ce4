"""The scale of the survey method: five levels, 1 to 5, of which the mean is divided by 5 and 4 and 5 are satisfied."""

from feedback.ratings.rules.forms import Form

LEVELS = (1, 2, 3, 4, 5)
MOST = LEVELS[-1]
SATISFIED_FROM = 4


def is_of_survey(form: Form) -> bool:
    """Tell whether a form has exactly these levels; only then are its answers points of the method.

    Source: QĐ 1001/QĐ-BNV 2023 as described by others, and before 2022 the share of 4 and 5. No text says how other
    numbers would be moved onto these, so a form of five levels from 0 or from 6 has no such figures: our choice.
    """
    return sorted(level.value for level in form.scale) == list(LEVELS)
