"""What the four rooms refuse."""

import datetime as dt


class FeedbackError(Exception):
    """Anything these rooms refuse."""


class PeriodUnknown(FeedbackError):
    """No period carries this code."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class PeriodTaken(FeedbackError):
    """The code names a period, or another period of this scheme and kind has one of these days."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class PeriodsMissing(FeedbackError):
    """The months of a scheme do not cover the days that were asked for."""

    def __init__(self, scheme: str) -> None:
        super().__init__()
        self.scheme = scheme


class NoScoringRules(FeedbackError):
    """No text that gives points was in force on that day."""

    def __init__(self, on: dt.date) -> None:
        super().__init__()
        self.on = on


class CriteriaSetUnknown(FeedbackError):
    """No criteria set carries this code."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class RunNeedsReason(FeedbackError):
    """A period that was assessed before is assessed again only with a reason."""

    def __init__(self, version: int) -> None:
        super().__init__()
        self.version = version


class RunNotFinished(FeedbackError):
    """The run has not been worked off yet."""


class RunIsProvisional(FeedbackError):
    """Complaints that are not concluded may still change the run, and nobody accepted that with a reason."""

    def __init__(self, assessments: int) -> None:
        super().__init__()
        self.assessments = assessments


class AlreadyPublished(FeedbackError):
    """The run is published; a later fact needs a new run."""


class NewerPublished(FeedbackError):
    """A later version of this period is published already."""


class AssessmentUnknown(FeedbackError):
    """There is no such run, assessment or publication, or none that the caller may know of."""
