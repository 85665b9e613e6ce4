"""The organisation as it stood on a day."""

import datetime as dt

from tests.builders.organisation import name_on
from units.queries import (
    ancestors,
    heritage,
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


def test_the_units_above_are_told_from_the_nearest_up() -> None:
    commune = unit_known_as(scheme="GSO", value="23425", on=BEFORE)
    assert commune is not None

    above = ancestors(unit_id=commune.id, on=BEFORE)

    assert [name_on(unit, BEFORE) for unit in above] == ["Huyện Tu Mơ Rông", "Tỉnh Kon Tum"]
