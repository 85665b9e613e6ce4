"""Units as they are written and read.

`parent` and `source` are also attributes of DRF's own classes; a declared field takes no notice of them.
"""

import datetime as dt
from typing import Any

from django.utils.timezone import localdate
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.language import said
from api.shapes import Dated, Day, Shape, Text
from units.queries import UnitCard
from units.rules import MOST_SUCCESSORS
from units.vocabulary import CodeScheme, SuccessionKind, UnitKind

_UNIT = {"oneOf": [{"$ref": "#/components/schemas/UnitReference"}, {"type": "null"}]}


class AsOf(Shape):
    """On which day."""

    as_of = Day(required=False, help_text="Tính theo ngày này; bỏ trống là hôm nay.")


class DecisionNumber(serializers.CharField):
    """The number of a decision: null where no source names one, which is not the same as an empty one."""

    def __init__(self, **how: Any) -> None:
        super().__init__(allow_null=True, help_text="null: chưa biết, nguồn không nêu số văn bản.", **how)

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]
        """Print what is known."""
        return value or None


class UnitReference(serializers.Serializer[Any]):
    """A unit inside another answer."""

    code = serializers.CharField(help_text="Mã đơn vị của hệ thống này.")
    name = serializers.CharField()


class UnitListed(Dated):
    """A unit in a list, as of the list's day."""

    code = serializers.CharField(source="unit.code")
    name = serializers.CharField()
    kind = serializers.ChoiceField(UnitKind.choices)
    parent = serializers.SerializerMethodField()  # type: ignore[assignment]

    @extend_schema_field(_UNIT)
    def get_parent(self, row: Any) -> dict[str, str] | None:
        """Print the unit above, by its name on the same day."""
        return {"code": row.parent.code, "name": row.parent_name or ""} if row.parent else None


class UnitCodeTold(Dated):
    """A code that a scheme gave a unit."""

    scheme = serializers.ChoiceField(CodeScheme.choices)
    value = serializers.CharField()


class Succession(serializers.Serializer[Any]):
    """Where work went to or came from; `unit` is the other side."""

    id = serializers.IntegerField(source="row.pk", help_text="Số trong sổ kế thừa: GET /unit-successions/{id}.")
    unit = UnitReference(allow_null=True, help_text="null: không có đơn vị kế thừa.")
    kind = serializers.ChoiceField(SuccessionKind.choices, source="row.kind")
    effective_date = serializers.DateField(source="row.effective_date")
    decision_number = DecisionNumber(source="row.decision_number")
    decision_date = serializers.DateField(
        source="row.decision_date", allow_null=True, help_text="Ngày ký; null: chưa biết."
    )
    decision = serializers.CharField(source="row.decision", help_text="Nguồn, bằng lời.")
    procedures = serializers.ListField(
        child=serializers.CharField(), source="row.procedures", help_text="Chỉ các thủ tục này; trống là tất cả."
    )
    note = serializers.CharField(source="row.note")


class Successor(serializers.Serializer[Any]):
    """A living unit that does the work of one that is gone, and how the work came there."""

    code = serializers.CharField(source="unit.code")
    name = serializers.CharField(source="unit.name")
    kind = serializers.ChoiceField(SuccessionKind.choices, source="row.kind", help_text="Của lần kế thừa cuối.")
    effective_date = serializers.DateField(source="row.effective_date")
    decision_number = DecisionNumber(source="row.decision_number")
    decision_date = serializers.DateField(
        source="row.decision_date", allow_null=True, help_text="Ngày ký; null: chưa biết."
    )
    way = Succession(many=True, help_text="Từng lần kế thừa dẫn tới đây, cũ trước.")


class UnitHead(serializers.Serializer[Any]):
    """Who heads a unit."""

    code = serializers.CharField(source="official.code")
    name = serializers.CharField(source="official.name")
    post = serializers.CharField(source="posting.post")
    valid_from = serializers.DateField(source="posting.valid.lower", allow_null=True)
    valid_to = serializers.DateField(source="posting.valid.upper", allow_null=True)


class Unit(serializers.Serializer[UnitCard]):
    """Everything about a unit as of a day."""

    code = serializers.CharField(source="unit.code")
    as_of = serializers.DateField()
    is_in_force = serializers.BooleanField(help_text="false: không còn (hoặc chưa có) vào ngày as_of; xem went_to.")
    name = serializers.CharField(source="version.name")
    kind = serializers.ChoiceField(UnitKind.choices, source="version.kind")
    parent = UnitReference(allow_null=True)
    valid_from = serializers.DateField(source="version.valid.lower", allow_null=True)
    valid_to = serializers.DateField(source="version.valid.upper", allow_null=True)
    source = serializers.CharField(source="version.source")  # type: ignore[assignment]
    codes = UnitCodeTold(many=True)
    aliases = serializers.ListField(child=serializers.CharField())
    successions = Succession(many=True, help_text="Công việc của đơn vị này đã chuyển đi đâu.")
    predecessions = Succession(many=True, help_text="Công việc của đơn vị nào đã chuyển về đây.")
    went_to = Successor(many=True, help_text="Đơn vị đang làm thay vào ngày as_of, khi đơn vị này không còn.")
    head = UnitHead(allow_null=True, help_text="Người đứng đầu vào ngày as_of, hoặc vào ngày cuối của đơn vị.")


class CodeAsked(Shape):
    """Which code, as of which day."""

    scheme = serializers.ChoiceField(CodeScheme.choices)
    value = Text(max_length=35)
    as_of = Day(required=False, help_text="Tính theo ngày này; bỏ trống là hôm nay.")


class CodeBearer(serializers.Serializer[Any]):
    """A unit that carried the code, for a half-open period."""

    code = serializers.CharField(source="unit.code", help_text="Mã đơn vị của hệ thống này.")
    name = serializers.CharField(source="unit.name")
    is_in_force = serializers.BooleanField(help_text="Đơn vị có vào ngày as_of không.")
    valid_from = serializers.DateField(source="code.valid.lower", allow_null=True)
    valid_to = serializers.DateField(source="code.valid.upper", allow_null=True)
    went_to = Successor(many=True)


class CodeTold(serializers.Serializer[Any]):
    """Whom a code meant, on a day and ever."""

    scheme = serializers.ChoiceField(CodeScheme.choices)
    value = serializers.CharField()
    as_of = serializers.DateField()
    bearer = serializers.SerializerMethodField()
    bearers = CodeBearer(many=True, help_text="Mọi đơn vị từng mang mã này, cũ trước.")

    @extend_schema_field({"type": ["string", "null"], "description": "Mã đơn vị mang mã này vào ngày as_of."})
    def get_bearer(self, told: dict[str, Any]) -> str | None:
        """Name who carries the code on the day."""
        return next((one.unit.code for one in told["bearers"] if told["as_of"] in one.code.valid), None)


class UnitNode(serializers.Serializer[Any]):
    """A unit in its place in the tree."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(UnitKind.choices)
    parent = serializers.CharField(allow_null=True, help_text="Mã đơn vị cấp trên; null ở gốc của cây.")  # type: ignore[assignment]
    depth = serializers.IntegerField()


class UnitTree(serializers.Serializer[Any]):
    """A subtree on a day, every unit after its parent."""

    as_of = serializers.DateField()
    units = UnitNode(many=True)


class UnitCodeGiven(Shape):
    """A code to give."""

    scheme = serializers.ChoiceField(CodeScheme.choices)
    value = serializers.RegexField(r"^[0-9A-Z.]{1,35}$")


class Period(Shape):
    """A half-open period."""

    valid_from = Day(help_text="Ngày đầu có hiệu lực.")
    valid_to = Day(required=False, allow_null=True, help_text="Ngày đầu hết hiệu lực; bỏ trống là chưa có.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        if attrs.get("valid_to") and attrs["valid_to"] <= attrs["valid_from"]:
            text = said("valid_to phải sau valid_from.", "valid_to must be after valid_from.")
            raise serializers.ValidationError({"valid_to": [serializers.ErrorDetail(str(text), "period_empty")]})
        return attrs


class UnitDescription(Period):
    """What a unit is from a day on."""

    name = Text(max_length=300)
    kind = serializers.ChoiceField(UnitKind.choices)
    parent = Text(required=False, allow_null=True, max_length=100, help_text="Mã đơn vị cấp trên, hoặc SCHEME:mã.")  # type: ignore[assignment]
    source = Text(required=False, allow_blank=True, default="", max_length=2000, help_text="Căn cứ, văn bản.")  # type: ignore[assignment]
    codes = UnitCodeGiven(many=True, required=False, max_length=20, help_text="Bỏ trống: giữ nguyên.")  # type: ignore[call-arg]
    aliases = serializers.ListField(
        child=Text(max_length=300), required=False, max_length=50, help_text="Bỏ trống: giữ nguyên."
    )


class SignedDay(Day):
    """The day on which a decision was signed, today at the latest."""

    default_error_messages = {
        "in_future": said("Văn bản chưa thể có: ngày ký ở tương lai.", "No decision can be signed on a day to come.")
    }

    def to_internal_value(self, value: Any) -> dt.date:
        """Return the date."""
        day = super().to_internal_value(value)
        if day > localdate():
            self.fail("in_future")
        return day


class OfficialPlaced(Shape):
    """To which successor an official goes."""

    official = Text(max_length=50)
    unit = Text(max_length=100)


class SuccessionReport(Shape):
    """What a decision does with the unit of the address from a day on."""

    kind = serializers.ChoiceField(SuccessionKind.choices)
    effective_date = Day(help_text="Ngày đầu tiên theo tổ chức mới.")
    decision_number = Text(max_length=100, help_text="Số quyết định, nghị quyết, ví dụ 1677/NQ-UBTVQH15.")
    decision_date = SignedDay(help_text="Ngày ký, không sau hôm nay.")
    decision = Text(required=False, allow_blank=True, default="", max_length=2000, help_text="Trích yếu, nguồn.")
    note = Text(required=False, allow_blank=True, default="", max_length=2000)
    successors = serializers.ListField(
        child=Text(max_length=100), required=False, default=list, max_length=MOST_SUCCESSORS,
        help_text="Hợp nhất, chuyển giao: một; chia tách: nhiều; đổi tên, giải thể: bỏ trống.",
    )  # fmt: skip
    name = Text(required=False, max_length=300, help_text="Tên mới, khi đổi tên.")
    goes_on = serializers.BooleanField(required=False, default=False, help_text="Tách: đơn vị cũ vẫn hoạt động.")
    procedures = serializers.ListField(
        child=Text(max_length=40), required=False, default=list, max_length=500,
        help_text="Mã các thủ tục được chuyển giao.",
    )  # fmt: skip
    officials = OfficialPlaced(  # type: ignore[call-arg]
        many=True, required=False, default=list, max_length=1000,
        help_text="Ai về đơn vị nào. Hợp nhất: bỏ trống là cùng về; chia tách: ai không nêu thì kết thúc vị trí.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a new name or procedures where the kind has none, and their lack where it needs them."""
        wanted = {"name": SuccessionKind.RENAME, "procedures": SuccessionKind.TRANSFER}
        wrong = {name: kind for name, kind in wanted.items() if bool(attrs.get(name)) != (attrs["kind"] == kind)}
        if attrs["goes_on"] and attrs["kind"] != SuccessionKind.SPLIT:
            wrong["goes_on"] = SuccessionKind.SPLIT
        if wrong:
            raise serializers.ValidationError({name: [_only_with(kind)] for name, kind in wrong.items()})
        return attrs


def _only_with(kind: SuccessionKind) -> serializers.ErrorDetail:
    text = said(f"Chỉ có và phải có khi loại là {kind.label}.", f"Belongs to the kind {kind.value}, and to no other.")
    return serializers.ErrorDetail(str(text), "does_not_fit")


class SuccessionTold(serializers.Serializer[Any]):
    """What was written."""

    unit = Unit(help_text="Đơn vị vào ngày hiệu lực.")
    successions = Succession(many=True)
    postings_moved = serializers.IntegerField(help_text="Số vị trí công tác chuyển sang đơn vị kế thừa.")
    postings_ended = serializers.IntegerField(help_text="Số vị trí công tác kết thúc, chưa có nơi mới.")
    transactions = serializers.IntegerField(
        help_text="Số hồ sơ chờ tính lại vì tiến trình nền phải tính cho đơn vị khác kể từ ngày hiệu lực."
    )
