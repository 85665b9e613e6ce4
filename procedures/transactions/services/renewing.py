"""Fold transactions again whose messages are the same, because what their names and codes mean is not.

Each batch is a database transaction of its own and takes its dossiers off the list of those to renew, so a process that
is killed loses nothing, and several may work side by side.
"""

import datetime as dt

from django.db import connection
from django.db.transaction import atomic

from procedures.transactions.models import Renewal
from procedures.transactions.services.rewriting import rewrite
from procedures.transactions.services.storing import hold_names

BATCH = 200
_TAKE = """
DELETE FROM procedures_renewal WHERE dossier_code IN (
    SELECT dossier_code FROM procedures_renewal ORDER BY dossier_code LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING dossier_code
"""

AT_ONCE = 1000
"""How many a request folds again itself; `manage.py run_jobs` does what is left."""


def renew(*, at_most: int = AT_ONCE, now: dt.datetime) -> int:
    """Fold so many of the waiting transactions again, in batches; return how many."""
    done = 0
    while done < at_most:
        renewed = _renew_batch(min(BATCH, at_most - done), now)
        if not renewed:
            break
        done += renewed
    return done


def renewals_waiting() -> int:
    """Return how many transactions wait to be folded again."""
    return Renewal.objects.count()


@atomic
def _renew_batch(size: int, now: dt.datetime) -> int:
    hold_names()  # before anything else is locked, as every fold does
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [size])
        codes = sorted(code for (code,) in cursor.fetchall())
    rewrite(dossier_codes=codes, now=now)
    return len(codes)
