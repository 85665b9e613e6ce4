"""What is done with complaints."""

from feedback.complaints.services.categories import load_categories
from feedback.complaints.services.handling import accept, conclude, refuse, verify
from feedback.complaints.services.identities import read_identity
from feedback.complaints.services.submitting import receipt_number, submit

__all__ = [
    "accept",
    "conclude",
    "load_categories",
    "read_identity",
    "receipt_number",
    "refuse",
    "submit",
    "verify",
]
