"""The door: names every table of the four rooms."""

from feedback.assessments.models import Assessment, AssessmentRecord, AssessmentRun, CriteriaSet, Publication
from feedback.monitoring.models import Period
from feedback.ratings.models import Rating, RatingForm, RatingFormVersion, RatingLink, RatingRight

__all__ = [
    "Assessment",
    "AssessmentRecord",
    "AssessmentRun",
    "CriteriaSet",
    "Period",
    "Publication",
    "Rating",
    "RatingForm",
    "RatingFormVersion",
    "RatingLink",
    "RatingRight",
]
