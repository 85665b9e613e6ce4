"""Who may read which run, assessment and publication."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from feedback.assessments.models import Assessment, AssessmentRun, CriteriaSet, Publication
from feedback.errors import AssessmentUnknown, CriteriaSetUnknown
from feedback.vocabulary import RunState
from units.models import Posting
from units.queries import heritage
from units.vocabulary import Viewer


def criteria_set_with_code(*, code: str) -> CriteriaSet:
    """Find a criteria set; raises CriteriaSetUnknown."""
    try:
        return CriteriaSet.objects.get(code=code)
    except CriteriaSet.DoesNotExist as error:
        raise CriteriaSetUnknown(code) from error


def queued_runs() -> QuerySet[AssessmentRun]:
    """Return the runs that nobody has worked off, the oldest first."""
    return AssessmentRun.objects.filter(state=RunState.QUEUED).order_by("requested_at", "id")


def run_visible_to(*, viewer: Viewer, run_id: uuid.UUID) -> AssessmentRun:
    """Find a run; a run is about every unit, so it is unknown to one with a boundary: raises AssessmentUnknown."""
    run = AssessmentRun.objects.filter(pk=run_id).select_related("criteria_set", "period").first()
    if run is None or viewer.boundary is not None:
        raise AssessmentUnknown
    return run


def assessments_visible_to(*, viewer: Viewer, with_drafts: bool, today: dt.date) -> QuerySet[Assessment]:
    """Return the assessments inside the viewer's boundary: the published ones, and with drafts the others too.

    A draft moves with complaints that are still open, so it is only for those who manage assessments.
    """
    rows = Assessment.objects.select_related("run__criteria_set", "run__period", "unit", "official")
    if not with_drafts:
        rows = rows.filter(run__state=RunState.PUBLISHED)
    if viewer.boundary is not None:
        rows = rows.filter(unit__in=heritage(unit_id=viewer.boundary, on=today))
    return rows


def assessment_visible_to(*, viewer: Viewer, with_drafts: bool, today: dt.date, assessment_id: uuid.UUID) -> Assessment:
    """Find one of them; raises AssessmentUnknown."""
    found = assessments_visible_to(viewer=viewer, with_drafts=with_drafts, today=today).filter(pk=assessment_id).first()
    if found is None:
        raise AssessmentUnknown
    return found


def may_read_complaints_of(*, viewer: Viewer, assessment: Assessment) -> bool:
    """Tell whether one of the inspectorate stands far enough off to see which transactions were complained of.

    He is not the official and was never posted to the subject's unit.
    """
    if viewer.official is None:
        return True
    near = Posting.objects.filter(Q(home_unit=assessment.unit_id) | Q(serving_unit=assessment.unit_id))
    is_near = assessment.unit_id is not None and near.filter(official=viewer.official).exists()
    return assessment.official_id != viewer.official and not is_near


def publications_visible_to(*, viewer: Viewer) -> QuerySet[Publication]:
    """Return the publications: each is one document about every unit, so none for a viewer with a boundary."""
    rows = Publication.objects.select_related("run__criteria_set", "run__period")
    return rows if viewer.boundary is None else rows.none()


def publication_visible_to(*, viewer: Viewer, publication_id: uuid.UUID) -> Publication:
    """Find one of them; raises AssessmentUnknown."""
    found = publications_visible_to(viewer=viewer).filter(pk=publication_id).first()
    if found is None:
        raise AssessmentUnknown
    return found
