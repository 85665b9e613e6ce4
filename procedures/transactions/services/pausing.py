"""Name dossiers in an exclusion, and let it count for them or not."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Q

from procedures.transactions.models import Pause, Transaction
from procedures.transactions.queries import answered_for

_BATCH = 1000


def name_dossiers(
    *, reference: int, dossier_codes: Collection[str], begins_at: dt.datetime, ends_at: dt.datetime
) -> int:
    """Name these dossiers; return how many."""
    pauses = [
        Pause(reference=reference, dossier_code=code, begins_at=begins_at, ends_at=ends_at)
        for code in sorted(set(dossier_codes))
    ]
    return len(Pause.objects.bulk_create(pauses, batch_size=_BATCH))


def name_those_running(
    *, reference: int, unit_id: int, begins_at: dt.datetime, ends_at: dt.datetime, on: dt.date
) -> int:
    """Name every dossier that a unit answers for and that ran during a period, as known now; return how many."""
    running = Q(ended_at__isnull=True, outcome="") | Q(ended_at__gt=begins_at)
    rows = answered_for(Transaction.objects.filter(running, received_at__lt=ends_at), unit_id=unit_id, on=on)
    codes = list(rows.values_list("dossier_code", flat=True))
    return name_dossiers(reference=reference, dossier_codes=codes, begins_at=begins_at, ends_at=ends_at)


def let_hold(*, reference: int, holds: bool) -> None:
    """Let an exclusion count for the dossiers it names, or no longer; they are written anew by a recount."""
    Pause.objects.filter(reference=reference).update(holds=holds)
