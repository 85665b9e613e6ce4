"""What a client sent, and what became of it."""

import datetime as dt

from django.db.models import Q, QuerySet

from procedures.errors import MessageUnknown
from procedures.transactions.models import Message
from procedures.vocabulary import MessageOutcome

KEPT = dt.timedelta(days=90)
"""How long the journal tells of a message, counted from when it was last received."""


def journal_of(*, client_id: str, now: dt.datetime) -> QuerySet[Message]:
    """Return the messages a client sent in the last 90 days, without their sealed bodies.

    What another client of its source sent before it is among them (the partial index needs to hear of `<> '{}'`).
    """
    sent_too = Q(also_sent_by__contains=[client_id]) & ~Q(also_sent_by=[])
    rows = Message.objects.filter(Q(client_id=client_id) | sent_too, last_received_at__gte=now - KEPT)
    return rows.defer("raw_sealed", "content")


def refused_in(rows: QuerySet[Message], *, after: int, at_most: int) -> list[int]:
    """Return the numbers of the first refused messages behind a number, in order."""
    found = rows.filter(outcome=MessageOutcome.REJECTED, pk__gt=after).order_by("pk")
    return list(found.values_list("pk", flat=True)[:at_most])


def message_of(*, client_id: str, message_id: int, now: dt.datetime) -> Message:
    """Return one of a client's own messages; raises MessageUnknown."""
    try:
        return journal_of(client_id=client_id, now=now).get(pk=message_id)
    except Message.DoesNotExist as error:
        raise MessageUnknown from error
