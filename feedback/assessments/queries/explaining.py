"""From an assessment down to the transactions that were counted."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection

from feedback.assessments.models import Assessment

PAGE = 500
WITHHELD = "I7"
"""Whoever knows which transaction was complained of knows who complained: the applicant."""

_RECORDS = """
SELECT t.dossier_code, r.scores::text
FROM feedback_assessmentrecord r CROSS JOIN LATERAL unnest(r.transactions) AS counted(id)
JOIN procedures_transaction t ON t.id = counted.id
WHERE r.assessment_id = %(assessment)s AND t.dossier_code COLLATE "C" > %(after)s
ORDER BY t.dossier_code COLLATE "C" LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Explanation:
    """How an assessment came about.

    `indicators`: each with its mean and how many transactions got which points, why; `records`: 500 transactions at
    a time in the order of their dossier codes; `withheld`: the indicators whose reasons and records are not told.
    """

    indicators: list[dict[str, Any]]
    records: list[dict[str, Any]]
    next_after: str | None
    withheld: list[str]


def explanation(*, assessment: Assessment, tells_complaints: bool, after: str = "") -> Explanation:
    """Explain an assessment; without `tells_complaints` indicator 7 is told by its points alone."""
    withheld = set() if tells_complaints else {WITHHELD}
    rows = _records(assessment, after)
    page = rows[:PAGE]
    return Explanation(
        indicators=_indicators(assessment, withheld),
        records=[
            {"dossier_code": code, "scores": [_score(n, s) for n, s in sorted(scores.items()) if n not in withheld]}
            for code, scores in page
        ],
        next_after=page[-1][0] if len(rows) > PAGE else None,
        withheld=sorted(withheld),
    )  # fmt: skip


def _indicators(assessment: Assessment, withheld: set[str]) -> list[dict[str, Any]]:
    counts: dict[str, Counter[tuple[int, str]]] = {}
    for scores, transactions in assessment.records.values_list("scores", "transactions"):
        for name, (points, reason) in scores.items():
            told = "" if name in withheld else reason
            counts.setdefault(name, Counter())[points, told] += len(transactions)
    return [
        {
            "code": name,
            **mean,
            "counts": [
                {"points": points, "count": count, **({"reason": reason} if reason else {})}
                for (points, reason), count in sorted(counts.get(name, {}).items())
            ],
        }
        for name, mean in sorted(assessment.indicators.items())
    ]


def _score(name: str, score: list[Any]) -> dict[str, Any]:
    points, reason = score
    return {"indicator": name, "points": points, "reason": reason}


def _records(assessment: Assessment, after: str) -> list[tuple[str, dict[str, Any]]]:
    values: dict[str, Any] = {"assessment": assessment.pk, "after": after, "limit": PAGE + 1}
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, values)
        return [(code, json.loads(scores)) for code, scores in cursor.fetchall()]
