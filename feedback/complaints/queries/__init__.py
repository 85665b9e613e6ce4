"""Questions to the complaints. Staff's questions all start from `complaints_visible_to`."""

from feedback.complaints.queries.cases import (
    accused_under,
    accused_under_then,
    accusing,
    alleging,
    complaint_known_to,
    complaint_to_handle,
    complaints_listed,
    timeline,
)
from feedback.complaints.queries.categories import categories
from feedback.complaints.queries.deadlines import unsure_days_of
from feedback.complaints.queries.dossiers import is_about
from feedback.complaints.queries.receipts import ReceiptStatus, receipt_status
from feedback.complaints.queries.visibility import complaints_visible_to

__all__ = [
    "ReceiptStatus",
    "accused_under",
    "accused_under_then",
    "accusing",
    "alleging",
    "categories",
    "complaint_known_to",
    "complaint_to_handle",
    "complaints_listed",
    "complaints_visible_to",
    "is_about",
    "receipt_status",
    "timeline",
    "unsure_days_of",
]
