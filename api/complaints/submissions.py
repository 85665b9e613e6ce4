"""What a citizen sends, and what his receipt lets him read."""

from typing import Any

from rest_framework import serializers

from api.language import said
from api.shapes import Day, Shape, Text
from feedback.vocabulary import ComplaintAnswer, ComplaintState, IdentityMode, LegalClass, Severity

LONGEST_STATEMENT = 20_000
MOST_SUBJECTS, MOST_CATEGORIES = 20, 10
STATES_TOLD = {
    ComplaintState.SUBMITTED: ("Đã nhận, đang xem xét thụ lý.", "Received; whether it is taken on is being decided."),
    ComplaintState.ACCEPTED: ("Đã thụ lý, sẽ được xác minh.", "Taken on; it will be verified."),
    ComplaintState.REFUSED: ("Không thụ lý; lý do ở mục tin nhắn.", "Not taken on; the reason is in the messages."),
    ComplaintState.VERIFYING: ("Đang xác minh.", "Being verified."),
    ComplaintState.CONCLUDED: ("Đã có kết luận; xem mục tin nhắn.", "Concluded; see the messages."),
}
OUTCOMES_TOLD = {
    ComplaintAnswer.UPHELD: ("Nội dung phản ánh là đúng.", "What you reported was found to be true."),
    ComplaintAnswer.PARTLY_UPHELD: ("Nội dung phản ánh đúng một phần.", "Part of what you reported was found true."),
    ComplaintAnswer.NOT_UPHELD: ("Không có cơ sở kết luận như phản ánh.", "What you reported was not found true."),
    ComplaintAnswer.UNDETERMINED: ("Chưa đủ căn cứ để kết luận.", "There was not enough to decide either way."),
}


class ComplaintCategoryShape(serializers.Serializer[Any]):
    """A kind of misconduct that a complaint may name; the severity is a first triage, not a judgement."""

    code = serializers.CharField()
    group = serializers.CharField()
    name_vi = serializers.CharField()
    name_en = serializers.CharField()
    severity = serializers.ChoiceField(Severity.choices, source="severity_default")
    basis = serializers.CharField(help_text="Căn cứ pháp lý.")
    protects_identity = serializers.BooleanField(help_text="Nên gửi ẩn danh hoặc giữ kín danh tính.")


class IdentityGiven(Shape):
    """Who complains. It is sealed at once and never comes out of this operation."""

    mode = serializers.ChoiceField(
        IdentityMode.choices,
        help_text="anonymous: không lưu gì; sealed: niêm phong; open: người giải quyết được biết.",
    )
    name = Text(max_length=200, required=False, allow_blank=True)
    phone = Text(max_length=30, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    address = Text(max_length=500, required=False, allow_blank=True)
    national_id = serializers.RegexField(r"^(\d{9}|\d{12})$", required=False, allow_blank=True)


class SubjectGiven(Shape):
    """One accused: by code, or described. `categories` narrows what he is accused of."""

    official = Text(max_length=50, required=False, help_text="Mã cán bộ, nếu biết.")
    description = Text(max_length=500, required=False, help_text="Mô tả khi không biết mã.")
    unit = Text(max_length=100, required=False, help_text="Mã đơn vị nơi người đó làm việc.")
    role = Text(max_length=200, required=False, help_text="Việc người đó làm, ví dụ tiếp nhận hồ sơ.")
    categories = serializers.ListField(
        child=Text(max_length=20), required=False, min_length=1, max_length=MOST_CATEGORIES
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the subject; somebody or some unit must be named."""
        if not attrs.keys() & {"official", "description", "unit"}:
            text = said("Cần official, description hoặc unit.", "official, description or unit is needed.")
            raise serializers.ValidationError(str(text), code="nobody_named")
        return attrs


class ComplaintSubmission(Shape):
    """A complaint about conduct as a citizen files it."""

    subjects = serializers.ListField(child=SubjectGiven(), min_length=1, max_length=MOST_SUBJECTS)
    categories = serializers.ListField(child=Text(max_length=20), min_length=1, max_length=MOST_CATEGORIES)
    statement = Text(max_length=LONGEST_STATEMENT, help_text="Nội dung, tối đa 20.000 ký tự.")
    identity = IdentityGiven()
    dossier_code = Text(max_length=100, required=False)
    happened_on = Day(required=False)
    place = Text(max_length=500, required=False)

    def get_fields(self) -> dict[str, Any]:
        """Add `class`, which Python keeps for itself."""
        legal_class = serializers.ChoiceField(
            LegalClass.choices, source="legal_class", default=LegalClass.PETITION,
            help_text="Mặc định petition: tin gửi qua ứng dụng là phản ánh, kiến nghị.",
        )  # fmt: skip
        return {"class": legal_class, **super().get_fields()}


class ComplaintReceipt(serializers.Serializer[Any]):
    """The only proof of a complaint: keep both numbers, they are not told again."""

    receipt_number = serializers.RegexField(r"^\d{16}$")
    receipt_secret = serializers.CharField(help_text="Chỉ hiện một lần; mất thì không cấp lại.")
    state = serializers.ChoiceField(ComplaintState.choices)
    due_on = serializers.DateField(help_text="Ngày phải trả lời hoặc thụ lý theo luật.")


class ReceiptQuestion(Shape):
    """A receipt, as the complainant holds it."""

    receipt_number = Text(max_length=30, help_text="16 chữ số; dấu cách được bỏ qua.")
    receipt_secret = Text(max_length=60)

    def validate_receipt_number(self, value: str) -> str:
        """Return the digits."""
        return "".join(value.split())

    def validate_receipt_secret(self, value: str) -> str:
        """Return the letters as they were given out: capitals, without the spaces people write."""
        return "".join(value.split()).upper()


class UnsureDay(serializers.Serializer[Any]):
    """A day off that a due day rests on, and that no authority has confirmed."""

    date = serializers.DateField()
    name = serializers.CharField()


class CitizenMessage(serializers.Serializer[Any]):
    """What the office wrote to the complainant."""

    on = serializers.DateField()
    text = serializers.CharField()
    is_from_citizen = serializers.BooleanField()


class ComplaintStatus(serializers.Serializer[Any]):
    """What has become of a complaint, in words for citizens."""

    receipt_number = serializers.CharField(source="complaint.receipt_number")
    state = serializers.ChoiceField(ComplaintState.choices, source="complaint.state")
    state_text = serializers.SerializerMethodField()
    filed_on = serializers.DateField(source="complaint.filed_on")
    due_on = serializers.DateField(source="complaint.due_on")
    unsure_days = UnsureDay(many=True, help_text="Ngày nghỉ chưa chính thức mà due_on dựa vào: hạn có thể thay đổi.")
    outcome = serializers.ChoiceField(ComplaintAnswer.choices, required=False, help_text="Chỉ có khi đã kết luận.")
    outcome_text = serializers.SerializerMethodField()
    messages = CitizenMessage(many=True)

    def get_state_text(self, status: Any) -> str:
        """Say where it stands."""
        return str(said(*STATES_TOLD[status.complaint.state]))

    def get_outcome_text(self, status: Any) -> str:
        """Say what it came to; empty until it is concluded."""
        return str(said(*OUTCOMES_TOLD[status.outcome])) if status.outcome else ""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Print the status, without an outcome that is not there yet."""
        told = super().to_representation(instance)
        return {name: value for name, value in told.items() if value is not None}
