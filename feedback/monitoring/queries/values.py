"""Figures, each with everything it takes to check it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from feedback.errors import PeriodsMissing, PeriodUnknown
from feedback.monitoring.metrics.charging import Charged, charged_units
from feedback.monitoring.metrics.counting import Bucket, Counted, Question, counts_of
from feedback.monitoring.metrics.definitions import BY_CODE, DEFINITIONS, Definition
from feedback.monitoring.metrics.ratings import Ground, Narrowing
from feedback.monitoring.models import Period, Target
from feedback.monitoring.queries.cells import ONE_DAY, coarse
from feedback.monitoring.queries.targets import Reached, reached, targets_by_day
from feedback.monitoring.rules.cells import Tally, added_up
from feedback.monitoring.rules.figures import FEWEST_ANSWERS, Interval, is_small_group, share, wilson
from feedback.vocabulary import Grain, PeriodKind, PeriodScheme, RatingBreakdown, UnitsView
from procedures.catalogue.models import Procedure
from procedures.errors import ProcedureUnknown
from units.errors import OfficialUnknown
from units.models import Official, Posting
from units.vocabulary import Viewer

SCHEME_OF = {Grain.MONTH: PeriodScheme.CALENDAR, Grain.REPORT_MONTH: PeriodScheme.REPORT}


@dataclass(frozen=True)
class Figure:
    """One value with its counts, its days (`to_date` is the last one), its method and the rules and data behind it.

    `value` is None when nothing was there to divide by, and with the counts when `suppressed` (too few people spoke).
    """

    metric: Definition
    period: str
    from_date: dt.date
    to_date: dt.date
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    left_out: int | None
    interval: Interval | None
    too_few: bool
    suppressed: bool
    targets: list[Reached]
    rule_sets: list[str]
    calendar_versions: list[int]
    units_as: str
    as_of: dt.datetime


def metric_definitions() -> Sequence[Definition]:
    """Return what every figure means."""
    return DEFINITIONS


def periods() -> QuerySet[Period]:
    """Return every period."""
    return Period.objects.all()


def period_with_code(*, code: str) -> Period:
    """Find a period; raises PeriodUnknown."""
    try:
        return Period.objects.get(code=code)
    except Period.DoesNotExist as error:
        raise PeriodUnknown(code) from error


def metric_values(
    *, metric: str, viewer: Viewer, sees_small_groups: bool, now: dt.datetime, today: dt.date,
    period: str = "", from_date: dt.date | None = None, to_date: dt.date | None = None,
    grain: Grain = Grain.NONE, view: UnitsView = UnitsView.AS_THEN,
    unit: str = "", official: str = "", procedure: str = "",
) -> list[Figure]:  # fmt: skip
    """Return one metric for a period's code or for the days `from_date` to `to_date`, whole or cut by month.

    Small groups, and complaints not concluded yet, stay hidden from one of the inspectorate too where his own unit is
    counted. What lies outside the viewer's boundary is unknown.

    Raises PeriodUnknown, PeriodsMissing, UnitUnknown, OfficialUnknown, ProcedureUnknown or NarrowedTwice.
    """
    charged = charged_units(unit_code=unit, viewer=viewer, view=view, today=today)
    sees_small_groups = sees_small_groups and not is_spoken_of(viewer, charged)
    question = Question(
        buckets=_buckets(period, from_date, to_date, grain),
        charged=charged,
        official=official_asked(official, charged) if official else None,
        procedure=procedure_asked(procedure) if procedure else None,
        tells_pending=sees_small_groups,
    )
    if metric in COARSE and not sees_small_groups:
        counted = [_in_cells(metric, bucket, question, today) for bucket in question.buckets]
    else:
        counted = counts_of(metric, question)
    unit_id = charged.unit.pk if charged.unit else None
    held = targets_by_day(days=[bucket.next_day - ONE_DAY for bucket in question.buckets])
    return [
        _figure(
            BY_CODE[metric],
            bucket,
            counts,
            sees_small_groups=sees_small_groups,
            view=view,
            unit=unit_id,
            now=now,
            targets=held[bucket.next_day - ONE_DAY],
        )
        for bucket, counts in zip(question.buckets, counted, strict=True)
    ]


def _in_cells(metric: str, bucket: Bucket, question: Question, today: dt.date) -> Counted:
    """Count ratings in cells of five (Note [Cells of five]); what is in none is as if nobody had spoken."""
    only = Narrowing(official=question.official, procedure=question.procedure)
    ground = Ground(question.charged, bucket.first_day, bucket.next_day, only)
    told = added_up([tally for _, tally in coarse(RatingBreakdown.NONE, ground, today)])
    left_out, too_few = told.other_scale + told.quarantined + told.excluded, told.five_level < FEWEST_ANSWERS
    return COARSE[metric](told, left_out, too_few)


def _mean(told: Tally, left_out: int, too_few: bool) -> Counted:  # noqa: FBT001 - called by _in_cells only
    value = share(told.points, told.five_level * 5)
    return Counted(told.points, told.five_level * 5, value, left_out, (), told.five_level, too_few=too_few)


def _share(told: Tally, left_out: int, too_few: bool) -> Counted:  # noqa: FBT001 - called by _in_cells only
    value, interval = share(told.satisfied, told.five_level), wilson(told.satisfied, told.five_level)
    return Counted(told.satisfied, told.five_level, value, left_out, (), told.five_level, interval, too_few)


COARSE: Mapping[str, Callable[[Tally, int, bool], Counted]] = {
    "satisfaction_survey_mean": _mean, "satisfaction_survey_share": _share,
}  # fmt: skip
"""The metrics that rest on ratings alone, counted below the inspectorate as the figures of ratings are."""


def is_spoken_of(viewer: Viewer, charged: Charged) -> bool:
    """Tell whether a viewer's own unit, or one he ever served in, is among those counted."""
    own = {viewer.boundary} - {None}
    if viewer.official is not None:
        posted = Posting.objects.filter(official=viewer.official).values_list("home_unit_id", "serving_unit_id")
        own |= {unit for row in posted for unit in row}
    return bool(own) and (charged.everything or not own.isdisjoint(charged.units))


def _figure(
    metric: Definition, bucket: Bucket, counts: Counted, *, sees_small_groups: bool, view: str, unit: int | None,
    now: dt.datetime, targets: list[Target],
) -> Figure:  # fmt: skip
    hidden = counts.speakers is not None and is_small_group(counts.speakers) and not sees_small_groups
    value, interval = (None, None) if hidden else (counts.value, counts.interval)
    return Figure(
        metric=metric,
        period=bucket.code,
        from_date=bucket.first_day,
        to_date=bucket.next_day - ONE_DAY,
        numerator=None if hidden else Decimal(counts.numerator),
        denominator=None if hidden else Decimal(counts.denominator),
        value=value,
        left_out=None if hidden else counts.left_out,
        interval=interval,
        too_few=counts.too_few,
        suppressed=hidden,
        targets=reached(
            targets=targets,
            metric=metric.code,
            value=value,
            interval=interval,
            unit=unit,
            field=None,
        ),
        rule_sets=_rule_sets(metric, bucket),
        calendar_versions=sorted(counts.calendars),
        units_as=view,
        as_of=now,
    )


def _rule_sets(metric: Definition, bucket: Bucket) -> list[str]:
    return [
        rule_set.code
        for rule_set in metric.rule_sets
        if (rule_set.valid_from is None or rule_set.valid_from < bucket.next_day)
        and (rule_set.valid_until is None or rule_set.valid_until > bucket.first_day)
    ]


def days_asked(code: str, from_date: dt.date | None, to_date: dt.date | None) -> tuple[dt.date, dt.date]:
    """Return the first day and the day after the last, of two days or of a period; raises PeriodUnknown."""
    if from_date and to_date:
        return from_date, to_date + ONE_DAY
    row = period_with_code(code=code)
    return row.first_day, row.next_day


def _buckets(code: str, from_date: dt.date | None, to_date: dt.date | None, grain: Grain) -> list[Bucket]:
    whole = Bucket(code, *days_asked(code, from_date, to_date))
    return [whole] if grain == Grain.NONE else _cut(whole, SCHEME_OF[grain])


def _cut(whole: Bucket, scheme: PeriodScheme) -> list[Bucket]:
    months = Period.objects.filter(
        scheme=scheme, kind=PeriodKind.MONTH, days__overlap=(whole.first_day, whole.next_day)
    ).order_by("days")
    cut = [
        Bucket(month.code, max(month.first_day, whole.first_day), min(month.next_day, whole.next_day))
        for month in months
    ]
    if sum((bucket.next_day - bucket.first_day).days for bucket in cut) != (whole.next_day - whole.first_day).days:
        raise PeriodsMissing(scheme)
    return cut


def official_asked(code: str, charged: Charged) -> int:
    """Return the primary key of an official who was posted among the charged units; raises OfficialUnknown."""
    official = Official.objects.filter(code=code).first()
    if official is None:
        raise OfficialUnknown(code)
    if not charged.everything:
        posted = Posting.objects.filter(official=official, serving_unit__in=charged.units) | Posting.objects.filter(
            official=official, home_unit__in=charged.units
        )
        if not posted.exists():
            raise OfficialUnknown(code)
    return official.pk


def procedure_asked(code: str) -> int:
    """Return the primary key of a procedure; raises ProcedureUnknown."""
    procedure = Procedure.objects.filter(code=code).first()
    if procedure is None:
        raise ProcedureUnknown(code)
    return procedure.pk
