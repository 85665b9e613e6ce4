"""Changes of who followed whom, with the transactions that they may charge to another unit.

A decision is often recorded after its day, and now and then by mistake. Dossiers that were charged by what was known
before are folded again then (`manage.py run_jobs`), so that it makes no difference which was known first.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.transaction import atomic

from procedures.transactions.models import NameDecision
from procedures.transactions.rules.steps import key_of_person
from procedures.transactions.services.storing import NAMES_LOCK
from procedures.vocabulary import TransactionWarning
from units.models import Official, SuccessionEffect, Unit, UnitSuccession
from units.queries import lineage
from units.services import Decree, Reorganised, Revoked, reorganise, revoke
from units.vocabulary import RegisterTable

T = TypeVar("T")
_GOES_ON = """(
    greatest(c.source_updated_at, c.received_at, c.submitted_at) >= %(since)s
    OR EXISTS (SELECT 1 FROM procedures_step s WHERE s.transaction_id = c.id AND s.at >= %(since)s)
)"""
_EXPECT = f"""
INSERT INTO procedures_renewal (dossier_code)
SELECT t.dossier_code FROM procedures_transaction t JOIN (
    SELECT c.id FROM procedures_transaction c
    WHERE (c.receiving_unit_id = %(unit)s OR c.settling_unit_id = %(unit)s) AND {_GOES_ON}
    UNION
    SELECT s.transaction_id FROM procedures_step s WHERE s.unit_id = %(unit)s AND s.at >= %(since)s
    UNION
    SELECT c.id FROM procedures_transaction c
    WHERE c.warnings <> '{{}}' AND c.warnings && %(flags)s::varchar[] AND {_GOES_ON} AND (
        c.warnings @> %(unresolved)s::varchar[]
        OR c.receiving_unit_id = ANY(%(heirs)s) OR c.settling_unit_id = ANY(%(heirs)s)
        OR EXISTS (SELECT 1 FROM procedures_step s WHERE s.transaction_id = c.id AND s.unit_id = ANY(%(heirs)s))
    )
    UNION
    SELECT s.transaction_id FROM procedures_step s
    WHERE s.unit_id = ANY(%(heirs)s) AND s.name_key = ANY(%(names)s) AND s.name_key <> '' AND s.at >= %(since)s
) found ON found.id = t.id
ORDER BY t.dossier_code COLLATE "C"
ON CONFLICT (dossier_code) DO NOTHING
"""  # noqa: S608 - the parts are written above


@dataclass(frozen=True)
class Followed(Generic[T]):
    """What was written, and how many transactions are to be folded again because of it."""

    done: T
    renewals: int


@atomic
def carry_out(*, unit: Unit, decree: Decree, **how: Any) -> Followed[Reorganised]:
    """Carry out a decision (units.services.reorganise); dossiers charged otherwise since its day wait to be folded."""
    _hold_off_folds()
    done = reorganise(unit=unit, decree=decree, **how)
    return Followed(done, _expect(unit.pk, done.successions))


@atomic
def take_back(*, succession: UnitSuccession, **how: Any) -> Followed[Revoked]:
    """Take a decision back (units.services.revoke); dossiers charged by it wait to be folded again."""
    _hold_off_folds()
    heirs = lineage(unit_ids=[succession.predecessor_id]).codes
    done = revoke(succession_id=succession.pk, **how)
    return Followed(done, _expect(succession.predecessor_id, done.successions, heirs))


def _hold_off_folds() -> None:
    """Let no fold end meanwhile that does not know of the change (services.storing.NAMES_LOCK)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NAMES_LOCK])


def _expect(unit: int, successions: Collection[UnitSuccession], heirs: Collection[int] = ()) -> int:
    near = {*heirs, *(row.successor_id for row in successions if row.successor_id)} - {unit}
    since: dt.date = min(row.effective_date for row in successions)
    values: dict[str, Any] = {
        "unit": unit,
        "heirs": list(near),
        "since": f"{since}T00:00:00+07:00",
        "flags": [TransactionWarning.UNIT_UNRESOLVED.value, TransactionWarning.UNIT_SUCCEEDED.value],
        "unresolved": [TransactionWarning.UNIT_UNRESOLVED.value],
        "names": list(_names_of_the_moved(successions)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_EXPECT, values)
        return int(cursor.rowcount)


def _names_of_the_moved(successions: Collection[UnitSuccession]) -> set[str]:
    """Return the names under which steps may tell of officials who came to a successor, or go back from there."""
    moved = SuccessionEffect.objects.filter(
        succession__in=successions, table=RegisterTable.POSTING, before__isempty=True
    )
    officials = Official.objects.filter(code__in=[effect.told["official"] for effect in moved])
    decided = NameDecision.objects.filter(official__in=officials).values_list("name_key", flat=True)
    return {*(key_of_person(official.name) for official in officials), *decided}
