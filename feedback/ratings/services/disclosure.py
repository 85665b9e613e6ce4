"""Letting out what raters said: week by week into cells, comments in shuffled batches (Note [Cells])."""

import datetime as dt
import itertools
import random
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Max, QuerySet
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
    is_self_given,
    latest_week,
    may_leave,
    may_lose,
    part_figures,
    parts_of,
    told_put_aside,
)
from feedback.ratings.rules.forms import Form, form_of
from feedback.ratings.services.judging import masked_again
from feedback.vocabulary import RatingOrigin, RatingState

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('feedback_ratingsummary', 0))"
_LOTS = random.SystemRandom()


class Kind(NamedTuple):
    """What the ratings of a cell have in common: primary keys (a unit may be unknown), the step, by whom they came."""

    unit: int | None
    step: str
    form_version: int
    is_self_given: bool | None


@atomic
def release(*, today: dt.date) -> tuple[int, int]:
    """Tell what may be told by now; return how many ratings and how many comments were added.

    Ratings that were put aside after they were told are taken out as soon as enough of a cell are, and come back as
    soon as enough of those count again. Again the same day it changes nothing, and a day that was missed is made up for
    with the same cells.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    _take_out()
    told = _take_back() + _summarise(until=latest_week(today=today, waits=QUIET))
    _count_put_aside()
    return told, _tell_comments(until=latest_week(today=today, waits=COMMENTS_WAIT))


def _summarise(*, until: dt.date) -> int:
    waiting: dict[Kind, list[Rating]] = defaultdict(list)
    told = 0
    ready = Rating.objects.filter(state=RatingState.COUNTED, week_date__lte=until, summarised=None)
    for rating in _labelled(ready).order_by("week_date"):
        told += sum(_cell(kind, waiting.pop(kind)) for kind in _ripe(waiting, before=rating.week_date))
        waiting[_kind_of(rating)].append(rating)
    return told + sum(_cell(kind, waiting.pop(kind)) for kind in _ripe(waiting, before=dt.date.max))


def _ripe(waiting: dict[Kind, list[Rating]], *, before: dt.date) -> list[Kind]:
    """Return what fills a cell when the weeks before this one are over."""
    return [
        kind for kind, ratings in waiting.items() if len(ratings) >= FEWEST_TOGETHER and ratings[-1].week_date < before
    ]


def _cell(kind: Kind, members: Sequence[Rating], *, told: Collection[str] | None = None) -> int:
    """Tell these as one cell, in the order of their weeks, with these questions if they are settled already."""
    divided = parts_of([(_labels(rating), rating) for rating in members])
    summary = RatingSummary.objects.create(
        unit_id=kind.unit,
        step=kind.step,
        form_version_id=kind.form_version,
        is_self_given=kind.is_self_given,
        first_week_date=members[0].week_date,
        last_week_date=members[-1].week_date,
        figures=_figures(kind.form_version, [ratings for _, ratings in divided], told=told) | {"quarantined": None},
    )
    form = _form(kind.form_version)
    parts = RatingPart.objects.bulk_create(_part(summary, labels, ratings, form) for labels, ratings in divided)
    rows = [
        SummarisedRating(rating=rating, summary=summary, part=part)
        for part, (_, ratings) in zip(parts, divided, strict=True) for rating in ratings
    ]  # fmt: skip
    SummarisedRating.objects.bulk_create(sorted(rows, key=lambda member: member.rating_id))
    return len(members)


def _kind_of(rating: Rating) -> Kind:
    return Kind(rating.unit_id, rating.step, rating.form_version_id, _is_self_given(rating))


def _is_self_given(rating: Rating) -> bool:
    return is_self_given(origin=RatingOrigin(rating.origin), helper_role=rating.helper_role)


def _labelled(ratings: QuerySet[Rating]) -> QuerySet[Rating]:
    return ratings.annotate(dossier_channel=F("link__transaction__channel"))


def _labels(rating: Rating) -> Labels:
    return Labels(
        rating.official_id,
        rating.field_id,
        rating.procedure_id,
        rating.channel,
        rating.dossier_channel,  # type: ignore[attr-defined]  # annotated by _labelled
    )


def _part(summary: RatingSummary, labels: Labels, members: Sequence[Rating], form: Form) -> RatingPart:
    return RatingPart(
        summary=summary,
        official_id=labels.official,
        field_id=labels.field,
        procedure_id=labels.procedure,
        channel=labels.channel or "",
        dossier_channel=labels.dossier_channel or "",
        **_part_figures(members, form)._asdict(),
    )


def _part_figures(members: Sequence[Rating], form: Form) -> PartFigures:
    return part_figures(
        form=form,
        dissatisfied=[rating.is_dissatisfied for rating in members],
        overall=[rating.overall for rating in members],
    )


def _form(form_version: int) -> Form:
    return form_of(RatingFormVersion.objects.get(pk=form_version).content)


def _take_out() -> None:
    """Recount the parts of which enough ratings do not count any more; those that leave are a group from then on."""
    put_aside = SummarisedRating.objects.filter(left=None).exclude(rating__state=RatingState.COUNTED)
    for part in RatingPart.objects.filter(pk__in=put_aside.values("part")).order_by("pk"):
        parts = _told_by_part(part.summary_id)
        leaving, parts[part.pk] = _sorted_out(parts[part.pk])
        told = [row["code"] for row in part.summary.figures["criteria"] if row["counts"] is not None]
        if may_leave(leaving=len(leaving), staying=len(parts[part.pk])) and may_lose(
            leaving=_said([leaving]), staying=_said(parts.values()), told=told
        ):
            _recount(part, leaving, parts, told=told)


def _told_by_part(summary: uuid.UUID) -> dict[int, list[Rating]]:
    """Return the ratings that a cell (primary key) tells, by their part (primary key)."""
    parts: dict[int, list[Rating]] = defaultdict(list)
    members = SummarisedRating.objects.filter(summary=summary, left=None).select_related("rating")
    for member in members.order_by("part", "rating"):
        parts[member.part_id].append(member.rating)
    return parts


def _sorted_out(ratings: Iterable[Rating]) -> tuple[list[Rating], list[Rating]]:
    """Return those that do not count, and those that do."""
    sorted_out: tuple[list[Rating], list[Rating]] = ([], [])
    for rating in ratings:
        sorted_out[rating.state == RatingState.COUNTED].append(rating)
    return sorted_out


def _recount(
    part: RatingPart, leaving: Sequence[Rating], parts: Mapping[int, Sequence[Rating]], *, told: Collection[str]
) -> None:
    """Take ratings out of a part and its cell; those of other parts that may not leave yet are told as before."""
    departures = part.members.aggregate(last=Max("left"))["last"] or 0
    part.members.filter(rating__in=leaving).update(left=departures + 1)
    summary = part.summary
    for name, value in _part_figures(parts[part.pk], _form(summary.form_version_id))._asdict().items():
        setattr(part, name, value)
    part.save(update_fields=PartFigures._fields)
    put_aside_told = {name: summary.figures[name] for name in ("quarantined", "put_aside") if name in summary.figures}
    summary.figures = _figures(summary.form_version_id, parts.values(), told=told) | put_aside_told
    summary.save(update_fields=["figures"])


def _take_back() -> int:
    """Tell those anew who left together and count again, as a cell of their own; return how many they are."""
    groups: dict[tuple[int, int | None], list[Rating]] = defaultdict(list)
    left = _labelled(Rating.objects.filter(summarised__left__gt=0)).select_related("summarised")
    for rating in left.order_by("week_date"):
        groups[rating.summarised.part_id, rating.summarised.left].append(rating)
    told = 0
    for group in groups.values():
        away, again = _sorted_out(group)
        if may_leave(leaving=len(again), staying=len(away)) and (not away or _come_without(again, away)):
            SummarisedRating.objects.filter(rating__in=again).delete()
            told += _cell(_kind_of(again[0]), again, told=())
    return told


def _come_without(again: Sequence[Rating], away: Sequence[Rating]) -> bool:
    """Tell whether some of a group may come back without the others, whatever question either of them answered."""
    asked = {code for rating in (*again, *away) for code in rating.answers}
    return may_lose(leaving=_said([again]), staying=_said([away]), told=asked)


def _count_put_aside() -> None:
    """Tell beside each cell how many left it or were put aside of its weeks, and of those since the cell before.

    One whose cell is not made yet is told with it.
    """
    cells: dict[Kind, list[RatingSummary]] = defaultdict(list)
    for summary in RatingSummary.objects.order_by("last_week_date", "pk"):
        kind = Kind(summary.unit_id, summary.step, summary.form_version_id, summary.is_self_given)
        cells[kind].append(summary)
    never: Counter[uuid.UUID] = Counter()
    for rating in Rating.objects.exclude(state=RatingState.COUNTED).filter(summarised=None).iterator():
        since = (one for one in cells[_kind_of(rating)] if one.last_week_date >= rating.week_date)
        never.update(one.pk for one in itertools.islice(since, 1))
    put_aside = SummarisedRating.objects.filter(left__gt=0).exclude(rating__state=RatingState.COUNTED)
    left = Counter(put_aside.values_list("summary", flat=True))
    for summary in itertools.chain(*cells.values()):
        before = summary.figures.get("put_aside", {})
        now = {"never_told": never[summary.pk], "left": left[summary.pk]}
        told = {name: told_put_aside(before=before.get(name), now=number) for name, number in now.items()}
        if told != before:
            both = sum(filter(None, told.values())) or None
            summary.figures = summary.figures | {"put_aside": told, "quarantined": both}
            summary.save(update_fields=["figures"])


def _figures(
    form_version: int, parts: Iterable[Iterable[Rating]], *, told: Collection[str] | None = None
) -> dict[str, object]:
    criteria = [criterion.code for criterion in _form(form_version).criteria]
    return figures_of(_said(parts), criteria=criteria, told=told)


def _said(parts: Iterable[Iterable[Rating]]) -> list[Said]:
    return [
        Said(rating.normalised, rating.is_dissatisfied, rating.answers, part)
        for part, ratings in enumerate(parts) for rating in ratings
    ]  # fmt: skip


def _tell_comments(*, until: dt.date) -> int:
    """Tell what waited long enough, masked once more: an applicant may be named after his comment came."""
    waiting: dict[tuple[int | None, bool], list[Rating]] = defaultdict(list)
    ready = Rating.objects.filter(state=RatingState.COUNTED, week_date__lte=until, told_comment_row=None)
    with_dossier = ready.annotate(dossier_code=F("link__transaction__dossier_code"))
    for rating in with_dossier.exclude(comment_masked=""):
        waiting[rating.unit_id, _is_self_given(rating)].append(rating)
    batch = [rating for ratings in waiting.values() if len(ratings) >= FEWEST_TOGETHER for rating in ratings]
    _LOTS.shuffle(batch)
    texts = masked_again([
        (rating.comment_masked, rating.dossier_code)  # type: ignore[attr-defined]  # annotated above
        for rating in batch
    ])  # fmt: skip
    RatingComment.objects.bulk_create(
        RatingComment(rating=rating, unit_id=rating.unit_id, text=text)
        for rating, text in zip(batch, texts, strict=True)
    )
    return len(batch)
