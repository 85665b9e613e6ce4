"""Take a refused message in again, once what it lacked is there."""

import datetime as dt
from collections.abc import Callable

from django.db.transaction import atomic

from procedures.errors import RowFault
from procedures.secrecy import unseal
from procedures.transactions.models import Message
from procedures.transactions.queries.journal import message_of
from procedures.transactions.rules.content import told_in
from procedures.transactions.rules.sealing import sealed_for
from procedures.transactions.services.incoming import IncomingMessage, RowResult
from procedures.transactions.services.receiving import receive
from procedures.vocabulary import MessageOutcome

Reader = Callable[[bytes, str], IncomingMessage]
"""Reads a body as received and the dossier code it was sent for; the reader of a message's way (`via`)."""


@atomic
def replay(
    *,
    message_id: int,
    client_id: str,
    now: dt.datetime,
    reader: Reader | None = None,
    boundary: int | None = None,
    may_overwrite: bool = False,
    may_read: bool = False,
) -> RowResult:
    """Take a refused message in again as if it came now; one that was taken stays as it is.

    It is read again by `reader`; without one, or when its body was destroyed (`forget_bodies`), by what was understood
    of it the first time, if anything was.
    Raises MessageUnknown when this client sent no message of this number.
    """
    found = message_of(client_id=client_id, message_id=message_id, now=now)
    kept = Message.objects.get(pk=found.pk)
    if kept.outcome != MessageOutcome.REJECTED:
        return RowResult(kept.dossier_code, MessageOutcome(kept.outcome), (), tuple(kept.warnings), kept.pk)
    message = _read(kept, reader)
    if message is None:
        faults = tuple(RowFault(**fault) for fault in kept.faults)
        return RowResult(kept.dossier_code, MessageOutcome.REJECTED, faults, tuple(kept.warnings), kept.pk)
    (result,) = receive(
        [message],
        source=kept.source,
        client_id=client_id,
        via=kept.via,
        now=now,
        boundary=boundary,
        may_overwrite=may_overwrite,
        may_read=may_read,
    )
    if result.message_id != kept.pk:  # read at last: what it says has a digest of its own
        kept.outcome = result.outcome
        kept.save(update_fields=["outcome"])
    return result


def _read(kept: Message, reader: Reader | None) -> IncomingMessage | None:
    """Return what a kept message says, or None when it was never understood and cannot be read again."""
    raw = unseal(bytes(kept.raw_sealed), bound_to=sealed_for(kept.digest)) if kept.raw_sealed else b""
    if raw and reader:
        return reader(raw, kept.dossier_code)
    return IncomingMessage(raw, tuple(told_in(kept.content, source=""))) if kept.content else None
