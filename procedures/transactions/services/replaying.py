"""Take a refused message in again, once what it lacked is there."""

import datetime as dt
from collections.abc import Callable

from django.db.transaction import atomic

from procedures.errors import MessageUnknown, RowFault
from procedures.secrecy import unseal
from procedures.transactions.models import Message
from procedures.transactions.rules.content import told_in
from procedures.transactions.rules.sealing import sealed_for
from procedures.transactions.services.incoming import IncomingMessage, RowResult
from procedures.transactions.services.receiving import receive
from procedures.vocabulary import MessageOutcome

Reader = Callable[[bytes, str], IncomingMessage]
"""Reads a body as received and the dossier code it was sent for; the reader of a message's way (`via`)."""


@atomic
def replay(
    *, message_id: int, client_id: str, now: dt.datetime, reader: Reader | None = None, boundary: int | None = None
) -> RowResult:
    """Take a refused message in again as if it came now; one that was taken stays as it is.

    It is read again by `reader`; without one, by what was understood of it the first time, if anything was.
    Raises MessageUnknown when this client sent no message of this number.
    """
    kept = Message.objects.filter(pk=message_id, client_id=client_id).first()
    if kept is None:
        raise MessageUnknown
    if kept.outcome != MessageOutcome.REJECTED:
        return RowResult(kept.dossier_code, MessageOutcome(kept.outcome), (), tuple(kept.warnings), kept.pk)
    raw = unseal(bytes(kept.raw_sealed), bound_to=sealed_for(kept.digest))
    if reader:
        message = reader(raw, kept.dossier_code)
    elif kept.content:
        message = IncomingMessage(raw, tuple(told_in(kept.content, source="")))
    else:
        faults = tuple(RowFault(**fault) for fault in kept.faults)
        return RowResult(kept.dossier_code, MessageOutcome.REJECTED, faults, tuple(kept.warnings), kept.pk)
    (result,) = receive(
        [message], source=kept.source, client_id=kept.client_id, via=kept.via, now=now, boundary=boundary
    )
    if result.message_id != kept.pk:  # read at last: what it says has a digest of its own
        kept.outcome = result.outcome
        kept.save(update_fields=["outcome"])
    return result
