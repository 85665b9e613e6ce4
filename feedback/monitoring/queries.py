"""Figures, each with everything it takes to check it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from feedback.errors import PeriodsMissing, PeriodUnknown
from feedback.monitoring.metrics.charging import Charged, charged_units
from feedback.monitoring.metrics.counting import Bucket, Counted, Question, counts_of
from feedback.monitoring.metrics.definitions import BY_CODE, DEFINITIONS, Definition
from feedback.monitoring.models import Period
from feedback.monitoring.rules.figures import Interval, is_small_group
from feedback.vocabulary import Grain, PeriodKind, PeriodScheme
from procedures.catalogue.models import Procedure
from procedures.errors import ProcedureUnknown
from units.errors import OfficialUnknown
from units.models import Official, Posting
from units.queries import Carried, not_carried
from units.vocabulary import OrganisationView, Viewer

ONE_DAY = dt.timedelta(days=1)
SCHEME_OF = {Grain.MONTH: PeriodScheme.CALENDAR, Grain.REPORT_MONTH: PeriodScheme.REPORT}


@dataclass(frozen=True)
class Figure:
    """One value with its counts, its days (`to_date` is the last one), its method and the rules and data behind it.

    `value` is None when nothing was there to divide by, and with the counts when `suppressed` (too few people spoke).
    What exclusions did to it is None where they cannot change it.
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
    excluded: int | None
    changed_by_exclusions: int | None
    value_without_exclusions: Decimal | None
    rule_sets: list[str]
    calendar_versions: list[int]
    organisation: str
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
    grain: Grain = Grain.NONE, view: OrganisationView = OrganisationView.THEN,
    unit: str = "", official: str = "", procedure: str = "",
) -> list[Figure]:  # fmt: skip
    """Return one metric for a period's code or for the days `from_date` to `to_date`, whole or cut by month.

    Small groups, and complaints not concluded yet, stay hidden from one of the inspectorate too where his own unit is
    counted. What lies outside the viewer's boundary is unknown.

    Raises PeriodUnknown, PeriodsMissing, UnitUnknown, OfficialUnknown or ProcedureUnknown.
    """
    charged = charged_units(unit_code=unit, viewer=viewer, view=view, today=today)
    sees_small_groups = sees_small_groups and not _is_spoken_of(viewer, charged)
    question = Question(
        buckets=_buckets(period, from_date, to_date, grain),
        charged=charged,
        official=_official(official, charged) if official else None,
        procedure=_procedure(procedure) if procedure else None,
        tells_pending=sees_small_groups,
    )
    counted = counts_of(metric, question)
    return [
        _figure(BY_CODE[metric], bucket, counts, sees_small_groups=sees_small_groups, view=view, now=now)
        for bucket, counts in zip(question.buckets, counted, strict=True)
    ]


def units_not_carried(*, unit: str, viewer: Viewer, view: OrganisationView, today: dt.date) -> list[Carried]:
    """Return the units whose records a figure as now leaves out, because they were split: Note [As then, as now]."""
    if view == OrganisationView.THEN:
        return []
    charged = charged_units(unit_code=unit, viewer=viewer, view=view, today=today)
    return [] if charged.everything else not_carried(unit_ids=charged.units, on=today)


def _is_spoken_of(viewer: Viewer, charged: Charged) -> bool:
    """Tell whether a viewer's own unit, or one he ever served in, is among those counted."""
    own = {viewer.boundary} - {None}
    if viewer.official is not None:
        posted = Posting.objects.filter(official=viewer.official).values_list("home_unit_id", "serving_unit_id")
        own |= {unit for row in posted for unit in row}
    return bool(own) and (charged.everything or not own.isdisjoint(charged.units))


def _figure(
    metric: Definition, bucket: Bucket, counts: Counted, *, sees_small_groups: bool, view: str, now: dt.datetime
) -> Figure:
    hidden = counts.speakers is not None and is_small_group(counts.speakers) and not sees_small_groups
    return Figure(
        metric=metric,
        period=bucket.code,
        from_date=bucket.first_day,
        to_date=bucket.next_day - ONE_DAY,
        numerator=None if hidden else Decimal(counts.numerator),
        denominator=None if hidden else Decimal(counts.denominator),
        value=None if hidden else counts.value,
        left_out=None if hidden else counts.left_out,
        interval=None if hidden else counts.interval,
        too_few=counts.too_few,
        suppressed=hidden,
        excluded=counts.excluded.records if counts.excluded else None,
        changed_by_exclusions=counts.excluded.changed if counts.excluded else None,
        value_without_exclusions=counts.excluded.value_without if counts.excluded else None,
        rule_sets=_rule_sets(metric, bucket),
        calendar_versions=sorted(counts.calendars),
        organisation=view,
        as_of=now,
    )


def _rule_sets(metric: Definition, bucket: Bucket) -> list[str]:
    return [
        rule_set.code
        for rule_set in metric.rule_sets
        if (rule_set.valid_from is None or rule_set.valid_from < bucket.next_day)
        and (rule_set.valid_until is None or rule_set.valid_until > bucket.first_day)
    ]


def _buckets(code: str, from_date: dt.date | None, to_date: dt.date | None, grain: Grain) -> list[Bucket]:
    if from_date and to_date:
        whole = Bucket("", from_date, to_date + ONE_DAY)
    else:
        row = period_with_code(code=code)
        whole = Bucket(row.code, row.first_day, row.next_day)
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


def _official(code: str, charged: Charged) -> int:
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


def _procedure(code: str) -> int:
    procedure = Procedure.objects.filter(code=code).first()
    if procedure is None:
        raise ProcedureUnknown(code)
    return procedure.pk
