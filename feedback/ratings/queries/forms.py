"""Published questionnaires."""

from django.db.models import Exists, F, OuterRef, QuerySet

from feedback.errors import RatingFormUnknown
from feedback.ratings.models import RatingFormVersion

_PUBLISHED = """
SELECT v.*, f.code FROM feedback_ratingformversion v JOIN feedback_ratingform f ON f.id = v.form_id
WHERE f.code = %(code)s AND v.published_at IS NOT NULL AND v.number = COALESCE(%(number)s, v.number)
ORDER BY v.number DESC LIMIT 1
"""


def published_forms() -> QuerySet[RatingFormVersion]:
    """Return the newest published version of each form, with `code`."""
    published = RatingFormVersion.objects.filter(published_at__isnull=False)
    newer = published.filter(form=OuterRef("form"), number__gt=OuterRef("number"))
    return published.filter(~Exists(newer)).annotate(code=F("form__code"))


def published_form(*, code: str, number: int | None = None) -> RatingFormVersion:
    """Return a published version of a form with its `code`: this one, or the newest; raises RatingFormUnknown."""
    rows = RatingFormVersion.objects.raw(_PUBLISHED, {"code": code, "number": number})
    version = next(iter(rows), None)
    if version is None:
        raise RatingFormUnknown(code)
    return version
