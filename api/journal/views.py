"""The journal over HTTP: a client reads its own messages, and has refused ones taken in again, one or many."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.filtering import DayFilter
from api.journal.serializers import JournalEntry, ReplayAsked, ReplayReport
from api.schema import problems
from api.sending import as_sender
from procedures.calendar.rules import ZONE
from procedures.errors import MessageUnknown
from procedures.transactions.models import Message
from procedures.transactions.queries import journal_of, message_of, refused_in
from procedures.transactions.services import MOST_REPLAYED, IncomingMessage, replay, replay_all
from procedures.vocabulary import MessageOutcome

Reader = Callable[[bytes, str, dt.datetime], IncomingMessage]
"""Reads a kept body again, with its dossier code and the present instant."""


class JournalFilters(filters.FilterSet):
    """Which messages."""

    outcome = filters.ChoiceFilter(choices=MessageOutcome.choices)
    dossier_code = filters.CharFilter(method="of_dossier", max_length=100, help_text="Mã hồ sơ, hoặc mã đã gửi.")
    fault = filters.CharFilter(method="with_fault", max_length=60, help_text="Mã của một lỗi, ví dụ unknown_procedure.")
    received_from = DayFilter(method="from_day", help_text="Lần nhận gần nhất từ ngày này.")
    received_to = DayFilter(method="to_day", help_text="Lần nhận gần nhất đến hết ngày này.")

    def of_dossier(self, rows: QuerySet[Message], _name: str, code: str) -> QuerySet[Message]:
        """Keep what is filed under a dossier, or was sent under this number of it."""
        return rows.filter(Q(dossier_code=code) | Q(sent_as=code))

    def with_fault(self, rows: QuerySet[Message], _name: str, code: str) -> QuerySet[Message]:
        """Keep what was refused for a fault of this code, among others."""
        return rows.filter(faults__contains=[{"code": code}])

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
            reader=partial(_reading, reader, at) if reader else None,
            boundary=sender["boundary"],
            may_overwrite=sender["may_overwrite"],
            may_read=sender["may_read"],
        )
        entry = message_of(client_id=by.id, message_id=result.message_id or message_id, now=at)
        return Response(JournalEntry(entry).data)


class Replays(Endpoint):
    """Many refused messages, once more; so many at once, and then from where it stopped."""

    scopes = {"POST": "transactions:write"}
    readers: ClassVar[Mapping[str, Reader]] = {}

    @extend_schema(
        operation_id="replayMessages",
        tags=["journal"],
        summary="Nhận lại nhiều thông điệp đã bị từ chối (mỗi lần tối đa 200), sau khi nguyên nhân đã được sửa",
        request=ReplayAsked,
        responses={200: ReplayReport},
    )
    def post(self, request: Request) -> Response:
        """Take the first refused messages in again that fit; those that were taken stay as they are."""
        asked = ReplayAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        at, by, conditions = now(), self.principal, dict(asked.validated_data)
        after = conditions.pop("after")
        rows = JournalFilters(conditions, journal_of(client_id=by.id, now=at)).qs
        sender = as_sender(by)
        report = replay_all(
            message_ids=refused_in(rows, after=after, at_most=MOST_REPLAYED + 1),
            after=after,
            client_id=by.id,
            now=at,
            readers={via: partial(_reading, reader, at) for via, reader in self.readers.items()},
            boundary=sender["boundary"],
            may_overwrite=sender["may_overwrite"],
            may_read=sender["may_read"],
        )
        counts = {str(outcome): report.counts.get(outcome, 0) for outcome in MessageOutcome}
        return Response(ReplayReport({"counts": counts, "after": report.after, "has_more": report.has_more}).data)


def _reading(reader: Reader, at: dt.datetime, raw: bytes, code: str) -> IncomingMessage:
    return reader(raw, code, at)
