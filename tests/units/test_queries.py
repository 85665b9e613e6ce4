"""The organisation as it stood on a day."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders.organisation import name_on
from units.models import Unit
from units.queries import (
    ancestors,
    heritage,
    present_units,
    subtree,
    unit_known_as,
    unit_named,
    where_it_went,
)  # fmt: skip

BEFORE, AFTER = dt.date(2024, 6, 1), dt.date(2025, 7, 2)


def test_a_code_means_one_unit_before_the_merger_and_another_after_it() -> None:
    old = unit_known_as(scheme="GSO", value="23425", on=BEFORE)
    new = unit_known_as(scheme="GSO", value="23425", on=AFTER)

    assert old is not None
    assert new is not None
    assert name_on(old.pk, BEFORE) == "Xã Đắk Hà"
    assert name_on(new.pk, AFTER) == "Xã Tu Mơ Rông"
    assert name_on(old.pk, AFTER) is None


def test_the_province_of_2024_has_its_districts_and_communes_under_it_and_nothing_a_year_later() -> None:
    kon_tum = unit_named(code="gso2024:62", on=BEFORE)

    assert len(subtree(unit_id=kon_tum.id, on=BEFORE)) == 138
    assert subtree(unit_id=kon_tum.id, on=AFTER) == set()


def test_what_became_of_the_old_province_is_told() -> None:
    kon_tum = unit_named(code="gso2024:62", on=BEFORE)

    assert [version.unit.code for version in where_it_went(unit_id=kon_tum.id, on=AFTER)] == ["gso2025:51"]
    assert [version.unit.code for version in where_it_went(unit_id=kon_tum.id, on=BEFORE)] == ["gso2024:62"]


def test_the_new_province_answers_for_the_records_of_both_old_ones() -> None:
    province = unit_named(code="gso2025:51", on=AFTER)
    old = unit_named(code="gso2024:62", on=BEFORE)

    answered = heritage(unit_id=province.id, on=AFTER)

    assert subtree(unit_id=old.id, on=BEFORE) <= answered
    assert len(answered) == 457


@pytest.mark.parametrize(
    ("heir", "giver"),
    [
        ("kt:so-dan-toc-va-ton-giao-tinh-kon-tum", "kt:so-noi-vu-tinh-kon-tum"),
        ("kt:so-y-te-tinh-kon-tum", "kt:so-lao-dong-thuong-binh-va-xa-hoi-tinh-kon-tum"),
    ],
)
def test_who_took_over_a_part_of_the_work_does_not_answer_for_the_records_of_the_whole(heir: str, giver: str) -> None:
    """The control is the department that it was merged into."""
    april = dt.date(2025, 4, 1)
    merged = unit_named(code="kt:so-noi-vu-tinh-kon-tum", on=april).pk
    labour = unit_named(code="kt:so-lao-dong-thuong-binh-va-xa-hoi-tinh-kon-tum", on=april).pk

    answered = heritage(unit_id=unit_named(code=heir, on=april).pk, on=april)

    assert unit_named(code=giver, on=april).pk not in answered
    assert labour in heritage(unit_id=merged, on=april)


def test_the_units_above_are_told_from_the_nearest_up() -> None:
    commune = unit_known_as(scheme="GSO", value="23425", on=BEFORE)
    assert commune is not None

    above = ancestors(unit_id=commune.id, on=BEFORE)

    assert [name_on(unit, BEFORE) for unit in above] == ["Huyện Tu Mơ Rông", "Tỉnh Kon Tum"]


@pytest.mark.parametrize(
    ("unit", "day", "present"),
    [
        ("gso2024:23425", BEFORE, ["gso2024:23425"]),
        ("gso2024:23425", AFTER, ["gso2025:23425"]),
        ("gso2024:62", AFTER, ["gso2025:51"]),
        ("gso2025:51", AFTER, ["gso2025:51"]),
        ("gso2025:51", BEFORE, []),
    ],
)
def test_a_unit_of_then_is_mapped_to_the_unit_of_the_day(unit: str, day: dt.date, present: list[str]) -> None:
    asked = unit_named(code=unit, on=BEFORE).pk

    found = present_units(unit_ids=[asked], on=day)

    assert [Unit.objects.get(pk=pk).code for pk in found[asked]] == present


def test_a_district_is_mapped_to_all_communes_that_took_its_work() -> None:
    district = unit_named(code="gso2024:615", on=BEFORE).pk

    found = present_units(unit_ids=[district], on=AFTER)[district]

    assert len(found) == len(set(found)) > 1
    assert set(found) <= subtree(unit_id=unit_named(code="gso2025:51", on=AFTER).pk, on=AFTER)


def test_all_units_there_ever_were_are_mapped_in_one_query() -> None:
    """Only the tax and the social insurance office have no heir among us: they went to offices of several provinces."""
    everybody = dict(Unit.objects.values_list("id", "code"))

    with CaptureQueriesContext(connection) as asked:
        found = present_units(unit_ids=everybody, on=AFTER)

    assert len(asked) == 1
    assert set(found) == set(everybody)
    assert sorted(everybody[unit] for unit, present in found.items() if not present) == [
        "kt:bao-hiem-xa-hoi-tinh-kon-tum", "kt:cuc-thue-tinh-kon-tum",
    ]  # fmt: skip


def test_nobody_is_mapped_to_nobody_without_a_query() -> None:
    with CaptureQueriesContext(connection) as asked:
        found = present_units(unit_ids=[], on=AFTER)

    assert (found, len(asked)) == ({}, 0)
