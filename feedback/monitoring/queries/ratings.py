"""The figures of ratings: who could answer, who did, and what they said; whole or broken down."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from feedback.monitoring.metrics.charging import Charged, charged_units
from feedback.monitoring.metrics.definitions import BY_CODE, Definition
from feedback.monitoring.metrics.ratings import (
    Ground,
    Narrowing,
    Occasions,
    Place,
    occasions,
)
from feedback.monitoring.models import Target
from feedback.monitoring.queries.cells import ONE_DAY, coarse, day_after, exact
from feedback.monitoring.queries.targets import Reached, reached, targets_on
from feedback.monitoring.queries.values import days_asked, is_spoken_of, official_asked, procedure_asked
from feedback.monitoring.rules.cells import Block, Tally
from feedback.monitoring.rules.figures import FEWEST_ANSWERS, Interval, share, wilson
from feedback.vocabulary import RatingBreakdown, UnitsView
from procedures.catalogue.models import Field, Procedure
from procedures.errors import FieldUnknown
from units.models import Official, Unit
from units.queries import present_units
from units.vocabulary import Viewer

SHARE, MEAN = "satisfaction_survey_share", "satisfaction_survey_mean"


@dataclass(frozen=True)
class Asked:
    """A question about ratings: a period's code or two days; codes, empty where nothing is narrowed."""

    period: str = ""
    from_date: dt.date | None = None
    to_date: dt.date | None = None
    view: UnitsView = UnitsView.AS_THEN
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
    """One row: `key` is the code of what it is about, empty for the whole and for what is not known.

    `eligible` steps could be rated and for `invited` of them a right was issued, both by the day of the step; None
    where the breakdown does not touch them. What was `answered`, by the day of the answer, is `valid`, `quarantined` or
    confirmed as not a citizen's (`excluded`). `is_coarse`: told in cells of five only (Note [Cells of five]).
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
    is_coarse: bool
    units_as: str
    as_of: dt.datetime


def rating_figures(
    *, asked: Asked, viewer: Viewer, sees_small_groups: bool, now: dt.datetime, today: dt.date
) -> list[RatingFigure]:
    """Return the rows of a question in the order of their keys; a question that is not broken down has one.

    Who does not see small groups is told in cells of five, of months that are over, and narrows by one thing at most.
    Raises PeriodUnknown, UnitUnknown, OfficialUnknown, ProcedureUnknown, FieldUnknown or NarrowedTwice.
    """
    charged = charged_units(unit_code=asked.unit, viewer=viewer, view=asked.view, today=today)
    first_day, next_day = days_asked(asked.period, asked.from_date, asked.to_date)
    ground = Ground(charged, first_day, next_day, _narrowing(asked, charged))
    is_coarse = not sees_small_groups or is_spoken_of(viewer, charged)
    heirs = _Heirs(asked.view, today)
    said = (coarse if is_coarse else exact)(asked.by, ground, today)
    spoken: dict[str, Tally] = defaultdict(Tally)
    for place, tally in said:
        spoken[_key(asked.by, place, heirs)] += tally
    could: dict[str, Occasions] = defaultdict(Occasions)
    for place, counted in occasions(by=asked.by, ground=ground).items():
        key = _key(asked.by, place, heirs)
        could[key] = Occasions(could[key].eligible + counted.eligible, could[key].invited + counted.invited)
    has_occasions = asked.by != RatingBreakdown.CHANNEL and not asked.channel
    keys = {*spoken, *(could if has_occasions else ())} or ({""} if asked.by == RatingBreakdown.NONE else set())
    codes = _codes(asked.by, keys)
    table = _Table(asked, ground, is_coarse, now, targets_on(day=next_day - ONE_DAY))
    rows = [
        table.row(key, codes[key], spoken.get(key), could.get(key, Occasions()) if has_occasions else None)
        for key in keys
    ]
    return sorted(rows, key=lambda row: row.key)


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


class _Heirs:
    """Under which unit a unit is shown: itself, or as now the one that does its work, if it is one."""

    def __init__(self, view: UnitsView, today: dt.date) -> None:
        self.view, self.today = view, today
        self.known: dict[int, int] = {}

    def of(self, unit: int) -> int:
        if self.view == UnitsView.AS_THEN:
            return unit
        if unit not in self.known:
            heirs = present_units(unit_ids=[unit], on=self.today)[unit]
            self.known[unit] = heirs[0] if len(heirs) == 1 else unit
        return self.known[unit]


def _key(by: RatingBreakdown, place: Place, heirs: _Heirs) -> str:
    match by:
        case RatingBreakdown.UNIT:
            return "" if place.unit is None else str(heirs.of(place.unit))
        case RatingBreakdown.MONTH:
            return f"{place.month:%Y-M%m}"
        case RatingBreakdown.NONE:
            return ""
        case _:
            return place.key


_TABLES = {
    RatingBreakdown.UNIT: Unit,
    RatingBreakdown.OFFICIAL: Official,
    RatingBreakdown.PROCEDURE: Procedure,
    RatingBreakdown.FIELD: Field,
}


def _codes(by: RatingBreakdown, keys: set[str]) -> Mapping[str, str]:
    """Map keys to what is told of them: codes instead of primary keys."""
    if by not in _TABLES:
        return {key: key for key in keys}
    rows = _TABLES[by].objects.filter(pk__in=[int(key) for key in keys if key])  # type: ignore[attr-defined]
    return {"": "", **{str(pk): code for pk, code in rows.values_list("pk", "code")}}


@dataclass(frozen=True)
class _Table:
    """What all rows of an answer share."""

    asked: Asked
    ground: Ground
    is_coarse: bool
    now: dt.datetime
    targets: list[Target]

    def row(self, key: str, code: str, tally: Tally | None, could: Occasions | None) -> RatingFigure:
        """Write one row; without a tally below the inspectorate nothing is said of answers."""
        told = tally if self.is_coarse else tally or Tally()
        first_day, next_day = self._days(key)
        return RatingFigure(
            key=code,
            from_date=first_day,
            to_date=next_day - ONE_DAY,
            eligible=could.eligible if could else None,
            invited=could.invited if could else None,
            answered=told.valid + told.quarantined + told.excluded if told else None,
            valid=told.valid if told else None,
            quarantined=told.quarantined if told else None,
            excluded=told.excluded if told else None,
            measures=[self._share(key, told), self._mean(key, told)],
            suppressed=told is None,
            is_coarse=self.is_coarse,
            units_as=self.asked.view,
            as_of=self.now,
        )

    def _days(self, key: str) -> tuple[dt.date, dt.date]:
        first_day, next_day = self.ground.first_day, self.ground.next_day
        if self.asked.by != RatingBreakdown.MONTH:
            return first_day, next_day
        month = dt.datetime.strptime(f"{key}-01+0000", "%Y-M%m-%d%z").date()
        return max(month, first_day), min(day_after(Block(month, month)), next_day)

    def _share(self, key: str, told: Tally | None) -> Measure:
        answered = told.five_level if told else None
        value = share(told.satisfied, told.five_level) if told else None
        interval = wilson(told.satisfied, told.five_level) if told else None
        satisfied = Decimal(told.satisfied) if told else None
        return self._measure(SHARE, key, satisfied, answered, value, interval, told)

    def _mean(self, key: str, told: Tally | None) -> Measure:
        points = told.points if told else None
        value = share(told.points, told.five_level * 5) if told else None
        return self._measure(MEAN, key, points, told.five_level * 5 if told else None, value, None, told)

    def _measure(
        self, metric: str, key: str, numerator: Decimal | None, denominator: int | None, value: Decimal | None,
        interval: Interval | None, told: Tally | None,
    ) -> Measure:  # fmt: skip
        held = reached(
            targets=self.targets, metric=metric, value=value, interval=interval, unit=self._place(key, "unit"),
            field=self._place(key, "field"),
        )  # fmt: skip
        too_few = told is not None and told.five_level < FEWEST_ANSWERS
        return Measure(BY_CODE[metric], numerator, denominator, value, interval, too_few, held)

    def _place(self, key: str, name: str) -> int | None:
        """Return the unit or the field that a row is about."""
        if self.asked.by == name:
            return int(key) if key else None
        unit = self.ground.charged.unit
        return self.ground.only.field if name == "field" else (unit.pk if unit else None)
