"""The organisation as its readers and keepers see it."""

import datetime as dt
from typing import Any

import pytest
from django.utils.timezone import localdate

from tests.builders.organisation import make_official, make_posting, make_unit, the_commune, the_province
from tests.contract_client import ContractClient, faults, problem
from units.models import Unit, UnitVersion
from units.rules import sort_key

A_COMMUNE = {"name": "Xã Mẫu", "kind": "commune", "parent": "gso2025:51", "valid_from": "2026-01-01"}


def codes(answer: Any) -> list[str]:
    return [unit["code"] for unit in answer.json()["results"]]


def test_units_are_listed_as_of_a_day_in_vietnamese_order(api: ContractClient) -> None:
    reader = api.signed_in("units:read")

    before = reader.get("/units", {"as_of": "2024-06-01", "under": "gso2024:62", "kind": "commune", "page_size": "500"})
    after = reader.get("/units", {"as_of": "2025-07-02", "kind": "commune", "page_size": "500"})

    names = [unit["name"] for unit in before.json()["results"]]
    assert (len(names), len(codes(after))) == (85, 86)
    assert names == sorted(names, key=sort_key)
    assert after.json()["results"][0]["parent"] == {"code": "gso2025:51", "name": "Tỉnh Quảng Ngãi"}


def test_pages_of_units_neither_skip_nor_repeat(api: ContractClient) -> None:
    reader = api.signed_in("units:read")
    wanted = {"as_of": "2025-07-02", "page_size": "50"}
    seen: list[str] = []
    cursor: str | None = ""

    while cursor is not None:
        answer = reader.get("/units", {**wanted, **({"cursor": cursor} if cursor else {})})
        seen += codes(answer)
        cursor = answer.json()["next_cursor"]

    assert len(seen) == len(set(seen)) == 117


def test_a_unit_is_searched_without_diacritics_and_by_its_other_spellings(api: ContractClient) -> None:
    reader = api.signed_in("units:read")

    by_name = reader.get("/units", {"as_of": "2025-07-02", "q": "tu mo rong"})
    by_percent = reader.get("/units", {"as_of": "2025-07-02", "q": "%"})

    assert codes(by_name) == ["gso2025:23425"]
    assert codes(by_percent) == []


def test_the_same_code_leads_to_another_unit_on_another_day(api: ContractClient) -> None:
    reader = api.signed_in("units:read")

    old = reader.get("/units/GSO:23425", {"as_of": "2025-06-30"}).json()
    new = reader.get("/units/GSO:23425", {"as_of": "2025-07-01"}).json()

    assert (old["name"], old["parent"]["name"]) == ("Xã Đắk Hà", "Huyện Tu Mơ Rông")
    assert (new["name"], new["parent"]["name"]) == ("Xã Tu Mơ Rông", "Tỉnh Quảng Ngãi")
    assert "gso2024:23425" in [told["unit"]["code"] for told in new["predecessions"]]


def test_a_unit_that_is_gone_tells_where_its_work_went(api: ContractClient) -> None:
    answer = api.signed_in("units:read").get("/units/gso2024:23425", {"as_of": "2025-07-02"})

    told = answer.json()
    assert (told["is_in_force"], told["name"], told["valid_to"]) == (False, "Xã Đắk Hà", "2025-07-01")
    (heir,) = told["went_to"]
    assert (heir["code"], heir["name"], heir["kind"]) == ("gso2025:23425", "Xã Tu Mơ Rông", "merge")
    assert (heir["decision_number"], heir["decision_date"]) == ("1677/NQ-UBTVQH15", "2025-06-16")
    assert told["successions"][0]["kind"] == "merge"


@pytest.mark.parametrize("code", ["GSO:62", "QCVN102:000.00.00.H34", "QD20:H34"])
def test_the_old_province_is_known_by_its_code_in_three_schemes(api: ContractClient, code: str) -> None:
    answer = api.signed_in("units:read").get(f"/units/{code}", {"as_of": "2024-06-01"})

    assert answer.json()["name"] == "Tỉnh Kon Tum"


def test_a_code_of_the_newer_form_means_nothing_before_its_decision_was_in_force(api: ContractClient) -> None:
    units = api.signed_in("units:read")

    days = {day: units.get("/units/QD20:H34", {"as_of": day}).status_code for day in ("2020-09-14", "2020-09-15")}

    assert days == {"2020-09-14": 404, "2020-09-15": 200}


@pytest.mark.parametrize(
    ("code", "day", "size"), [("gso2024:62", "2024-06-01", 138), ("gso2025:51", "2025-07-02", 117)]
)
def test_the_tree_shows_the_province_as_it_was_on_the_day(api: ContractClient, code: str, day: str, size: int) -> None:
    units = api.signed_in("units:read").get(f"/units/{code}/tree", {"as_of": day}).json()["units"]

    place = {unit["code"]: number for number, unit in enumerate(units)}
    assert len(units) == size
    assert (units[0]["code"], units[0]["parent"], units[0]["depth"]) == (code, None, 0)
    assert all(place[unit["parent"]] < place[unit["code"]] for unit in units[1:])


def test_the_tree_of_a_unit_that_is_gone_is_empty(api: ContractClient) -> None:
    answer = api.signed_in("units:read").get("/units/gso2024:62/tree", {"as_of": "2025-07-02"})

    assert answer.json()["units"] == []


@pytest.mark.parametrize("day", ["1800-01-01", "3000-01-01", "2024-13-01", "01/02/2024", "2024-06-01T00:00:00+07:00"])
@pytest.mark.parametrize("address", ["/units", "/units/gso2024:62", "/units/gso2024:62/tree"])
def test_a_day_that_is_none_is_refused_by_name(api: ContractClient, address: str, day: str) -> None:
    answer = api.signed_in("units:read").get(address, {"as_of": day})

    assert problem(answer) == (400, "invalid")
    assert {name for name, _ in faults(answer)} == {"as_of"}


def test_an_unknown_parameter_is_refused(api: ContractClient) -> None:
    reader = api.signed_in("units:read")

    assert faults(reader.get("/units", {"asof": "2024-06-01"})) == {("asof", "unknown_parameter")}
    assert faults(reader.get("/units/gso2024:62", {"asof": "2024-06-01"})) == {("asof", "unknown_parameter")}


def test_a_filter_by_an_unknown_unit_is_a_fault_of_the_filter(api: ContractClient) -> None:
    answer = api.signed_in("units:read").get("/units", {"under": "nowhere"})

    assert faults(answer) == {("under", "unknown_unit")}


def test_a_code_that_nobody_has_is_unknown(api: ContractClient) -> None:
    reader = api.signed_in("units:read")

    assert problem(reader.get("/units/GSO:00000")) == (404, "unit-unknown")


def test_reading_units_needs_its_scope(api: ContractClient) -> None:
    assert problem(api.get("/units")) == (401, "unauthenticated")
    assert problem(api.signed_in("procedures:read").get("/units")) == (403, "forbidden")
    assert problem(api.signed_in("units:read").put("/units/mau:xa", A_COMMUNE)) == (403, "forbidden")


def test_a_unit_is_recorded_and_then_changed_by_who_has_read_it(api: ContractClient) -> None:
    keeper = api.signed_in("units:read", "units:write")

    made = keeper.put("/units/mau:xa", A_COMMUNE)
    unread = keeper.put("/units/mau:xa", {**A_COMMUNE, "name": "Xã Mẫu Hai", "valid_from": "2026-03-01"})
    changed = keeper.put(
        "/units/mau:xa",
        {**A_COMMUNE, "name": "Xã Mẫu Hai", "valid_from": "2026-03-01"},
        headers={"If-Match": made["ETag"]},
    )
    stale = keeper.put("/units/mau:xa", A_COMMUNE, headers={"If-Match": made["ETag"]})

    assert (made.status_code, changed.status_code) == (201, 200)
    assert problem(unread) == (428, "precondition-required")
    assert problem(stale) == (412, "precondition-failed")
    assert keeper.get("/units/mau:xa", {"as_of": "2026-02-28"}).json()["name"] == "Xã Mẫu"
    assert UnitVersion.objects.get(unit__code="mau:xa", name="Xã Mẫu").recorded_by.startswith("person:")


def test_a_version_before_the_newest_is_a_conflict(api: ContractClient) -> None:
    keeper = api.signed_in("units:write")
    made = keeper.put("/units/mau:xa", A_COMMUNE)

    answer = keeper.put("/units/mau:xa", {**A_COMMUNE, "valid_from": "2025-12-01"}, headers={"If-Match": made["ETag"]})

    assert problem(answer) == (409, "periods-overlap")


def test_everything_wrong_with_a_unit_is_told_at_once(api: ContractClient) -> None:
    answer = api.signed_in("units:write").put(
        "/units/mau:xa", {"kind": "kingdom", "valid_from": "1800-01-01", "nmae": "x", "codes": [{"scheme": "GSO"}]}
    )

    assert faults(answer) == {
        ("/name", "required"), ("/kind", "invalid_choice"), ("/valid_from", "range"), ("/nmae", "unknown_field"),
        ("/codes/0/value", "required"),
    }  # fmt: skip


def test_a_unit_cannot_end_before_it_begins_nor_stand_under_nobody_known(api: ContractClient) -> None:
    keeper = api.signed_in("units:write")

    backwards = keeper.put("/units/mau:xa", {**A_COMMUNE, "valid_to": "2026-01-01"})
    orphan = keeper.put("/units/mau:xa", {**A_COMMUNE, "parent": "nowhere"})

    assert faults(backwards) == {("/valid_to", "period_empty")}
    assert faults(orphan) == {("/parent", "unknown_unit")}


class TestBoundary:
    """A keeper with a boundary changes only what stands inside his subtree."""

    def test_inside_he_may_record(self, api: ContractClient) -> None:
        keeper = api.signed_in("units:write", boundary=the_commune())

        answer = keeper.put("/units/mau:doi", {**A_COMMUNE, "kind": "department", "parent": the_commune().code})

        assert answer.status_code == 201

    def test_outside_he_finds_nothing(self, api: ContractClient) -> None:
        keeper = api.signed_in("units:write", boundary=the_commune())
        outside = make_unit("mau:ngoai")

        changed = keeper.put(f"/units/{outside.code}", {**A_COMMUNE, "parent": the_commune().code})
        added = keeper.put("/units/mau:moi", A_COMMUNE)
        top = keeper.put("/units/mau:moi", {**A_COMMUNE, "parent": None})

        assert {problem(answer) for answer in (changed, added, top)} == {(404, "unit-unknown")}

    def test_a_keeper_of_the_whole_province_may_record_there(self, api: ContractClient) -> None:
        keeper = api.signed_in("units:write", boundary=the_province())

        assert keeper.put("/units/mau:moi", A_COMMUNE).status_code == 201


def test_a_schemes_code_does_not_make_a_unit(api: ContractClient) -> None:
    answer = api.signed_in("units:write").put("/units/GSO:99999", A_COMMUNE)

    assert problem(answer) == (404, "unit-unknown")


@pytest.mark.parametrize("code", ["%00", "a%00b", "x" * 101, "%ED%A0%80", "a%0Ab"])
@pytest.mark.parametrize("address", ["units", "officials", "procedures"])
def test_a_code_that_cannot_be_one_is_not_found(api: ContractClient, address: str, code: str) -> None:
    scopes = ("units:read", "units:write", "procedures:read", "procedures:write")

    answer = api.signed_in(*scopes).get(f"/{address}/{code}")

    assert problem(answer) == (404, "not-found")


class TestCodesOfOthers:
    """A code without its scheme never means two units: ours is none that a scheme gave to another, dead or alive."""

    @pytest.fixture
    def keeper(self, api: ContractClient) -> ContractClient:
        return api.signed_in("units:read", "units:write")

    @pytest.mark.parametrize("code", ["000.00.00.H34", "H34", "23281"])
    def test_ours_is_never_one_that_a_scheme_gave_to_another_unit(self, keeper: ContractClient, code: str) -> None:
        answer = keeper.put(f"/units/{code}", A_COMMUNE)

        assert problem(answer) == (409, "code-reused")
        assert not Unit.objects.filter(code=code).exists()

    def test_a_scheme_never_gives_one_that_is_ours_for_another_unit(self, keeper: ContractClient) -> None:
        """The control: what a unit is called by us may be what a scheme calls it."""
        make_unit("MAU1")
        given = {"codes": [{"scheme": "LOCAL", "value": "MAU1"}]}

        others = keeper.put("/units/mau:khac", A_COMMUNE | given)
        own = keeper.put("/units/MAU2", A_COMMUNE | {"codes": [{"scheme": "LOCAL", "value": "MAU2"}]})

        assert problem(others) == (409, "code-reused")
        assert own.status_code == 201
        assert not Unit.objects.filter(code="mau:khac").exists()


class TestDeadCodes:
    """A machine that asks with a code of a unit that is gone learns where the work went: 200, dated, never 404."""

    @pytest.mark.parametrize("code", ["gso2024:23281", "GSO:23281"])
    def test_of_a_ward_that_was_merged(self, api: ContractClient, code: str) -> None:
        answer = api.signed_in("units:read").get(f"/units/{code}", {"as_of": "2030-01-01"})

        told = answer.json()
        assert (answer.status_code, told["is_in_force"], told["valid_to"]) == (200, False, "2025-07-01")
        (heir,) = told["went_to"]
        assert (heir["code"], heir["kind"], heir["effective_date"]) == ("gso2025:23293", "merge", "2025-07-01")
        assert [step["unit"]["code"] for step in heir["way"]] == ["gso2025:23293"]

    @pytest.mark.parametrize("code", ["QCVN102:000.00.00.H34", "QD20:H34", "GSO:62"])
    def test_of_the_old_province_in_every_scheme(self, api: ContractClient, code: str) -> None:
        told = api.signed_in("units:read").get(f"/units/{code}", {"as_of": "2025-07-01"}).json()

        (heir,) = told["went_to"]
        assert (told["code"], heir["code"]) == ("gso2024:62", "gso2025:51")
        assert (heir["decision_number"], heir["decision_date"]) == ("202/2025/QH15", "2025-06-12")

    @pytest.mark.parametrize("code", ["000.00.00.H34", "H34"])
    def test_told_without_its_scheme_as_a_push_tells_it(self, api: ContractClient, code: str) -> None:
        """The control: a number of the statistical office needs its scheme."""
        reader = api.signed_in("units:read")

        then, now = (
            reader.get(f"/units/{code}", {"as_of": day}).json() for day in ("2024-06-01", "2025-07-01")
        )  # fmt: skip

        assert [(told["code"], told["is_in_force"]) for told in (then, now)] == [
            ("gso2024:62", True), ("gso2024:62", False),
        ]  # fmt: skip
        assert [heir["code"] for heir in now["went_to"]] == ["gso2025:51"]
        assert problem(reader.get("/units/23281")) == (404, "unit-unknown")

    def test_told_without_its_scheme_where_two_schemes_gave_it_to_two_units_is_asked_for_with_it(
        self, api: ContractClient
    ) -> None:
        keeper = api.signed_in("units:read", "units:write")
        for name, scheme in (("mau:mot", "LOCAL"), ("mau:hai", "QD20")):
            keeper.put(f"/units/{name}", A_COMMUNE | {"codes": [{"scheme": scheme, "value": "MAU1"}]})

        doubtful = keeper.get("/units/MAU1", {"as_of": "2026-01-01"})
        told = keeper.get("/units/QD20:MAU1", {"as_of": "2026-01-01"})

        assert problem(doubtful) == (404, "unit-unknown")
        assert "SCHEME:" in doubtful.json()["detail"]
        assert told.json()["code"] == "mau:hai"

    def test_through_two_reorganisations_with_every_step_told(self, api: ContractClient) -> None:
        """Sở Kế hoạch và Đầu tư went to Sở Tài chính in March, which went to the new province's in July."""
        old = "kt:so-ke-hoach-va-dau-tu-tinh-kon-tum"

        march, july = (
            api.signed_in("units:read").get(f"/units/{old}", {"as_of": day}).json()["went_to"]
            for day in ("2025-03-01", "2025-07-01")
        )

        assert [heir["code"] for heir in march] == ["kt:so-tai-chinh-tinh-kon-tum"]
        (heir,) = july
        assert heir["code"] == "qn:so-tai-chinh-tinh-quang-ngai"
        assert [(step["unit"]["code"], step["effective_date"]) for step in heir["way"]] == [
            ("kt:so-tai-chinh-tinh-kon-tum", "2025-03-01"), ("qn:so-tai-chinh-tinh-quang-ngai", "2025-07-01"),
        ]  # fmt: skip

    def test_of_a_district_that_went_to_several(self, api: ContractClient) -> None:
        told = api.signed_in("units:read").get("/units/GSO:615", {"as_of": "2026-01-01"}).json()

        assert told["code"] == "gso2024:615"
        assert {heir["kind"] for heir in told["went_to"]} == {"split"}
        assert len(told["went_to"]) == 5

    def test_a_number_that_was_given_out_again_means_who_carries_it_on_the_day(self, api: ContractClient) -> None:
        asked = {"scheme": "GSO", "value": "23425"}
        reader = api.signed_in("units:read")

        before, after = (
            reader.get("/unit-codes", {**asked, "as_of": day}).json() for day in ("2025-06-30", "2025-07-01")
        )

        assert (before["bearer"], after["bearer"]) == ("gso2024:23425", "gso2025:23425")
        old, new = after["bearers"]
        assert (old["code"], old["is_in_force"], old["valid_to"]) == ("gso2024:23425", False, "2025-07-01")
        assert (new["code"], new["is_in_force"], new["valid_from"]) == ("gso2025:23425", True, "2025-07-01")
        assert [heir["code"] for heir in old["went_to"]] == ["gso2025:23425"]

    def test_a_code_that_nobody_ever_carried_has_no_bearers(self, api: ContractClient) -> None:
        answer = api.signed_in("units:read").get("/unit-codes", {"scheme": "LOCAL", "value": "khong-co"})

        assert (answer.status_code, answer.json()["bearer"], answer.json()["bearers"]) == (200, None, [])

    def test_a_look_up_without_a_scheme_is_refused(self, api: ContractClient) -> None:
        answer = api.signed_in("units:read").get("/unit-codes", {"value": "23425", "scheme": "XYZ"})

        assert faults(answer) == {("scheme", "invalid_choice")}


def test_a_list_says_of_which_day_it_tells(api: ContractClient) -> None:
    reader = api.signed_in("units:read")

    then, now = (reader.get("/units", asked).json() for asked in ({"as_of": "2024-06-01"}, {}))

    assert then["as_of"] == "2024-06-01"
    assert now["as_of"] == localdate().isoformat()


def test_the_head_of_a_unit_is_told_as_of_the_day(api: ContractClient) -> None:
    commune = the_commune()
    first, second = make_official("CB-1", name="Nguyễn Văn Mẫu"), make_official("CB-2", name="Trần Thị Mẫu")
    make_posting(first, commune, is_head=True)
    make_posting(first, make_unit("mau:khac"), since=dt.date(2026, 1, 1))
    make_posting(second, commune, since=dt.date(2026, 1, 1), is_head=True)
    reader = api.signed_in("units:read")

    heads = [
        reader.get(f"/units/{commune.code}", {"as_of": day}).json()["head"]
        for day in ("2025-06-30", "2025-12-31", "2026-01-01")
    ]

    assert [head and head["code"] for head in heads] == [None, "CB-1", "CB-2"]
