"""The shapes of exclusions: what a unit proposes, what is decided, what is told of it."""

import datetime as dt
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.language import said
from api.organisation import WAS_HELP
from api.printing import Added
from api.shapes import Instant, Shape, Text
from procedures.exclusions.queries import SHOWN
from procedures.vocabulary import ExclusionScope, ExclusionState, ReasonBasis

LONGEST = dt.timedelta(days=366)
_TEXT = {"type": ["string", "null"]}


class ProposedPeriod(Shape):
    """What is proposed to be excluded for one dossier."""

    reason = Text(max_length=40, help_text="Mã lý do, xem GET /exclusion-reasons.")
    begins_at = Instant(help_text="Từ lúc này.")
    ends_at = Instant(help_text="Đến lúc này.")
    evidence = Text(max_length=4000, help_text="Chứng cứ, bằng lời; không ghi thông tin cá nhân của người nộp.")
    document = Text(max_length=300, help_text="Số, ký hiệu văn bản làm căn cứ.")
    unit = Text(required=False, max_length=100, help_text="Đơn vị đề nghị; bỏ trống là đơn vị của tài khoản.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that runs backwards or is longer than a year."""
        if not dt.timedelta() < attrs["ends_at"] - attrs["begins_at"] <= LONGEST:
            text = said("ends_at phải sau begins_at, tối đa 366 ngày.", "ends_at is after begins_at, 366 days at most.")
            raise serializers.ValidationError({"ends_at": [serializers.ErrorDetail(str(text), "bad_range")]})
        return attrs


class ExclusionProposal(ProposedPeriod):
    """What is proposed to be excluded for the dossiers named, or for all that the unit had in hand."""

    dossier_codes = serializers.ListField(
        child=Text(max_length=100), required=False, min_length=1, max_length=1000,
        help_text="Bỏ trống: mọi hồ sơ đơn vị đang giải quyết trong thời gian đó, chốt danh sách khi duyệt.",
    )  # fmt: skip


class ExclusionNote(Shape):
    """Why it is decided so."""

    note = Text(max_length=2000, help_text="Lý do.")


class ExclusionReason(serializers.Serializer[Any]):
    """A reason, and on what it rests."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()
    basis = serializers.ChoiceField(ReasonBasis.choices)
    source = serializers.CharField(help_text="Điều luật, hoặc lý do khi luật không nêu.")  # type: ignore[assignment]
    is_open = serializers.BooleanField(help_text="Còn dùng cho đề nghị mới.")


class ExclusionReasons(serializers.Serializer[Any]):
    """All of them."""

    results = ExclusionReason(many=True)


class Exclusion(serializers.Serializer[Any]):
    """An exclusion; while it is approved the period does not count for the dossiers it names."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(ExclusionState.choices)
    reason = ExclusionReason()
    unit = serializers.CharField(source="unit.code", help_text="Đơn vị đề nghị.")
    unit_was = Added(required=False, help_text=WAS_HELP)
    scope = serializers.ChoiceField(ExclusionScope.choices)
    begins_at = Instant()
    ends_at = Instant()
    evidence = serializers.CharField()
    document = serializers.CharField()
    named = serializers.IntegerField(help_text="Số hồ sơ được nêu; với scope=unit chỉ có sau khi duyệt.")
    proposed_by = serializers.CharField()
    proposed_at = Instant()
    decided_by = serializers.SerializerMethodField(help_text="Người quyết định; null là chưa có.")
    decided_for = serializers.SerializerMethodField(help_text="Mã đơn vị cấp trên đã quyết định; null là cấp tỉnh.")
    decided_for_was = Added(required=False, help_text=WAS_HELP)
    decided_at = Instant(allow_null=True)
    version = serializers.IntegerField()

    @extend_schema_field(_TEXT)
    def get_decided_by(self, row: Any) -> str | None:
        """Print who decided."""
        return row.decided_by or None

    @extend_schema_field(_TEXT)
    def get_decided_for(self, row: Any) -> str | None:
        """Print the unit in whose name it was decided."""
        return row.decided_for.code if row.decided_for else None


class ExclusionEvent(serializers.Serializer[Any]):
    """What happened to an exclusion."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(ExclusionState.choices)
    at = Instant()
    by = serializers.CharField()
    note = serializers.CharField()
    named = serializers.IntegerField()


class ExclusionWithHistory(Exclusion):
    """An exclusion with the dossiers it names and everything that happened to it."""

    dossier_codes = serializers.ListField(child=serializers.CharField(), help_text=f"Tối đa {SHOWN} mã đầu tiên.")
    history = ExclusionEvent(many=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Print a card: the row, its codes, its ledger."""
        row, codes, history = instance
        return {
            **Exclusion(row).data,
            "dossier_codes": codes,
            "history": ExclusionEvent(history, many=True).data,
        }
