"""Keep the register of units: what a unit is from a day on, and who follows it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F
from django.db.transaction import atomic
from psycopg2.errors import ExclusionViolation

from units.errors import PeriodsOverlap, SuccessionKnown, UnitUnderItself
from units.models import Unit, UnitAlias, UnitCode, UnitSuccession, UnitVersion
from units.queries import subtree
from units.rules import folded, sort_key


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
def put_unit(*, code: str, facts: UnitFacts, by: str, now: dt.datetime) -> tuple[UnitVersion, bool]:
    """Say what a unit is from a day on; return the version and whether the unit is new.

    The version before ends on that day; one that began on the very same day is corrected. Raises PeriodsOverlap when
    something later is already said of the unit or a code belongs to another unit then, UnitUnderItself.
    """
    unit, is_new = Unit.objects.get_or_create(code=code)
    Unit.objects.select_for_update().get(pk=unit.pk)
    _refuse_circle(unit=unit, facts=facts)
    try:
        with atomic():
            version = _say(unit=unit, facts=facts, by=by, now=now)
            if facts.codes is not None:
                _give_codes(unit=unit, facts=facts, codes=set(facts.codes))
    except IntegrityError as error:
        raise _overlap_of(error) from error
    if facts.aliases is not None:
        _give_aliases(unit=unit, names=set(facts.aliases))
    return version, is_new


@atomic
def add_succession(
    *,
    predecessor: Unit,
    successor: Unit | None,
    kind: str,
    effective_date: dt.date,
    decision: str,
    note: str,
    by: str,
    now: dt.datetime,
) -> UnitSuccession:
    """Record that a unit's work went to another (None: to nobody) on a day; raises SuccessionKnown."""
    Unit.objects.select_for_update().get(pk=predecessor.pk)
    known = UnitSuccession.objects.filter(predecessor=predecessor, successor=successor, effective_date=effective_date)
    if known.exists():
        raise SuccessionKnown
    return UnitSuccession.objects.create(
        predecessor=predecessor,
        successor=successor,
        kind=kind,
        effective_date=effective_date,
        decision=decision,
        note=note,
        recorded_by=by,
        recorded_at=now,
    )


def _refuse_circle(*, unit: Unit, facts: UnitFacts) -> None:
    if facts.parent is None:
        return
    if facts.parent.pk == unit.pk or facts.parent.pk in subtree(unit_id=unit.pk, on=facts.valid_from):
        raise UnitUnderItself


def _say(*, unit: Unit, facts: UnitFacts, by: str, now: dt.datetime) -> UnitVersion:
    newest = UnitVersion.objects.filter(unit=unit).order_by(F("valid__startswith").desc(nulls_last=True)).first()
    told = UnitVersion(
        unit=unit,
        valid=DateRange(facts.valid_from, facts.valid_to),
        name=facts.name,
        name_folded=folded(facts.name),
        sort_key=sort_key(facts.name),
        kind=facts.kind,
        parent=facts.parent,
        source=facts.source,
        version=newest.version + 1 if newest else 1,
        recorded_by=by,
        recorded_at=now,
    )
    if newest is not None and newest.valid.lower == facts.valid_from:
        told.pk = newest.pk
        told.save(force_update=True)
        return told
    if newest is not None and _reaches(newest.valid, facts.valid_from):
        newest.valid = DateRange(newest.valid.lower, facts.valid_from)
        newest.save(update_fields=["valid"])
    told.save()
    return told


def _reaches(period: DateRange, day: dt.date) -> bool:
    """Tell whether a period began before the day and is still running on it."""
    return (period.lower is None or period.lower < day) and (period.upper is None or period.upper > day)


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


def _overlap_of(error: IntegrityError) -> Exception:
    return PeriodsOverlap() if isinstance(error.__cause__, ExclusionViolation) else error
