"""Runs: asked for, and worked off."""

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from types import ModuleType
from typing import Any

from django.db import connection
from django.db.models import Max
from django.db.transaction import atomic

from feedback.assessments.models import Assessment, AssessmentRecord, AssessmentRun, CriteriaSet, UnitDeclaration
from feedback.assessments.queries.counting import (
    Group,
    Online,
    Petitions,
    online_by_unit,
    petitions_by_unit,
    subjects_counted,
    totals,
)
from feedback.assessments.queries.declarations import declared_for
from feedback.assessments.rules.choice import in_force
from feedback.errors import CriteriaSetUnknown, NoScoringRules, RunNeedsReason, RunNeedsWholeProvince
from feedback.monitoring.queries import period_with_code
from feedback.vocabulary import RunState, SubjectKind
from procedures.calendar.rules.working_days import local
from units.vocabulary import Viewer

QUICK = 50_000
"""So many transactions are counted while the caller waits (a second or two); more are left to run_jobs."""

PROLONGED_AFTER_DAYS = 30
"""The text does not define a prolonged petition (phản ánh kéo dài); ours is more than so many days overdue."""

_BATCH = 500
_HOME = """
SELECT DISTINCT ON (official_id) official_id, home_unit_id FROM units_posting
WHERE valid && daterange(%(begins)s, %(ends)s) ORDER BY official_id, upper(valid) DESC NULLS FIRST
"""


@atomic
def request_run(
    *, criteria_set: str, period: str, reason: str, by: str, viewer: Viewer, now: dt.datetime
) -> AssessmentRun:
    """Ask for every unit and official to be assessed over a period; a small period is counted at once.

    Only the days on which the set was in force are counted. Raises CriteriaSetUnknown, PeriodUnknown, NoScoringRules,
    RunNeedsReason when the period was assessed before, RunNeedsWholeProvince for one who sees only a part.
    """
    if viewer.boundary is not None:
        raise RunNeedsWholeProvince
    rules = _locked_set(criteria_set)
    days = period_with_code(code=period)
    begins, ends = _counted(rules, days.first_day, days.next_day)
    runs = AssessmentRun.objects.filter(criteria_set=rules, period=days)
    version = (runs.aggregate(last=Max("version"))["last"] or 0) + 1
    if version > 1 and not reason:
        raise RunNeedsReason(version)
    run = AssessmentRun.objects.create(
        criteria_set=rules, period=days, version=version, reason=reason, counted=(begins, ends), requested_by=by,
        requested_at=now,
    )  # fmt: skip
    if totals(begins=begins, ends=ends).counted <= QUICK:
        return work_off(run_id=run.pk, now=now)
    run.refresh_from_db()
    return run


@atomic
def work_off(*, run_id: uuid.UUID, now: dt.datetime) -> AssessmentRun:
    """Count a queued run, whole or not at all, so that one which was interrupted is simply worked off again.

    A run that is no longer queued is returned as it is.
    """
    run = AssessmentRun.objects.select_for_update().get(pk=run_id)
    if run.state != RunState.QUEUED:
        return run
    begins, ends = run.counted_from, run.counted_until
    found = totals(begins=begins, ends=ends)
    run.assessments_made = _assess(run, in_force(begins), begins=begins, ends=ends, today=local(now).date())
    run.transactions_counted, run.transactions_left_out, run.calendars = found
    run.state, run.as_of = RunState.FINISHED, now
    run.save()
    return run


def _locked_set(code: str) -> CriteriaSet:
    try:
        return CriteriaSet.objects.select_for_update().get(code=code)
    except CriteriaSet.DoesNotExist as error:
        raise CriteriaSetUnknown(code) from error


def _counted(rules: CriteriaSet, begins: dt.date, ends: dt.date) -> tuple[dt.date, dt.date]:
    first = max(begins, rules.valid.lower or begins)
    last = min(ends, rules.valid.upper or ends)
    if first >= last or not rules.method:
        raise NoScoringRules(begins)
    return first, last


def _assess(run: AssessmentRun, rules: ModuleType, *, begins: dt.date, ends: dt.date, today: dt.date) -> int:
    homes = _homes(begins, ends)
    online = online_by_unit(begins=begins, ends=ends)
    petitions = petitions_by_unit(begins=begins, ends=ends, today=today, patience=PROLONGED_AFTER_DAYS)
    declared = declared_for(period=run.period)
    assessments: list[Assessment] = []
    records: list[AssessmentRecord] = []
    made = 0
    for kind, subject, groups in subjects_counted(begins=begins, ends=ends):
        is_unit = kind == SubjectKind.UNIT
        services = online.get(subject) if is_unit else None
        answered = petitions.get(subject, Petitions()) if is_unit else Petitions()
        told = _declared_points(rules, declared.get(subject)) if is_unit else {}
        own = told | _own_points(rules, answered, services) if is_unit else None
        assessment = _assessment(run, rules, groups, own)
        for indicator in told:
            assessment.indicators[str(indicator)]["declaration"] = declared[subject].number
        assessment.provisional |= answered.pending > 0
        if services and services.late_before != services.online_late:
            before = _online_services(rules, services, services.late_before)
            assessment.indicators[str(rules.Indicator.I9)]["without_exclusions"] = f"{before}.0"
        assessment.kind, assessment.unit_id = SubjectKind(kind), subject if is_unit else homes.get(subject)
        assessment.official_id = None if is_unit else subject
        assessments.append(assessment)
        records += [_record(assessment, rules, group) for group in groups]
        if len(assessments) == _BATCH:
            made += _write(assessments, records)
    return made + _write(assessments, records)


def _declared_points(rules: ModuleType, declared: UnitDeclaration | None) -> dict[Any, int]:
    points: dict[Any, int] = {}
    if declared and declared.one_stop:
        points[rules.Indicator.I5] = rules.one_stop_organised(**declared.one_stop)
    if declared and declared.publication:
        points[rules.Indicator.I6] = rules.procedures_published(**declared.publication)
    return points


def _own_points(rules: ModuleType, petitions: Petitions, online: Online | None) -> dict[Any, int]:
    points = {
        rules.Indicator.I8: rules.petitions_answered(
            received=petitions.received, on_time=petitions.on_time, prolonged=petitions.prolonged
        )
    }
    if online is not None:
        points[rules.Indicator.I9] = _online_services(rules, online, online.online_late)
    return points


def _online_services(rules: ModuleType, online: Online, late: int) -> int:
    points: int = rules.online_services(
        dossiers=online.dossiers, online=online.online, online_late=late, procedures=online.procedures,
        procedures_online=online.procedures_online,
    )  # fmt: skip
    return points


def _assessment(
    run: AssessmentRun, rules: ModuleType, groups: list[Group], own: Mapping[Any, int] | None
) -> Assessment:
    result = rules.result(((group.facts, len(group.transactions)) for group in groups), own)
    classed = rules.class_of_official if own is None else rules.class_of_unit
    return Assessment(
        run=run,
        indicators={
            str(name): {"sum": mean.sum, "count": mean.count, "mean": _tenths(mean.tenths)}
            for name, mean in result.means.items()
        },
        total=Decimal(_tenths(result.tenths)),
        classed_as=classed(result.tenths),
        partial=result.partial,
        provisional=result.provisional,
        transactions=sum(len(group.transactions) for group in groups),
    )


def _record(assessment: Assessment, rules: ModuleType, group: Group) -> AssessmentRecord:
    scores = {str(name): [score.points, str(score.reason)] for name, score in rules.scores(group.facts).items()}
    return AssessmentRecord(
        assessment=assessment, facts=group.facts._asdict(), scores=scores, transactions=group.transactions
    )


def _write(assessments: list[Assessment], records: list[AssessmentRecord]) -> int:
    made = len(Assessment.objects.bulk_create(assessments))
    AssessmentRecord.objects.bulk_create(records)
    assessments.clear()
    records.clear()
    return made


def _homes(begins: dt.date, ends: dt.date) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_HOME, {"begins": begins, "ends": ends})
        return dict(cursor.fetchall())


def _tenths(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"
