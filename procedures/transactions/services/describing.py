"""Changes of what a unit or a procedure is said to be, with the transactions that were counted by what was said before.

Note [Corrections of the catalogue]: what is said of a procedure for a day that is past is the law of that day, which we
had not known or had wrong. The dossiers received from that day on are counted by it, those that have ended too: a fold
knows no older catalogue, so without it their label would depend on whether a message happened to come later
(docs/decisions/0003). The calendar is another matter: its editions are what every office could know at the time.
"""

import datetime as dt
from collections.abc import Callable, Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.transaction import atomic

from procedures.catalogue.models import ProcedureVersion
from procedures.catalogue.services import ProcedureFacts, put_procedure
from procedures.transactions.services.expecting import (
    Concerned,
    Followed,
    expect_everything,
    expect_of_procedure,
    expect_of_units,
    hold_off_folds,
    names_for,
)
from units.models import Official, Unit, UnitAlias, UnitCode, UnitVersion
from units.queries import ancestors, lineage, subtree
from units.services import UnitFacts, put_unit

_BEGINNING = dt.date(1990, 1, 1)
Load = Callable[[], int]
"""Loads rows of a data file and returns how many things changed."""


@atomic
def describe_procedure(*, facts: ProcedureFacts, **how: Any) -> Followed[tuple[ProcedureVersion, bool]]:
    """Say what a procedure is (catalogue.services.put_procedure); dossiers received since then wait to be folded.

    Note [Corrections of the catalogue].
    """
    hold_off_folds()
    version, is_new = put_procedure(facts=facts, **how)
    return Followed((version, is_new), expect_of_procedure(procedure=version.procedure_id, since=facts.valid_from))


@atomic
def describe_unit(*, code: str, facts: UnitFacts, **how: Any) -> Followed[tuple[UnitVersion, bool]]:
    """Say what a unit is (units.services.put_unit); dossiers that its names and codes charge otherwise wait."""
    hold_off_folds()
    before = _told(code, facts.valid_from)
    version, is_new = put_unit(code=code, facts=facts, **how)
    after = _told(code, facts.valid_from)
    renewals = 0 if before == after else expect_of_units(_concerned(before, after, facts.valid_from))
    return Followed((version, is_new), renewals)


@atomic
def load_anew(*, load: Load) -> int:
    """Load a file of units or procedures; where it changed anything, every transaction waits to be folded again."""
    hold_off_folds()
    changed = load()
    if changed:
        expect_everything()
    return changed


@dataclass(frozen=True)
class _Told:
    """What is said of a unit through all its days, and who stands above and below it on one of them."""

    unit: int | None
    names: AbstractSet[tuple[str, Any]]
    aliases: AbstractSet[str]
    codes: AbstractSet[tuple[str, Any]]
    parents: AbstractSet[tuple[int | None, Any]]
    above: AbstractSet[int]
    below: AbstractSet[int]


def _told(code: str, on: dt.date) -> _Told:
    unit = Unit.objects.filter(code=code).values_list("pk", flat=True).first()
    versions = UnitVersion.objects.filter(unit=unit)
    codes = UnitCode.objects.filter(unit=unit)
    return _Told(
        unit,
        names=set(versions.values_list("name_folded", "valid")),
        aliases=set(UnitAlias.objects.filter(unit=unit).values_list("name_folded", flat=True)),
        codes=set(codes.values_list("value", "valid")),
        parents=set(versions.values_list("parent", "valid")),
        above=set(ancestors(unit_id=unit, on=on)) if unit else set(),
        below=subtree(unit_id=unit, on=on) if unit else set(),
    )


def _concerned(before: _Told, after: _Told, since: dt.date) -> Concerned:
    """Tell whom it concerns: the unit, who shares a name or a code with it, and those under it where it moved."""
    names = {name for name, _ in before.names ^ after.names}
    aliases = before.aliases | after.aliases if names else before.aliases ^ after.aliases
    units = {one for one in (before.unit, after.unit) if one}
    units |= _namesakes(names | aliases, {value for value, _ in before.codes ^ after.codes})
    people: Collection[Official] = ()
    if names or before.parents != after.parents:
        units |= before.below | after.below
        below = before.below | after.below
        posted = Q(postings__home_unit__in=below) | Q(postings__serving_unit__in=below)
        people = list(Official.objects.filter(posted).distinct())
    return Concerned(
        since=_BEGINNING if before.aliases != after.aliases else since,
        units=units,
        heirs=set(lineage(unit_ids=units).codes),
        named_in=units | before.above | after.above,
        names=names_for(people),
    )


def _namesakes(names: AbstractSet[str], codes: AbstractSet[str]) -> set[int]:
    versions = UnitVersion.objects.filter(name_folded__in=names).values_list("unit_id", flat=True)
    aliases = UnitAlias.objects.filter(name_folded__in=names).values_list("unit_id", flat=True)
    carriers = UnitCode.objects.filter(value__in=codes).values_list("unit_id", flat=True)
    return {*versions, *aliases, *carriers}
