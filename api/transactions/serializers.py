"""Transactions as machines tell them, and as they are read."""

from typing import Any

from rest_framework import serializers

from api.organisation import WAS_HELP
from api.printing import Added, Sparse
from api.shapes import FaultShape, Flag, Instant, Shape, Text
from api.transactions.applicants import ApplicantTold
from procedures.vocabulary import (
    ApplicantKind,
    Channel,
    ConductSignal,
    MessageOutcome,
    Outcome,
    SignalStrength,
    Status,
    StepKind,
    Timeliness,
)

MOST_STEPS, MOST_SUPPLEMENTS = 200, 50
MOST_CONTACTS = 1000
NULL_CLEARS = "Vắng mặt: không nói gì; null: xóa giá trị đã gửi trước đó."


class SupplementReport(Shape):
    """A request for supplement and its answer."""

    key = Text(
        required=False, max_length=100, help_text="Số của yêu cầu ở hệ thống gửi; bỏ trống là thời điểm yêu cầu."
    )
    requested_at = Instant()
    answered_at = Instant(required=False, allow_null=True)
    due_at_before = Instant(required=False, allow_null=True)
    due_at_after = Instant(required=False, allow_null=True)


class StepReport(Shape):
    """A step done by an official in a unit."""

    at = Instant()
    status = serializers.ChoiceField(Status.choices)
    content = Text(required=False, allow_blank=True, max_length=4000)
    official = Text(required=False, max_length=50, help_text="Mã cán bộ của hệ thống quản lý cán bộ.")
    official_name = Text(required=False, allow_blank=True, max_length=200)
    post = Text(required=False, allow_blank=True, max_length=200)
    department = Text(required=False, allow_blank=True, max_length=300)
    unit = Text(required=False, max_length=100, help_text="Mã đơn vị, hoặc SCHEME:mã, vào ngày của bước.")
    started_at = Instant(required=False, allow_null=True)
    due_at = Instant(required=False, allow_null=True)


class TransactionReport(Shape):
    """The full state of a transaction as its sender sees it at `source_updated_at`.

    What is absent is not said; null clears what was said before.
    """

    source_updated_at = Instant(help_text="Thời điểm của trạng thái này ở hệ thống gửi; quyết định cái nào mới hơn.")
    status = serializers.ChoiceField(Status.choices)
    procedure = Text(max_length=40, help_text="Mã thủ tục quốc gia, nhận cả mã địa phương.")
    receiving_unit = Text(required=False, max_length=100, help_text="Mã đơn vị, hoặc SCHEME:mã, vào ngày tiếp nhận.")
    settling_unit = Text(required=False, allow_null=True, max_length=100, help_text=NULL_CLEARS)
    settling_unit_name = Text(required=False, allow_null=True, max_length=300, help_text="Khi không biết mã.")
    channel = serializers.ChoiceField(Channel.choices, required=False)
    applicant = ApplicantTold(required=False)
    submitted_at = Instant(required=False, allow_null=True, help_text=NULL_CLEARS)
    received_at = Instant(required=False, allow_null=True, help_text=NULL_CLEARS)
    due_at = Instant(required=False, allow_null=True, help_text=NULL_CLEARS)
    ended_at = Instant(required=False, allow_null=True, help_text="Có kết quả, từ chối, rút hoặc dừng. " + NULL_CLEARS)
    returned_at = Instant(required=False, allow_null=True, help_text=NULL_CLEARS)
    contacts = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_CONTACTS)
    agencies_contacted = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_CONTACTS)
    paid_online = Flag(required=False, allow_null=True)
    digitised = Flag(required=False, allow_null=True)
    electronic_result = Flag(required=False, allow_null=True)
    supplements = serializers.ListField(child=SupplementReport(), required=False, max_length=MOST_SUPPLEMENTS)
    steps = serializers.ListField(child=StepReport(), required=False, max_length=MOST_STEPS)


class TransactionRow(TransactionReport):
    """A row of a batch: the same, with its dossier code."""

    dossier_code = Text(max_length=100)


class StepsReport(Shape):
    """Steps of one transaction, new ones or all of them again."""

    steps = serializers.ListField(child=StepReport(), min_length=1, max_length=MOST_STEPS)


class MessageReceipt(serializers.Serializer[Any]):
    """What became of a message; `warnings` are told, nothing is changed because of them."""

    dossier_code = serializers.CharField()
    outcome = serializers.ChoiceField(MessageOutcome.choices)
    warnings = serializers.ListField(child=serializers.CharField())
    message_id = serializers.IntegerField(help_text="Số trong nhật ký gửi (GET /journal).")


class BatchAsked(Shape):
    """How a batch is to be taken."""

    atomic = serializers.BooleanField(required=False, default=False, help_text="true: nhận tất cả hoặc không nhận gì.")
    dry_run = serializers.BooleanField(required=False, default=False, help_text="true: chỉ thử, không ghi gì.")


class RowReceipt(serializers.Serializer[Any]):
    """What became of one row of a batch."""

    index = serializers.IntegerField()
    key = serializers.CharField()
    outcome = serializers.ChoiceField(MessageOutcome.choices)
    errors = FaultShape(many=True)  # type: ignore[assignment]  # the contract's name
    warnings = serializers.ListField(child=serializers.CharField())


class BatchCounts(serializers.Serializer[Any]):
    """How many rows came to what."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    stale = serializers.IntegerField()
    waiting = serializers.IntegerField()
    rejected = serializers.IntegerField()


class BatchReceipt(serializers.Serializer[Any]):
    """What became of a batch, row by row in the order sent."""

    counts = BatchCounts()
    results = RowReceipt(many=True)


class CodeName(serializers.Serializer[Any]):
    """A thing by its code and the name it had then."""

    code = serializers.CharField()
    name = serializers.CharField()


class Applicant(serializers.Serializer[Any]):
    """Who applied, as far as anybody may know: the kind, and a pseudonym that is the same for the same person."""

    kind = serializers.ChoiceField(ApplicantKind.choices, required=False)
    ref = serializers.CharField()


class SignalTold(serializers.Serializer[Any]):
    """What somebody may look into: a fact, never a verdict."""

    code = serializers.ChoiceField(ConductSignal.choices, source="value")
    strength = serializers.ChoiceField(SignalStrength.choices)


class Transaction(Sparse):
    """A transaction. `timeliness` is told as of now; units bear the names they had on the day of receipt."""

    SPARSE = frozenset({
        "outcome", "applicant", "receiving_unit", "settling_unit", "field", "timeliness_before_exclusions",
    })  # fmt: skip

    dossier_code = serializers.CharField(source="row.dossier_code")
    source = serializers.CharField(source="row.source")  # type: ignore[assignment]
    source_updated_at = Instant(source="row.source_updated_at")
    status = serializers.ChoiceField(Status.choices, source="row.status")
    outcome = serializers.ChoiceField(Outcome.choices, source="row.outcome", required=False)
    procedure = CodeName()
    field = CodeName(required=False)
    receiving_unit = CodeName(required=False)
    settling_unit = CodeName(required=False)
    receiving_unit_was = Added(required=False, help_text=WAS_HELP)
    settling_unit_was = Added(required=False, help_text=WAS_HELP)
    settling_unit_name = serializers.CharField(source="row.settling_unit_name", help_text="Như bên gửi viết.")
    channel = serializers.ChoiceField(Channel.choices, source="row.channel")
    applicant = Applicant(required=False)
    submitted_at = Instant(source="row.submitted_at", allow_null=True)
    received_at = Instant(source="row.received_at", allow_null=True)
    due_at = Instant(source="row.due_at", allow_null=True, help_text="Như gửi lần cuối.")
    due_at_original = Instant(source="row.due_at_original", allow_null=True, help_text="Như hẹn lần đầu.")
    due_at_legal = Instant(
        source="row.due_at_legal", allow_null=True,
        help_text="Hạn hẹn đầu, chỉ dời theo điều luật cho phép; null khi đồng hồ đang dừng hoặc không có hẹn.",
    )  # fmt: skip
    due_at_computed = Instant(source="row.due_at_computed", allow_null=True, help_text="Theo thời hạn của thủ tục.")
    due_date_differs = serializers.BooleanField(
        source="row.due_date_differs", help_text="Các hạn đã biết (gửi lần cuối, theo luật, theo thời hạn) khác ngày."
    )
    ended_at = Instant(source="row.ended_at", allow_null=True)
    finished_at = Instant(source="row.finished_at", allow_null=True)
    returned_at = Instant(source="row.returned_at", allow_null=True)
    timeliness = serializers.ChoiceField(Timeliness.choices, source="row.timeliness_now")
    national_timeliness = serializers.ChoiceField(
        Timeliness.choices, source="row.national_timeliness", help_text="Theo cách tính của Cổng quốc gia (QĐ 766)."
    )
    exclusions = serializers.IntegerField(source="row.exclusions", help_text="Số phần loại trừ đã duyệt, đang áp dụng.")
    due_at_before_exclusions = Instant(source="row.due_at_before_exclusions", allow_null=True)
    timeliness_before_exclusions = serializers.ChoiceField(
        Timeliness.choices, source="row.timeliness_before_exclusions", required=False, help_text="Nếu không loại trừ."
    )
    delay_minutes = serializers.IntegerField(source="row.delay_minutes", allow_null=True)
    supplement_requests = serializers.IntegerField(source="row.supplement_requests")
    extensions = serializers.IntegerField(source="row.extensions")
    apology_at = Instant(source="row.apology_at", allow_null=True)
    apology_on_time = serializers.BooleanField(source="row.apology_on_time", allow_null=True)
    apology_due = serializers.BooleanField(
        help_text="Đã hoặc sắp quá hạn (từ ngày trước ngày hẹn) mà chưa xin lỗi (NĐ 61/2018, điều 19.9)."
    )
    apologise_by = serializers.DateField(
        source="row.apologise_by_date", allow_null=True,
        help_text="Ngày cuối còn xin lỗi kịp; null khi đã xin lỗi, đã kết thúc hoặc chưa có hạn.",
    )  # fmt: skip
    supplement_notice_on_time = serializers.BooleanField(
        source="row.supplement_notice_on_time", allow_null=True,
        help_text="Báo bổ sung trong 03 ngày làm việc (NĐ 61/2018, điều 19.4); null khi không yêu cầu bổ sung.",
    )  # fmt: skip
    signals = SignalTold(many=True, help_text="Dấu hiệu để xem xét, tính đến lúc đọc; không phải kết luận.")
    contacts = serializers.IntegerField(source="row.contacts", allow_null=True)
    agencies_contacted = serializers.IntegerField(source="row.agencies_contacted", allow_null=True)
    paid_online = serializers.BooleanField(source="row.paid_online", allow_null=True)
    digitised = serializers.BooleanField(source="row.digitised", allow_null=True)
    electronic_result = serializers.BooleanField(source="row.electronic_result", allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField(), source="row.warnings")
    calendar_version = serializers.CharField(source="row.calendar_id")
    version = serializers.IntegerField(source="row.version")


class Step(Sparse):
    """A step, with the unit and the official as they were on that day; an unknown official is a name only."""

    SPARSE = frozenset({"unit", "official"})

    key = serializers.CharField()
    at = Instant()
    status = serializers.ChoiceField(Status.choices)
    kind = serializers.ChoiceField(StepKind.choices)
    unit = serializers.CharField(source="unit_code", default=None, required=False, help_text="Mã đơn vị.")
    official = serializers.CharField(source="official_code", default=None, required=False, help_text="Mã cán bộ.")
    official_name = serializers.CharField()
    post = serializers.CharField()
    department = serializers.CharField()
    content = serializers.CharField()
    started_at = Instant(allow_null=True)
    due_at = Instant(allow_null=True)


class Alias(serializers.Serializer[Any]):
    """Another number under which a source tells of a dossier."""

    code = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the contract's name


class TransactionWithSteps(Transaction):
    """A transaction with its steps."""

    aliases = Alias(many=True, help_text="Mã khác mà các nguồn dùng khi gửi hồ sơ này.")
    steps = Step(many=True)


class ClockStretch(serializers.Serializer[Any]):
    """A stretch of time, why, and whether it counts against the limit; what is open has no end yet."""

    begins_at = Instant()
    ends_at = Instant(allow_null=True)
    cause = serializers.CharField(help_text="processing, supplement, financial_duty, sector_law, exclusion.")
    effect = serializers.CharField(allow_null=True, help_text="pause: tạm dừng; restart: tính lại từ đầu.")
    counts = serializers.BooleanField()


class DueDateMove(serializers.Serializer[Any]):
    """A new due date and why it moved."""

    due_at = Instant()
    told_at = Instant()
    reason = serializers.CharField(
        help_text="supplement, payment, extension (có xin lỗi), correction (không rõ lý do)."
    )


class Timeline(serializers.Serializer[Any]):
    """What happened, in the order of time."""

    dossier_code = serializers.CharField()
    steps = Step(many=True)
    intervals = ClockStretch(many=True)
    due_date_moves = DueDateMove(many=True)
