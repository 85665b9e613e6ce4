"""The criteria sets that the project carries."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from feedback.assessments.models import CriteriaSet


def load_criteria_sets(*, rows: Iterable[Mapping[str, Any]]) -> int:
    """Add the criteria sets that are not there yet; one that is there is never changed. Returns how many were new."""
    known = set(CriteriaSet.objects.values_list("code", flat=True))
    return len(CriteriaSet.objects.bulk_create(_row(row) for row in rows if row["code"] not in known))


def _row(row: Mapping[str, Any]) -> CriteriaSet:
    return CriteriaSet(
        code=row["code"],
        title_vi=row["title_vi"],
        title_en=row["title_en"],
        valid=(dt.date.fromisoformat(row["valid_from"]), _day(row["valid_until"])),
        method=row["method"],
        content=row["content"],
        source=row["source"],
    )


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
