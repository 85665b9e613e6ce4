"""Which years are over for good: published, and nobody can object any more."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Max

from feedback.assessments.models import AssessmentRun, Publication
from feedback.ratings.rules.links import objections_end
from feedback.vocabulary import PeriodKind, RunState


class ClosedYear(NamedTuple):
    """Days of a published year whose objections are over, `[first_day, next_day)`, and its period's code."""

    code: str
    first_day: dt.date
    next_day: dt.date


def closed_years(*, days: int, now: dt.datetime) -> list[ClosedYear]:
    """Return what was counted for the years whose newest publication is so many days old, the earliest first.

    Left out is one that shares days with a published year (of the other scheme of periods) that is not over yet.
    """
    of_years = Publication.objects.filter(run__period__kind=PeriodKind.YEAR)
    newest = of_years.values("run__period").annotate(at=Max("published_at"))
    over = {row["run__period"]: objections_end(published_at=row["at"], days=days) <= now for row in newest}
    runs = AssessmentRun.objects.filter(period__in=over, state=RunState.PUBLISHED).select_related("period")
    years = {(ClosedYear(run.period.code, run.counted_from, run.counted_until), over[run.period_id]) for run in runs}
    waiting = [year for year, is_over in years if not is_over]
    return sorted(year for year, is_over in years if is_over and not any(_share_days(year, other) for other in waiting))


def _share_days(one: ClosedYear, other: ClosedYear) -> bool:
    return one.first_day < other.next_day and other.first_day < one.next_day
