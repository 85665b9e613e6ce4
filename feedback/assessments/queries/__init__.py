"""Questions about runs, assessments and publications."""

from feedback.assessments.queries.declarations import declaration_visible_to, declarations_visible_to
from feedback.assessments.queries.documents import is_unaltered
from feedback.assessments.queries.explaining import Explanation, explanation
from feedback.assessments.queries.objections import ClosedYear, closed_years
from feedback.assessments.queries.reading import (
    Reader,
    assessment_visible_to,
    assessments_visible_to,
    criteria_set_with_code,
    document_visible_to,
    publication_visible_to,
    publications_visible_to,
    queued_runs,
    run_visible_to,
)

__all__ = [
    "ClosedYear",
    "Explanation",
    "Reader",
    "assessment_visible_to",
    "assessments_visible_to",
    "closed_years",
    "criteria_set_with_code",
    "declaration_visible_to",
    "declarations_visible_to",
    "document_visible_to",
    "explanation",
    "is_unaltered",
    "publication_visible_to",
    "publications_visible_to",
    "queued_runs",
    "run_visible_to",
]
