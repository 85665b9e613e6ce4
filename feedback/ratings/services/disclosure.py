"""Letting out what raters said: week by week into cells, comments in shuffled batches (Note [Cells])."""

import datetime as dt
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from django.db.transaction import atomic

from feedback.ratings.models import Rating, RatingComment, RatingFormVersion, RatingSummary, SummarisedRating
from feedback.ratings.rules.disclosure import (
    COMMENTS_WAIT,
    FEWEST_TOGETHER,
    QUIET,
    Said,
    figures_of,
    latest_week,
    may_leave,
    told_put_aside,
)
from feedback.ratings.rules.forms import form_of
from feedback.vocabulary import RatingState

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('feedback_ratingsummary', 0))"
_LOTS = random.SystemRandom()


class Kind(NamedTuple):
    """What the ratings of a cell have in common: primary keys (a unit may be unknown) and the step."""

    unit: int | None
    step: str
    form_version: int


@atomic
def release(*, today: dt.date) -> tuple[int, int]:
    """Tell what may be told by now; return how many ratings and how many comments were added.

    Ratings that were put aside after they were told are taken out as soon as enough of a cell are. Again the same day
    it changes nothing, and a day that was missed is made up for with the same cells.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    _take_out()
    told = _summarise(until=latest_week(today=today, waits=QUIET))
    _count_put_aside()
    return told, _tell_comments(until=latest_week(today=today, waits=COMMENTS_WAIT))


def _summarise(*, until: dt.date) -> int:
    waiting: dict[Kind, list[Rating]] = defaultdict(list)
    told = 0
    ready = Rating.objects.filter(state=RatingState.COUNTED, week_date__lte=until, summarised=None)
    for rating in ready.order_by("week_date"):
        told += sum(_cell(kind, waiting) for kind in _ripe(waiting, before=rating.week_date))
        waiting[Kind(rating.unit_id, rating.step, rating.form_version_id)].append(rating)
    return told + sum(_cell(kind, waiting) for kind in _ripe(waiting, before=dt.date.max))


def _ripe(waiting: dict[Kind, list[Rating]], *, before: dt.date) -> list[Kind]:
    """Return what fills a cell when the weeks before this one are over."""
    return [
        kind for kind, ratings in waiting.items() if len(ratings) >= FEWEST_TOGETHER and ratings[-1].week_date < before
    ]


def _cell(kind: Kind, waiting: dict[Kind, list[Rating]]) -> int:
    members = waiting.pop(kind)
    summary = RatingSummary.objects.create(
        unit_id=kind.unit,
        step=kind.step,
        form_version_id=kind.form_version,
        first_week_date=members[0].week_date,
        last_week_date=members[-1].week_date,
        figures=_figures(kind.form_version, members) | {"quarantined": None},
    )
    SummarisedRating.objects.bulk_create(
        SummarisedRating(rating=rating, summary=summary) for rating in sorted(members, key=lambda one: one.pk)
    )
    return len(members)


def _take_out() -> None:
    """Recount the cells of which enough ratings do not count any more; what leaves waits as if it were new."""
    gone: dict[RatingSummary, list[SummarisedRating]] = defaultdict(list)
    put_aside = SummarisedRating.objects.exclude(rating__state=RatingState.COUNTED).select_related("summary")
    for member in put_aside:
        gone[member.summary].append(member)
    for summary, leaving in gone.items():
        staying = Rating.objects.filter(summarised__summary=summary, state=RatingState.COUNTED)
        members = list(staying)
        if may_leave(leaving=len(leaving), staying=len(members)):
            SummarisedRating.objects.filter(pk__in=[member.pk for member in leaving]).delete()
            put_aside_told = {"quarantined": summary.figures.get("quarantined")}
            summary.figures = _figures(summary.form_version_id, members) | put_aside_told
            summary.save(update_fields=["figures"])


def _count_put_aside() -> None:
    """Tell beside each cell how many of its weeks, and of those since the cell before, were put aside and are in none.

    One whose cell is not made yet is told with it.
    """
    cells: dict[Kind, list[RatingSummary]] = defaultdict(list)
    for summary in RatingSummary.objects.order_by("last_week_date", "pk"):
        cells[Kind(summary.unit_id, summary.step, summary.form_version_id)].append(summary)
    counts: Counter[RatingSummary] = Counter()
    for rating in Rating.objects.exclude(state=RatingState.COUNTED).filter(summarised=None).iterator():
        kind = Kind(rating.unit_id, rating.step, rating.form_version_id)
        counts.update([one for one in cells[kind] if one.last_week_date >= rating.week_date][:1])
    for summary in itertools.chain(*cells.values()):
        before = summary.figures.get("quarantined")
        now = told_put_aside(before=before, now=counts[summary])
        if now != before:
            summary.figures = summary.figures | {"quarantined": now}
            summary.save(update_fields=["figures"])


def _figures(form_version: int, members: Iterable[Rating]) -> dict[str, object]:
    form = form_of(RatingFormVersion.objects.get(pk=form_version).content)
    said = [Said(rating.normalised, rating.is_dissatisfied, rating.answers) for rating in members]
    return figures_of(said, criteria=[criterion.code for criterion in form.criteria])


def _tell_comments(*, until: dt.date) -> int:
    waiting: dict[int | None, list[Rating]] = defaultdict(list)
    ready = Rating.objects.filter(state=RatingState.COUNTED, week_date__lte=until, told_comment_row=None)
    for rating in ready.exclude(comment_masked=""):
        waiting[rating.unit_id].append(rating)
    batch = [rating for ratings in waiting.values() if len(ratings) >= FEWEST_TOGETHER for rating in ratings]
    _LOTS.shuffle(batch)
    RatingComment.objects.bulk_create(
        RatingComment(rating=rating, unit_id=rating.unit_id, text=rating.comment_masked) for rating in batch
    )
    return len(batch)
