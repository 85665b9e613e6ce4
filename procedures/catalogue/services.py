"""Keep the catalogue: fields, and what a procedure is from a day on."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F
from django.db.transaction import atomic
from psycopg2.errors import ExclusionViolation

from procedures.catalogue.models import Field, Procedure, ProcedureVersion
from procedures.catalogue.rules import national_code_of
from procedures.errors import PeriodOverlap
from procedures.vocabulary import SupplementRule
from units.rules import folded
from units.services import Confirmation
from units.vocabulary import REFERENCE

LONGEST_SLUG = 80
_TOLD = (
    "name", "name_folded", "field_id", "ministry", "levels", "executing_agency", "limit_amount", "limit_unit",
    "limit_cases", "decision", "source",
)  # fmt: skip


@dataclass(frozen=True)
class ProcedureFacts:
    """What is said of a procedure from `valid_from` up to, not including, `valid_to` (None: without end)."""

    name: str
    field: str
    valid_from: dt.date
    valid_to: dt.date | None = None
    ministry: str = ""
    levels: Sequence[str] = ()
    executing_agency: str = ""
    limit_amount: int | None = None
    limit_unit: str = ""
    limit_cases: str = ""
    supplement_rule: str = SupplementRule.RESTART
    supplement_notice_days: int | None = None
    late_receipt_shifts: bool = False
    decision: str = ""
    source: str = ""


@atomic
def load_procedures(*, rows: Sequence[Mapping[str, str]], now: dt.datetime) -> int:
    """Record fields and procedures from rows of procedures.csv; return how many things changed.

    The file tells the texts of mid-2026 and nothing earlier, so each procedure gets one version without bounds: better
    the later name and limit for a transaction of 2024 than none; the version's `source` says where it is from. What
    people recorded of a procedure is left alone.
    """
    fields = _fields(names={row["field"] for row in rows})
    known = dict(Procedure.objects.values_list("code", "id"))
    new = [Procedure(code=row["code"]) for row in rows if row["code"] not in known]
    known |= {procedure.code: procedure.pk for procedure in Procedure.objects.bulk_create(new)}
    return len(new) + _load_versions(rows=rows, ids=known, fields=fields, now=now)


@atomic
def put_procedure(
    *, code: str, facts: ProcedureFacts, by: str, now: dt.datetime, confirm: Confirmation = lambda _version: None
) -> tuple[ProcedureVersion, bool]:
    """Say what a procedure is from a day on; return the version and whether the procedure is new.

    The version before ends on that day; one that began on the very same day is corrected. A field that is new is added;
    a known one may be spelt otherwise. `confirm` is called with the newest version's number, under lock, before a known
    procedure is changed.
    Raises PeriodOverlap when something later is already said of the procedure.
    """
    procedure, is_new = Procedure.objects.get_or_create(code=national_code_of(code))
    Procedure.objects.select_for_update(no_key=True).get(pk=procedure.pk)
    try:
        with atomic():
            return _say(procedure=procedure, facts=facts, by=by, now=now, confirm=confirm), is_new
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            raise PeriodOverlap(procedure.code, facts.valid_from) from error
        raise


def field_code(name: str) -> str:
    """Return our code of a field: its name without diacritics, hyphened; a long one is cut and told by a digest.

    Names that differ only in capitals, diacritics or signs have one code, and are one field.
    """
    slug = "-".join("".join(letter if letter.isalnum() else " " for letter in folded(name)).split())
    digest = hashlib.sha256(folded(name).encode()).hexdigest()[:8]
    return slug if 0 < len(slug) <= LONGEST_SLUG else f"{slug[:LONGEST_SLUG].rstrip('-')}-{digest}".lstrip("-")


def _say(
    *, procedure: Procedure, facts: ProcedureFacts, by: str, now: dt.datetime, confirm: Confirmation
) -> ProcedureVersion:
    versions = ProcedureVersion.objects.filter(procedure=procedure)
    newest = versions.order_by(F("valid__startswith").desc(nulls_last=True)).first()
    if newest is not None:
        confirm(newest.version)
    told = ProcedureVersion(
        procedure=procedure,
        valid=DateRange(facts.valid_from, facts.valid_to),
        name=facts.name,
        name_folded=folded(facts.name),
        field_id=_fields(names={facts.field})[facts.field],
        ministry=facts.ministry,
        levels=list(facts.levels),
        executing_agency=facts.executing_agency,
        limit_amount=facts.limit_amount,
        limit_unit=facts.limit_unit,
        limit_cases=facts.limit_cases,
        supplement_rule=facts.supplement_rule,
        supplement_notice_days=facts.supplement_notice_days,
        late_receipt_shifts=facts.late_receipt_shifts,
        decision=facts.decision,
        source=facts.source,
        version=newest.version + 1 if newest else 1,
        recorded_by=by,
        recorded_at=now,
    )
    if newest is not None and newest.valid.lower == facts.valid_from:
        told.pk = newest.pk
        told.save(force_update=True)
        return told
    if newest is not None and facts.valid_from in newest.valid:
        newest.valid = DateRange(newest.valid.lower, facts.valid_from)
        newest.save(update_fields=["valid"])
    told.save()
    return told


def _fields(*, names: set[str]) -> dict[str, int]:
    """Return the id of each field by the name it was asked by; those that nobody knew are added."""
    codes = {name: field_code(name) for name in sorted(names)}
    unheard = set(codes) - set(Field.objects.filter(name__in=codes).values_list("name", flat=True))
    Field.objects.bulk_create((Field(code=codes[name], name=name) for name in sorted(unheard)), ignore_conflicts=True)
    by_name = dict(Field.objects.filter(name__in=codes).values_list("name", "id"))
    by_code = dict(Field.objects.filter(code__in=codes.values()).values_list("code", "id"))
    return {name: by_name.get(name) or by_code[code] for name, code in codes.items()}


def _load_versions(
    *, rows: Sequence[Mapping[str, str]], ids: Mapping[str, int], fields: Mapping[str, int], now: dt.datetime
) -> int:
    by_people = set(ProcedureVersion.objects.exclude(recorded_by=REFERENCE).values_list("procedure_id", flat=True))
    known = {row.procedure_id: row for row in ProcedureVersion.objects.filter(recorded_by=REFERENCE)}
    new, changed = [], []
    for row in rows:
        told = _version(row, procedure=ids[row["code"]], field=fields[row["field"]], now=now)
        before = known.get(told.procedure_id)
        if told.procedure_id in by_people:
            continue
        if before is None:
            new.append(told)
        elif any(getattr(before, name) != getattr(told, name) for name in _TOLD):
            told.pk, told.version = before.pk, before.version + 1
            changed.append(told)
    ProcedureVersion.objects.bulk_create(new)
    ProcedureVersion.objects.bulk_update(changed, [*_TOLD, "version", "recorded_at"])
    return len(new) + len(changed)


def _version(row: Mapping[str, str], *, procedure: int, field: int, now: dt.datetime) -> ProcedureVersion:
    amount, unit = row["time_limit"], row["time_unit"]
    has_limit = bool(amount and unit)
    return ProcedureVersion(
        procedure_id=procedure,
        valid=DateRange(None, None),
        name=row["name"],
        name_folded=folded(row["name"]),
        field_id=field,
        ministry=row["ministry"],
        levels=row["level"].split("|") if row["level"] else [],
        executing_agency=row["executing_agency"],
        limit_amount=int(amount) if has_limit else None,
        limit_unit=unit if has_limit else "",
        limit_cases=row["time_cases"] or ("" if has_limit or not amount else f"{amount} (không rõ đơn vị)"),
        decision=row["decision_no"],
        source=row["source"],
        recorded_by=REFERENCE,
        recorded_at=now,
    )
