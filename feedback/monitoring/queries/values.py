"""Figures, each with everything it takes to check it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial

from django.db.models import Q, QuerySet

from feedback.errors import PeriodsMissing, PeriodUnknown
from feedback.monitoring.metrics.charging import Charged, charged_units
from feedback.monitoring.metrics.counting import Bucket, Counted, Question, counts_of
from feedback.monitoring.metrics.definitions import BY_CODE, DEFINITIONS, Definition
from feedback.monitoring.metrics.published import REST_ON_RATINGS, TOLD_OTHERWISE, published_counts_of
from feedback.monitoring.models import Period, Target
from feedback.monitoring.queries.naming import Names, units_shown
from feedback.monitoring.queries.targets import Reached, reached, targets_by_day
from feedback.monitoring.rules.figures import Interval, exact_share, is_small_group
from feedback.ratings.queries import units_served
from feedback.vocabulary import Basis, Breakdown, Grain, PeriodScheme
from procedures.catalogue.models import Procedure
from procedures.errors import ProcedureUnknown
from procedures.models import Step
from procedures.prepared import Prepared
from units.errors import OfficialUnknown
from units.models import Official, Posting
from units.queries import Carried, carried_over, not_carried, units_near
from units.vocabulary import OrganisationView, Viewer

ONE_DAY = dt.timedelta(days=1)
SCHEME_OF = {Grain.MONTH: PeriodScheme.CALENDAR, Grain.REPORT_MONTH: PeriodScheme.REPORT}
_MONTHS = Prepared(
    "months_of_scheme",
    "SELECT code, lower(days), upper(days) FROM feedback_period WHERE scheme = %(scheme)s AND kind = 'month'"
    " AND days && daterange(%(first)s, %(next)s) ORDER BY days",
    scheme="text", first="date", next="date",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One value with its counts, its days (`to_date` is the last one), its method and the rules and data behind it.

    `value` is None when nothing was there to divide by, and with the counts when `suppressed` (too few people spoke).
    What exclusions did to it is None where they cannot change it. `key` is the code of what a row of a breakdown is
    about, empty for the whole and for what is not known. `basis`: which ratings are counted.
    """

    metric: Definition
    key: str
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
    targets: list[Reached]
    rule_sets: list[str]
    calendar_versions: list[int]
    basis: Basis
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
    unit: str = "", official: str = "", procedure: str = "", by: Breakdown = Breakdown.NONE,
) -> list[Figure]:  # fmt: skip
    """Return one metric for a period's code or for the days `from_date` to `to_date`, whole or cut by month.

    Who does not see small groups (and one of the inspectorate where his own unit is counted) is told of ratings only
    what is told to everybody, in whole cells (Note [Two views]), and of complaints nothing, concluded or not. What lies
    outside the viewer's boundary is unknown. With a breakdown the rows come month by month in the order of their keys;
    by unit as now, what units of then did is told under those that they are shown as.

    Raises PeriodUnknown, PeriodsMissing, UnitUnknown, OfficialUnknown, ProcedureUnknown or DaysDestroyed.
    """
    charged = charged_units(unit_code=unit, viewer=viewer, view=view, today=today)
    sees_small_groups = sees_small_groups and not is_spoken_of(viewer, charged, today=today)
    question = Question(
        buckets=_buckets(period, from_date, to_date, grain),
        charged=charged,
        official=official_asked(official, charged) if official else None,
        procedure=procedure_asked(procedure) if procedure else None,
        tells_pending=sees_small_groups,
        by=by,
        shown_as=partial(units_shown, today=today) if by == Breakdown.UNIT and view == OrganisationView.NOW else None,
    )
    basis = _basis(metric, sees_small_groups=sees_small_groups)
    is_exact = sees_small_groups or metric not in TOLD_OTHERWISE
    counted = (counts_of if is_exact else published_counts_of)(metric, question)
    held = targets_by_day(days=[bucket.next_day - ONE_DAY for bucket in question.buckets], metric=metric)
    names = Names(by, {counts.spot.key for counts in counted}, view=OrganisationView.THEN, today=today)
    table = _Table(BY_CODE[metric], question, sees_small_groups, basis, view, names, held, now)
    rows = [table.row(counts) for counts in counted if by == Breakdown.NONE or counts.denominator or counts.left_out]
    return sorted(rows, key=lambda row: (row.from_date, row.key))


def _basis(metric: str, *, sees_small_groups: bool) -> Basis:
    if metric not in REST_ON_RATINGS:
        return Basis.RECORDS
    return Basis.RECEIVED if sees_small_groups else Basis.PUBLISHED


def units_not_carried(
    *, unit: str, viewer: Viewer, view: OrganisationView, today: dt.date, told: Collection[str] = ()
) -> list[Carried]:
    """Return the units whose records a figure as now leaves out, because they were split: Note [As then, as now].

    With them those of `told`, the units of a breakdown by our code, that stand in it as they were.
    """
    if view == OrganisationView.THEN:
        return []
    charged = charged_units(unit_code=unit, viewer=viewer, view=view, today=today)
    left = [] if charged.everything else not_carried(unit_ids=charged.units, on=today)
    kept = [one for one in carried_over(codes=told, on=today).values() if not one.is_carried] if told else []
    return list({one.was.code: one for one in (*left, *kept)}.values())


def is_spoken_of(viewer: Viewer, charged: Charged, *, today: dt.date) -> bool:
    """Tell whether a unit of a viewer's line, now or when he served there, is among those counted: Note [The line].

    So is one that he served, also where he only stood in and the register never posted him.
    """
    own = units_near(viewer=viewer, today=today) | units_served(official=viewer.official)
    return bool(own) and (charged.everything or not own.isdisjoint(charged.units))


@dataclass(frozen=True)
class _Table:
    """What all rows of an answer share."""

    metric: Definition
    question: Question
    sees_small_groups: bool
    basis: Basis
    view: OrganisationView
    names: Names
    targets: Mapping[dt.date, list[Target]]
    now: dt.datetime

    def row(self, counts: Counted) -> Figure:
        """Write one row; what too few people said is left out."""
        bucket, key = self.question.buckets[counts.spot.place - 1], counts.spot.key
        hidden = counts.speakers is not None and is_small_group(counts.speakers) and not self.sees_small_groups
        return Figure(
            metric=self.metric,
            key=self.names.code_of(key),
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
            targets=self._reached(counts, bucket, hidden=hidden),
            rule_sets=_rule_sets(self.metric, bucket),
            calendar_versions=sorted(counts.calendars),
            basis=self.basis,
            organisation=self.view,
            as_of=self.now,
        )

    def _reached(self, counts: Counted, bucket: Bucket, *, hidden: bool) -> list[Reached]:
        by, unit, key = self.question.by, self.question.charged.unit, counts.spot.key
        return reached(
            targets=self.targets[bucket.next_day - ONE_DAY], metric=self.metric.code,
            value=None if hidden else exact_share(counts.numerator, counts.denominator),
            interval=None if hidden else counts.interval, too_few=counts.too_few,
            unit=_key_of(key) if by == Breakdown.UNIT else (unit.pk if unit else None),
            field=_key_of(key) if by == Breakdown.FIELD else None,
        )  # fmt: skip


def _key_of(key: str) -> int | None:
    return int(key) if key else None


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
    return list(_months(whole.first_day, whole.next_day, scheme))


@lru_cache(maxsize=1000)
def _months(first_day: dt.date, next_day: dt.date, scheme: PeriodScheme) -> tuple[Bucket, ...]:
    """Return the months that cover these days whole; kept, because a period never changes and no other overlaps it."""
    months = _MONTHS.rows({"scheme": scheme.value, "first": first_day, "next": next_day})
    cut = tuple(Bucket(code, max(first, first_day), min(after, next_day)) for code, first, after in months)
    if sum((bucket.next_day - bucket.first_day).days for bucket in cut) != (next_day - first_day).days:
        raise PeriodsMissing(scheme)
    return cut


def official_asked(code: str, charged: Charged) -> int:
    """Return the primary key of an official who was posted among the charged units, or did a step for one of them.

    Raises OfficialUnknown.
    """
    official = Official.objects.filter(code=code).first()
    if official is None:
        raise OfficialUnknown(code)
    if not charged.everything:
        of_him = Posting.objects.filter(official=official)
        posted = of_him.filter(Q(serving_unit__in=charged.units) | Q(home_unit__in=charged.units))
        if not posted.exists() and not Step.objects.filter(official=official, unit__in=charged.units).exists():
            raise OfficialUnknown(code)
    return official.pk


def procedure_asked(code: str) -> int:
    """Return the primary key of a procedure; raises ProcedureUnknown."""
    procedure = Procedure.objects.filter(code=code).first()
    if procedure is None:
        raise ProcedureUnknown(code)
    return procedure.pk
