"""Publication: from here on a run never changes."""

import datetime as dt
import uuid

from django.db.transaction import atomic

from feedback.assessments.models import AssessmentRun, Publication
from feedback.assessments.queries.documents import document_of
from feedback.assessments.rules.canonical import digest
from feedback.errors import (
    AlreadyPublished,
    AssessmentUnknown,
    NewerPublished,
    RunIsProvisional,
    RunNeedsWholeProvince,
    RunNotFinished,
)
from feedback.vocabulary import RunState
from units.vocabulary import Viewer


@atomic
def publish(*, run_id: uuid.UUID, accepted_because: str, by: str, viewer: Viewer, now: dt.datetime) -> Publication:
    """Publish a finished run; one with pending complaints only with the reason why that is accepted.

    Raises AssessmentUnknown, RunNotFinished, AlreadyPublished, NewerPublished, RunIsProvisional or
    RunNeedsWholeProvince.
    """
    if viewer.boundary is not None:
        raise RunNeedsWholeProvince
    run = _publishable(run_id)
    provisional = run.assessments.filter(provisional=True).count()
    if provisional and not accepted_because:
        raise RunIsProvisional(provisional)
    document = document_of(run, accepted_because=accepted_because, published_by=by, published_at=now)
    publication = Publication.objects.create(
        run=run, document=document, digest=digest(document), accepted_because=accepted_because, published_by=by,
        published_at=now,
    )  # fmt: skip
    run.state = RunState.PUBLISHED
    run.save(update_fields=["state"])
    return publication


def _publishable(run_id: uuid.UUID) -> AssessmentRun:
    run = AssessmentRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise AssessmentUnknown
    if run.state == RunState.QUEUED:
        raise RunNotFinished
    if run.state == RunState.PUBLISHED:
        raise AlreadyPublished
    same = AssessmentRun.objects.filter(criteria_set=run.criteria_set, period=run.period, state=RunState.PUBLISHED)
    if same.filter(version__gt=run.version).exists():
        raise NewerPublished
    return run
