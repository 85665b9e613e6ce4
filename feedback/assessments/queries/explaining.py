"""From an assessment down to the transactions that were counted."""

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from types import ModuleType
from typing import Any

from django.db import connection

from feedback.assessments.models import Assessment, UnitDeclaration
from feedback.assessments.queries.reading import Reader
from feedback.assessments.rules.choice import in_force
from feedback.assessments.rules.facts import Facts, Label, Standing
from feedback.vocabulary import SubjectKind

PAGE = 500
UNEXPLAINED = "I7"
"""Whoever knows which transaction was complained of knows who complained: the applicant."""

_RECORDS = """
SELECT t.dossier_code, r.scores::text, r.facts ->> 'before_exclusions'
FROM feedback_assessmentrecord r CROSS JOIN LATERAL unnest(r.transactions) AS counted(id)
JOIN procedures_transaction t ON t.id = counted.id
WHERE r.assessment_id = %(assessment)s AND t.dossier_code COLLATE "C" > %(after)s
ORDER BY t.dossier_code COLLATE "C" LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Explanation:
    """How an assessment came about.

    `indicators`: each with its mean, how many transactions got which points, why, and what exclusions of time changed;
    `records`: 500 transactions at a time in the order of their dossier codes; `withheld`: the indicators of which
    nothing is told (Note [Out of sight]), or only the mean: neither counts nor records, nor what exclusions changed,
    because who knows that an earlier end left the points alone knows of the complaint. For the same reason
    `without_exclusions`, total and class without the time excluded, is empty where anything is withheld.
    """

    indicators: list[dict[str, Any]]
    records: list[dict[str, Any]]
    next_after: str | None
    withheld: list[str]
    without_exclusions: dict[str, str]


def explanation(*, assessment: Assessment, reader: Reader, after: str = "") -> Explanation:
    """Explain an assessment to its reader; to whom may not read complaints indicator 7 is told by its mean alone."""
    is_explained = assessment.tells_complaints and reader.inspects
    withheld = {*assessment.withheld, *(() if is_explained else (UNEXPLAINED,))}
    rows = _records(assessment, after)
    page = rows[:PAGE]
    indicators = _indicators(assessment, withheld)
    return Explanation(
        indicators=indicators,
        records=[
            {
                "dossier_code": code,
                "scores": [_score(n, s) for n, s in sorted(scores.items()) if n not in withheld],
                **({"before_exclusions": before} if before else {}),
            }
            for code, scores, before in page
        ],
        next_after=page[-1][0] if len(rows) > PAGE else None,
        withheld=sorted(withheld),
        without_exclusions={} if withheld else _whole_without_exclusions(assessment, indicators),
    )  # fmt: skip


def _whole_without_exclusions(assessment: Assessment, indicators: list[dict[str, Any]]) -> dict[str, str]:
    rules = in_force(assessment.run.counted_from)
    total = sum((Decimal(one.get("mean_without_exclusions", one["mean"])) for one in indicators), Decimal("0.0"))
    classed = rules.class_of_unit if assessment.kind == SubjectKind.UNIT else rules.class_of_official
    return {"total": str(total), "class": str(classed(int(total * 10)))}


def _indicators(assessment: Assessment, withheld: set[str]) -> list[dict[str, Any]]:
    rules = in_force(assessment.run.counted_from)
    counts: dict[str, Counter[tuple[int, str]]] = {}
    without: dict[str, Counter[str]] = {}
    for scores, facts, transactions in assessment.records.values_list("scores", "facts", "transactions"):
        before = _points_before(rules, facts)
        for name, (points, reason) in scores.items():
            if name in withheld:
                continue
            change = before.get(name, points) - points
            counts.setdefault(name, Counter())[points, reason] += len(transactions)
            without.setdefault(name, Counter()).update(
                excluded=len(transactions) * bool(before), changed=len(transactions) * bool(change),
                sum=len(transactions) * change,
            )  # fmt: skip
    return [
        {
            "code": name,
            **mean,
            **_without_exclusions(rules, mean, without.get(name)),
            **_declared(assessment, mean),
            "counts": [
                {"points": points, "count": count, "reason": reason}
                for (points, reason), count in sorted(counts.get(name, {}).items())
            ],
        }
        for name, mean in sorted(assessment.told_indicators.items())
    ]


def _declared(assessment: Assessment, mean: dict[str, Any]) -> dict[str, UnitDeclaration]:
    """Return the declaration that the run scored, which never changes; nothing where it scored none."""
    if "declaration" not in mean:
        return {}
    whose = {"unit": assessment.unit_id, "period": assessment.run.period_id, "number": mean["declaration"]}
    return {"declared": UnitDeclaration.objects.select_related("unit", "period").get(**whose)}


def _points_before(rules: ModuleType, facts: dict[str, Any]) -> dict[str, int]:
    """Return the points without the time excluded, by the rules of the run; nothing where none was."""
    if not facts.get("before_exclusions"):
        return {}
    step = facts["step"]
    meant = Facts(
        Label(facts["before_exclusions"]), Label(step) if step else None, facts["contacts"], facts["agencies"],
        Standing(facts["complaint"]),
    )  # fmt: skip
    return {str(name): score.points for name, score in rules.scores(meant).items()}


def _without_exclusions(rules: ModuleType, mean: dict[str, Any], change: Counter[str] | None) -> dict[str, str | int]:
    if change is None:
        without = mean.get("without_exclusions")
        return {"mean_without_exclusions": without} if without else {}
    tenths = rules.mean(mean["sum"] + change["sum"], mean["count"]).tenths
    return {
        "excluded": change["excluded"],
        "changed_by_exclusions": change["changed"],
        "mean_without_exclusions": f"{tenths // 10}.{tenths % 10}",
    }


def _score(name: str, score: list[Any]) -> dict[str, Any]:
    points, reason = score
    return {"indicator": name, "points": points, "reason": reason}


def _records(assessment: Assessment, after: str) -> list[tuple[str, dict[str, Any], str | None]]:
    values: dict[str, Any] = {"assessment": assessment.pk, "after": after, "limit": PAGE + 1}
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, values)
        return [(code, json.loads(scores), before) for code, scores, before in cursor.fetchall()]
