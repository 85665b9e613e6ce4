"""Publishing what a questionnaire asks."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.transaction import atomic

from feedback.errors import FormRefused
from feedback.ratings.models import RatingForm, RatingFormVersion
from feedback.ratings.rules.forms import contradictions, form_of
from units.vocabulary import REFERENCE


@atomic
def publish_form(*, code: str, content: Mapping[str, Any], now: dt.datetime, by: str) -> RatingFormVersion:
    """Publish the content as the form's newest version; content that is already the newest changes nothing.

    Raises ValueError for new content that contradicts itself.
    """
    form, _ = RatingForm.objects.get_or_create(code=code)
    RatingForm.objects.select_for_update().get(pk=form.pk)
    newest = form.versions.order_by("-number").first()
    if newest is not None and newest.published_at is not None and newest.content == content:
        return newest
    if found := contradictions(form_of(content)):
        raise ValueError("; ".join(found))
    number = 1 if newest is None else newest.number + 1
    return RatingFormVersion.objects.create(
        form=form, number=number, content=dict(content), published_at=now, recorded_by=by
    )


@atomic
def put_form(
    *, code: str, content: Mapping[str, Any], now: dt.datetime, by: str, confirm: Callable[[int], None]
) -> tuple[RatingFormVersion, bool]:
    """Publish what a province asks, and tell whether the form is new; content that is the newest changes nothing.

    `confirm` is called with the number of the version that would be followed, and refuses by raising. Raises
    FormRefused.
    """
    form, is_new = RatingForm.objects.get_or_create(code=code)
    RatingForm.objects.select_for_update().get(pk=form.pk)
    newest = form.versions.order_by("-number").first()
    if newest is not None and newest.content != content:
        confirm(newest.number)
    try:
        return publish_form(code=code, content=content, now=now, by=by), is_new
    except ValueError as error:
        raise FormRefused(str(error).split("; ")) from error


def load_forms(*, rows: Iterable[Mapping[str, Any]], now: dt.datetime) -> int:
    """Publish the forms of config/data/rating_forms.json whose scale is known; return how many are new or changed.

    A form of which a province published its own version is the province's from then on.
    """
    newest = RatingFormVersion.objects.order_by("form", "-number").distinct("form")
    theirs = {version.form.code for version in newest.select_related("form") if version.recorded_by != REFERENCE}
    ours = [row for row in rows if row["scale"] is not None and row["code"] not in theirs]
    return sum(publish_form(code=row["code"], content=row, now=now, by=REFERENCE).published_at == now for row in ours)
