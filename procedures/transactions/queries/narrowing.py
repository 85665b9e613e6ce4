"""Ways to narrow a list of transactions; codes are looked up first, so that the database knows how much each leaves."""

import datetime as dt
import re
from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import TruncDay

from procedures.calendar.rules import ZONE, local
from procedures.catalogue.models import Procedure, ProcedureVersion
from procedures.catalogue.rules import national_code_of
from procedures.transactions.models import FOLDED_CODE, Step, Transaction
from procedures.transactions.rules.report_months import report_month
from procedures.vocabulary import Timeliness
from units.models import Official
from units.rules import folded

Rows = QuerySet[Transaction]
MINUTES_A_DAY = 24 * 60
_CODE_BEGINS = re.compile(r"\d\.\d{3}")
"""How a national procedure code begins; fewer digits may be a part of any dossier code."""


def of_procedure(rows: Rows, *, code: str) -> Rows:
    """Keep those of a procedure, by its national code or a province's form of it."""
    found = Procedure.objects.filter(code=national_code_of(code)).values_list("pk", flat=True)
    return rows.filter(procedure__in=list(found))


def of_field(rows: Rows, *, code: str) -> Rows:
    """Keep those of a field, as the procedure was on the day of receipt."""
    found = ProcedureVersion.objects.filter(field__code=code).values_list("pk", flat=True)
    return rows.filter(procedure_version__in=list(found))


def standing(rows: Rows, *, timeliness: str, now: dt.datetime) -> Rows:
    """Keep those whose label is this one now: what runs is late from the day after its due day (rules.timeliness)."""
    running, midnight = Q(timeliness=Timeliness.RUNNING), _midnight(now)
    match timeliness:
        case Timeliness.RUNNING_LATE:
            return rows.filter(running, due_at_legal__lt=midnight)
        case Timeliness.RUNNING:
            return rows.filter(running).exclude(due_at_legal__lt=midnight, due_at_legal__isnull=False)
        case _:
            return rows.filter(timeliness=timeliness)


def overdue_by(rows: Rows, *, days: int, now: dt.datetime) -> Rows:
    """Keep those that are, or ended, so many days or more after their due day; days are the calendar's."""
    running = Q(timeliness=Timeliness.RUNNING, due_at_legal__lt=_midnight(now) - dt.timedelta(days=days - 1))
    due_day = TruncDay("due_at_legal", tzinfo=ZONE)
    by_far = Q(timeliness=Timeliness.LATE, delay_minutes__gte=(days - 1) * MINUTES_A_DAY)  # as the index has it
    ended = by_far & Q(ended_at__gte=due_day + Value(dt.timedelta(days=days)))
    return rows.filter(running | ended)


def with_step_of(rows: Rows, *, official_code: str) -> Rows:
    """Keep those in which an official did a step."""
    found = list(Official.objects.filter(code=official_code).values_list("pk", flat=True))
    return rows.filter(pk__in=Step.objects.filter(official__in=found).values("transaction"))


def warned_of(rows: Rows, *, warning: str) -> Rows:
    """Keep those with a warning."""
    return rows.exclude(warnings=[]).filter(warnings__contains=[warning])


def in_report_month(rows: Rows, *, column: str, month: dt.date) -> Rows:
    """Keep those whose instant lies in a report month."""
    begins, ends = report_month(month)
    return rows.filter(**{f"{column}__gte": begins, f"{column}__lt": ends})


def searched(rows: Rows, *, text: str) -> Rows:
    """Keep those whose dossier code holds the text, or whose procedure's name on that day holds all its words.

    A text that begins as a procedure's code does (`1.0048`) finds those of the procedures whose code begins so.
    Letters count without diacritics, case and the bar of đ.
    """
    wanted = folded(text)
    named = reduce(and_, (Q(name_folded__contains=word) for word in wanted.split()), Q())
    versions = list(ProcedureVersion.objects.filter(named).values_list("pk", flat=True)) if wanted else []
    condition = Q(code_folded__contains=wanted)
    if versions:
        condition |= Q(procedure_version__in=versions)
    if _CODE_BEGINS.match(wanted):
        begun = Procedure.objects.filter(code__startswith=national_code_of(text.strip().upper()))
        condition |= Q(procedure__in=list(begun.values_list("pk", flat=True)))
    return rows.alias(code_folded=FOLDED_CODE).filter(condition)


def _midnight(now: dt.datetime) -> dt.datetime:
    return local(now).replace(hour=0, minute=0, second=0, microsecond=0)
