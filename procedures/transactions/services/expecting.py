"""Which transactions are to be folded again when the organisation or the catalogue says something else than before.

Whoever changes either holds off the folds, changes it, and notes here what may follow from it, in one database
transaction; `manage.py run_jobs` folds it (services.renewing). So it makes no difference which was known first, the
change or the dossier. Noted is rather too much: what comes to the same is left as it is.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection

from procedures.transactions.models import NameDecision
from procedures.transactions.rules.steps import key_of_person
from procedures.transactions.services.storing import NAMES_LOCK
from procedures.vocabulary import TransactionWarning
from units.models import Official

T = TypeVar("T")
_GOES_ON = """(
    greatest(c.source_updated_at, c.received_at, c.submitted_at) >= %(since)s
    OR EXISTS (SELECT 1 FROM procedures_step s WHERE s.transaction_id = c.id AND s.at >= %(since)s)
)"""
_OF_UNITS = f"""
INSERT INTO procedures_renewal (dossier_code)
SELECT t.dossier_code FROM procedures_transaction t JOIN (
    SELECT c.id FROM procedures_transaction c
    WHERE (c.receiving_unit_id = ANY(%(units)s) OR c.settling_unit_id = ANY(%(units)s)) AND {_GOES_ON}
    UNION
    SELECT s.transaction_id FROM procedures_step s WHERE s.unit_id = ANY(%(units)s) AND s.at >= %(since)s
    UNION
    SELECT c.id FROM procedures_transaction c
    WHERE c.warnings <> '{{}}' AND c.warnings && %(flags)s::varchar[] AND {_GOES_ON} AND (
        c.warnings @> %(unresolved)s::varchar[]
        OR c.receiving_unit_id = ANY(%(heirs)s) OR c.settling_unit_id = ANY(%(heirs)s)
        OR EXISTS (SELECT 1 FROM procedures_step s WHERE s.transaction_id = c.id AND s.unit_id = ANY(%(heirs)s))
    )
    UNION
    SELECT s.transaction_id FROM procedures_step s
    WHERE s.unit_id = ANY(%(named_in)s) AND s.name_key = ANY(%(names)s) AND s.name_key <> '' AND s.at >= %(since)s
) found ON found.id = t.id
ORDER BY t.dossier_code COLLATE "C"
ON CONFLICT (dossier_code) DO NOTHING
"""  # noqa: S608 - the parts are written above
_OF_PROCEDURE = """
INSERT INTO procedures_renewal (dossier_code)
SELECT t.dossier_code FROM procedures_transaction t
WHERE t.procedure_id = %(procedure)s AND (t.received_at >= %(since)s OR t.received_at IS NULL)
ORDER BY t.dossier_code COLLATE "C"
ON CONFLICT (dossier_code) DO NOTHING
"""
_ALL = """
INSERT INTO procedures_renewal (dossier_code) SELECT dossier_code FROM procedures_transaction
ORDER BY dossier_code COLLATE "C" ON CONFLICT (dossier_code) DO NOTHING
"""


@dataclass(frozen=True)
class Followed(Generic[T]):
    """What was written, and how many transactions are to be folded again because of it."""

    done: T
    renewals: int


@dataclass(frozen=True)
class Concerned:
    """Whom a change of the organisation concerns: whose dossiers were charged by what was said before.

    All of the `units` since the day; those charged to one of the `heirs` in place of another, and all that name a unit
    nobody knew; the steps in the units `named_in` with one of the `names` of people.
    """

    since: dt.date
    units: Collection[int]
    heirs: Collection[int] = ()
    named_in: Collection[int] = ()
    names: Collection[str] = ()


def hold_off_folds() -> None:
    """Let no fold end meanwhile that does not know of the change (services.storing.NAMES_LOCK)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NAMES_LOCK])


def expect_of_units(concerned: Concerned) -> int:
    """Note what a change of the organisation concerns; return how many were not waiting already."""
    return _noted(
        _OF_UNITS,
        units=list(concerned.units),
        heirs=list(concerned.heirs),
        named_in=list(concerned.named_in),
        names=list(concerned.names),
        since=f"{concerned.since}T00:00:00+07:00",
        flags=[TransactionWarning.UNIT_UNRESOLVED.value, TransactionWarning.UNIT_SUCCEEDED.value],
        unresolved=[TransactionWarning.UNIT_UNRESOLVED.value],
    )


def expect_of_procedure(*, procedure: int, since: dt.date) -> int:
    """Note what was received from a day on for a procedure; return how many were not waiting already."""
    return _noted(_OF_PROCEDURE, procedure=procedure, since=f"{since}T00:00:00+07:00")


def expect_everything() -> int:
    """Note that every transaction is to be folded again; return how many were not waiting already."""
    return _noted(_ALL)


def names_for(officials: Collection[Official]) -> set[str]:
    """Return the names under which steps may tell of officials: their own, and those decided to mean them."""
    decided = NameDecision.objects.filter(official__in=officials).values_list("name_key", flat=True)
    return {*(key_of_person(official.name) for official in officials), *decided}


def _noted(sql: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
