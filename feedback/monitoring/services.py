"""Who makes periods, sets targets and keeps counts short."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection
from django.db.transaction import atomic

from feedback.errors import PeriodTaken
from feedback.monitoring.models import COUNTS, Period, Target
from feedback.monitoring.rules.periods import Span, calendar_periods, report_periods
from procedures.catalogue.models import Field
from procedures.errors import FieldUnknown
from units.models import Unit
from units.queries import unit_with_code

SOURCES = {"calendar": "QĐ 766/QĐ-TTg", "report": "NĐ 09/2019/NĐ-CP, điều 12"}


def add_period(
    *, code: str, scheme: str, kind: str, from_date: dt.date, to_date: dt.date, source: str, by: str, now: dt.datetime
) -> Period:
    """Add a period from its first to its last day; raises PeriodTaken."""
    days = (from_date, to_date + dt.timedelta(days=1))
    try:
        with atomic():
            period = Period.objects.create(code=code, scheme=scheme, kind=kind, days=days, source=source)
    except IntegrityError as error:
        raise PeriodTaken(code) from error
    period.refresh_from_db()
    return period


def load_periods(*, years: range) -> int:
    """Add the usual periods of these years where neither code nor days are taken; returns how many it tried to add."""
    known = set(Period.objects.values_list("code", flat=True))
    wanted = [span for year in years for span in (*calendar_periods(year), *report_periods(year))]
    rows = [_row(span) for span in wanted if span.code not in known]
    return len(Period.objects.bulk_create(rows, ignore_conflicts=True))


def _row(span: Span) -> Period:
    return Period(
        code=span.code,
        scheme=span.scheme,
        kind=span.kind,
        days=(span.begins, span.ends),
        source=SOURCES[span.scheme],
    )


@dataclass(frozen=True)
class TargetFacts:
    """What a target says; empty codes: everywhere, in every field. `valid_to` is the last day, None: until further."""

    metrics: tuple[str, ...]
    value: Decimal
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    unit: str = ""
    field: str = ""


def set_target(
    *, code: str, facts: TargetFacts, by: str, now: dt.datetime, confirm: Callable[[int], None]
) -> tuple[Target, bool]:
    """Say what is to be reached, and tell whether the code is new; what it says already changes nothing.

    `confirm` is called with the number of the target that would be replaced, and refuses by raising. Raises
    UnitUnknown, FieldUnknown.
    """
    unit = unit_with_code(code=facts.unit) if facts.unit else None
    field = _field(facts.field) if facts.field else None
    newest = Target.objects.filter(code=code).order_by("-number").first()
    if newest is not None:
        if _says(newest, facts, unit, field):
            return newest, False
        confirm(newest.number)
    try:
        with atomic():
            target = Target.objects.create(
                code=code, number=newest.number + 1 if newest else 1, metrics=list(facts.metrics), value=facts.value,
                unit=unit, field=field, valid=_days(facts), source=facts.source, recorded_by=by, recorded_at=now,
            )  # fmt: skip
    except IntegrityError:  # somebody was quicker: ask again with what he told
        return set_target(code=code, facts=facts, by=by, now=now, confirm=confirm)
    target.refresh_from_db()
    return target, newest is None


def load_targets(*, rows: Iterable[Mapping[str, Any]], now: dt.datetime) -> int:
    """Set the targets of config/data/targets.json that nobody has told yet; return how many are new."""
    known = set(Target.objects.values_list("code", flat=True))
    new = [row for row in rows if row["code"] not in known]
    for row in new:
        until = row["valid_to"]
        facts = TargetFacts(
            tuple(row["metrics"]), Decimal(row["value"]), dt.date.fromisoformat(row["valid_from"]),
            dt.date.fromisoformat(until) if until else None, row["source"],
        )  # fmt: skip
        set_target(code=row["code"], facts=facts, by="load_reference_data", now=now, confirm=lambda _number: None)
    return len(new)


_FOLD = f"""
WITH keys AS (
    SELECT DISTINCT charged, day, calendar_id FROM feedback_endedcount WHERE NOT is_sum
),
gone AS (
    DELETE FROM feedback_endedcount c USING keys k
    WHERE c.charged = k.charged AND c.day = k.day AND c.calendar_id = k.calendar_id RETURNING c.*
)
INSERT INTO feedback_endedcount (charged, day, calendar_id, {", ".join(COUNTS)}, is_sum)
SELECT charged, day, calendar_id, {", ".join(f"sum({count})" for count in COUNTS)}, true
FROM gone GROUP BY charged, day, calendar_id
HAVING {" OR ".join(f"sum({count}) <> 0" for count in COUNTS)}
"""  # noqa: S608 - names of our own columns


def fold_counts() -> int:
    """Put one row in the place of the many that writers left for a unit's day; return how many rows there are then.

    Figures are the same before, meanwhile and after: a reader sees either the rows or their sum. Two that fold at once
    do no harm; whose row is gone adds nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
        return int(cursor.rowcount)


def _days(facts: TargetFacts) -> tuple[dt.date, dt.date | None]:
    return facts.valid_from, facts.valid_to + dt.timedelta(days=1) if facts.valid_to else None


def _says(target: Target, facts: TargetFacts, unit: Unit | None, field: Field | None) -> bool:
    told = (tuple(target.metrics), target.value, target.unit_id, target.field_id, target.source)
    wanted = (facts.metrics, facts.value, unit and unit.pk, field and field.pk, facts.source)
    return told == wanted and (target.valid.lower, target.valid.upper) == _days(facts)


def _field(code: str) -> Field:
    field = Field.objects.filter(code=code).first()
    if field is None:
        raise FieldUnknown(code)
    return field
