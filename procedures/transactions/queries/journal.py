"""What a client sent, and what became of it."""

from django.db.models import QuerySet

from procedures.errors import MessageUnknown
from procedures.transactions.models import Message


def journal_of(*, client_id: str) -> QuerySet[Message]:
    """Return a client's own messages, without their sealed bodies."""
    return Message.objects.filter(client_id=client_id).defer("raw_sealed", "content")


def message_of(*, client_id: str, message_id: int) -> Message:
    """Return one of a client's own messages; raises MessageUnknown."""
    try:
        return journal_of(client_id=client_id).get(pk=message_id)
    except Message.DoesNotExist as error:
        raise MessageUnknown from error
