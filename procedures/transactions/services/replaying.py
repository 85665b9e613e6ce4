"""Take refused messages in again, once what they lacked is there.

Note [Read as another]: a message is the same by what it says. Read again by a better reader, or read at last, it says
something else and is kept as another message; the first then says nothing any more, or the dossier would be told both,
and the journal tells of it that what it said is there (`unchanged`), or what the new reading was refused for.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from django.db.transaction import atomic

from procedures.errors import RowFault
from procedures.secrecy import unseal
from procedures.transactions.models import Message
from procedures.transactions.queries.journal import message_of
from procedures.transactions.rules.content import told_in
from procedures.transactions.rules.sealing import sealed_for
from procedures.transactions.services.incoming import REFUSED_TOGETHER, IncomingMessage, RowResult, kind_of
from procedures.transactions.services.receiving import receive
from procedures.vocabulary import MessageKind, MessageOutcome

MOST_REPLAYED = 200
"""How many messages one request takes in again."""
_NEVER_ALONE = frozenset({"bad_dossier_code", "reserved_dossier_code", REFUSED_TOGETHER})
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
    of it the first time, if anything was. What was refused as a whole, or too large to be kept, stays refused.
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
    if result.message_id != kept.pk:
        _read_as_another(kept, result)
    return result


@dataclass(frozen=True)
class Replayed:
    """What came of many messages: how many ended how, the last number looked at, and whether there are more."""

    counts: Mapping[MessageOutcome, int]
    after: int
    has_more: bool


def replay_all(
    *,
    message_ids: Sequence[int],
    after: int,
    client_id: str,
    now: dt.datetime,
    readers: Mapping[str, Reader],
    boundary: int | None = None,
    may_overwrite: bool = False,
    may_read: bool = False,
) -> Replayed:
    """Take these refused messages in again in the order of their numbers, the first `MOST_REPLAYED` of them.

    Each is a database transaction of its own: whoever is interrupted goes on, or begins again, and loses nothing.
    `readers` read bodies again by the way they came.
    """
    ids = sorted(message_ids)
    counts: Counter[MessageOutcome] = Counter()
    for message_id in ids[:MOST_REPLAYED]:
        via = message_of(client_id=client_id, message_id=message_id, now=now).via
        result = replay(
            message_id=message_id,
            client_id=client_id,
            now=now,
            reader=readers.get(via),
            boundary=boundary,
            may_overwrite=may_overwrite,
            may_read=may_read,
        )
        counts[result.outcome] += 1
        after = message_id
    return Replayed(counts, after, has_more=len(ids) > MOST_REPLAYED)


def _read_as_another(kept: Message, result: RowResult) -> None:
    """Note what came of a message that is another one now (Note [Read as another])."""
    kept.outcome = MessageOutcome.REJECTED if result.is_rejected else MessageOutcome.UNCHANGED
    kept.faults = [asdict(fault) for fault in result.faults]
    kept.content, kept.is_foreign = {}, False
    kept.save(update_fields=["outcome", "faults", "content", "is_foreign"])


def _read(kept: Message, reader: Reader | None) -> IncomingMessage | None:
    """Return what a kept message says, or None when it was never understood and cannot be read again.

    What was refused as a whole, or sent under a number that is none, would be read as something that it was not sent
    as: it is mended and sent again, and so is a state sent as steps, or of another dossier. What still cannot be read
    stays of the kind that it was sent as.
    """
    if kept.kind == MessageKind.BATCH or any(fault["code"] in _NEVER_ALONE for fault in kept.faults):
        return None
    raw = unseal(bytes(kept.raw_sealed), bound_to=sealed_for(kept.digest)) if kept.raw_sealed else b""
    if raw and reader:
        message = reader(raw, kept.sent_as or kept.dossier_code)
        if not message.told:
            return replace(message, kind=MessageKind(kept.kind))
        return message if _is_as_sent(message, kept) else None
    return IncomingMessage(raw, tuple(told_in(kept.content, source=""))) if kept.content else None


def _is_as_sent(message: IncomingMessage, kept: Message) -> bool:
    """Tell whether what was read says of the same dossier something of the same kind."""
    code = (kept.sent_as or kept.dossier_code).strip()
    return kind_of(message.told) == kept.kind and message.told[0].dossier_code == code
