"""The register of successions: what was recorded of who followed whom, and what was revoked of it."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.timezone import localdate, now
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, ListEndpoint
from api.errors import PreconditionMissing, PreconditionStale
from api.idempotency.once import Answer, once
from api.preconditions import etag, require_match
from api.references import unit_meant
from api.schema import IDEMPOTENCY_KEY, IF_MATCH, KEYED, problems
from api.shapes import Instant, Shape, Text, parsed
from api.units.serializers import DecisionNumber, SignedDay, Unit
from procedures.transactions.services import take_back
from units.errors import SuccessionBuiltUpon, SuccessionRevoked, SuccessionUnknown, UnitNotInForce, UnitUnknown
from units.models import UnitSuccession
from units.queries import newest_version, require_inside, succession_with_id, successions_recorded, unit_card
from units.services import Revocation as RevocationOrder
from units.vocabulary import SuccessionKind

A_DAY = dt.timedelta(days=1)
_TEXT = {"type": ["string", "null"]}


class RevocationTold(serializers.Serializer[Any]):
    """Why a succession counts no more."""

    reason = serializers.CharField(source="revocation_reason")
    decision_number = serializers.CharField(source="revocation_number")
    decision_date = serializers.DateField(source="revocation_date")
    at = Instant(source="revoked_at")


class SuccessionRecorded(serializers.Serializer[Any]):
    """A line of the register."""

    id = serializers.IntegerField(source="pk")
    unit = serializers.CharField(source="predecessor.code", help_text="Mã đơn vị có việc chuyển đi.")
    successor = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(SuccessionKind.choices)
    effective_date = serializers.DateField()
    decision_number = DecisionNumber()
    decision_date = serializers.DateField(allow_null=True, help_text="Ngày ký; null: chưa biết.")
    decision = serializers.CharField(help_text="Nguồn, bằng lời.")
    procedures = serializers.ListField(child=serializers.CharField(), help_text="Chỉ các thủ tục này; trống là tất cả.")
    note = serializers.CharField()
    recorded_at = Instant()
    revocation = serializers.SerializerMethodField()

    @extend_schema_field({**_TEXT, "description": "Mã đơn vị kế thừa; null khi giải thể."})
    def get_successor(self, row: UnitSuccession) -> str | None:
        """Print who followed."""
        return row.successor.code if row.successor else None

    @extend_schema_field(RevocationTold(allow_null=True))
    def get_revocation(self, row: UnitSuccession) -> dict[str, Any] | None:
        """Print why it counts no more, null while it counts."""
        return RevocationTold(row).data if row.revoked_at else None


class SuccessionRevocation(Shape):
    """By which decision, and why, a succession is taken back."""

    reason = Text(max_length=2000, help_text="Vì sao điều đã ghi là sai.")
    decision_number = Text(max_length=100, help_text="Số văn bản đính chính, hủy bỏ.")
    decision_date = SignedDay(help_text="Ngày ký, không sau hôm nay.")


class SuccessionsRevoked(serializers.Serializer[Any]):
    """What was taken back."""

    unit = Unit(help_text="Đơn vị vào ngày hiệu lực của quyết định đã hủy.")
    successions = SuccessionRecorded(many=True, help_text="Mọi việc kế thừa của cùng quyết định.")
    postings_restored = serializers.IntegerField(help_text="Số vị trí công tác trở lại như trước.")
    transactions = serializers.IntegerField(help_text="Số hồ sơ chờ tiến trình nền tính lại cho đúng đơn vị.")


class SuccessionFilters(filters.FilterSet):
    """Which lines of the register."""

    unit = filters.CharFilter(method="on_either_side", max_length=100, help_text="Mã đơn vị, ở phía đi hoặc phía đến.")
    revoked = filters.BooleanFilter("revoked_at", lookup_expr="isnull", exclude=True, help_text="Đã bị hủy hay chưa.")

    def on_either_side(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        """Narrow to one unit."""
        unit = unit_meant(code=code, on=localdate(), name="unit", place="parameter")
        return rows.filter(pk__in=successions_recorded(unit_id=unit.pk).values("pk"))


class RegisteredSuccessions(ListEndpoint):
    """The register."""

    scopes = {"GET": "units:read"}
    serializer_class = SuccessionRecorded
    filterset_class = SuccessionFilters
    ordering = ("-id",)

    def get_queryset(self) -> QuerySet[UnitSuccession]:
        """Return all of it: who followed whom is public law."""
        return successions_recorded()

    @extend_schema(
        operation_id="listUnitSuccessions",
        tags=["units"],
        summary="Sổ kế thừa: mọi việc sắp xếp đã ghi, kể cả đã hủy, mới ghi trước",
        responses=SuccessionRecorded(many=True),
    )
    def get(self, request: Request) -> Any:
        """List what was recorded."""
        return self.page()


class OneSuccession(Endpoint):
    """One line of the register."""

    scopes = {"GET": "units:read"}

    @extend_schema(
        operation_id="getUnitSuccession",
        tags=["units"],
        summary="Một việc kế thừa đã ghi, và vì sao bị hủy nếu đã hủy",
        responses={200: SuccessionRecorded, **problems(SuccessionUnknown)},
    )
    def get(self, request: Request, succession_id: int) -> Response:
        """Tell one; its ETag is the unit's, by which a revocation is guarded."""
        row = succession_with_id(succession_id=succession_id)
        return Response(SuccessionRecorded(row).data, headers=etag(_edition(row)))


class SuccessionRevocations(Endpoint):
    """The revocation of what was recorded by mistake."""

    scopes = {"POST": "units:write"}

    @extend_schema(
        operation_id="revokeUnitSuccession",
        tags=["units"],
        summary="Hủy một việc kế thừa ghi sai (sai đơn vị kế thừa, sai ngày); đơn vị, mã, cán bộ trở lại như trước",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=SuccessionRevocation,
        responses={
            200: SuccessionsRevoked,
            **problems(
                SuccessionUnknown, SuccessionRevoked, SuccessionBuiltUpon, UnitNotInForce, PreconditionMissing,
                PreconditionStale, *KEYED,
            ),
        },
    )  # fmt: skip
    def post(self, request: Request, succession_id: int) -> HttpResponse:
        """Take it back with all that the same decision did with the unit; nothing is deleted from the register."""
        order = RevocationOrder(**parsed(SuccessionRevocation, request.data))
        row = self._within(succession_with_id(succession_id=succession_id))

        def work(_secret: str) -> Answer:
            followed = take_back(
                succession=row, revocation=order, by=self.principal.id, now=now(),
                confirm=lambda version: require_match(request, version=version),
            )  # fmt: skip
            card = unit_card(code=row.predecessor.code, on=row.effective_date)
            told = {
                "unit": card, "successions": followed.done.successions,
                "postings_restored": followed.done.postings_restored, "transactions": followed.renewals,
            }  # fmt: skip
            return Answer(200, SuccessionsRevoked(told).data, etag(card.edition))

        return once(request=request, operation=f"revokeUnitSuccession:{row.pk}", now=now(), work=work)

    def _within(self, row: UnitSuccession) -> UnitSuccession:
        """Return it where the caller might have recorded it himself; raises SuccessionUnknown elsewhere."""
        boundary = self.principal.boundary
        try:
            require_inside(boundary=boundary, unit=row.predecessor, on=row.effective_date - A_DAY)
            if row.successor:
                require_inside(boundary=boundary, unit=row.successor, on=row.effective_date)
        except UnitUnknown as error:
            raise SuccessionUnknown from error
        return row


def _edition(row: UnitSuccession) -> int:
    newest = newest_version(unit_id=row.predecessor_id)
    return newest.version if newest else 0
