"""Published questionnaires."""

from functools import lru_cache

from django.db.models import Exists, F, OuterRef, QuerySet

from feedback.errors import RatingFormUnknown
from feedback.ratings.models import RatingFormVersion
from feedback.ratings.rules.forms import Form, form_of
from feedback.ratings.rules.survey import LEVELS
from procedures.prepared import Prepared

FORMS_KEPT = 64
PUBLISHED = """
SELECT v.id, f.code FROM feedback_ratingformversion v JOIN feedback_ratingform f ON f.id = v.form_id
WHERE f.code = %(code)s AND v.published_at IS NOT NULL AND v.number = COALESCE(%(number)s, v.number)
ORDER BY v.number DESC LIMIT 1
"""
"""The version that is answered: the newest of a form's code, or the one of this number."""
_PUBLISHED = Prepared("published_form", PUBLISHED, code="varchar", number="int")


def published_forms() -> QuerySet[RatingFormVersion]:
    """Return the newest published version of each form, with `code`."""
    published = RatingFormVersion.objects.filter(published_at__isnull=False)
    newer = published.filter(form=OuterRef("form"), number__gt=OuterRef("number"))
    return published.filter(~Exists(newer)).annotate(code=F("form__code"))


def published_form(*, code: str, number: int | None = None) -> RatingFormVersion:
    """Return a published version of a form with its `code`: this one, or the newest; raises RatingFormUnknown."""
    return asked_form(code=code, number=number)[0]


def asked_form(*, code: str, number: int | None = None) -> tuple[RatingFormVersion, Form]:
    """Return the same with what it asks; raises RatingFormUnknown."""
    found = _PUBLISHED.rows({"code": code, "number": number})
    if not found:
        raise RatingFormUnknown(code)
    return kept_form(*found[0])


@lru_cache(maxsize=FORMS_KEPT)
def kept_form(version_id: int, code: str) -> tuple[RatingFormVersion, Form]:
    """Read a published version once a process: what is published never changes (a trigger sees to it)."""
    version = RatingFormVersion.objects.get(pk=version_id)
    version.code = code  # type: ignore[attr-defined]  # printed beside it
    return version, form_of(version.content)


def is_of_survey(*, version: str) -> str:
    """Return the condition in SQL that a version of a form (its alias) has exactly the levels of the survey method."""
    levels = f"jsonb_path_query_array({version}.content, '$.scale[*].value')"
    return f"({levels} @> '{list(LEVELS)}' AND jsonb_array_length({levels}) = {len(LEVELS)})"
