"""The figures of ratings: who could answer, who did, and what they said; whole or broken down."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from feedback.monitoring.metrics.charging import Charged, charged_units
from feedback.monitoring.metrics.definitions import BY_CODE, Definition
from feedback.monitoring.metrics.halves import require_whole_halves
from feedback.monitoring.metrics.ratings import Ground, Narrowing, Occasions, Place, Tally, given, occasions, told
from feedback.monitoring.metrics.survey import MEASURES
from feedback.monitoring.models import Target
from feedback.monitoring.queries.naming import Names
from feedback.monitoring.queries.targets import Reached, reached, targets_on
from feedback.monitoring.queries.values import ONE_DAY, days_asked, is_spoken_of, official_asked, procedure_asked
from feedback.monitoring.rules.figures import Interval, exact_share
from feedback.vocabulary import Basis, RatingBreakdown
from procedures.catalogue.models import Field
from procedures.errors import FieldUnknown
from units.vocabulary import OrganisationView, Viewer

Count = TypeVar("Count")


@dataclass(frozen=True)
class Asked:
    """A question about ratings: a period's code or two days; codes, empty where nothing is narrowed."""

    period: str = ""
    from_date: dt.date | None = None
    to_date: dt.date | None = None
    view: OrganisationView = OrganisationView.THEN
    by: RatingBreakdown = RatingBreakdown.NONE
    unit: str = ""
    official: str = ""
    procedure: str = ""
    field: str = ""
    channel: str = ""
    step: str = ""


@dataclass(frozen=True)
class Measure:
    """One named metric of the survey method; nothing in it is known of a group too small to be told."""

    metric: Definition
    numerator: Decimal | None
    denominator: int | None
    value: Decimal | None
    interval: Interval | None
    too_few: bool
    targets: list[Reached]


@dataclass(frozen=True)
class RatingFigure:
    """One row: `key` is the code of what it is about, empty for the whole and for what is not known or not told.

    `eligible` steps could be rated and for `invited` of them a right was issued, both by the day of the step; None
    where the breakdown does not touch them. What was `answered` is `valid`, `quarantined` or confirmed as not a
    citizen's (`excluded`); the last two are None on the basis of what is published.
    """

    key: str
    from_date: dt.date
    to_date: dt.date
    eligible: int | None
    invited: int | None
    answered: int | None
    valid: int | None
    quarantined: int | None
    excluded: int | None
    measures: list[Measure]
    suppressed: bool
    basis: Basis
    organisation: str
    as_of: dt.datetime


def rating_figures(
    *, asked: Asked, viewer: Viewer, sees_small_groups: bool, now: dt.datetime, today: dt.date
) -> list[RatingFigure]:
    """Return the rows of a question in the order of their keys; a question that is not broken down has one.

    Who does not see small groups is told what is told to everybody, in whole cells (Note [Two views]). Raises
    PeriodUnknown, UnitUnknown, OfficialUnknown, ProcedureUnknown, FieldUnknown or DaysDestroyed.
    """
    charged = charged_units(unit_code=asked.unit, viewer=viewer, view=asked.view, today=today)
    first_day, next_day = days_asked(asked.period, asked.from_date, asked.to_date)
    ground = Ground(charged, first_day, next_day, _narrowing(asked, charged))
    is_exact = sees_small_groups and not is_spoken_of(viewer, charged, today=today)
    if is_exact:
        require_whole_halves({first_day, next_day})
    said = (given if is_exact else told)(by=asked.by, ground=ground)
    has_occasions = asked.by != RatingBreakdown.CHANNEL and not asked.channel
    could = occasions(by=asked.by, ground=ground) if has_occasions else {}
    names = Names(asked.by, {place.key for place in (*said, *could)}, view=asked.view, today=today)
    spoken, rateable = _by_code(asked.by, said, names), _by_code(asked.by, could, names)
    keys = {*spoken, *rateable} or ({""} if asked.by == RatingBreakdown.NONE else set())
    held = targets_on(days={_days_of(key, asked, ground)[1] - ONE_DAY for key in keys})
    table = _Table(asked, ground, is_exact, names, now, held)
    rows = []
    for key in sorted(keys):
        tally = sum(spoken[key], Tally()) if key in spoken else None
        rows.append(table.row(key, tally, _together(rateable.get(key, [])) if has_occasions else None))
    return rows


def _narrowing(asked: Asked, charged: Charged) -> Narrowing:
    return Narrowing(
        official=official_asked(asked.official, charged) if asked.official else None,
        procedure=procedure_asked(asked.procedure) if asked.procedure else None,
        field=_field(asked.field) if asked.field else None,
        channel=asked.channel or None,
        step=asked.step or None,
    )


def _field(code: str) -> int:
    field = Field.objects.filter(code=code).first()
    if field is None:
        raise FieldUnknown(code)
    return field.pk


def _by_code(by: RatingBreakdown, counts: Mapping[Place, Count], names: Names) -> dict[str, list[Count]]:
    """Gather counts under what is told of where they belong."""
    gathered: dict[str, list[Count]] = defaultdict(list)
    for place, count in counts.items():
        key = f"{place.day:%Y-M%m}" if by == RatingBreakdown.MONTH else names.code_of(place.key)
        gathered[key].append(count)
    return dict(gathered)


def _together(counted: list[Occasions]) -> Occasions:
    return Occasions(sum(one.eligible for one in counted), sum(one.invited for one in counted))


def _days_of(key: str, asked: Asked, ground: Ground) -> tuple[dt.date, dt.date]:
    """Return the first day of a row and the day after its last: a month's own, where rows are months."""
    if asked.by != RatingBreakdown.MONTH:
        return ground.first_day, ground.next_day
    month = dt.date.fromisoformat(f"{key.replace('-M', '-')}-01")
    after = (month + dt.timedelta(days=31)).replace(day=1)
    return max(month, ground.first_day), min(after, ground.next_day)


@dataclass(frozen=True)
class _Table:
    """What all rows of an answer share."""

    asked: Asked
    ground: Ground
    is_exact: bool
    names: Names
    now: dt.datetime
    targets: Mapping[dt.date, list[Target]]

    def row(self, key: str, tally: Tally | None, could: Occasions | None) -> RatingFigure:
        """Write one row; without a tally below the inspectorate nothing is said of answers."""
        spoken = tally or Tally(quarantined=0, excluded=0) if self.is_exact else tally
        first_day, next_day = _days_of(key, self.asked, self.ground)
        return RatingFigure(
            key=key,
            from_date=first_day,
            to_date=next_day - ONE_DAY,
            eligible=could.eligible if could else None,
            invited=could.invited if could else None,
            answered=spoken.answered if spoken else None,
            valid=spoken.valid if spoken else None,
            quarantined=spoken.quarantined if spoken else None,
            excluded=spoken.excluded if spoken else None,
            measures=[self._measure(metric, key, spoken, next_day - ONE_DAY) for metric in MEASURES],
            suppressed=spoken is None,
            basis=Basis.RECEIVED if self.is_exact else Basis.PUBLISHED,
            organisation=self.asked.view,
            as_of=self.now,
        )

    def _measure(self, metric: str, key: str, tally: Tally | None, last_day: dt.date) -> Measure:
        known = None if tally is None else MEASURES[metric](tally)
        value, interval, too_few = (known.value, known.interval, known.too_few) if known else (None, None, False)
        exact = exact_share(known.numerator, known.denominator) if known else None
        held = reached(
            targets=self.targets[last_day], metric=metric, value=exact, interval=interval, too_few=too_few,
            unit=self._place(key, "unit"), field=self._place(key, "field"),
        )  # fmt: skip
        if known is None:
            return Measure(BY_CODE[metric], None, None, None, None, too_few, held)
        return Measure(BY_CODE[metric], known.numerator, known.denominator, value, interval, too_few, held)

    def _place(self, key: str, name: str) -> int | None:
        """Return the unit or the field that a row is about."""
        if self.asked.by == name:
            return self.names.id_of(key)
        unit = self.ground.charged.unit
        return self.ground.only.field if name == "field" else (unit.pk if unit else None)
