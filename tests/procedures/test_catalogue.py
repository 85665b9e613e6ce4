"""The catalogue: what a procedure was on a day."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.transaction import atomic

from api.management.commands.load_reference_data import rows_of
from procedures.catalogue.models import ProcedureVersion
from procedures.catalogue.queries import procedure_version_on
from procedures.catalogue.rules import national_code_of
from procedures.catalogue.services import ProcedureFacts, field_code, load_procedures, put_procedure
from procedures.errors import PeriodOverlap
from tests.builders.organisation import BY, NOW

MARCH = dt.date(2026, 3, 1)
A_DAY = dt.timedelta(days=1)


def shortened(since: dt.date) -> ProcedureVersion:
    facts = ProcedureFacts(
        name="Tách thửa hoặc hợp thửa đất", field="Đất đai", valid_from=since, limit_amount=10, limit_unit="working_day"
    )
    return put_procedure(code="1.012784", facts=facts, by=BY, now=NOW)[0]


@pytest.mark.parametrize(
    ("given", "national"),
    [
        ("1.012784", "1.012784"),
        ("1.012784.000.00.00.H34", "1.012784"),
        ("2.000815.000.00.00.H55.02", "2.000815"),
        (" 1.012784 ", "1.012784"),
        ("TS_lop1.000.00.00.H22", "TS_lop1.000.00.00.H22"),
    ],
)
def test_a_provinces_form_of_a_code_is_read_and_an_odd_one_left_alone(given: str, national: str) -> None:
    assert national_code_of(given) == national


def test_a_procedure_is_known_on_a_day_before_its_text_was_collected() -> None:
    version = procedure_version_on(code="1.012784.000.00.00.H34", on=dt.date(2024, 6, 1))

    assert version is not None
    assert (version.limit_amount, version.limit_unit, version.field.name) == (22, "working_day", "Đất đai")


def test_a_new_limit_counts_from_its_day_on() -> None:
    shortened(MARCH)

    before, after = (procedure_version_on(code="1.012784", on=day) for day in (MARCH - A_DAY, MARCH))

    assert before is not None
    assert after is not None
    assert (before.limit_amount, after.limit_amount) == (22, 10)


def test_nothing_may_be_said_of_a_procedure_before_what_is_already_said() -> None:
    shortened(MARCH)

    with pytest.raises(PeriodOverlap):
        shortened(MARCH - A_DAY)


def test_the_database_itself_refuses_two_texts_of_a_procedure_on_one_day() -> None:
    version = ProcedureVersion.objects.get(procedure__code="1.012784")
    version.pk, version.valid = None, DateRange(MARCH, None)

    with pytest.raises(IntegrityError, match="a_procedure_is_one_thing_a_day"), atomic():
        version.save()


def test_a_limit_without_its_unit_is_not_made_up() -> None:
    unitless = [row for row in rows_of("procedures.csv") if row["time_limit"] and not row["time_unit"]]

    versions = ProcedureVersion.objects.filter(procedure__code__in=[row["code"] for row in unitless])

    assert len(unitless) == 44
    assert {(version.limit_amount, version.limit_unit) for version in versions} == {(None, "")}
    assert all(version.limit_cases for version in versions)


def test_what_people_recorded_of_a_procedure_is_not_undone_by_the_file() -> None:
    shortened(MARCH)

    changed = load_procedures(rows=rows_of("procedures.csv"), now=NOW)

    version = procedure_version_on(code="1.012784", on=MARCH)
    assert changed == 0
    assert version is not None
    assert version.limit_amount == 10


def test_long_fields_with_the_same_beginning_have_codes_of_their_own() -> None:
    beginning = "Đầu tư bằng vốn hỗ trợ phát triển chính thức (ODA) và vốn viện trợ không hoàn lại không thuộc "

    assert field_code("Đất đai") == "dat-dai"
    assert field_code(beginning + "một") != field_code(beginning + "hai")
    assert len(field_code(beginning + "một")) <= 100
