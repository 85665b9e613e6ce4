"""The shapes of definitions, figures and periods."""

import datetime as dt
from typing import Any

from rest_framework import serializers

from api.language import said
from api.organisation import HELP, OrganisationTold
from api.shapes import Day, Instant, Shape, Text
from feedback.monitoring.metrics.definitions import BY_CODE, OF_ENDED
from feedback.monitoring.models import Period as PeriodRow
from feedback.vocabulary import Attained, Basis, Breakdown, Grain, PeriodKind, PeriodScheme
from units.vocabulary import OrganisationView

WHICH_DAYS = said(
    "Gửi period (mã kỳ), hoặc from và to: một trong hai.", "Send period (a code), or from and to: one of the two."
)
ORDER = said("Ngày đầu phải không sau ngày cuối.", "The first day must not be after the last.")
NOT_BROKEN_DOWN = said(
    "Chỉ số này không chia được; số liệu phiếu khảo sát chia được ở /metrics/ratings.",
    "This metric cannot be broken down; the survey's figures can, at /metrics/ratings.",
)
ONE_CUT = said("Chia theo thủ tục thì không chia thêm theo tháng.", "Broken down by procedure, leave out grain.")
BASIS_HELP = (
    "Tính trên phiếu nào: received, mọi phiếu (thanh tra); published, phiếu đã công bố theo tuần; records, không."
)
RATIO = r"^-?\d+(\.\d+)?$"


class Told(serializers.Serializer[Any]):
    """A text in two languages."""

    vi = serializers.CharField()
    en = serializers.CharField()


class MetricDefinition(serializers.Serializer[Any]):
    """What a figure means: what is divided by what, what is left out, how it is rounded, and by which text."""

    code = serializers.CharField()
    version = serializers.IntegerField()
    method = serializers.CharField(help_text="Tên phương pháp; hai phương pháp không bao giờ trộn thành một số.")
    title = Told()
    numerator = Told()
    denominator = Told()
    exclusions = Told()
    charged_to = Told(help_text="Tính cho đơn vị nào, người nào, vào ngày nào.")
    unit = serializers.CharField(help_text="ratio: tỷ lệ 0 đến 1; per_1000: trên 1.000 giao dịch.")
    rounding = serializers.SerializerMethodField(help_text="Cách làm tròn và số chữ số thập phân.")
    time_zone = serializers.SerializerMethodField(help_text="Múi giờ của ngày, tháng.")
    source = serializers.CharField()  # type: ignore[assignment]  # the text of law, not the field option
    rule_sets = serializers.SerializerMethodField(help_text="Các văn bản theo ngày hiệu lực.")
    parameters = serializers.DictField(child=serializers.IntegerField())

    def get_time_zone(self, _definition: Any) -> str:
        """Return the zone in which days begin."""
        return "Asia/Ho_Chi_Minh"

    def get_rounding(self, definition: Any) -> dict[str, Any]:
        """Return the mode and the decimals."""
        return {"mode": "half_up", "decimals": definition.decimals}

    def get_rule_sets(self, definition: Any) -> list[dict[str, Any]]:
        """Return each text with its first day and the day after its last."""
        return [
            {"code": row.code, "valid_from": row.valid_from, "valid_until": row.valid_until}
            for row in definition.rule_sets
        ]


class MetricDefinitions(serializers.Serializer[Any]):
    """All of them."""

    results = MetricDefinition(many=True)


class Question(Shape):
    """Which days, which units, which official and which procedure."""

    period = Text(required=False, max_length=30, help_text="Mã kỳ, ví dụ 2024-Q1 hoặc BC-2024-M03.")
    from_ = Day(required=False, help_text="Ngày đầu (khi không dùng period).")
    to = Day(required=False, help_text="Ngày cuối, tính cả ngày đó.")
    organisation = serializers.ChoiceField(
        choices=OrganisationView.choices, default=OrganisationView.THEN, help_text=HELP
    )
    unit = Text(required=False, max_length=100, help_text="Mã đơn vị; tính cả các đơn vị trực thuộc.")
    official = Text(required=False, max_length=50, help_text="Mã cán bộ.")
    procedure = Text(required=False, max_length=40, help_text="Mã thủ tục.")

    def get_fields(self) -> dict[str, Any]:
        """Name the first day `from`, which Python keeps for itself."""
        return {name.rstrip("_"): field for name, field in super().get_fields().items()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse both ways of naming days, or neither."""
        days = {"from", "to"} & set(attrs)
        if ("period" in attrs) == bool(days) or (days and len(days) == 1):
            raise serializers.ValidationError({"period": [WHICH_DAYS]}, code="which_days")
        if days and attrs["from"] > attrs["to"]:
            raise serializers.ValidationError({"to": [ORDER]}, code="wrong_order")
        return attrs


class MetricQuestion(Question):
    """What figure is asked for."""

    metric = serializers.ChoiceField(choices=sorted(BY_CODE), help_text="Mã chỉ số, xem /metrics/definitions.")
    grain = serializers.ChoiceField(choices=Grain.choices, default=Grain.NONE, help_text="Chia theo tháng.")
    by = serializers.ChoiceField(
        choices=Breakdown.choices, default=Breakdown.NONE,
        help_text="Chia theo gì; mỗi giá trị một dòng. Chỉ với chỉ số tính trên giao dịch kết thúc.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse to break down what does not rest on transactions that ended, or too finely."""
        asked = super().validate(attrs)
        if asked["by"] != Breakdown.NONE and asked["metric"] not in OF_ENDED:
            raise serializers.ValidationError({"by": [NOT_BROKEN_DOWN]}, code="not_broken_down")
        if asked["by"] == Breakdown.PROCEDURE and asked["grain"] != Grain.NONE:
            raise serializers.ValidationError({"by": [ONE_CUT]}, code="one_cut")
        return asked


class Plain(serializers.RegexField):
    """A number without exponent; a value keeps the zeros at its end, which tell how exact it is, a count has none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(RATIO, **kwargs)

    def to_representation(self, value: Any) -> str:
        """Write 4, not 4.0000, and 0.5000."""
        text = f"{value:f}"
        is_value = str(self.field_name).startswith("value")
        return text if is_value or "." not in text else text.rstrip("0").rstrip(".")


class Interval(serializers.Serializer[Any]):
    """Wilson's interval at 95 %."""

    low = serializers.DecimalField(max_digits=6, decimal_places=4)
    high = serializers.DecimalField(max_digits=6, decimal_places=4)


class ReachedTarget(serializers.Serializer[Any]):
    """A target, and whether the figure reaches it."""

    code = serializers.CharField(source="target.code")
    number = serializers.IntegerField(source="target.number")
    value = serializers.DecimalField(source="target.value", max_digits=5, decimal_places=4)
    attained = serializers.ChoiceField(
        choices=Attained.choices,
        help_text="Mẫu phiếu: chỉ kết luận khi không too_few và cả khoảng tin cậy nằm một bên chỉ tiêu.",
    )


class MetricValue(serializers.Serializer[Any]):
    """One value, with its counts and everything needed to check it."""

    metric = serializers.CharField(source="metric.code")
    definition_version = serializers.IntegerField(source="metric.version")
    method = serializers.CharField(source="metric.method")
    key = serializers.CharField(help_text="Mã của dòng khi có by; rỗng: cả nhóm, hoặc không rõ.")
    period = serializers.CharField(help_text="Mã kỳ; rỗng khi hỏi theo ngày.")
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    numerator = Plain(allow_null=True)
    denominator = Plain(allow_null=True)
    value = Plain(allow_null=True, help_text="null: không có gì để chia (0/0), hoặc bị ẩn vì nhóm quá nhỏ.")
    left_out = serializers.IntegerField(allow_null=True, help_text="Số bản ghi trong kỳ không tính vào chỉ số.")
    interval = Interval(allow_null=True)
    too_few = serializers.BooleanField(help_text="Quá ít phiếu để nhận định.")
    suppressed = serializers.BooleanField(
        help_text="Bị ẩn: dưới 5 người lên tiếng, hoặc phải biết phiếu nào là của hồ sơ nào."
    )
    excluded = serializers.IntegerField(
        allow_null=True, help_text="Số giao dịch có thời gian được loại trừ; null: chỉ số không phụ thuộc loại trừ."
    )
    changed_by_exclusions = serializers.IntegerField(
        allow_null=True, help_text="Trong đó, số giao dịch mà loại trừ làm đổi kết quả trước hạn, đúng hạn, quá hạn."
    )
    value_without_exclusions = Plain(allow_null=True, help_text="Giá trị nếu không loại trừ thời gian nào.")
    targets = ReachedTarget(many=True, help_text="Các chỉ tiêu áp dụng vào ngày cuối.")
    rule_sets = serializers.ListField(child=serializers.CharField())
    calendar_versions = serializers.ListField(child=serializers.IntegerField())
    rests_on = serializers.ChoiceField(choices=Basis.choices, source="basis", help_text=BASIS_HELP)
    rests_on_text = serializers.CharField(source="basis.label", help_text="Như rests_on, bằng lời.")
    organisation = serializers.ChoiceField(choices=OrganisationView.choices)
    as_of = Instant()


class MetricValues(serializers.Serializer[Any]):
    """One row for each period."""

    organisation = OrganisationTold()
    results = MetricValue(many=True)


class Period(serializers.ModelSerializer[PeriodRow]):
    """Days that are reported together; both ends are counted."""

    from_date = serializers.SerializerMethodField()
    to_date = serializers.SerializerMethodField()

    class Meta:
        model = PeriodRow
        fields = ("code", "scheme", "kind", "from_date", "to_date", "source")

    def get_from_date(self, period: PeriodRow) -> dt.date:
        """Return the first day."""
        return period.first_day

    def get_to_date(self, period: PeriodRow) -> dt.date:
        """Return the last day."""
        return period.next_day - dt.timedelta(days=1)


class NewPeriod(Shape):
    """A period to add."""

    code = serializers.RegexField(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=30)
    scheme = serializers.ChoiceField(choices=PeriodScheme.choices)
    kind = serializers.ChoiceField(choices=PeriodKind.choices)
    from_date = Day()
    to_date = Day()
    source = Text(required=False, default="", allow_blank=True, max_length=200)  # type: ignore[assignment]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        if attrs["from_date"] > attrs["to_date"]:
            raise serializers.ValidationError({"to_date": [ORDER]}, code="wrong_order")
        return attrs
