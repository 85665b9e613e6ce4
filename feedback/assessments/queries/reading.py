"""Who may read which run, assessment and publication, and how much of it.

Note [Out of sight]: a complaint is kept from the accused and his line (Note [The line]), and an assessment would tell
of it: pending ones by `provisional`, all of them by indicators 7 and 8, and so by the total, which less the other
indicators is these two. So they are told only to who is of no unit (a machine or a person without official and
boundary), and to the inspectorate of units it does not stand near. Everybody else reads the other indicators and,
when no result of the run is provisional, the class: not sooner and not for this subject alone, or its absence would
tell of the complaint. Nor where complaints could have cost fewer than five transactions points, unless none: there
the class less the other indicators might tell of one citizen. What is stored and published stays as it is.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Case, Expression, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from feedback.assessments.models import Assessment, AssessmentRecord, AssessmentRun, CriteriaSet, Publication
from feedback.assessments.rules.facts import Label
from feedback.errors import AssessmentUnknown, CriteriaSetUnknown, DocumentOfEveryUnit
from feedback.monitoring.rules.figures import FEWEST_SPEAKERS
from feedback.vocabulary import RunState
from units.models import Posting
from units.queries import heritage, units_near
from units.vocabulary import Viewer


@dataclass(frozen=True)
class Reader:
    """Who reads assessments: whether he manages them, and whether he may read complaints."""

    viewer: Viewer
    manages: bool
    inspects: bool

    @property
    def is_of_no_unit(self) -> bool:
        """Whether he stands near nobody: no official, and no boundary."""
        return self.viewer.official is None and self.viewer.boundary is None


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


def assessments_visible_to(*, reader: Reader, today: dt.date) -> QuerySet[Assessment]:
    """Return the assessments inside the reader's boundary, each with what he may learn of it: Note [Out of sight].

    The published ones; drafts, which move with complaints that are still open, only for those who manage assessments
    and are no official and have no boundary.
    """
    rows = Assessment.objects.select_related("run__criteria_set", "run__period", "unit", "official")
    if not (reader.manages and reader.is_of_no_unit):
        rows = rows.filter(run__state=RunState.PUBLISHED)
    if reader.viewer.boundary is not None:
        rows = rows.filter(unit__in=heritage(unit_id=reader.viewer.boundary, on=today))
    return _as_told(rows, reader=reader, today=today)


def assessment_visible_to(*, reader: Reader, today: dt.date, assessment_id: uuid.UUID) -> Assessment:
    """Find one of them; raises AssessmentUnknown."""
    found = assessments_visible_to(reader=reader, today=today).filter(pk=assessment_id).first()
    if found is None:
        raise AssessmentUnknown
    return found


def _as_told(rows: QuerySet[Assessment], *, reader: Reader, today: dt.date) -> QuerySet[Assessment]:
    """Say of each row whether it is told with what complaints moved, and which class is told of it."""
    if reader.is_of_no_unit:
        return _told(rows, Value(value=True), F("classed_as"))
    near = When(_stands_near(reader.viewer, today), then=Value(value=False))
    tells = Case(near, default=Value(reader.inspects and reader.viewer.boundary is None))
    of_many = Q(not_late=0) | Q(not_late__gte=FEWEST_SPEAKERS)
    told = When(Q(tells_complaints=True) | _IS_FINAL & of_many, then=F("classed_as"))
    return _told(rows.annotate(not_late=_NOT_LATE), tells, Case(told, default=Value("")))


def _told(rows: QuerySet[Assessment], complaints: Expression, classed_as: Expression | F) -> QuerySet[Assessment]:
    """Say it in place of what the class says of rows that nobody asked for in this way."""
    return rows.annotate(tells_complaints=complaints).annotate(told_class=classed_as)  # type: ignore[no-redef]


def _stands_near(viewer: Viewer, today: dt.date) -> Q:
    """An assessment of the viewer, of a unit of his line, or of who was ever posted in one."""
    units = units_near(viewer=viewer, today=today)
    posted = Posting.objects.filter(Q(home_unit__in=units) | Q(serving_unit__in=units)).values("official")
    return Q(unit__in=units) | Q(official=viewer.official, official__isnull=False) | Q(official__in=posted)


_IS_FINAL = ~Q(run__in=Assessment.objects.filter(provisional=True).values("run"))
_NOT_LATE = Coalesce(
    Subquery(
        AssessmentRecord.objects.filter(assessment=OuterRef("pk"))
        .exclude(facts__timeliness=Label.LATE.value)
        .order_by()
        .values("assessment")
        .annotate(transactions_of=Sum(Func(F("transactions"), function="cardinality", output_field=IntegerField())))
        .values("transactions_of")
    ),
    0,
)
"""The transactions that a complaint would have cost points: a late one has none in indicator 7."""


def publications_visible_to(*, viewer: Viewer) -> QuerySet[Publication]:
    """Return the publications: each is of one document about every unit, so none for a viewer with a boundary."""
    rows = Publication.objects.select_related("run__criteria_set", "run__period")
    return rows if viewer.boundary is None else rows.none()


def publication_visible_to(*, viewer: Viewer, publication_id: uuid.UUID) -> Publication:
    """Find one of them; raises AssessmentUnknown."""
    found = publications_visible_to(viewer=viewer).filter(pk=publication_id).first()
    if found is None:
        raise AssessmentUnknown
    return found


def document_visible_to(*, viewer: Viewer, publication_id: uuid.UUID) -> Publication:
    """Find one of them, to be read whole; raises AssessmentUnknown, and DocumentOfEveryUnit for an official.

    A document under a digest cannot leave out what it says of the reader's own unit: Note [Out of sight].
    """
    found = publication_visible_to(viewer=viewer, publication_id=publication_id)
    if viewer.official is not None:
        raise DocumentOfEveryUnit
    return found
