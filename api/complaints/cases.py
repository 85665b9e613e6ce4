"""What staff read of a complaint, and what they send to move it along."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.complaints.submissions import UnsureDay
from api.organisation import WAS_HELP
from api.printing import Added, Said
from api.shapes import Shape, Text
from feedback.complaints.rules import transitions_from
from feedback.vocabulary import ComplaintState, FindingOutcome, IdentityMode, LegalClass, Severity

LONGEST_TEXT = 20_000
MOST_FINDINGS = 200  # 20 accused, 10 categories each


class FindingTold(serializers.Serializer[Any]):
    """What was found of one allegation."""

    outcome = serializers.ChoiceField(FindingOutcome.choices)
    reason = serializers.CharField()


class AllegationTold(serializers.Serializer[Any]):
    """One kind of misconduct that one accused is said to have done."""

    category = serializers.CharField(source="category.code")
    severity = serializers.ChoiceField(Severity.choices, source="category.severity_default")


class AllegationFound(AllegationTold):
    """An allegation with its finding, once there is one."""

    def get_fields(self) -> dict[str, Any]:
        """Add the newest finding; `findings` is prefetched, the newest first."""
        return {**super().get_fields(), "finding": FindingTold(required=False)}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Print the allegation; without a finding until it is concluded."""
        instance.finding = next(iter(instance.findings.all()), None)
        told = super().to_representation(instance)
        return {name: value for name, value in told.items() if value is not None}


class SubjectTold(Said):
    """One accused. `number` names him in a conclusion."""

    number = serializers.IntegerField()
    official = serializers.CharField(source="official.code", required=False, help_text="Chỉ có khi biết mã.")
    official_name = serializers.CharField(source="official.name", required=False)
    description = serializers.CharField()
    unit = serializers.CharField(source="unit.code", required=False)
    unit_was = Added(required=False, help_text=WAS_HELP)
    role = serializers.CharField()
    allegations = AllegationTold(many=True, source="allegations.all")


class SubjectFound(SubjectTold):
    """One accused with what was found."""

    allegations = AllegationFound(many=True, source="allegations.all")


class ComplaintRow(Said):
    """A complaint in a list; the statement is read one by one."""

    id = serializers.UUIDField()
    mode = serializers.ChoiceField(IdentityMode.choices)
    state = serializers.ChoiceField(ComplaintState.choices)
    filed_on = serializers.DateField()
    happened_on = serializers.DateField(required=False)
    due_on = serializers.DateField()
    due_rule = serializers.CharField(help_text="Quy định dùng để tính due_on.")
    dossier_code = serializers.CharField()
    subjects = SubjectTold(many=True, source="subjects.all")

    def get_fields(self) -> dict[str, Any]:
        """Add `class`, which Python keeps for itself."""
        return {"class": serializers.ChoiceField(LegalClass.choices, source="legal_class"), **super().get_fields()}


class TransitionTold(serializers.Serializer[Any]):
    """A step the case may take next, and the clause that allows it."""

    to = serializers.ChoiceField(ComplaintState.choices)
    scope = serializers.CharField()
    legal_basis = serializers.CharField()


class VerificationTold(serializers.Serializer[Any]):
    """How the allegations were checked."""

    verified_on = serializers.DateField()
    report = serializers.CharField()


class ConclusionTold(serializers.Serializer[Any]):
    """What was concluded."""

    number = serializers.IntegerField()
    concluded_on = serializers.DateField()
    text = serializers.CharField()
    answer = serializers.CharField()


class ComplaintDetail(ComplaintRow):
    """A complaint with all that staff may read of it; who complained is not here."""

    place = serializers.CharField()
    statement = serializers.CharField()
    due_calendar = serializers.CharField(source="due_calendar_id", help_text="Phiên bản lịch dùng để tính due_on.")
    unsure_days = serializers.SerializerMethodField(
        help_text="Ngày nghỉ chưa chính thức mà due_on dựa vào: hạn có thể thay đổi."
    )
    closed_on = serializers.DateField(required=False)
    subjects = SubjectFound(many=True, source="subjects.all")
    verifications = VerificationTold(many=True, source="verifications.all")
    conclusions = ConclusionTold(many=True, source="conclusions.all")
    allowed_transitions = serializers.SerializerMethodField()

    @extend_schema_field(UnsureDay(many=True))
    def get_unsure_days(self, _complaint: Any) -> Any:
        """Print the days that the view found."""
        return UnsureDay(self.context["unsure_days"], many=True).data

    @extend_schema_field(TransitionTold(many=True))
    def get_allowed_transitions(self, complaint: Any) -> list[dict[str, str]]:
        """List the steps the case may take next."""
        return [
            {"to": step.after, "scope": step.scope, "legal_basis": step.basis[complaint.legal_class]}
            for step in transitions_from(complaint.state)
        ]


class ComplaintStanding(serializers.Serializer[Any]):
    """Where a complaint stands after an action; its text is read with GET."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(ComplaintState.choices)
    due_on = serializers.DateField()
    due_rule = serializers.CharField()
    version = serializers.IntegerField()


class ComplaintEventTold(Said):
    """One change of state. An anonymous filing has a day and no hour."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(ComplaintState.choices)
    on = serializers.DateField()
    at = serializers.DateTimeField(required=False)
    by = serializers.CharField()
    official = serializers.CharField(source="official.code", required=False)
    note = serializers.CharField()
    due_on = serializers.DateField()
    due_rule = serializers.CharField()


class IdentityTold(serializers.Serializer[Any]):
    """Who complained, where he agreed that handlers know him."""

    name = serializers.CharField()
    phone = serializers.CharField(required=False)
    email = serializers.CharField(required=False)
    address = serializers.CharField(required=False)
    national_id = serializers.CharField(required=False)


class Acceptance(Shape):
    """A decision to take the case on."""

    message = Text(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, default="", help_text="Tin nhắn cho người phản ánh."
    )
    note = Text(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="", help_text="Ghi chú nội bộ.")


class Refusal(Shape):
    """A decision not to take the case on; the citizen is told why."""

    message = Text(max_length=LONGEST_TEXT, help_text="Lý do, bằng lời người phản ánh hiểu được.")
    note = Text(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="", help_text="Ghi chú nội bộ.")


class VerificationDraft(Shape):
    """How the allegations were checked."""

    report = Text(max_length=LONGEST_TEXT)


class FindingDraft(Shape):
    """A finding on one allegation: the accused's number in the case and the category's code."""

    subject = serializers.IntegerField(min_value=1, max_value=1000)
    category = Text(max_length=20)
    outcome = serializers.ChoiceField(FindingOutcome.choices)
    reason = Text(max_length=LONGEST_TEXT, required=False, help_text="Bắt buộc với undetermined và slander.")


class ConclusionDraft(Shape):
    """A conclusion with one finding for each allegation."""

    text = Text(max_length=LONGEST_TEXT, help_text="Kết luận, nội bộ.")
    answer = Text(max_length=LONGEST_TEXT, help_text="Trả lời người phản ánh.")
    findings = serializers.ListField(child=FindingDraft(), min_length=1, max_length=MOST_FINDINGS)
