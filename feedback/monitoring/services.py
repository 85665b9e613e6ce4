"""Who makes periods."""

import datetime as dt

from django.db import IntegrityError
from django.db.transaction import atomic

from feedback.errors import PeriodTaken
from feedback.monitoring.models import Period
from feedback.monitoring.rules.periods import Span, calendar_periods, report_periods

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
