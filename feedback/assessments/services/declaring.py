"""Declarations: what no transaction tells of a unit."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from feedback.assessments.models import UnitDeclaration
from feedback.assessments.queries.declarations import declarations
from feedback.assessments.rules.choice import require_scoring
from feedback.errors import DeclarationOfOwnUnit, LevelNotOfUnit, RunNeedsWholeProvince
from feedback.monitoring.queries import period_with_code
from feedback.vocabulary import OneStopLevel
from procedures.calendar.rules.working_days import local
from units.models import Unit
from units.queries import unit_with_code, units_near, version_told_on
from units.vocabulary import UnitKind, Viewer


@dataclass(frozen=True)
class DeclaredFacts:
    """What a declaration says, as UnitDeclaration keeps it."""

    one_stop: Mapping[str, Any] | None
    publication: Mapping[str, Any] | None
    evidence: str


def declare(
    *, unit: str, period: str, facts: DeclaredFacts, by: str, viewer: Viewer, now: dt.datetime,
    confirm: Callable[[int], None],
) -> tuple[UnitDeclaration, bool]:  # fmt: skip
    """Say how a unit organised and published its procedures, and tell whether it is the first time.

    What was declared already changes nothing. `confirm` is called with the number of the declaration that would be
    replaced, and refuses by raising. Raises UnitUnknown, PeriodUnknown, NoScoringRules, RunNeedsWholeProvince,
    DeclarationOfOwnUnit, LevelNotOfUnit.
    """
    if viewer.boundary is not None:
        raise RunNeedsWholeProvince
    whose, days = unit_with_code(code=unit), period_with_code(code=period)
    if viewer.official is not None and whose.pk in units_near(viewer=viewer, today=local(now).date()):
        raise DeclarationOfOwnUnit
    require_scoring(begins=days.first_day, ends=days.next_day)
    if facts.one_stop is not None:
        _require_level(whose, facts.one_stop["level"], on=days.next_day - dt.timedelta(days=1))
    newest = declarations().filter(unit=whose, period=days).first()
    if newest is not None:
        if DeclaredFacts(newest.one_stop, newest.publication, newest.evidence) == facts:
            return newest, False
        confirm(newest.number)
    try:
        with atomic():
            declared = UnitDeclaration.objects.create(
                unit=whose, period=days, number=newest.number + 1 if newest else 1, one_stop=facts.one_stop,
                publication=facts.publication, evidence=facts.evidence, recorded_by=by, recorded_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        if "a_declaration_is_told_once_a_number" not in str(error):
            raise
        # somebody was quicker: ask again with what he told
        return declare(unit=unit, period=period, facts=facts, by=by, viewer=viewer, now=now, confirm=confirm)
    return declared, newest is None


_LEVELS = {
    UnitKind.PROVINCE: OneStopLevel.PROVINCE, UnitKind.DISTRICT: OneStopLevel.DISTRICT,
    UnitKind.COMMUNE: OneStopLevel.COMMUNE, UnitKind.WARD: OneStopLevel.COMMUNE,
    UnitKind.TOWNSHIP: OneStopLevel.COMMUNE, UnitKind.SPECIAL_ZONE: OneStopLevel.COMMUNE,
}  # fmt: skip
"""The kinds that stand on one level alone; departments and one-stop centres are of more than one."""


def _require_level(unit: Unit, level: str, *, on: dt.date) -> None:
    """Refuse a level that is not the unit's on its last day up to `on`: a lower level must settle more there."""
    version = version_told_on(unit_id=unit.pk, on=on)
    if version is not None and _LEVELS.get(UnitKind(version.kind), level) != level:
        raise LevelNotOfUnit(UnitKind(version.kind).label)
