"""Keep the register of units: what a unit is from a day on."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F
from django.db.transaction import atomic
from psycopg2.errors import ExclusionViolation

from units.errors import CodeReused, PeriodsOverlap
from units.models import Unit, UnitAlias, UnitCode, UnitVersion
from units.rules import folded, sort_key
from units.services.standing import hold_tree, left_alone, require_place, require_subordinates

REUSE = "a_code_is_never_given_to_a_stranger"
Confirmation = Callable[[int], None]
"""Is told the version that is about to be changed, and raises when it must not be."""


@dataclass(frozen=True)
class UnitFacts:
    """What is said of a unit from `valid_from` up to, not including, `valid_to` (None: without end).

    `codes` are (scheme, value); None leaves them as they are, and so does None for `aliases`.
    """

    name: str
    kind: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    parent: Unit | None = None
    source: str = ""
    codes: Sequence[tuple[str, str]] | None = None
    aliases: Sequence[str] | None = None


@atomic
def put_unit(
    *, code: str, facts: UnitFacts, by: str, now: dt.datetime, confirm: Confirmation = lambda _version: None
) -> tuple[UnitVersion, bool]:
    """Say what a unit is from a day on; return the version and whether the unit is new.

    The version before ends on that day; one that began on the very same day is corrected; the same thing said again
    changes nothing. `confirm` is called with the newest version's number, under lock, before a known unit is changed.
    Raises PeriodsOverlap when something later is already said of the unit or a code belongs to another unit then,
    CodeReused when a code was a stranger's before or means another unit without its scheme, UnitUnderItself,
    UnitNotInForce for a parent that is not there on a day of the whole period, UnitHasSubordinates when units would be
    left under one that ends (services.standing).
    """
    hold_tree()
    with _overlaps_told():
        unit, is_new = Unit.objects.get_or_create(code=code)
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    newest = UnitVersion.objects.filter(unit=unit).order_by(F("valid__startswith").desc(nulls_last=True)).first()
    if newest is not None:
        confirm(newest.version)
    told = _told(unit=unit, facts=facts, version=newest.version + 1 if newest else 1, by=by, now=now)
    if newest is not None and _is_known(newest=newest, told=told, facts=facts):
        return newest, False
    if facts.parent is not None:
        require_place(unit=unit, parent=facts.parent, days=told.valid)
    alone = left_alone(unit=unit)
    with _overlaps_told():
        _say(newest=newest, told=told)
        if facts.codes is not None:
            _give_codes(unit=unit, facts=facts, codes=set(facts.codes))
    require_subordinates(unit=unit, before=alone)
    if facts.aliases is not None:
        _give_aliases(unit=unit, names=set(facts.aliases))
    return told, is_new


@contextmanager
def _overlaps_told() -> Iterator[None]:
    try:
        with atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        if isinstance(cause, ExclusionViolation):
            raise (CodeReused if cause.diag.constraint_name == REUSE else PeriodsOverlap) from error
        raise


def _told(*, unit: Unit, facts: UnitFacts, version: int, by: str, now: dt.datetime) -> UnitVersion:
    return UnitVersion(
        unit=unit,
        valid=DateRange(facts.valid_from, facts.valid_to),
        name=facts.name,
        name_folded=folded(facts.name),
        sort_key=sort_key(facts.name),
        kind=facts.kind,
        parent=facts.parent,
        source=facts.source,
        version=version,
        recorded_by=by,
        recorded_at=now,
    )


def _is_known(*, newest: UnitVersion, told: UnitVersion, facts: UnitFacts) -> bool:
    """Tell whether nothing of what is said is new."""
    if any(getattr(newest, name) != getattr(told, name) for name in ("valid", "name", "kind", "parent_id", "source")):
        return False
    running = UnitCode.objects.filter(unit=newest.unit_id, valid__contains=facts.valid_from)
    aliases = UnitAlias.objects.filter(unit=newest.unit_id).values_list("name", flat=True)
    return (facts.codes is None or set(facts.codes) == set(running.values_list("scheme", "value"))) and (
        facts.aliases is None or set(facts.aliases) == set(aliases)
    )


def _say(*, newest: UnitVersion | None, told: UnitVersion) -> None:
    if newest is not None and newest.valid.lower == told.valid.lower:
        told.pk = newest.pk
        told.save(force_update=True)
        return
    if newest is not None and _reaches(newest.valid, told.valid.lower):
        newest.valid = DateRange(newest.valid.lower, told.valid.lower)
        newest.save(update_fields=["valid"])
    told.save()


def _reaches(period: DateRange, day: dt.date | None) -> bool:
    """Tell whether a period began before the day and is still running on it."""
    return (
        day is not None
        and (period.lower is None or period.lower < day)
        and (period.upper is None or period.upper > day)
    )


def _give_codes(*, unit: Unit, facts: UnitFacts, codes: set[tuple[str, str]]) -> None:
    """End the codes that the unit no longer carries from the day on, and give it the others."""
    running = UnitCode.objects.filter(unit=unit, valid__contains=facts.valid_from)
    for code in running:
        if (code.scheme, code.value) in codes:
            codes = codes - {(code.scheme, code.value)}
        elif code.valid.lower == facts.valid_from:
            code.delete()
        else:
            code.valid = DateRange(code.valid.lower, facts.valid_from)
            code.save(update_fields=["valid"])
    period = DateRange(facts.valid_from, facts.valid_to)
    for scheme, value in sorted(codes):
        UnitCode.objects.create(unit=unit, scheme=scheme, value=value, valid=period)


def _give_aliases(*, unit: Unit, names: set[str]) -> None:
    UnitAlias.objects.filter(unit=unit).exclude(name__in=names).delete()
    known = set(UnitAlias.objects.filter(unit=unit).values_list("name", flat=True))
    UnitAlias.objects.bulk_create(
        UnitAlias(unit=unit, name=name, name_folded=folded(name)) for name in sorted(names - known)
    )
