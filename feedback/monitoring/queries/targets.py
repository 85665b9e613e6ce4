"""What figures are to reach, and whether they do."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, OuterRef, QuerySet

from feedback.errors import TargetUnknown
from feedback.monitoring.models import Target
from feedback.monitoring.rules.figures import Interval
from feedback.monitoring.rules.targets import attained
from feedback.vocabulary import Attained
from procedures.prepared import Prepared

_TOLD = ("id", "code", "number", "metrics", "value", "unit_id", "field_id")
_OF_METRIC = Prepared(
    "targets_of_metric",
    f"""
    SELECT {", ".join(f"t.{name}" for name in _TOLD)}, lower(t.valid), upper(t.valid) FROM feedback_target t
    WHERE %(metric)s = ANY(t.metrics) AND t.valid && daterange(%(first)s, %(last)s, '[]')
    AND NOT EXISTS (SELECT 1 FROM feedback_target newer WHERE newer.code = t.code AND newer.number > t.number)
    ORDER BY t.code
    """,  # noqa: S608 - names of our own columns
    metric="text", first="date", last="date",
)  # fmt: skip


class Reached(NamedTuple):
    """A target beside a figure."""

    target: Target
    attained: Attained


def targets() -> QuerySet[Target]:
    """Return each target as it was last told."""
    newer = Target.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
    return Target.objects.filter(~Exists(newer)).select_related("unit", "field")


def target_with_code(*, code: str) -> Target:
    """Find a target as it was last told; raises TargetUnknown."""
    target = targets().filter(code=code).first()
    if target is None:
        raise TargetUnknown(code)
    return target


def targets_on(*, days: Collection[dt.date]) -> dict[dt.date, list[Target]]:
    """Return the targets in force on each day, whatever their metrics, in one query."""
    rows = targets().filter(valid__overlap=DateRange(min(days), max(days), "[]")).order_by("code") if days else ()
    return {day: [row for row in rows if _holds(row, day)] for day in days}


def targets_by_day(*, days: Sequence[dt.date], metric: str) -> dict[dt.date, list[Target]]:
    """Return a metric's targets in force on each day, in one query."""
    found = _OF_METRIC.rows({"metric": metric, "first": min(days), "last": max(days)})
    rows = [Target(**dict(zip(_TOLD, row[:-2], strict=True)), valid=DateRange(*row[-2:])) for row in found]
    return {day: [row for row in rows if _holds(row, day)] for day in days}


def _holds(target: Target, day: dt.date) -> bool:
    begins, ends = target.valid.lower, target.valid.upper
    return (begins is None or begins <= day) and (ends is None or day < ends)


def reached(
    *, targets: Iterable[Target], metric: str, value: Decimal | None, interval: Interval | None,
    too_few: bool, unit: int | None, field: int | None,
) -> list[Reached]:  # fmt: skip
    """Hold a figure against those targets that are set for its metric, everywhere or for its unit and its field."""
    return [
        Reached(target, attained(target=target.value, value=value, interval=interval, too_few=too_few))
        for target in targets
        if metric in target.metrics and target.unit_id in {None, unit} and target.field_id in {None, field}
    ]
