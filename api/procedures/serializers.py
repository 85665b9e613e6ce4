"""The catalogue as it is written and read."""

import datetime as dt
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.language import said
from api.shapes import Dated, Day, Shape, Text
from procedures.vocabulary import Level, LimitUnit, SupplementRule

LONGEST_LIMIT = 3660
LONGEST_NOTICE = 365
NOTICE_DAYS = "Số ngày làm việc phải báo bổ sung, khi luật riêng cho khác; null là 3 (NĐ 61/2018, điều 19.4)."


class TimeLimit(serializers.Serializer[Any]):
    """How long a procedure may take, in the unit its text uses."""

    amount = serializers.IntegerField(source="limit_amount")
    unit = serializers.ChoiceField(LimitUnit.choices, source="limit_unit")


class FieldTold(serializers.Serializer[Any]):
    """A field of procedures (lĩnh vực)."""

    code = serializers.CharField()
    name = serializers.CharField()
    national_code = serializers.CharField(help_text="Mã MX1X2-LV, để trống khi chưa rõ.")


class FieldReference(serializers.Serializer[Any]):
    """A field inside another answer."""

    code = serializers.CharField()
    name = serializers.CharField()


class ProcedureListed(serializers.Serializer[Any]):
    """A procedure in a list, as of the list's day."""

    code = serializers.CharField(source="procedure.code")
    name = serializers.CharField()
    field = FieldReference()
    ministry = serializers.CharField()
    levels = serializers.ListField(child=serializers.ChoiceField(Level.choices))
    time_limit = TimeLimit(allow_null=True, help_text="null: danh mục không ghi, hoặc tùy trường hợp.")


class Procedure(Dated, ProcedureListed):
    """Everything about a procedure as of a day."""

    as_of = serializers.SerializerMethodField()
    executing_agency = serializers.CharField()
    limit_cases = serializers.CharField(help_text="Thời hạn theo từng trường hợp, như văn bản ghi.")
    supplement_rule = serializers.ChoiceField(SupplementRule.choices)
    supplement_notice_days = serializers.IntegerField(allow_null=True, help_text=NOTICE_DAYS)
    late_receipt_shifts = serializers.BooleanField(
        help_text="Hồ sơ nhận sau 15 giờ tính từ ngày làm việc kế tiếp (NĐ 61/2018, điều 18.2)."
    )
    decision = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]

    @extend_schema_field({"type": "string", "format": "date"})
    def get_as_of(self, row: Any) -> dt.date:
        """Print the day asked for."""
        return self.context["on"]  # type: ignore[no-any-return]


class TimeLimitGiven(Shape):
    """A limit to record."""

    amount = serializers.IntegerField(min_value=0, max_value=LONGEST_LIMIT)
    unit = serializers.ChoiceField(LimitUnit.choices)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse zero hours and zero months; zero days means the same day."""
        return refuse_nothing(attrs)


class ProcedureDescription(Shape):
    """What a procedure is from a day on."""

    name = Text(max_length=2000)
    field = Text(max_length=300, help_text="Tên lĩnh vực; lĩnh vực mới được thêm vào danh mục.")
    valid_from = Day()
    valid_to = Day(required=False, allow_null=True)
    ministry = Text(required=False, allow_blank=True, default="", max_length=200)
    levels = serializers.ListField(
        child=serializers.ChoiceField(Level.choices), required=False, default=list, max_length=5
    )
    executing_agency = Text(required=False, allow_blank=True, default="", max_length=2000)
    time_limit = TimeLimitGiven(required=False, allow_null=True)
    limit_cases = Text(required=False, allow_blank=True, default="", max_length=5000)
    supplement_rule = serializers.ChoiceField(
        SupplementRule.choices, required=False, default=SupplementRule.RESTART.value
    )
    supplement_notice_days = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=LONGEST_NOTICE, help_text=NOTICE_DAYS
    )
    late_receipt_shifts = serializers.BooleanField(required=False, default=False)
    decision = Text(required=False, allow_blank=True, default="", max_length=200)
    source = Text(required=False, allow_blank=True, default="", max_length=2000)  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        if attrs.get("valid_to") and attrs["valid_to"] <= attrs["valid_from"]:
            text = said("valid_to phải sau valid_from.", "valid_to must be after valid_from.")
            raise serializers.ValidationError({"valid_to": [serializers.ErrorDetail(str(text), "period_empty")]})
        return attrs


def refuse_nothing(attrs: dict[str, Any]) -> dict[str, Any]:
    """Return a limit; raises ValidationError for zero hours or months."""
    if attrs.get("amount") == 0 and attrs.get("unit") in {LimitUnit.HOUR, LimitUnit.MONTH}:
        text = said("Thời hạn theo giờ hoặc tháng phải từ 1.", "A limit in hours or months is at least 1.")
        raise serializers.ValidationError({"amount": [serializers.ErrorDetail(str(text), "min_value")]})
    return attrs
