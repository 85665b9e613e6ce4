"""The reference data of the project, loaded once and once more."""

import datetime as dt

from django.core.management import call_command

from api.management.commands.load_reference_data import STEPS, UNIT_FILES, rows_of
from procedures.calendar.queries import newest_edition
from tests.builders.organisation import BY, NOW
from units.models import UnitVersion
from units.queries import unit_named, version_on
from units.services import UnitFacts, load_units, put_unit
from units.vocabulary import UnitKind

LATER = dt.date(2026, 1, 1)


def test_loading_again_changes_nothing() -> None:
    before = list(UnitVersion.objects.order_by("id").values())

    changed = {name: load(NOW) for name, load in STEPS}

    assert {name: number for name, number in changed.items() if number} == {}
    assert list(UnitVersion.objects.order_by("id").values()) == before
    assert newest_edition().number == 1


def test_the_command_itself_may_be_run_again() -> None:
    call_command("load_reference_data", verbosity=0)

    assert newest_edition().number == 1


def test_a_corrected_file_corrects_what_came_from_it() -> None:
    rows = [
        {**row, "name": "Xã Tu Mơ Rông (sửa)"} if row["key"] == "gso2025:23425" else row for row in rows_of(*UNIT_FILES)
    ]

    changed = load_units(rows=rows, now=NOW)

    version = version_on(unit_id=unit_named(code="gso2025:23425", on=LATER).pk, on=LATER)
    assert changed == 1
    assert version is not None
    assert (version.name, version.version) == ("Xã Tu Mơ Rông (sửa)", 2)


def test_what_people_recorded_is_not_undone_by_the_file() -> None:
    province = unit_named(code="gso2025:51", on=LATER)
    facts = UnitFacts(name="Phường Tu Mơ Rông", kind=UnitKind.WARD, valid_from=LATER, parent=province)
    put_unit(code="gso2025:23425", facts=facts, by=BY, now=NOW)

    changed = load_units(rows=rows_of(*UNIT_FILES), now=NOW)

    version = version_on(unit_id=unit_named(code="gso2025:23425", on=LATER).pk, on=LATER)
    assert changed == 0
    assert version is not None
    assert version.name == "Phường Tu Mơ Rông"
