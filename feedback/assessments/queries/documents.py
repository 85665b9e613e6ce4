"""The document of a published run, built from its rows alone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import connection

from feedback.assessments.models import Assessment, AssessmentRun, Publication, UnitDeclaration
from feedback.assessments.rules.canonical import canonical, digest

FORMAT = "assessment-publication/1"
ONE_DAY = dt.timedelta(days=1)

_RECORDS = """
SELECT r.assessment_id, r.facts::text, r.scores::text, ARRAY(
    SELECT t.dossier_code FROM procedures_transaction t WHERE t.id = ANY (r.transactions)
    ORDER BY t.dossier_code COLLATE "C"
), cardinality(r.transactions)
FROM feedback_assessmentrecord r JOIN feedback_assessment a ON a.id = r.assessment_id WHERE a.run_id = %(run)s
"""


def document_of(run: AssessmentRun, *, accepted_because: str, published_by: str, published_at: dt.datetime) -> str:
    """Write a run as its canonical document: what was counted, by which rules, and every assessment.

    Each assessment carries the SHA-256 of its records (facts, scores, dossier codes), so the list of counted
    transactions is part of what the document vouches for; that of a unit also of the declaration that was scored.
    """
    digests = _digests_of_records(run)
    declared = _digests_of_declarations(run)
    rows = run.assessments.select_related("unit", "official").order_by("kind", "unit__code", "official__code")
    return canonical(
        {
            "format": FORMAT,
            "criteria_set": run.criteria_set.code,
            "method": run.criteria_set.method,
            "choices": run.criteria_set.content.get("choices", []),
            "period": {"code": run.period.code, "scheme": run.period.scheme, **_days(run.period.days)},
            "counted": _days(run.counted),
            "version": run.version,
            "reason": run.reason,
            "as_of": _instant(run.as_of),
            "calendar_versions": run.calendars,
            "transactions_counted": run.transactions_counted,
            "transactions_left_out": run.transactions_left_out,
            "accepted_because": accepted_because,
            "published_by": published_by,
            "published_at": _instant(published_at),
            "assessments": [_entry(row, digests.get(str(row.pk), digest("[]")), declared) for row in rows],
        }
    )


def is_unaltered(*, publication: Publication) -> bool:
    """Tell whether the stored document has its digest, and the run's rows still give that document."""
    rebuilt = document_of(
        publication.run,
        accepted_because=publication.accepted_because,
        published_by=publication.published_by,
        published_at=publication.published_at,
    )
    return digest(publication.document) == publication.digest == digest(rebuilt)


def _entry(row: Assessment, records_digest: str, declared: Mapping[tuple[int | None, int], str]) -> dict[str, Any]:
    scored = [one["declaration"] for one in row.indicators.values() if "declaration" in one]
    entry = {
        "id": str(row.pk),
        "kind": row.kind,
        "unit": row.unit.code if row.unit else None,
        "official": row.official.code if row.official else None,
        "indicators": row.indicators,
        "total": str(row.total),
        "class": row.classed_as,
        "partial": row.partial,
        "provisional": row.provisional,
        "transactions": row.transactions,
        "records_digest": records_digest,
    }
    return entry | ({"declaration_digest": declared.get((row.unit_id, scored[0]), "")} if scored else {})


def _digests_of_declarations(run: AssessmentRun) -> dict[tuple[int | None, int], str]:
    return {
        (one.unit_id, one.number): digest(
            canonical(
                {
                    "one_stop": one.one_stop, "publication": one.publication, "evidence": one.evidence,
                    "recorded_by": one.recorded_by, "recorded_at": _instant(one.recorded_at),
                }
            )
        )
        for one in UnitDeclaration.objects.filter(period=run.period)
    }  # fmt: skip


def _digests_of_records(run: AssessmentRun) -> dict[str, str]:
    written: dict[str, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, {"run": run.pk})
        for assessment, facts, scores, codes, count in cursor.fetchall():
            written[str(assessment)].append(
                canonical({"count": count, "facts": facts, "scores": scores, "transactions": codes})
            )
    return {assessment: digest("[" + ",".join(sorted(parts)) + "]") for assessment, parts in written.items()}


def _days(days: Any) -> dict[str, str]:
    return {"from_date": days.lower.isoformat(), "to_date": (days.upper - ONE_DAY).isoformat()}


def _instant(at: dt.datetime | None) -> str | None:
    return None if at is None else at.astimezone(dt.UTC).isoformat(timespec="microseconds")
