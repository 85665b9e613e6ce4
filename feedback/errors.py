"""What the four rooms refuse."""

from collections.abc import Sequence
from dataclasses import dataclass


class FeedbackError(Exception):
    """Anything these rooms refuse."""


@dataclass(frozen=True)
class FieldFault:
    """One field that cannot stand: its JSON pointer, a code for machines, the reason in two languages."""

    pointer: str
    code: str
    vi: str
    en: str


class SubmissionRejected(FeedbackError):
    """What was sent contradicts itself or names what is not known; `faults` lists every place."""

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        super().__init__()
        self.faults = list(faults)


class ComplaintUnknown(FeedbackError):
    """There is no such complaint, or none that the asker may know of: the two are told alike."""


class TransitionRefused(FeedbackError):
    """A complaint cannot go from the state it is in to the one asked for."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__()
        self.state = state
        self.wanted = wanted


class VerificationMissing(FeedbackError):
    """A conclusion was drawn before the complaint was verified."""


class FindingsIncomplete(FeedbackError):
    """A conclusion left allegations without a finding; `missing` names them as `subject/category`."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__()
        self.missing = ", ".join(missing)


class IdentitySealed(FeedbackError):
    """The complainant's identity is sealed, or he gave none: it cannot be read here."""
