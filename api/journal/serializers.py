"""What a client sent and what became of it."""

from typing import Any

from rest_framework import serializers

from api.shapes import Instant
from procedures.vocabulary import MessageKind, MessageOutcome


class MessageFault(serializers.Serializer[Any]):
    """One thing wrong with a message: a pointer into it, a code, and the value where it tells of no person."""

    pointer = serializers.CharField()
    code = serializers.CharField()
    value = serializers.CharField()
    successors = serializers.ListField(
        child=serializers.CharField(), default=list, help_text="Mã các đơn vị kế thừa, khi đơn vị đã gửi không còn."
    )


class JournalEntry(serializers.Serializer[Any]):
    """A message of the caller's. The same content sent again is the same entry, counted."""

    id = serializers.IntegerField()
    dossier_code = serializers.CharField()
    via = serializers.CharField(help_text="api, import hoặc dvcqg.")
    kind = serializers.ChoiceField(MessageKind.choices)
    source_updated_at = Instant(allow_null=True)
    outcome = serializers.ChoiceField(MessageOutcome.choices)
    faults = MessageFault(many=True)
    warnings = serializers.ListField(child=serializers.CharField())
    received_at = Instant()
    last_received_at = Instant()
    times_received = serializers.IntegerField()
