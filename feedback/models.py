"""The door: names every table of the four rooms."""

from feedback.assessments.models import (
    Assessment,
    AssessmentRecord,
    AssessmentRun,
    CriteriaSet,
    Publication,
    UnitDeclaration,
)
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
from feedback.monitoring.models import EndedCount, Period, Target
from feedback.ratings.models import (
    Rating,
    RatingComment,
    RatingDecision,
    RatingForm,
    RatingFormVersion,
    RatingLink,
    RatingPart,
    RatingRight,
    RatingSummary,
    RatingVersion,
    SummarisedRating,
)
from feedback.ratings.vault.models import KeptDay, KeptOpinion, LinkAccess

__all__ = [
    "Allegation",
    "Assessment",
    "AssessmentRecord",
    "AssessmentRun",
    "Complaint",
    "ComplaintCategory",
    "ComplaintEvent",
    "ComplaintMessage",
    "ComplaintSubject",
    "Conclusion",
    "CriteriaSet",
    "EndedCount",
    "Finding",
    "KeptDay",
    "KeptOpinion",
    "LinkAccess",
    "Period",
    "Publication",
    "Rating",
    "RatingComment",
    "RatingDecision",
    "RatingForm",
    "RatingFormVersion",
    "RatingLink",
    "RatingPart",
    "RatingRight",
    "RatingSummary",
    "RatingVersion",
    "SealedIdentity",
    "SummarisedRating",
    "Target",
    "UnitDeclaration",
    "VaultAccess",
    "Verification",
]
