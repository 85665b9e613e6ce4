"""Transactions over HTTP: told by machines, read by everybody who may."""

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.errors import Invalid, TooLarge
from api.preconditions import etag, is_unchanged
from api.rendering import answered
from api.schema import problems
from api.sending import as_sender
from api.shapes import printed
from api.transactions.faults import other_source, told
from api.transactions.reading import VIA, read_state, read_steps
from api.transactions.refused import keep_refused
from api.transactions.serializers import (
    MessageReceipt,
    StepsReport,
    Timeline,
    TransactionReport,
    TransactionWithSteps,
)
from procedures.errors import OtherSource, TransactionUnknown
from procedures.transactions.queries import (
    card_with_code,
    intervals_of,
    state_of,
    steps_of,
    transaction_with_code,
)
from procedures.transactions.services import IncomingMessage, RowResult, receive
from procedures.vocabulary import MessageKind, MessageOutcome, Timeliness


class OneTransaction(Endpoint):
    """One transaction."""

    scopes = {"GET": "transactions:read", "PUT": "transactions:write"}

    @extend_schema(
        operation_id="getTransaction",
        tags=["transactions"],
        summary="Một giao dịch và các bước của nó",
        responses={200: TransactionWithSteps, 304: None, **problems(TransactionUnknown)},
    )
    def get(self, request: Request, dossier_code: str) -> HttpResponse:
        """Tell one transaction."""
        card = card_with_code(dossier_code=dossier_code, viewer=self.principal.viewer, now=now())
        row = card.row
        if is_unchanged(request, version=row.version) and row.timeliness != Timeliness.RUNNING:
            return Response(status=HTTPStatus.NOT_MODIFIED, headers=etag(row.version))
        return answered(request, printed(TransactionWithSteps, card), headers=etag(row.version))

    @extend_schema(
        operation_id="putTransaction",
        tags=["transactions"],
        summary="Báo trạng thái đầy đủ của một giao dịch (gửi lại, gửi muộn, gửi lộn xộn đều được)",
        request=TransactionReport,
        responses={200: MessageReceipt, 201: MessageReceipt, **problems(OtherSource)},
    )
    def put(self, request: Request, dossier_code: str) -> HttpResponse:
        """Take the full state in; what is older than what we hold fills gaps only."""
        at = now()
        document = _document(self, request, MessageKind.SNAPSHOT, dossier_code=dossier_code, at=at)
        message = read_state(document, _raw(request), dossier_code=dossier_code, now=at)
        return _receipt(request, _taken(self, message, at=at), created=MessageOutcome.CREATED)


class Steps(Endpoint):
    """The steps of a transaction."""

    scopes = {"POST": "transactions:write"}

    @extend_schema(
        operation_id="addTransactionSteps",
        tags=["transactions"],
        summary="Báo các bước đã làm (trước hay sau trạng thái của giao dịch đều được; gửi lại không sinh bước mới)",
        request=StepsReport,
        responses={200: MessageReceipt, 201: MessageReceipt, **problems(OtherSource)},
    )
    def post(self, request: Request, dossier_code: str) -> HttpResponse:
        """Take steps in; they wait if nobody has told of the transaction yet."""
        at = now()
        document = _document(self, request, MessageKind.STEPS, dossier_code=dossier_code, at=at)
        message = read_steps(document, _raw(request), dossier_code=dossier_code, now=at)
        return _receipt(request, _taken(self, message, at=at), created=MessageOutcome.UPDATED)


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


def _raw(request: Request) -> bytes:
    return getattr(request, "raw_body", b"")


def _document(view: Endpoint, request: Request, kind: MessageKind, *, dossier_code: str, at: dt.datetime) -> Any:
    """Return what was sent; raises Invalid or TooLarge for a body that cannot be read, and the journal tells of it."""
    try:
        return request.data
    except (Invalid, TooLarge) as error:
        keep_refused(request, error, kind=kind, by=view.principal, now=at, dossier_code=dossier_code)
        raise


def _taken(view: Endpoint, message: IncomingMessage, *, at: dt.datetime) -> RowResult:
    """Hand one message over; raises Invalid or OtherSource naming what is wrong (it is kept all the same)."""
    (result,) = receive([message], via=VIA, now=at, **as_sender(view.principal))
    if other := other_source(result.faults):
        raise other
    if result.is_rejected:
        raise Invalid([told(fault) for fault in result.faults])
    return result


def _receipt(request: Request, result: RowResult, *, created: MessageOutcome) -> HttpResponse:
    status = HTTPStatus.CREATED if result.outcome is created else HTTPStatus.OK
    return answered(request, printed(MessageReceipt, result), status=status)
