"""What a procedure was on a day."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import F, QuerySet

from procedures.catalogue.models import Field, Procedure, ProcedureVersion
from procedures.catalogue.rules import national_code_of
from procedures.errors import ProcedureUnknown
from units.rules import folded


def procedure_with_code(*, code: str) -> Procedure:
    """Find a procedure by its national code or a province's form of it; raises ProcedureUnknown."""
    try:
        return Procedure.objects.get(code=national_code_of(code))
    except Procedure.DoesNotExist as error:
        raise ProcedureUnknown(code) from error


def procedure_version_on(*, code: str, on: dt.date) -> ProcedureVersion | None:
    """Return what was said of a procedure on a day; None when it is unknown or was not in force."""
    return versions_on(on=on).filter(procedure__code=national_code_of(code)).first()


def procedure_versions_on(*, codes: Iterable[str], on: dt.date) -> dict[str, ProcedureVersion]:
    """Return the same for many codes in one query, by the code as it was given; unknown ones are left out."""
    national = {code: national_code_of(code) for code in codes}
    found = {row.procedure.code: row for row in versions_on(on=on).filter(procedure__code__in=set(national.values()))}
    return {code: found[known] for code, known in national.items() if known in found}


def versions_on(*, on: dt.date) -> QuerySet[ProcedureVersion]:
    """Return what was in force on a day, of all procedures."""
    return ProcedureVersion.objects.filter(valid__contains=on).select_related("procedure", "field")


def versions_of(*, procedure_id: int) -> QuerySet[ProcedureVersion]:
    """Return everything ever said of a procedure, the newest first."""
    versions = ProcedureVersion.objects.filter(procedure=procedure_id).select_related("procedure", "field")
    return versions.order_by(F("valid__startswith").desc(nulls_last=True))


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
