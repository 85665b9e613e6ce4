"""Take a decision back that was recorded by mistake: what it changed is as before, what it said stays on record."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Manager, QuerySet
from django.db.transaction import atomic
from psycopg2.errors import ExclusionViolation

from units.errors import SuccessionBuiltUpon, SuccessionRevoked, UnitNotInForce
from units.models import Posting, SuccessionEffect, Unit, UnitCode, UnitSuccession, UnitVersion
from units.services.register import Confirmation
from units.services.standing import hold_tree
from units.vocabulary import CodeScheme, RegisterTable

_TABLES: Mapping[str, Manager[Any]] = {
    RegisterTable.VERSION: UnitVersion.objects,
    RegisterTable.CODE: UnitCode.objects,
    RegisterTable.POSTING: Posting.objects,
}


@dataclass(frozen=True)
class Revocation:
    """By which decision, signed when, and why a decision is taken back."""

    reason: str
    decision_number: str
    decision_date: dt.date


@dataclass(frozen=True)
class Revoked:
    """What was taken back: the successions, and how many postings are as they were before."""

    successions: Sequence[UnitSuccession]
    postings_restored: int


@atomic
def revoke(*, succession_id: int, revocation: Revocation, by: str, now: dt.datetime, confirm: Confirmation) -> Revoked:
    """Take back what was recorded with this succession: it and the others of the same decision about the same unit.

    The unit, its codes and the postings go on as if nothing had been said; what the data files said of a unit's own end
    stays (there the decision changed nothing). `confirm` is called with the newest version's number, under lock.
    Raises, with nothing written, SuccessionRevoked; SuccessionBuiltUpon when something said later rests on it;
    UnitNotInForce when the unit would stand under one that is gone.
    """
    hold_tree()
    asked = UnitSuccession.objects.select_related("predecessor").get(pk=succession_id)
    unit = asked.predecessor
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    newest = _newest(unit)
    confirm(newest.version)
    rows = list(_told_together(asked).select_for_update().order_by("pk"))
    if asked.pk not in {row.pk for row in rows}:
        raise SuccessionRevoked
    effects = list(SuccessionEffect.objects.filter(succession__in=rows).order_by("-pk"))
    _require_free(unit, rows)
    _undo(unit, effects)
    for row in rows:
        row.revoked_at, row.revoked_by, row.revocation_reason = now, by, revocation.reason
        row.revocation_number, row.revocation_date = revocation.decision_number, revocation.decision_date
        row.save(
            update_fields=["revoked_at", "revoked_by", "revocation_reason", "revocation_number", "revocation_date"]
        )
    UnitVersion.objects.filter(pk=_newest(unit).pk).update(version=newest.version + 1)
    restored = [one for one in effects if one.table == RegisterTable.POSTING and not one.before.isempty]
    return Revoked(rows, len(restored))


def _told_together(asked: UnitSuccession) -> QuerySet[UnitSuccession]:
    """Return what the same decision was recorded to have done with the unit, unless it is revoked."""
    same = {name: getattr(asked, name) for name in ("predecessor", "effective_date", "kind", "decision_number")}
    return UnitSuccession.objects.valid().filter(**same, recorded_at=asked.recorded_at)


def _newest(unit: Unit) -> UnitVersion:
    return UnitVersion.objects.filter(unit=unit).order_by(F("valid__startswith").desc(nulls_last=True))[0]


def _require_free(unit: Unit, rows: Sequence[UnitSuccession]) -> None:
    """Raise SuccessionBuiltUpon where an heir was given a code of the unit, which only who follows it may carry."""
    heirs = {row.successor_id for row in rows} - {None, unit.pk}
    for code in UnitCode.objects.filter(unit=unit).exclude(scheme=CodeScheme.GSO):
        if UnitCode.objects.filter(scheme=code.scheme, value=code.value, unit__in=heirs).exists():
            raise SuccessionBuiltUpon(unit.code)


def _undo(unit: Unit, effects: Sequence[SuccessionEffect]) -> None:
    """Remove the rows that were made, then give those that were ended the periods they had."""
    try:
        with atomic():
            for effect in sorted(effects, key=lambda one: not one.before.isempty):
                _undo_one(unit, effect)
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            raise SuccessionBuiltUpon(unit.code) from error
        raise
    if any(one.table == RegisterTable.VERSION for one in effects):
        _require_parent(unit)


def _undo_one(unit: Unit, effect: SuccessionEffect) -> None:
    row: Any = _TABLES[effect.table].select_for_update().filter(pk=effect.row).first()
    if row is None or row.valid != effect.after:
        raise SuccessionBuiltUpon(unit.code)
    if effect.before.isempty:
        row.delete()
    else:
        row.valid = effect.before
        row.save(update_fields=["valid"])


def _require_parent(unit: Unit) -> None:
    """Raise UnitNotInForce where a unit would go on under one that ends before it does."""
    version = _newest(unit)
    if version.parent is None:
        return
    upper, ends = version.valid.upper or dt.date.max, _newest(version.parent).valid.upper
    if ends is not None and ends < upper:
        raise UnitNotInForce(version.parent.code, ends)
