"""The journal over HTTP: a client reads its own messages, and has refused ones taken in again."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.timezone import now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.filtering import DayFilter
from api.journal.serializers import JournalEntry
from api.schema import problems
from api.sending import as_sender
from procedures.calendar.rules import ZONE
from procedures.errors import MessageUnknown
from procedures.transactions.models import Message
from procedures.transactions.queries import journal_of, message_of
from procedures.transactions.services import IncomingMessage, replay
from procedures.vocabulary import MessageOutcome

Reader = Callable[[bytes, str, dt.datetime], IncomingMessage]
"""Reads a kept body again, with its dossier code and the present instant."""


class JournalFilters(filters.FilterSet):
    """Which messages."""

    outcome = filters.ChoiceFilter(choices=MessageOutcome.choices)
    dossier_code = filters.CharFilter(max_length=100)
    received_from = DayFilter(method="from_day", help_text="Lần nhận gần nhất từ ngày này.")
    received_to = DayFilter(method="to_day", help_text="Lần nhận gần nhất đến hết ngày này.")

    def from_day(self, rows: QuerySet[Message], _name: str, day: dt.date) -> QuerySet[Message]:
        """Keep what was last received on the day or later."""
        return rows.filter(last_received_at__gte=dt.datetime.combine(day, dt.time.min, ZONE))

    def to_day(self, rows: QuerySet[Message], _name: str, day: dt.date) -> QuerySet[Message]:
        """Keep what was last received on the day or before."""
        return rows.filter(last_received_at__lt=dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, ZONE))


class Journal(ListEndpoint):
    """The caller's messages of the last 90 days, the newest first."""

    scopes = {"GET": "transactions:write"}
    serializer_class = JournalEntry
    filterset_class = JournalFilters
    ordering = ("-id",)

    def get_queryset(self) -> QuerySet[Message]:
        """Return the caller's own."""
        return journal_of(client_id=self.principal.id, now=now())

    @extend_schema(
        operation_id="listJournal",
        tags=["journal"],
        summary="Nhật ký: những gì tôi đã gửi trong 90 ngày qua và kết quả",
        responses=JournalEntry(many=True),
    )
    def get(self, request: Request) -> Any:
        """List what the caller sent."""
        return self.page()


class Replay(Endpoint):
    """A refused message, once more. `readers` read bodies again, by the way they came (set in api/urls.py)."""

    scopes = {"POST": "transactions:write"}
    readers: ClassVar[Mapping[str, Reader]] = {}

    @extend_schema(
        operation_id="replayMessage",
        tags=["journal"],
        summary="Nhận lại một thông điệp đã bị từ chối, sau khi nguyên nhân đã được sửa",
        request=None,
        responses={200: JournalEntry, **problems(MessageUnknown)},
    )
    def post(self, request: Request, message_id: int) -> Response:
        """Take a refused message in again; one that was taken stays as it is."""
        at, by = now(), self.principal
        reader = self.readers.get(message_of(client_id=by.id, message_id=message_id, now=at).via)
        sender = as_sender(by)
        result = replay(
            message_id=message_id,
            client_id=by.id,
            now=at,
            reader=(lambda raw, code: reader(raw, code, at)) if reader else None,
            boundary=sender["boundary"],
            may_overwrite=sender["may_overwrite"],
            may_read=sender["may_read"],
        )
        entry = message_of(client_id=by.id, message_id=result.message_id or message_id, now=at)
        return Response(JournalEntry(entry).data)
