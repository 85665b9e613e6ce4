"""The shapes of declarations."""

from typing import Any

from rest_framework import serializers

from api.language import said
from api.organisation import WAS_HELP
from api.printing import Added
from api.shapes import Shape, Text
from feedback.vocabulary import OneStopLevel

WHICH_INDICATOR = said("Gửi one_stop, publication hoặc cả hai.", "Send one_stop, publication or both.")
MORE_THAN_WHOLE = said("Phần không thể nhiều hơn toàn bộ (mục đứng trước).", "A part cannot be more than its whole.")
MOST = 100_000


class OneStop(Shape):
    """How a unit's procedures are received, settled and returned at the one-stop unit (chỉ số 5)."""

    level = serializers.ChoiceField(choices=OneStopLevel.choices)
    listed = serializers.IntegerField(
        min_value=1, max_value=MOST, help_text="Số thủ tục thuộc danh mục, trừ thủ tục được miễn theo điều 14.5 a, b."
    )
    received = serializers.IntegerField(
        min_value=0, max_value=MOST, help_text="Trong đó, số được tiếp nhận và trả kết quả tại Bộ phận Một cửa."
    )
    settled = serializers.IntegerField(
        min_value=0, max_value=MOST, help_text="Trong đó, số được tiếp nhận, giải quyết và trả kết quả tại chỗ."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a part that is more than its whole."""
        for part, whole in (("received", "listed"), ("settled", "received")):
            if attrs[part] > attrs[whole]:
                raise serializers.ValidationError({part: [MORE_THAN_WHOLE]}, code="more_than_whole")
        return attrs


class ProceduresPublished(Shape):
    """How a unit's procedures are published (chỉ số 6)."""

    correct = serializers.BooleanField(help_text="Đúng, đủ và kịp thời.")
    posted = serializers.BooleanField(help_text="Niêm yết tại trụ sở.")
    electronic = serializers.BooleanField(help_text="Công khai điện tử.")


class DeclarationRequest(Shape):
    """What is declared of a unit; at least one of the two indicators, with the evidence."""

    one_stop = OneStop(required=False)
    publication = ProceduresPublished(required=False)
    evidence = Text(
        max_length=2000, help_text="Văn bản, báo cáo làm căn cứ; đơn vị đọc được, nên không nhắc đến phản ánh."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a declaration of nothing."""
        if "one_stop" not in attrs and "publication" not in attrs:
            raise serializers.ValidationError({"one_stop": [WHICH_INDICATOR]}, code="which_indicator")
        return attrs


class Declaration(serializers.Serializer[Any]):
    """What was declared of a unit for a period, by whom, on what evidence."""

    unit = serializers.CharField(source="unit.code")
    unit_was = Added(required=False, help_text=WAS_HELP)
    period = serializers.CharField(source="period.code")
    number = serializers.IntegerField(help_text="Tăng mỗi lần sửa; bản trước được giữ.")
    one_stop = OneStop(allow_null=True, help_text="null: chưa kê khai, chỉ số 5 được bỏ khỏi tổng.")
    publication = ProceduresPublished(allow_null=True, help_text="null: chưa kê khai, chỉ số 6 được bỏ khỏi tổng.")
    evidence = serializers.CharField()
    recorded_by = serializers.CharField()
    recorded_at = serializers.DateTimeField()
