"""Carry out what a decision says of a unit: versions, codes and postings change on one day, together or not at all."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Q
from django.db.transaction import atomic

from units.errors import (
    OfficialUnknown,
    PeriodsOverlap,
    SuccessionKnown,
    SuccessorsUnfit,
    UnitHasSubordinates,
    UnitNotInForce,
)
from units.models import Posting, SuccessionEffect, Unit, UnitCode, UnitSuccession, UnitVersion
from units.rules import folded, may_succeed, sort_key
from units.services.register import Confirmation
from units.services.standing import hold_tree
from units.vocabulary import RegisterTable, SuccessionKind

A_DAY = dt.timedelta(days=1)
NEVER = DateRange(empty=True)


@dataclass(frozen=True)
class Decree:
    """What a decision does with one unit from `effective_date` on.

    - rename: `name`; the unit goes on under it.
    - merge: one successor; the unit ends. dissolve: none; the unit ends.
    - split: two successors or more and the unit ends, or, when it `goes_on`, one or more that take a part.
    - transfer: one successor takes the `procedures` (national codes); the unit goes on.

    `officials` says which official (code) goes to which successor. Where the unit ends, the others go along to a single
    successor, and their postings end where there are several or none: nobody is placed by a guess.
    """

    kind: SuccessionKind
    effective_date: dt.date
    decision_number: str
    decision_date: dt.date
    successors: Sequence[Unit] = ()
    name: str = ""
    goes_on: bool = False
    procedures: Sequence[str] = ()
    officials: Mapping[str, Unit] = field(default_factory=dict)
    decision: str = ""
    note: str = ""

    @property
    def ends_the_unit(self) -> bool:
        """Tell whether the unit is gone from the day on."""
        is_over = self.kind in {SuccessionKind.MERGE, SuccessionKind.DISSOLVE}
        return is_over or (self.kind == SuccessionKind.SPLIT and not self.goes_on)


@dataclass(frozen=True)
class Reorganised:
    """What was written: the successions, how many postings went to a successor, and how many ended."""

    successions: Sequence[UnitSuccession]
    postings_moved: int
    postings_ended: int


_Effects = list[SuccessionEffect]


@atomic
def reorganise(
    *, unit: Unit, decree: Decree, by: str, now: dt.datetime, confirm: Confirmation = lambda _version: None
) -> Reorganised:
    """Carry out a decision about a unit. `confirm` is called with its newest version's number, under lock.

    Raises, with nothing written, what would contradict the register: UnitNotInForce when the unit was not there the day
    before, or a successor is not there on the day; PeriodsOverlap when something later is already said;
    UnitHasSubordinates when units would be left under one that ended; OfficialUnknown for one who is not posted there;
    SuccessorsUnfit; SuccessionKnown.
    """
    on = decree.effective_date
    hold_tree()
    list(
        Unit.objects.select_for_update(no_key=True)
        .filter(pk__in=[unit.pk, *(one.pk for one in decree.successors)])
        .order_by("pk")
    )
    newest = UnitVersion.objects.filter(unit=unit).order_by(F("valid__startswith").desc(nulls_last=True)).first()
    if newest is None:
        raise UnitNotInForce(unit.code, on)
    confirm(newest.version)
    _require_fit(unit, newest, decree)
    rows = UnitSuccession.objects.bulk_create(_successions(unit, decree, by=by, now=now))
    effects: _Effects = []
    moved, ended = _move_postings(unit, decree, effects, by=by, now=now)
    if decree.ends_the_unit:
        _end(unit, newest, on, effects)
    elif decree.kind == SuccessionKind.RENAME:
        _rename(newest, decree, effects, by=by, now=now)
    else:
        UnitVersion.objects.filter(pk=newest.pk).update(version=F("version") + 1)
    for effect in effects:
        effect.succession = rows[0]
    SuccessionEffect.objects.bulk_create(effects)
    return Reorganised(rows, moved, ended)


def _require_fit(unit: Unit, newest: UnitVersion, decree: Decree) -> None:
    on, heirs = decree.effective_date, decree.successors
    if not may_succeed(decree.kind, len(heirs), goes_on=decree.goes_on) or unit in heirs:
        raise SuccessorsUnfit(unit.code)
    if newest.valid.lower is not None and newest.valid.lower >= on:
        raise PeriodsOverlap
    if newest.valid.upper is not None and newest.valid.upper < (on if decree.ends_the_unit else on + A_DAY):
        raise UnitNotInForce(unit.code, on - A_DAY)
    there = set(UnitVersion.objects.filter(unit__in=heirs, valid__contains=on).values_list("unit_id", flat=True))
    for heir in heirs:
        if heir.pk not in there:
            raise UnitNotInForce(heir.code, on)
    if decree.ends_the_unit:
        below = UnitVersion.objects.filter(parent=unit).filter(_runs_on(on)).exclude(unit__in=[unit.pk])
        if left := sorted(below.values_list("unit__code", flat=True)):
            raise UnitHasSubordinates(unit.code, left)


def _runs_on(day: dt.date) -> Q:
    """What is in force on a day or begins after it."""
    return Q(valid__endswith__gt=day) | Q(valid__upper_inf=True)


def _successions(unit: Unit, decree: Decree, *, by: str, now: dt.datetime) -> list[UnitSuccession]:
    on = decree.effective_date
    alone: dict[SuccessionKind, list[Unit | None]] = {SuccessionKind.RENAME: [unit], SuccessionKind.DISSOLVE: [None]}
    heirs = alone.get(decree.kind) or list(decree.successors)
    known = set(
        UnitSuccession.objects.valid()
        .filter(predecessor=unit, effective_date=on)
        .values_list("successor_id", flat=True)
    )
    is_dissolved = bool(known) and None in {*known, *heirs}
    if is_dissolved or known & {heir.pk for heir in heirs if heir}:
        raise SuccessionKnown
    return [
        UnitSuccession(
            predecessor=unit, effective_date=on, successor=heir, kind=decree.kind,
            decision=decree.decision, note=decree.note,
            decision_number=decree.decision_number, decision_date=decree.decision_date,
            procedures=list(decree.procedures), recorded_by=by, recorded_at=now,
        )
        for heir in heirs
    ]  # fmt: skip


def _cut(table: RegisterTable, row: UnitVersion | UnitCode | Posting, on: dt.date, effects: _Effects) -> None:
    """Let a dated row end on a day, and note what it was."""
    was, row.valid = row.valid, DateRange(row.valid.lower, on, "[)" if row.valid.lower else "()")
    if was != row.valid:
        effects.append(SuccessionEffect(table=table, row=row.pk, before=was, after=row.valid))
    row.save()


def _end(unit: Unit, newest: UnitVersion, on: dt.date, effects: _Effects) -> None:
    codes = UnitCode.objects.filter(unit=unit).filter(_runs_on(on))
    if codes.filter(valid__startswith__gte=on).exists():
        raise PeriodsOverlap
    for code in codes:
        _cut(RegisterTable.CODE, code, on, effects)
    newest.version += 1
    _cut(RegisterTable.VERSION, newest, on, effects)


def _rename(newest: UnitVersion, decree: Decree, effects: _Effects, *, by: str, now: dt.datetime) -> None:
    was = newest.valid
    _cut(RegisterTable.VERSION, newest, decree.effective_date, effects)
    made = UnitVersion.objects.create(
        unit_id=newest.unit_id, valid=DateRange(decree.effective_date, was.upper), name=decree.name,
        name_folded=folded(decree.name), sort_key=sort_key(decree.name), kind=newest.kind, parent_id=newest.parent_id,
        source=decree.decision or decree.decision_number, version=newest.version + 1, recorded_by=by, recorded_at=now,
    )  # fmt: skip
    told = {"name": made.name}
    effects.append(
        SuccessionEffect(table=RegisterTable.VERSION, row=made.pk, before=NEVER, after=made.valid, told=told)
    )


def _move_postings(unit: Unit, decree: Decree, effects: _Effects, *, by: str, now: dt.datetime) -> tuple[int, int]:
    """End the postings that the day cuts, and go on with them at the successor, as nobody's head."""
    on, sole = decree.effective_date, decree.successors[0] if len(decree.successors) == 1 else None
    postings = Posting.objects.select_for_update().filter(_runs_on(on))
    here = postings.filter(Q(home_unit=unit) | Q(serving_unit=unit)).select_related("official").order_by("pk")
    rows = [row for row in here if decree.ends_the_unit or row.official.code in decree.officials]
    if strangers := set(decree.officials) - {row.official.code for row in rows}:
        raise OfficialUnknown(min(strangers))
    moved = 0
    for row in rows:
        if row.valid.lower is not None and row.valid.lower >= on:
            raise PeriodsOverlap
        heir, was = decree.officials.get(row.official.code, sole), row.valid
        _cut(RegisterTable.POSTING, row, on, effects)
        if heir is None:
            continue
        moved += 1
        made = Posting.objects.create(
            official=row.official, post=row.post, is_head=False, valid=DateRange(on, was.upper),
            home_unit=heir if row.home_unit_id == unit.pk else row.home_unit,
            serving_unit=heir if row.serving_unit_id == unit.pk else row.serving_unit, recorded_by=by, recorded_at=now,
        )  # fmt: skip
        told = {
            "official": row.official.code, "post": row.post,
            "home_unit": made.home_unit.code, "serving_unit": made.serving_unit.code,
        }  # fmt: skip
        effects.append(
            SuccessionEffect(table=RegisterTable.POSTING, row=made.pk, before=NEVER, after=made.valid, told=told)
        )
    return moved, len(rows) - moved
