"""The catalogue as integrators see it."""

import pytest

from tests.builders.organisation import the_commune
from tests.contract_client import ContractClient, faults, problem

A_PROCEDURE = {
    "name": "Thủ tục mẫu",
    "field": "Đất đai",
    "valid_from": "2026-03-01",
    "levels": ["commune"],
    "time_limit": {"amount": 5, "unit": "working_day"},
}


def test_a_procedure_is_told_by_its_local_code(api: ContractClient) -> None:
    answer = api.signed_in("procedures:read").get("/procedures/1.012784.000.00.00.H34", {"as_of": "2024-06-01"})

    told = answer.json()
    assert (told["code"], told["field"]["code"], told["as_of"]) == ("1.012784", "dat-dai", "2024-06-01")
    assert told["time_limit"] == {"amount": 22, "unit": "working_day"}


def test_procedures_are_searched_by_name_code_field_and_level(api: ContractClient) -> None:
    reader = api.signed_in("procedures:read")

    by_name = reader.get("/procedures", {"q": "tach thua", "field": "dat-dai", "level": "province"}).json()["results"]
    by_code = reader.get("/procedures", {"q": "1.012784.000.00.00.H34"}).json()["results"]
    elsewhere = reader.get("/procedures", {"q": "tach thua", "field": "hai-quan"}).json()["results"]

    assert [row["code"] for row in by_name] == [row["code"] for row in by_code] == ["1.012784"]
    assert elsewhere == []


def test_pages_of_procedures_neither_skip_nor_repeat(api: ContractClient) -> None:
    reader = api.signed_in("procedures:read")
    seen: list[str] = []
    cursor: str | None = ""

    while cursor is not None:
        page = reader.get("/procedures", {"page_size": "500", **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["code"] for row in page["results"]]
        cursor = page["next_cursor"]

    assert len(seen) == len(set(seen)) == 1794
    assert seen == sorted(seen)


def test_fields_are_listed(api: ContractClient) -> None:
    answer = api.signed_in("procedures:read").get("/fields", {"page_size": "500", "count": "exact"})

    assert answer.json()["count"] == 158
    assert {"code": "dat-dai", "name": "Đất đai", "national_code": ""} in answer.json()["results"]


def test_a_procedure_is_recorded_and_then_changed_by_who_has_read_it(api: ContractClient) -> None:
    keeper = api.signed_in("procedures:read", "procedures:write")
    later = {**A_PROCEDURE, "valid_from": "2026-09-01", "time_limit": None}

    made = keeper.put("/procedures/9.000001", A_PROCEDURE)
    unread = keeper.put("/procedures/9.000001", later)
    changed = keeper.put("/procedures/9.000001", later, headers={"If-Match": made["ETag"]})
    stale = keeper.put("/procedures/9.000001", later, headers={"If-Match": made["ETag"]})
    backwards = keeper.put(
        "/procedures/9.000001", {**later, "valid_from": "2026-05-01"}, headers={"If-Match": changed["ETag"]}
    )

    assert (made.status_code, changed.status_code) == (201, 200)
    assert (problem(unread), problem(stale)) == ((428, "precondition-required"), (412, "precondition-failed"))
    assert problem(backwards) == (409, "procedure-periods-overlap")
    assert keeper.get("/procedures/9.000001", {"as_of": "2026-08-31"}).json()["time_limit"]["amount"] == 5
    assert keeper.get("/procedures/9.000001", {"as_of": "2026-09-01"}).json()["time_limit"] is None
    assert problem(keeper.get("/procedures/9.000001", {"as_of": "2026-02-28"})) == (404, "procedure-unknown")


@pytest.mark.parametrize("spelling", ["ĐẤT ĐAI", "đất  đai", "Dat dai", "Đất đai.", "Đất đai"])
def test_a_field_spelt_otherwise_is_the_known_field(api: ContractClient, spelling: str) -> None:
    keeper = api.signed_in("procedures:read", "procedures:write")

    made = keeper.put("/procedures/9.000001", {**A_PROCEDURE, "field": spelling})

    assert made.status_code == 201
    assert made.json()["field"] == {"code": "dat-dai", "name": "Đất đai"}
    assert keeper.get("/fields", {"count": "exact"}).json()["count"] == 158


@pytest.mark.parametrize("name", ["Lĩnh vực mới", "!!!", "漢字", "x" * 300])
def test_a_new_field_of_any_name_is_added_once(api: ContractClient, name: str) -> None:
    keeper = api.signed_in("procedures:read", "procedures:write")

    one = keeper.put("/procedures/9.000001", {**A_PROCEDURE, "field": name})
    other = keeper.put("/procedures/9.000002", {**A_PROCEDURE, "field": name.upper()})

    assert (one.status_code, other.status_code) == (201, 201)
    assert one.json()["field"] == other.json()["field"]
    assert one.json()["field"]["code"]


def test_everything_wrong_with_a_procedure_is_told_at_once(api: ContractClient) -> None:
    keeper = api.signed_in("procedures:write")

    answer = keeper.put(
        "/procedures/9.000001",
        {"valid_from": "3000-01-01", "levels": ["moon"], "time_limit": {"amount": 0, "unit": "hour"}, "x": 1},
    )

    assert faults(answer) == {
        ("/name", "required"), ("/field", "required"), ("/valid_from", "range"), ("/levels/0", "invalid_choice"),
        ("/time_limit/amount", "min_value"), ("/x", "unknown_field"),
    }  # fmt: skip


def test_the_catalogue_is_the_provinces_and_not_a_communes(api: ContractClient) -> None:
    keeper = api.signed_in("procedures:write", boundary=the_commune())

    assert problem(keeper.put("/procedures/9.000001", A_PROCEDURE)) == (403, "forbidden")
    assert api.signed_in("procedures:write").put("/procedures/9.000001", A_PROCEDURE).status_code == 201


def test_unknown_filters_are_refused(api: ContractClient) -> None:
    reader = api.signed_in("procedures:read")

    assert faults(reader.get("/procedures", {"name": "x"})) == {("name", "unknown_parameter")}
    assert faults(reader.get("/procedures", {"level": "moon"})) == {("level", "invalid_choice")}
    assert faults(reader.get("/fields", {"q": "x"})) == {("q", "unknown_parameter")}
