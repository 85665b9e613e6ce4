"""Transactions over HTTP: told by machines, read by everybody who may."""

import datetime as dt
from http import HTTPStatus
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.timezone import localdate, now
from django.utils.translation import get_language
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.errors import Invalid
from api.filtering import DayFilter
from api.language import said
from api.organisation import OrganisedFilters, OrganisedList
from api.preconditions import etag, is_unchanged
from api.references import unit_meant
from api.schema import problems
from api.shapes import printed
from api.transactions.faults import told
from api.transactions.reading import VIA, read_state, read_steps
from api.transactions.serializers import (
    ClockTold,
    MessageReceipt,
    StepsReport,
    Timeline,
    Transaction,
    TransactionReport,
    TransactionWithSteps,
)
from procedures.calendar.rules import ZONE, days_in_words
from procedures.errors import TransactionUnknown
from procedures.transactions.models import Transaction as TransactionRow
from procedures.transactions.queries import (
    card_with_code,
    cards,
    intervals_of,
    state_of,
    steps_of,
    transaction_with_code,
    transactions_visible_to,
    under_unit,
    under_unit_then,
    with_timeliness_now,
)
from procedures.transactions.services import IncomingMessage, RowResult, receive
from procedures.vocabulary import Channel, MessageOutcome, Outcome, Status, Timeliness, TransactionWarning


class TransactionFilters(OrganisedFilters):
    """Which transactions."""

    under = filters.CharFilter(
        method="inside", max_length=100, help_text="Mã đơn vị: cả cây của đơn vị (xem organisation)."
    )
    procedure = filters.CharFilter("procedure__code", max_length=40)
    field = filters.CharFilter("procedure_version__field__code", max_length=100)
    channel = filters.ChoiceFilter(choices=Channel.choices)
    status = filters.ChoiceFilter(choices=Status.choices)
    outcome = filters.ChoiceFilter(choices=Outcome.choices)
    timeliness = filters.ChoiceFilter("timeliness_now", choices=Timeliness.choices)
    received_from = DayFilter(method="from_day")
    received_to = DayFilter(method="to_day", help_text="Tính cả ngày này.")
    ended_from = DayFilter(method="from_day")
    ended_to = DayFilter(method="to_day", help_text="Tính cả ngày này.")
    due_date_differs = filters.BooleanFilter(method="differing", help_text="Ngày hẹn khác ngày tính theo thời hạn.")
    q = filters.CharFilter("dossier_code", "startswith", max_length=100, help_text="Phần đầu của mã hồ sơ.")

    def inside(self, rows: QuerySet[TransactionRow], _name: str, code: str) -> QuerySet[TransactionRow]:
        """Narrow to a unit's subtree: of then, or as now with what it inherited."""
        on = localdate()
        unit = unit_meant(code=code, on=on, name="under", place="parameter")
        return under_unit(rows, unit_id=unit.pk, on=on) if self.is_now else under_unit_then(rows, unit_id=unit.pk)

    def from_day(self, rows: QuerySet[TransactionRow], name: str, day: dt.date) -> QuerySet[TransactionRow]:
        """Keep what happened on the day or later."""
        column = f"{name.removesuffix('_from')}_at"
        return rows.filter(**{f"{column}__gte": dt.datetime.combine(day, dt.time.min, ZONE)})

    def to_day(self, rows: QuerySet[TransactionRow], name: str, day: dt.date) -> QuerySet[TransactionRow]:
        """Keep what happened on the day or before."""
        column, after = f"{name.removesuffix('_to')}_at", day + dt.timedelta(days=1)
        return rows.filter(**{f"{column}__lt": dt.datetime.combine(after, dt.time.min, ZONE)})

    def differing(self, rows: QuerySet[TransactionRow], _name: str, differs: bool) -> QuerySet[TransactionRow]:  # noqa: FBT001 - django-filter's signature
        """Keep those with, or without, the warning."""
        flagged = {"warnings__contains": [TransactionWarning.DUE_DATE_DIFFERS.value]}
        return rows.filter(**flagged) if differs else rows.exclude(**flagged)


class Transactions(OrganisedList):
    """The transactions, the newest known first."""

    scopes = {"GET": "transactions:read"}
    serializer_class = Transaction
    filterset_class = TransactionFilters
    ordering = ("-id",)
    unit_fields = ("receiving_unit", "settling_unit")

    def get_queryset(self) -> QuerySet[TransactionRow]:
        """Return what the caller may see."""
        visible = transactions_visible_to(viewer=self.principal.viewer, on=localdate())
        return with_timeliness_now(visible, now=now())

    @extend_schema(
        operation_id="listTransactions",
        tags=["transactions"],
        summary="Danh sách giao dịch thủ tục hành chính",
        responses=Transaction(many=True),
    )
    def get(self, request: Request) -> Any:
        """List transactions."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(Transaction(cards(list(rows or ())), many=True).data)


class OneTransaction(Endpoint):
    """One transaction."""

    scopes = {"GET": "transactions:read", "PUT": "transactions:write"}

    @extend_schema(
        operation_id="getTransaction",
        tags=["transactions"],
        summary="Một giao dịch và các bước của nó",
        responses={200: TransactionWithSteps, 304: None, **problems(TransactionUnknown)},
    )
    def get(self, request: Request, dossier_code: str) -> Response:
        """Tell one transaction."""
        card = card_with_code(dossier_code=dossier_code, viewer=self.principal.viewer, now=now())
        row = card.row
        if is_unchanged(request, version=row.version) and row.timeliness != Timeliness.RUNNING:
            return Response(status=HTTPStatus.NOT_MODIFIED, headers=etag(row.version))
        return Response(printed(TransactionWithSteps, card), headers=etag(row.version))

    @extend_schema(
        operation_id="putTransaction",
        tags=["transactions"],
        summary="Báo trạng thái đầy đủ của một giao dịch (gửi lại, gửi muộn, gửi lộn xộn đều được)",
        request=TransactionReport,
        responses={200: MessageReceipt, 201: MessageReceipt},
    )
    def put(self, request: Request, dossier_code: str) -> Response:
        """Take the full state in; what is older than what we hold fills gaps only."""
        at = now()
        message = read_state(request.data, _raw(request), dossier_code=dossier_code, now=at)
        return _receipt(_taken(self, message, at=at), created=MessageOutcome.CREATED)


class Steps(Endpoint):
    """The steps of a transaction."""

    scopes = {"POST": "transactions:write"}

    @extend_schema(
        operation_id="addTransactionSteps",
        tags=["transactions"],
        summary="Báo các bước đã làm (trước hay sau trạng thái của giao dịch đều được; gửi lại không sinh bước mới)",
        request=StepsReport,
        responses={200: MessageReceipt, 201: MessageReceipt},
    )
    def post(self, request: Request, dossier_code: str) -> Response:
        """Take steps in; they wait if nobody has told of the transaction yet."""
        at = now()
        message = read_steps(request.data, _raw(request), dossier_code=dossier_code, now=at)
        return _receipt(_taken(self, message, at=at), created=MessageOutcome.UPDATED)


class TransactionTimeline(Endpoint):
    """What happened to a transaction."""

    scopes = {"GET": "transactions:read"}

    @extend_schema(
        operation_id="getTransactionTimeline",
        tags=["transactions"],
        summary="Diễn biến: các bước, các quãng thời gian, các lần đổi ngày hẹn",
        responses={200: Timeline, **problems(TransactionUnknown)},
    )
    def get(self, request: Request, dossier_code: str) -> Response:
        """Tell steps, intervals, and why the due date moved."""
        at = now()
        row = transaction_with_code(dossier_code=dossier_code, viewer=self.principal.viewer, now=at)
        state = state_of(transaction=row, now=at)
        timeline = {
            "dossier_code": dossier_code,
            "steps": steps_of(transaction_id=row.pk),
            "intervals": intervals_of(transaction_id=row.pk),
            "due_date_moves": state.promises.moves if state else (),
        }
        return Response(Timeline(timeline).data)


class TransactionClock(Endpoint):
    """The clock of a transaction."""

    scopes = {"GET": "transactions:read"}

    @extend_schema(
        operation_id="getTransactionClock",
        tags=["transactions"],
        summary="Hạn trả kết quả được tính ra sao: từng quãng, từng ngày, bằng lời",
        responses={200: ClockTold, **problems(TransactionUnknown)},
    )
    def get(self, request: Request, dossier_code: str) -> Response:
        """Tell how the due date came about."""
        at = now()
        row = transaction_with_code(dossier_code=dossier_code, viewer=self.principal.viewer, now=at)
        state = state_of(transaction=row, now=at)
        clock = state.clock if state else None
        not_started = said("Hồ sơ chưa được tiếp nhận nên chưa tính thời hạn.", "Not received yet: no time is counted.")
        words = days_in_words(clock, language=_language()) if clock else [str(not_started)]
        told_of = {"dossier_code": dossier_code, "is_started": clock is not None, "explanation": words}
        return Response(ClockTold(told_of | ({"clock": clock} if clock else {})).data)


def _language() -> Literal["vi", "en"]:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def _raw(request: Request) -> bytes:
    return getattr(request, "raw_body", b"")


def _taken(view: Endpoint, message: IncomingMessage, *, at: dt.datetime) -> RowResult:
    """Hand one message over; raises Invalid naming what is wrong with it (it is kept all the same)."""
    by = view.principal
    (result,) = receive([message], source=by.source or by.id, client_id=by.id, via=VIA, now=at, boundary=by.boundary)
    if result.is_rejected:
        raise Invalid([told(fault) for fault in result.faults])
    return result


def _receipt(result: RowResult, *, created: MessageOutcome) -> Response:
    status = HTTPStatus.CREATED if result.outcome is created else HTTPStatus.OK
    return Response(printed(MessageReceipt, result), status=status)
