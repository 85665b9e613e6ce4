"""Questions about runs, assessments and publications."""

from feedback.assessments.queries.documents import is_unaltered
from feedback.assessments.queries.explaining import Explanation, explanation
from feedback.assessments.queries.objections import ClosedYear, closed_years
from feedback.assessments.queries.reading import (
    assessment_visible_to,
    assessments_visible_to,
    criteria_set_with_code,
    may_read_complaints_of,
    publication_visible_to,
    publications_visible_to,
    queued_runs,
    run_visible_to,
)

__all__ = [
    "ClosedYear",
    "Explanation",
    "assessment_visible_to",
    "assessments_visible_to",
    "closed_years",
    "criteria_set_with_code",
    "explanation",
    "is_unaltered",
    "may_read_complaints_of",
    "publication_visible_to",
    "publications_visible_to",
    "queued_runs",
    "run_visible_to",
]
