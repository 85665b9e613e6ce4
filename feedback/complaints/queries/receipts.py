"""What a complainant may read with his receipt."""

from dataclasses import dataclass

from feedback.complaints import vault
from feedback.complaints.models import Complaint, ComplaintMessage, Finding
from feedback.complaints.queries.deadlines import unsure_days_of
from feedback.complaints.rules import answer_of
from feedback.errors import ReceiptUnknown
from procedures.calendar.models import DayOverride


@dataclass(frozen=True)
class ReceiptStatus:
    """A complaint as its complainant sees it; `outcome` is None until it is concluded."""

    complaint: Complaint
    unsure_days: list[DayOverride]
    messages: list[ComplaintMessage]
    outcome: str | None


def receipt_status(*, number: str, secret: str) -> ReceiptStatus:
    """Return what has become of a complaint; raises ReceiptUnknown, alike for a wrong secret and no such receipt."""
    complaint = Complaint.objects.filter(receipt_number=number).first()
    stored = bytes(complaint.receipt_hash) if complaint else None
    is_his = vault.is_secret_of(number=number, secret=secret, stored=stored)
    if complaint is None or not is_his:
        raise ReceiptUnknown
    findings = Finding.objects.filter(conclusion__complaint=complaint).order_by("-conclusion__number")
    rows = list(findings.values_list("conclusion__number", "outcome"))
    newest = [outcome for number, outcome in rows if number == rows[0][0]]
    return ReceiptStatus(
        complaint=complaint,
        unsure_days=unsure_days_of(complaint),
        messages=list(ComplaintMessage.objects.filter(complaint=complaint).order_by("number")),
        outcome=answer_of(newest) if newest else None,
    )
