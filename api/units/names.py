"""The shapes of names that mean nobody yet and of decisions on them."""

from typing import Any

from rest_framework import serializers

from api.language import said
from api.organisation import WAS_HELP
from api.printing import Added
from api.shapes import Dated, Day, Instant, Shape, Text
from api.units.official_serializers import OfficialReference
from api.units.serializers import UnitReference
from procedures.vocabulary import NameMeaning


class NameCandidate(OfficialReference):
    """An official who may be meant: the same name but for marks, or one that begins like a cut name."""

    code = serializers.CharField(source="official.code")
    name = serializers.CharField(source="official.name")
    is_posted_here = serializers.BooleanField(
        help_text="Thuộc hoặc làm việc ở đơn vị, hay đơn vị trực thuộc, trong khoảng ngày này."
    )


class UnresolvedName(serializers.Serializer[Any]):
    """A name in a unit that means nobody yet."""

    unit = UnitReference(allow_null=True, help_text="null: không rõ đơn vị; chỉ cấp tỉnh thấy và quyết định.")
    unit_was = Added(required=False, help_text=f"{WAS_HELP} Quyết định thì nêu mã này.")
    name = serializers.CharField(help_text="Như bên gửi viết.")
    steps = serializers.IntegerField(help_text="Số bước mang tên này.")
    first_date = serializers.DateField()
    last_date = serializers.DateField()
    version = serializers.IntegerField(help_text="Số quyết định đã có về tên này; gửi lại trong If-Match.")
    candidates = NameCandidate(many=True, help_text="Tối đa 10; hệ thống không tự chọn ai.")


class NameVerdict(Shape):
    """What a name means in a unit on the days of a period."""

    unit = Text(max_length=100, allow_null=True, help_text="Mã đơn vị, hoặc SCHEME:mã; null: các bước không rõ đơn vị.")
    name = Text(max_length=200, help_text="Tên như bên gửi viết; hoa thường, khoảng trắng không phân biệt.")
    meaning = serializers.ChoiceField(NameMeaning.choices)
    official = Text(required=False, max_length=50, help_text="Mã cán bộ, khi meaning là official.")
    valid_from = Day(required=False, allow_null=True, help_text="Ngày đầu; bỏ trống là từ trước đến nay.")
    valid_to = Day(required=False, allow_null=True, help_text="Ngày đầu không còn áp dụng; bỏ trống là về sau luôn.")
    reason = Text(max_length=2000, help_text="Căn cứ, để người sau kiểm tra được.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse an official for another meaning, none for his own, and a period without a day."""
        if (attrs["meaning"] == NameMeaning.OFFICIAL) != bool(attrs.get("official")):
            text = said(
                "Chỉ và phải nêu official khi meaning là official.", "Name an official for the meaning official only."
            )
            raise serializers.ValidationError({"official": [serializers.ErrorDetail(str(text), "does_not_fit")]})
        begins, ends = attrs.get("valid_from"), attrs.get("valid_to")
        if begins and ends and ends <= begins:
            text = said("valid_to phải sau valid_from.", "valid_to must be after valid_from.")
            raise serializers.ValidationError({"valid_to": [serializers.ErrorDetail(str(text), "period_empty")]})
        return attrs


class NameDecision(Dated):
    """A decision on a name; the newest that covers a day speaks for it."""

    id = serializers.IntegerField()
    unit = serializers.CharField(
        source="unit.code", allow_null=True, help_text="Mã đơn vị; null: các bước không rõ đơn vị."
    )
    unit_was = Added(required=False, help_text=WAS_HELP)
    name = serializers.CharField()
    number = serializers.IntegerField(help_text="Thứ tự trong các quyết định về tên này.")
    meaning = serializers.ChoiceField(NameMeaning.choices)
    official = serializers.CharField(source="official.code", required=False, help_text="Vắng mặt: không nêu ai.")
    reason = serializers.CharField()
    decided_by = serializers.CharField(help_text="Mã tài khoản hoặc phần mềm.")
    decided_at = Instant()


class NameDecided(serializers.Serializer[Any]):
    """A decision, and how many transactions are counted anew because of it."""

    decision = NameDecision()
    transactions = serializers.IntegerField(
        help_text="Số giao dịch được tính lại; quá 1.000 thì phần còn lại tính ngay sau đó."
    )
