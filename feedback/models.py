"""The door: names every table of the four rooms."""

from feedback.complaints.models import (
    Allegation,
    Complaint,
    ComplaintCategory,
    ComplaintEvent,
    ComplaintMessage,
    ComplaintSubject,
    Conclusion,
    Finding,
    Verification,
)
from feedback.complaints.vault.models import SealedIdentity, VaultAccess

__all__ = [
    "Allegation",
    "Complaint",
    "ComplaintCategory",
    "ComplaintEvent",
    "ComplaintMessage",
    "ComplaintSubject",
    "Conclusion",
    "Finding",
    "SealedIdentity",
    "VaultAccess",
    "Verification",
]
