"""What a client sent and what became of it."""

from typing import Any

from rest_framework import serializers

from api.shapes import Instant, Shape, Text
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
    sent_as = serializers.CharField(help_text="Mã đã gửi, khi đó là mã khác của hồ sơ; nếu không thì trống.")
    via = serializers.CharField(help_text="api, import hoặc dvcqg.")
    kind = serializers.ChoiceField(MessageKind.choices)
    source_updated_at = Instant(allow_null=True)
    outcome = serializers.ChoiceField(MessageOutcome.choices)
    faults = MessageFault(many=True)
    warnings = serializers.ListField(child=serializers.CharField())
    received_at = Instant()
    last_received_at = Instant()
    times_received = serializers.IntegerField()


class ReplayAsked(Shape):
    """Which refused messages are to be taken in again; without conditions all of the last 90 days."""

    fault = Text(
        required=False, max_length=60, help_text="Chỉ những bản tin có lỗi mang mã này, ví dụ unknown_procedure."
    )
    dossier_code = Text(required=False, max_length=100)
    received_from = serializers.DateField(required=False, help_text="Lần nhận gần nhất từ ngày này.")
    received_to = serializers.DateField(required=False, help_text="Lần nhận gần nhất đến hết ngày này.")
    after = serializers.IntegerField(
        required=False, default=0, min_value=0, help_text="Chỉ những bản tin có số lớn hơn; lần đầu bỏ trống."
    )


class ReplayCounts(serializers.Serializer[Any]):
    """How many messages came to what."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    stale = serializers.IntegerField()
    waiting = serializers.IntegerField()
    rejected = serializers.IntegerField()


class ReplayReport(serializers.Serializer[Any]):
    """What came of a replay of many messages."""

    counts = ReplayCounts()
    after = serializers.IntegerField(help_text="Số của bản tin cuối đã xem; gửi lại ở after để làm tiếp.")
    has_more = serializers.BooleanField(help_text="Còn bản tin bị từ chối phía sau: gửi tiếp với after.")
