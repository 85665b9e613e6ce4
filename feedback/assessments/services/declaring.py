"""Declarations: what no transaction tells of a unit."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from feedback.assessments.models import UnitDeclaration
from feedback.assessments.queries.declarations import declarations
from feedback.complaints.queries import units_near
from feedback.errors import DeclarationOfOwnUnit, RunNeedsWholeProvince
from feedback.monitoring.queries import period_with_code
from procedures.calendar.rules.working_days import local
from units.queries import unit_with_code
from units.vocabulary import Viewer


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
    replaced, and refuses by raising. Raises UnitUnknown, PeriodUnknown, RunNeedsWholeProvince, DeclarationOfOwnUnit.
    """
    if viewer.boundary is not None:
        raise RunNeedsWholeProvince
    whose, days = unit_with_code(code=unit), period_with_code(code=period)
    if viewer.official is not None and whose.pk in units_near(viewer=viewer, today=local(now).date()):
        raise DeclarationOfOwnUnit
    newest = declarations().filter(unit=whose, period=days).first()
    if newest is not None:
        if (newest.one_stop, newest.publication, newest.evidence) == (
            facts.one_stop,
            facts.publication,
            facts.evidence,
        ):
            return newest, False
        confirm(newest.number)
    try:
        with atomic():
            declared = UnitDeclaration.objects.create(
                unit=whose, period=days, number=newest.number + 1 if newest else 1, one_stop=facts.one_stop,
                publication=facts.publication, evidence=facts.evidence, recorded_by=by, recorded_at=now,
            )  # fmt: skip
    except IntegrityError:  # somebody was quicker: ask again with what he told
        return declare(unit=unit, period=period, facts=facts, by=by, viewer=viewer, now=now, confirm=confirm)
    return declared, newest is None
