"""What a procedure was on a day."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.db.models import F, Max, QuerySet

from procedures.calendar.models import DayOverride
from procedures.calendar.queries import doubtful_days, edition_of, years_known
from procedures.calendar.rules import Clock, Limit, LimitUnit, clock, days_in_words, local
from procedures.catalogue.models import Field, Procedure, ProcedureVersion
from procedures.catalogue.rules import national_code_of
from procedures.errors import LimitUnknown, ProcedureUnknown
from units.rules import folded


def procedure_told_on(*, code: str, on: dt.date) -> ProcedureVersion:
    """Return what was said of a procedure on a day; raises ProcedureUnknown."""
    version = procedure_version_on(code=code, on=on)
    if version is None:
        raise ProcedureUnknown(code)
    return version


def procedure_edition(*, procedure_id: int) -> int:
    """Return the number of the newest version of a procedure, be it past, present or still to come."""
    versions = ProcedureVersion.objects.filter(procedure=procedure_id)
    return versions.aggregate(newest=Max("version"))["newest"] or 0


def procedure_version_on(*, code: str, on: dt.date) -> ProcedureVersion | None:
    """Return what was said of a procedure on a day; None when it is unknown or was not in force."""
    return versions_on(on=on).filter(procedure__code=national_code_of(code)).first()


def versions_on(*, on: dt.date) -> QuerySet[ProcedureVersion]:
    """Return what was in force on a day, of all procedures."""
    return ProcedureVersion.objects.filter(valid__contains=on).select_related("procedure", "field")


def procedures_known(*, codes: Collection[str]) -> set[str]:
    """Return which of these national codes the catalogue has, on whatever day."""
    return set(Procedure.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()


def procedures_listed(*, on: dt.date, text: str = "", field: str = "", level: str = "") -> QuerySet[ProcedureVersion]:
    """Return the procedures in force on a day, by code, narrowed to a part of code or name, a field and a level.

    Each row carries `code`, the national code.
    """
    versions = versions_on(on=on).annotate(code=F("procedure__code"))
    if text:
        versions = versions.filter(name_folded__contains=folded(text)) | versions.filter(
            code__startswith=national_code_of(text)
        )
    if field:
        versions = versions.filter(field__code=field)
    return versions.filter(levels__contains=[level]) if level else versions


def fields_listed(*, text: str = "") -> QuerySet[Field]:
    """Return the fields in which there are procedures, narrowed to a part of the code."""
    fields = Field.objects.all()
    return fields.filter(code__contains=folded(text).replace(" ", "-")) if text else fields


@dataclass(frozen=True)
class DueDateAccount:
    """A due date with all that speaks for it, and what makes it unsure."""

    clock: Clock
    doubtful_days: list[DayOverride]
    unknown_years: list[int]

    def in_words(self, *, language: Literal["vi", "en"]) -> list[str]:
        """Tell the account in sentences."""
        return days_in_words(self.clock, language=language)


def due_date_account(
    *,
    received_at: dt.datetime,
    amount: int | None = None,
    unit: str | None = None,
    procedure: str | None = None,
    office: int | None = None,
) -> DueDateAccount:
    """Count a limit from a receipt in the newest calendar; without amount and unit, the procedure's own of that day.

    `office` is the unit (primary key) whose office hours count.

    Raises ProcedureUnknown, LimitUnknown, NoCalendar.
    """
    day = local(received_at).date()
    version = procedure_told_on(code=procedure, on=day) if procedure else None
    if amount is None and version is not None:
        amount, unit = version.limit_amount, version.limit_unit
    if amount is None or not unit:
        raise LimitUnknown(procedure or "")
    calendar = edition_of().kept_by(office)
    counted = clock(
        received_at,
        None,
        Limit(amount, LimitUnit(unit)),
        [],
        calendar,
        None,
        late_receipt_shifts=version.late_receipt_shifts if version else False,
    )
    last = counted.due_at.date() if counted.due_at else day
    number = int(calendar.version)
    known = years_known(number=number)
    return DueDateAccount(
        clock=counted,
        doubtful_days=list(doubtful_days(first=day, last=last, number=number)),
        unknown_years=[year for year in range(day.year, last.year + 1) if year not in known],
    )
