"""Changes of who followed whom, with the transactions that they may charge to another unit.

A decision is often recorded after its day, and now and then by mistake. Dossiers that were charged by what was known
before are folded again then (`manage.py run_jobs`), so that it makes no difference which was known first.
"""

from collections.abc import Collection
from typing import Any

from django.db.transaction import atomic

from procedures.transactions.services.expecting import (
    Concerned,
    Followed,
    expect_of_units,
    hold_off_folds,
    names_for,
)
from units.models import Official, SuccessionEffect, Unit, UnitSuccession
from units.queries import lineage
from units.services import Decree, Reorganised, Revoked, reorganise, revoke
from units.vocabulary import RegisterTable


@atomic
def carry_out(*, unit: Unit, decree: Decree, **how: Any) -> Followed[Reorganised]:
    """Carry out a decision (units.services.reorganise); dossiers charged otherwise since its day wait to be folded."""
    hold_off_folds()
    done = reorganise(unit=unit, decree=decree, **how)
    return Followed(done, _expect(unit.pk, done.successions))


@atomic
def take_back(*, succession: UnitSuccession, **how: Any) -> Followed[Revoked]:
    """Take a decision back (units.services.revoke); dossiers charged by it wait to be folded again."""
    hold_off_folds()
    heirs = lineage(unit_ids=[succession.predecessor_id]).codes
    done = revoke(succession_id=succession.pk, **how)
    return Followed(done, _expect(succession.predecessor_id, done.successions, heirs))


def _expect(unit: int, successions: Collection[UnitSuccession], heirs: Collection[int] = ()) -> int:
    near = {*heirs, *(row.successor_id for row in successions if row.successor_id)} - {unit}
    since = min(row.effective_date for row in successions)
    names = names_for(_moved(successions))
    return expect_of_units(Concerned(since, units={unit}, heirs=near, named_in=near, names=names))


def _moved(successions: Collection[UnitSuccession]) -> list[Official]:
    """Return the officials who came to a successor, or go back from there."""
    moved = SuccessionEffect.objects.filter(
        succession__in=successions, table=RegisterTable.POSTING, before__isempty=True
    )
    return list(Official.objects.filter(code__in=[effect.told["official"] for effect in moved]))
