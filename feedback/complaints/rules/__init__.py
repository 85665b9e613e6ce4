"""The law of complaints: states, deadlines, findings, what a complainant says of himself. No database here."""

from feedback.complaints.rules.deadlines import Deadline, deadline, rule_in_force
from feedback.complaints.rules.findings import COUNTING, answer_of, must_give_reason
from feedback.complaints.rules.identity import FIELDS, identity_faults
from feedback.complaints.rules.receipts import DIGITS, with_check_digit
from feedback.complaints.rules.transitions import (
    HANDLER,
    OPEN_STATES,
    TRANSITIONS,
    Transition,
    may_become,
    transitions_from,
)

__all__ = [
    "COUNTING",
    "DIGITS",
    "FIELDS",
    "HANDLER",
    "OPEN_STATES",
    "TRANSITIONS",
    "Deadline",
    "Transition",
    "answer_of",
    "deadline",
    "identity_faults",
    "may_become",
    "must_give_reason",
    "rule_in_force",
    "transitions_from",
    "with_check_digit",
]
