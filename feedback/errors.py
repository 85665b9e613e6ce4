"""What the four rooms refuse."""

from collections.abc import Sequence
from dataclasses import dataclass


class FeedbackError(Exception):
    """Anything these rooms refuse."""


class RatingFormUnknown(FeedbackError):
    """No published form carries this code, or not this version of it."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


@dataclass(frozen=True)
class AnswerFault:
    """One thing wrong with the answers: the criterion, and `unknown_criterion`, `missing_answer` or `off_scale`."""

    criterion: str
    code: str


class AnswersRefused(FeedbackError):
    """The answers do not fit the form."""

    def __init__(self, faults: Sequence[AnswerFault]) -> None:
        super().__init__()
        self.faults = list(faults)


class RightNotUsable(FeedbackError):
    """The right to rate is unknown, used, expired, revoked or of another form; which of these is never told."""


class AlreadyRated(FeedbackError):
    """This step of this transaction was rated before."""


class RatingIdTaken(FeedbackError):
    """Another rating carries the id that the client made."""


class HelperServed(FeedbackError):
    """The official who helped to rate is one of those who served."""


class RatingUnknown(FeedbackError):
    """There is no such rating, or none that the caller may know of."""
