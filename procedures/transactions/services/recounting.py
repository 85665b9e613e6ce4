"""Write transactions anew because something beside their messages changed: the calendar, or an exclusion.

A chunk is one database transaction, with its progress: killed at any moment, a recount goes on at the first dossier it
has not written. It takes the locks that senders take, so it ends as if every message had come after it.
"""

import datetime as dt
from collections.abc import Sequence

from django.db.transaction import atomic

from procedures.calendar.queries import newest_edition
from procedures.errors import RecountUnknown
from procedures.transactions.models import Recount
from procedures.transactions.queries.directory import look_up
from procedures.transactions.queries.kept import known_of, procedures_by_code
from procedures.transactions.queries.recounts import codes_to_recount, to_recount
from procedures.transactions.rules.content import told_in
from procedures.transactions.services.receiving import procedure_codes_in, wanted_in
from procedures.transactions.services.storing import lock_dossiers
from procedures.transactions.services.writing import write
from procedures.vocabulary import MessageOutcome, RecountState

CHUNK = 500
"""Dossiers written in one database transaction: half a second's work, for which senders of these dossiers wait."""


@atomic
def request_calendar_recount(*, by: str, now: dt.datetime) -> Recount | None:
    """Ask once for the transactions that do not stand by the newest edition; None when every one does."""
    edition = newest_edition()
    known = Recount.objects.filter(calendar=edition).first()
    if known:
        return known
    asked = Recount(calendar=edition, requested_by=by, requested_at=now)
    asked.total = to_recount(recount=asked)
    if not asked.total:
        return None
    return Recount.objects.get_or_create(
        calendar=edition, defaults={"total": asked.total, "requested_by": by, "requested_at": now}
    )[0]


@atomic
def request_recount(*, reference: int, by: str, now: dt.datetime) -> Recount:
    """Ask for the dossiers that an exclusion names; few of them are written at once."""
    asked = Recount(reference=reference, requested_by=by, requested_at=now)
    asked.total = to_recount(recount=asked)
    asked.save()
    while asked.total <= CHUNK and asked.state != RecountState.FINISHED:
        asked = work_on(recount_id=asked.pk, now=now)
    return asked


@atomic
def work_on(*, recount_id: int, now: dt.datetime) -> Recount:
    """Write the next chunk of a recount and note how far it is; raises RecountUnknown.

    Two who work on the same one wait for each other; a finished one is returned as it is.
    """
    recount = Recount.objects.select_for_update().filter(pk=recount_id).first()
    if recount is None:
        raise RecountUnknown
    if recount.state == RecountState.FINISHED:
        return recount
    codes = codes_to_recount(recount=recount, limit=CHUNK)
    recount.changed += rewrite(dossier_codes=codes, now=now)
    recount.done += len(codes)
    recount.started_at = recount.started_at or now
    recount.moved_at = now
    recount.state = RecountState.RUNNING
    if codes:
        recount.done_up_to = codes[-1]
    if len(codes) < CHUNK:
        recount.state, recount.finished_at, recount.total = RecountState.FINISHED, now, recount.done
    recount.save()
    return recount


@atomic
def rewrite(*, dossier_codes: Sequence[str], now: dt.datetime) -> int:
    """Fold these transactions again from what is kept of them; return how many came out different."""
    if not dossier_codes:
        return 0
    lock_dossiers(sorted(dossier_codes))
    known = known_of(dossier_codes=dossier_codes)
    contested = {code for code, messages in known.messages.items() if any(message.is_foreign for message in messages)}
    told = {
        code: [
            one
            for message in messages if not message.is_rejected and not message.is_held
            for one in told_in(message.content, source=message.source)
        ]
        for code, messages in known.messages.items()
    }  # fmt: skip
    everything = [one for messages in told.values() for one in messages]
    written = write(
        told,
        procedures_by_code(codes=procedure_codes_in(everything), stamp=known.stamp),
        look_up(wanted_in(everything), stamp=known.stamp),
        known.transactions,
        now=now,
        contested=contested,
    )
    return sum(one.outcome is MessageOutcome.UPDATED for one in written.values())
