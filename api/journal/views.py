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
from api.journal.serializers import JournalEntry
from api.schema import problems
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


class Journal(ListEndpoint):
    """The caller's messages, the newest first."""

    scopes = {"GET": "transactions:write"}
    serializer_class = JournalEntry
    filterset_class = JournalFilters
    ordering = ("-id",)

    def get_queryset(self) -> QuerySet[Message]:
        """Return the caller's own."""
        return journal_of(client_id=self.principal.id)

    @extend_schema(
        operation_id="listJournal",
        tags=["journal"],
        summary="Nhật ký: những gì tôi đã gửi và kết quả",
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
        reader = self.readers.get(message_of(client_id=by.id, message_id=message_id).via)
        result = replay(
            message_id=message_id,
            client_id=by.id,
            now=at,
            reader=(lambda raw, code: reader(raw, code, at)) if reader else None,
            boundary=by.boundary,
        )
        entry = message_of(client_id=by.id, message_id=result.message_id or message_id)
        return Response(JournalEntry(entry).data)
