"""Letting out what raters said: week by week into cells, comments in shuffled batches (Note [Cells])."""

import datetime as dt
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import F
from django.db.transaction import atomic

from feedback.ratings.models import (
    Rating,
    RatingComment,
    RatingFormVersion,
    RatingPart,
    RatingSummary,
    SummarisedRating,
)
from feedback.ratings.rules.disclosure import (
    COMMENTS_WAIT,
    FEWEST_TOGETHER,
    QUIET,
    Labels,
    PartFigures,
    Said,
    figures_of,
    latest_week,
    may_leave,
    part_figures,
    parts_of,
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
    labelled = ready.annotate(dossier_channel=F("link__transaction__channel"))
    for rating in labelled.order_by("week_date"):
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
    levels = _levels(kind.form_version)
    divided = parts_of([(_labels(rating), rating) for rating in members])
    parts = RatingPart.objects.bulk_create(_part(summary, labels, ratings, levels) for labels, ratings in divided)
    told = [
        SummarisedRating(rating=rating, summary=summary, part=part)
        for part, (_, ratings) in zip(parts, divided, strict=True) for rating in ratings
    ]  # fmt: skip
    SummarisedRating.objects.bulk_create(sorted(told, key=lambda member: member.rating_id))
    return len(members)


def _labels(rating: Rating) -> Labels:
    return Labels(
        rating.official_id,
        rating.field_id,
        rating.procedure_id,
        rating.channel,
        rating.dossier_channel,  # type: ignore[attr-defined]  # annotated by _summarise
    )


def _part(summary: RatingSummary, labels: Labels, members: Sequence[Rating], levels: int) -> RatingPart:
    return RatingPart(
        summary=summary,
        official_id=labels.official,
        field_id=labels.field,
        procedure_id=labels.procedure,
        channel=labels.channel or "",
        dossier_channel=labels.dossier_channel or "",
        **_part_figures(members, levels)._asdict(),
    )


def _part_figures(members: Sequence[Rating], levels: int) -> PartFigures:
    return part_figures(
        dissatisfied=[rating.is_dissatisfied for rating in members],
        overall=[rating.overall for rating in members],
        levels=levels,
    )


def _levels(form_version: int) -> int:
    return len(form_of(RatingFormVersion.objects.get(pk=form_version).content).scale)


def _take_out() -> None:
    """Recount the parts of which enough ratings do not count any more; what leaves waits as if it were new."""
    gone: dict[RatingPart, list[SummarisedRating]] = defaultdict(list)
    put_aside = SummarisedRating.objects.exclude(rating__state=RatingState.COUNTED)
    for member in put_aside.select_related("part", "summary"):
        gone[member.part].append(member)
    for part, leaving in gone.items():
        staying = list(Rating.objects.filter(summarised__part=part, state=RatingState.COUNTED))
        if may_leave(leaving=len(leaving), staying=len(staying)):
            _recount(part, leaving, staying)


def _recount(part: RatingPart, leaving: Sequence[SummarisedRating], staying: Sequence[Rating]) -> None:
    """Take ratings out of a part and its cell; those of other parts that may not leave yet are told as before."""
    summary = leaving[0].summary
    SummarisedRating.objects.filter(pk__in=[member.pk for member in leaving]).delete()
    for name, value in _part_figures(staying, _levels(summary.form_version_id))._asdict().items():
        setattr(part, name, value)
    part.save(update_fields=PartFigures._fields)
    put_aside_told = {"quarantined": summary.figures.get("quarantined")}
    members = Rating.objects.filter(summarised__summary=summary)
    summary.figures = _figures(summary.form_version_id, list(members)) | put_aside_told
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
