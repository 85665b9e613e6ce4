"""What is stored of complaints, and what must always hold of one row."""

from feedback.complaints.models.cases import Complaint
from feedback.complaints.models.categories import ComplaintCategory
from feedback.complaints.models.ledger import ComplaintEvent, ComplaintMessage
from feedback.complaints.models.outcomes import Conclusion, Finding, Verification
from feedback.complaints.models.subjects import Allegation, ComplaintSubject

__all__ = [
    "Allegation",
    "Complaint",
    "ComplaintCategory",
    "ComplaintEvent",
    "ComplaintMessage",
    "ComplaintSubject",
    "Conclusion",
    "Finding",
    "Verification",
]
