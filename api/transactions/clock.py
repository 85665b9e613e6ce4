"""The clock of a transaction over HTTP: every stretch, every day, in words a citizen understands."""

import datetime as dt
from typing import Any, Literal

from django.utils.timezone import localdate, now
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.printing import Sparse
from api.schema import problems
from api.shapes import Instant
from api.transactions.serializers import ClockStretch
from procedures.calendar.rules import Stretch, stretch_in_words, stretches_of
from procedures.errors import TransactionUnknown
from procedures.transactions.models import Transaction
from procedures.transactions.queries import state_of, transaction_with_code
from procedures.transactions.rules.fold import State
from procedures.transactions.rules.words import clock_in_words


class DayCounted(serializers.Serializer[Any]):
    """A day on the way to the due date."""

    date = serializers.DateField(source="day")
    counts = serializers.BooleanField()
    reason = serializers.CharField()
    name = serializers.CharField()
    minutes = serializers.IntegerField()


class ClockLimit(serializers.Serializer[Any]):
    """A time limit in the unit of its law."""

    amount = serializers.IntegerField()
    unit = serializers.CharField()


class ClockMeasured(ClockStretch):
    """A stretch of time, measured and told."""

    passed = serializers.IntegerField(
        allow_null=True, help_text="Số ngày trôi qua theo đơn vị của thời hạn (thời hạn theo giờ: số phút làm việc)."
    )
    counted = serializers.IntegerField(
        allow_null=True, help_text="Phần tính vào thời hạn đang chạy: 0 khi chờ, hoặc khi thời hạn đã tính lại từ đầu."
    )
    sentence = serializers.CharField(help_text="Một câu cho công dân đọc.")


class DoubtfulDay(serializers.Serializer[Any]):
    """A day that is expected and not yet official."""

    date = serializers.DateField()
    name = serializers.CharField()


class ClockTold(Sparse):
    """How a due date came about; nothing but the code and `is_started` before the dossier was received."""

    SPARSE = frozenset({"limit"})

    dossier_code = serializers.CharField()
    is_started = serializers.BooleanField()
    calendar_version = serializers.CharField(source="clock.calendar_version", default=None, allow_null=True)
    received_at = Instant(source="clock.received_at", default=None, allow_null=True)
    counts_as_received_at = Instant(source="clock.counts_as_received_at", default=None, allow_null=True)
    limit = ClockLimit(source="clock.limit", default=None, required=False)
    is_promised = serializers.BooleanField(source="clock.is_promised", default=False)
    due_at_original = Instant(source="clock.due_at_original", default=None, allow_null=True)
    due_at = Instant(source="clock.due_at", default=None, allow_null=True, help_text="Hạn theo luật.")
    due_at_before_exclusions = Instant(allow_null=True, help_text="Hạn nếu không loại trừ thời gian nào.")
    doubtful_days = DoubtfulDay(many=True, help_text="Hạn tính qua các ngày chưa chính thức này.")
    due_at_sent = Instant(allow_null=True, help_text="Ngày hẹn như bên gửi báo lần cuối.")
    due_at_computed = Instant(allow_null=True, help_text="Hạn tính theo thời hạn của thủ tục.")
    due_date_differs = serializers.BooleanField(help_text="Các hạn đã biết khác ngày nhau.")
    stands = serializers.BooleanField(source="clock.stands", default=False, help_text="Đồng hồ đang dừng.")
    ended_at = Instant(source="clock.ended_at", default=None, allow_null=True)
    days_used = serializers.IntegerField(source="clock.days_used", default=None, allow_null=True)
    minutes_used = serializers.IntegerField(source="clock.minutes_used", default=None, allow_null=True)
    intervals = ClockMeasured(many=True)
    counted = DayCounted(many=True, source="clock.counted", default=())
    explanation = serializers.ListField(child=serializers.CharField(), help_text="Từng câu cho công dân đọc.")


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
        return Response(ClockTold(_clock_told(row, state, at)).data)


def _clock_told(row: Transaction, state: State | None, at: dt.datetime) -> dict[str, Any]:
    clock, language = state.clock if state else None, _language()
    told: dict[str, Any] = {"clock": clock} if clock else {}
    return told | {
        "dossier_code": row.dossier_code,
        "is_started": clock is not None,
        "due_at_before_exclusions": row.due_at_before_exclusions,
        "doubtful_days": [{"date": day, "name": name} for day, name in clock.doubtful_days.items()] if clock else [],
        "due_at_sent": row.due_at,
        "due_at_computed": row.due_at_computed,
        "due_date_differs": row.due_date_differs,
        "intervals": [_measured(one, language) for one in stretches_of(clock, until=at)] if clock else [],
        "explanation": clock_in_words(state, today=localdate(at), language=language),
    }


def _measured(stretch: Stretch, language: Literal["vi", "en"]) -> dict[str, Any]:
    interval = stretch.interval
    return {
        "begins_at": interval.begins_at,
        "ends_at": interval.ends_at,
        "cause": interval.cause,
        "effect": interval.effect,
        "counts": interval.counts,
        "passed": stretch.passed,
        "counted": stretch.counted,
        "sentence": stretch_in_words(stretch, language=language),
    }


def _language() -> Literal["vi", "en"]:
    return "en" if (get_language() or "vi").startswith("en") else "vi"
