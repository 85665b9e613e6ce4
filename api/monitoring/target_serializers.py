"""The shapes of targets."""

import datetime as dt
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from api.monitoring.serializers import ORDER
from api.shapes import Day, Shape, Text
from feedback.monitoring.metrics.definitions import DEFINITIONS

RATIOS = [definition.code for definition in DEFINITIONS if definition.unit == "ratio"]
"""The metrics that are shares, so that a target of 95 % means something."""


class Target(serializers.Serializer[Any]):
    """A target as it was last told."""

    code = serializers.CharField()
    number = serializers.IntegerField(help_text="Tăng mỗi lần sửa; bản trước được giữ.")
    metrics = serializers.ListField(child=serializers.CharField())
    value = serializers.DecimalField(max_digits=5, decimal_places=4)
    unit = serializers.CharField(source="unit.code", default="", help_text="Rỗng: mọi nơi.")
    field = serializers.CharField(source="field.code", default="", help_text="Rỗng: mọi lĩnh vực.")
    valid_from = serializers.DateField(source="valid.lower", allow_null=True)
    valid_to = serializers.SerializerMethodField(help_text="Ngày cuối; null: đến khi có văn bản khác.")
    source = serializers.CharField()  # type: ignore[assignment]  # the text that orders it, not the field option

    def get_valid_to(self, target: Any) -> dt.date | None:
        """Return the last day."""
        return target.valid.upper - dt.timedelta(days=1) if target.valid.upper else None


class TargetDescription(Shape):
    """What is to be reached."""

    metrics = serializers.ListField(child=serializers.ChoiceField(choices=RATIOS), min_length=1, max_length=len(RATIOS))
    value = serializers.DecimalField(
        max_digits=5, decimal_places=4, min_value=Decimal("0.0001"), max_value=Decimal(1), help_text="0.95 là 95 %."
    )
    unit = Text(required=False, default="", allow_blank=True, max_length=100, help_text="Mã đơn vị; rỗng: mọi nơi.")
    field = Text(required=False, default="", allow_blank=True, max_length=100, help_text="Mã lĩnh vực; rỗng: tất cả.")
    valid_from = Day()
    valid_to = Day(required=False, help_text="Ngày cuối; không gửi: đến khi có văn bản khác.")
    source = Text(max_length=1000, help_text="Văn bản giao chỉ tiêu.")  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        if "valid_to" in attrs and attrs["valid_from"] > attrs["valid_to"]:
            raise serializers.ValidationError({"valid_to": [ORDER]}, code="wrong_order")
        return attrs
