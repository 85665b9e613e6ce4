"""What the four rooms refuse."""

import datetime as dt
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


class Overtaken(Exception):
    """Somebody rated by the same right, the same step or under the same id meanwhile: to be taken anew, under lock."""


class RightNotUsable(FeedbackError):
    """The right to rate is unknown, used, expired, revoked or of another form; which of these is never told."""


class RightUnknown(FeedbackError):
    """There is no such right to rate, or none that the caller may know of."""


class AlreadyRated(FeedbackError):
    """This step of this transaction was rated before."""


class RatingIdTaken(FeedbackError):
    """Another rating carries the id that the client made."""


class HelperUnknown(FeedbackError):
    """No official carries the code of the one who helped to rate."""


class HelperServed(FeedbackError):
    """The official who helped to rate is one of those who served."""


class ChannelNotOfCounter(FeedbackError):
    """A counter says that a rating came by a citizen's own app or the web; such a one comes with a right."""


class StaffMayNotRate(FeedbackError):
    """Somebody who serves rates: he may only type in what another person says, and is named as helper."""


class RatingStateRefused(FeedbackError):
    """What was asked for does not follow from the state a rating is in."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__()
        self.state = state
        self.wanted = wanted


class AmendmentTooLate(FeedbackError):
    """A rating can be amended for a day, and this one is older."""


class AmendedTooOften(FeedbackError):
    """A rating was amended as often (`most`) as one may be: each version is kept."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


class RatingUnknown(FeedbackError):
    """There is no such rating, or none that the caller may know of."""


class RowsOfInspectorate(FeedbackError):
    """Somebody who sees one unit's part asked for single ratings; they are the inspectorate's."""


class RatingLinkDestroyed(FeedbackError):
    """Which transaction a rating is about is not known any more: its year is published and its objections are over."""


class DaysDestroyed(FeedbackError):
    """Figures were asked for by days that are kept only by half months."""


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


class ReceiptUnknown(FeedbackError):
    """No complaint has this receipt number and secret; which of the two is wrong is never told."""


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


class TargetUnknown(FeedbackError):
    """No target carries this code."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class FormRefused(FeedbackError):
    """A rating form contradicts itself; `contradictions` as feedback.ratings.rules.forms names them."""

    def __init__(self, contradictions: Sequence[str]) -> None:
        super().__init__()
        self.contradictions = list(contradictions)


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


class DocumentOfEveryUnit(FeedbackError):
    """A published document speaks of every unit, and so of the unit of an official who would read it."""


class AlreadyPublished(FeedbackError):
    """The run is published; a later fact needs a new run."""


class NewerPublished(FeedbackError):
    """A later version of this period is published already."""


class AssessmentUnknown(FeedbackError):
    """There is no such run, assessment or publication, or none that the caller may know of."""


class DeclarationUnknown(FeedbackError):
    """Nothing was declared of this unit for this period."""


class LevelNotOfUnit(FeedbackError):
    """The level of the one-stop unit that is declared is not that of the unit, whose kind (its label) is `kind`."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind


class DeclarationOfOwnUnit(FeedbackError):
    """A unit's points do not rest on what one of its own line says of it."""


class RunNeedsWholeProvince(FeedbackError):
    """A run counts every unit, so one whose boundary is a unit can neither start nor publish it."""
