"""Published questionnaires."""

from django.db.models import Exists, F, OuterRef, QuerySet

from feedback.errors import RatingFormUnknown
from feedback.ratings.models import RatingFormVersion


def published_forms() -> QuerySet[RatingFormVersion]:
    """Return the newest published version of each form, with `code`."""
    published = RatingFormVersion.objects.filter(published_at__isnull=False)
    newer = published.filter(form=OuterRef("form"), number__gt=OuterRef("number"))
    return published.filter(~Exists(newer)).annotate(code=F("form__code"))


def published_form(*, code: str, number: int | None = None) -> RatingFormVersion:
    """Return a published version of a form, the newest unless a number is given; raises RatingFormUnknown."""
    versions = RatingFormVersion.objects.filter(form__code=code, published_at__isnull=False)
    if number is not None:
        versions = versions.filter(number=number)
    version = versions.annotate(code=F("form__code")).order_by("-number").first()
    if version is None:
        raise RatingFormUnknown(code)
    return version
