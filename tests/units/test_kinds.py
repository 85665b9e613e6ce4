"""What kind a unit is, is said from a day on like its name: each day reads as it was."""

from typing import Any

import pytest

from tests.contract_client import ContractClient
from units.models import UnitVersion

SINCE = "2026-03-01"
BEFORE, AFTER = "2026-02-28", SINCE
A_COMMUNE = {"name": "Xã Mẫu", "kind": "commune", "parent": "gso2025:51", "valid_from": "2026-01-01"}


@pytest.fixture
def keeper(api: ContractClient) -> ContractClient:
    return api.signed_in("units:read", "units:write")


def said(keeper: ContractClient, **changes: Any) -> Any:
    """Say what the unit is as one who has read it."""
    tag = keeper.get("/units/mau:xa", {"as_of": BEFORE})["ETag"]
    return keeper.put("/units/mau:xa", {**A_COMMUNE, **changes}, headers={"If-Match": tag})


def told(keeper: ContractClient, day: str) -> dict[str, Any]:
    answer: dict[str, Any] = keeper.get("/units/mau:xa", {"as_of": day}).json()
    return {name: answer[name] for name in ("name", "kind", "valid_from", "valid_to")}


@pytest.mark.parametrize("name", ["Phường Mẫu", "Xã Mẫu"])
def test_a_commune_that_became_a_ward_reads_as_each_on_its_days(keeper: ContractClient, name: str) -> None:
    """Also when nothing but the kind is new."""
    keeper.put("/units/mau:xa", A_COMMUNE)

    changed = said(keeper, name=name, kind="ward", valid_from=SINCE)

    assert (changed.status_code, changed.json()["kind"]) == (200, "ward")
    assert told(keeper, BEFORE) == {
        "name": "Xã Mẫu", "kind": "commune", "valid_from": "2026-01-01", "valid_to": SINCE,
    }  # fmt: skip
    assert told(keeper, AFTER) == {"name": name, "kind": "ward", "valid_from": SINCE, "valid_to": None}
    assert UnitVersion.objects.filter(unit__code="mau:xa").count() == 2


def test_lists_and_trees_tell_the_kind_of_their_day(keeper: ContractClient) -> None:
    keeper.put("/units/mau:xa", A_COMMUNE)
    said(keeper, kind="ward", valid_from=SINCE)

    def listed(kind: str, day: str) -> bool:
        asked = {"as_of": day, "kind": kind, "q": "xa mau"}
        return "mau:xa" in [unit["code"] for unit in keeper.get("/units", asked).json()["results"]]

    trees = [keeper.get("/units/gso2025:51/tree", {"as_of": day}).json()["units"] for day in (BEFORE, AFTER)]
    assert [unit["kind"] for tree in trees for unit in tree if unit["code"] == "mau:xa"] == ["commune", "ward"]
    assert [(listed("commune", day), listed("ward", day)) for day in (BEFORE, AFTER)] == [(True, False), (False, True)]


def test_a_kind_said_anew_for_the_same_first_day_is_a_correction(keeper: ContractClient) -> None:
    """The control: no day is left on which the unit was the other kind."""
    keeper.put("/units/mau:xa", A_COMMUNE)

    corrected = said(keeper, kind="ward")

    assert corrected.status_code == 200
    assert told(keeper, BEFORE)["kind"] == "ward"
    assert UnitVersion.objects.filter(unit__code="mau:xa").count() == 1
