"""A dossier received in a district on 2025-06-27 and finished in a commune centre on 2025-07-08."""

from typing import Any

from feedback.models import Assessment
from tests.builders.ratings import a_submission
from tests.contract_client import ContractClient

DOSSIER, NEIGHBOUR = "000.00.15.H34-250627-0001", "000.00.15.H34-250620-0002"
DISTRICT, COMMUNE = "gso2024:615", "gso2025:23500"
"""Huyện Đắk Hà, gone on 2025-07-01; xã Đăk Hà, one of the five communes that took its work."""
OLD_PROVINCE, NEW_PROVINCE = "gso2024:62", "gso2025:51"
CLERK, HEAD = "CB-1", "CB-2"
REFORM, DAY_AFTER = "2025-07-01", "2025-07-02"
STATE: dict[str, Any] = {
    "source_updated_at": "2025-06-27T09:00:00+07:00", "status": "processing", "procedure": "1.004884",
    "receiving_unit": "GSO:615", "settling_unit": "GSO:615", "channel": "counter", "contacts": 0,
    "agencies_contacted": 0, "received_at": "2025-06-27T09:00:00+07:00", "due_at": "2025-07-09T17:00:00+07:00",
}  # fmt: skip
FINISHED = {
    "status": "returned", "ended_at": "2025-07-08T15:00:00+07:00", "returned_at": "2025-07-08T15:30:00+07:00",
    "source_updated_at": "2025-07-08T15:30:00+07:00", "settling_unit": COMMUNE,
}  # fmt: skip
DISTRICTS_OWN = STATE | {
    "status": "finished", "received_at": "2025-06-20T08:00:00+07:00", "due_at": "2025-06-27T17:00:00+07:00",
    "ended_at": "2025-06-30T10:00:00+07:00", "source_updated_at": "2025-06-30T10:00:00+07:00",
}  # fmt: skip


def test_a_dossier_outlives_its_district_and_every_figure_stays_with_who_did_the_work(api: ContractClient) -> None:
    vendor = api.machine("transactions:read", "transactions:write", "units:read")

    # In June the district takes the dossier in, and finishes another one a day late.
    the_clerk_and_the_head_serve_in_the_district(api)
    the_district_works(vendor)
    # On 1 July the district is gone; the clerk goes on in the commune, the head elsewhere.
    the_clerk_moves_to_the_commune(api)
    # The software still names the district: five communes followed, so the step is refused, and nobody is guessed.
    the_dead_code_is_refused_with_its_heirs_named(vendor)
    # Its makers read who followed and send the commune's own code; work of June may still be told of the district.
    the_commune_works(vendor)

    every_step_is_charged_to_the_unit_and_official_of_its_day(vendor)
    the_rating_of_the_return_is_the_communes(api, vendor)
    figures_are_told_as_then_and_as_now(api)
    both_are_assessed_for_their_own_part(api)


def the_clerk_and_the_head_serve_in_the_district(api: ContractClient) -> None:
    console = api.machine("units:read", "units:write")
    for code, name in ((CLERK, "Y Bình Mẫu"), (HEAD, "Phạm Lãnh Đạo Mẫu")):
        console.put(f"/officials/{code}", {"name": name})
        posting = {"home_unit": DISTRICT, "post": "Công chức", "valid_from": "2024-01-01", "is_head": code == HEAD}
        answer = console.once(f"/officials/{code}/postings", {**posting, "valid_to": REFORM})
        assert answer.status_code == 201, answer.content


def the_district_works(vendor: ContractClient) -> None:
    steps = [
        a_step("2025-06-27T09:10:00+07:00", "GSO:615", "received", "Tiếp nhận hồ sơ"),
        a_step("2025-06-30T16:00:00+07:00", "GSO:615", "processing", "Thẩm tra hồ sơ", "Phạm Lãnh Đạo Mẫu"),
    ]
    done = a_step("2025-06-30T10:00:00+07:00", "GSO:615", "finished", "Ký kết quả", "Phạm Lãnh Đạo Mẫu")
    answers = [
        vendor.put(f"/transactions/{DOSSIER}", STATE | {"steps": steps}),
        vendor.put(f"/transactions/{NEIGHBOUR}", DISTRICTS_OWN | {"steps": [done]}),
    ]
    assert [answer.status_code for answer in answers] == [201, 201]


def the_clerk_moves_to_the_commune(api: ContractClient) -> None:
    console = api.machine("units:read", "units:write")
    posting = {"home_unit": COMMUNE, "post": "Công chức một cửa", "valid_from": REFORM}
    assert console.once(f"/officials/{CLERK}/postings", posting).status_code == 201
    postings = console.get(f"/officials/{CLERK}").json()["postings"]
    assert [(one["home_unit"]["code"], one["valid_from"], one["valid_to"]) for one in postings] == [
        (COMMUNE, REFORM, None), (DISTRICT, "2024-01-01", REFORM),
    ]  # fmt: skip


def the_dead_code_is_refused_with_its_heirs_named(vendor: ContractClient) -> None:
    refused = vendor.once(f"/transactions/{DOSSIER}/steps", {"steps": [a_step("2025-07-01T08:00:00+07:00", "GSO:615")]})
    asked = vendor.get("/unit-codes", {"scheme": "GSO", "value": "615", "as_of": REFORM}).json()
    card = vendor.get(f"/units/{DISTRICT}").json()

    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["code"], len(fault["successors"])) == (400, "unit_gone", 5)
    assert COMMUNE in fault["successors"]
    assert {heir["code"] for heir in asked["bearers"][0]["went_to"]} == set(fault["successors"])
    assert {heir["code"] for heir in card["went_to"]} == set(fault["successors"])


def the_commune_works(vendor: ContractClient) -> None:
    steps = [
        a_step("2025-07-01T08:00:00+07:00", COMMUNE),
        a_step("2025-06-30T16:30:00+07:00", "GSO:615", content="Bàn giao hồ sơ cho xã"),
        a_step("2025-07-08T15:30:00+07:00", COMMUNE, "returned", "Trả kết quả cho công dân"),
    ]
    assert vendor.once(f"/transactions/{DOSSIER}/steps", {"steps": steps}).status_code == 201
    assert vendor.put(f"/transactions/{DOSSIER}", STATE | FINISHED).status_code == 200


def every_step_is_charged_to_the_unit_and_official_of_its_day(vendor: ContractClient) -> None:
    told = vendor.get(f"/transactions/{DOSSIER}").json()

    assert (told["dossier_code"], told["status"], told["timeliness"]) == (DOSSIER, "returned", "early")
    assert told["receiving_unit"] == {"code": DISTRICT, "name": "Huyện Đắk Hà"}
    assert told["settling_unit"] == {"code": COMMUNE, "name": "Xã Đăk Hà"}
    assert [warning for warning in told["warnings"] if warning.startswith("unit")] == []
    assert [(step["at"][:10], step["kind"], step["unit"], step["official"]) for step in told["steps"]] == [
        ("2025-06-27", "reception", DISTRICT, CLERK),
        ("2025-06-30", "settlement", DISTRICT, HEAD),
        ("2025-06-30", "settlement", DISTRICT, CLERK),
        ("2025-07-01", "settlement", COMMUNE, CLERK),
        ("2025-07-08", "return", COMMUNE, CLERK),
    ]
    intervals = vendor.get(f"/transactions/{DOSSIER}/clock").json()["intervals"]
    assert [one["cause"] for one in intervals] == ["processing"]


def the_rating_of_the_return_is_the_communes(api: ContractClient, vendor: ContractClient) -> None:
    charged = {}
    for step in ("reception", "return"):
        wanted = {"step": step, "form": "THANH_HOA_3"}
        link = vendor.once(f"/transactions/{DOSSIER}/rating-rights", wanted).json()["link"]
        answer = ContractClient().once("/ratings", a_submission(link.partition("#")[2]))
        assert answer.status_code == 201, answer.content
        (row,) = (
            row for row in api.signed_in("ratings:manage").get("/ratings").json()["results"] if row["step"] == step
        )
        charged[step] = (row["unit"], row["official"])

    assert charged == {"reception": (DISTRICT, CLERK), "return": (COMMUNE, CLERK)}


def figures_are_told_as_then_and_as_now(api: ContractClient) -> None:
    reader = api.signed_in("monitoring:read", "ratings:manage")
    asked = {"metric": "on_time_legal", "from": "2025-06-01", "to": "2025-07-31"}
    seen = {}
    for unit in (DISTRICT, COMMUNE, OLD_PROVINCE, NEW_PROVINCE):
        for view in ("then", "now"):
            (row,) = reader.get("/metrics/values", {**asked, "unit": unit, "organisation": view}).json()["results"]
            assert row["organisation"] == view
            seen[unit, view] = f"{row['numerator']}/{row['denominator']}"

    # The district's own result stays its own: a part of its work went to each of five communes, the whole to none.
    # The new province answers today for what both did.
    assert seen == {
        (DISTRICT, "then"): "0/1", (DISTRICT, "now"): "0/1", (COMMUNE, "then"): "1/1",
        (COMMUNE, "now"): "1/1", (OLD_PROVINCE, "then"): "0/1", (OLD_PROVINCE, "now"): "0/1",
        (NEW_PROVINCE, "then"): "1/1", (NEW_PROVINCE, "now"): "1/2",
    }  # fmt: skip


def both_are_assessed_for_their_own_part(api: ContractClient) -> None:
    manager = api.signed_in("assessments:read", "assessments:manage")
    answer = manager.once("/assessment-runs", {"year": 2025, "criteria_set": "TT01_2018"})

    assert (answer.status_code, answer.json()["transactions_counted"]) == (202, 2)
    charged = Assessment.objects.values_list("kind", "unit__code", "official__code", "transactions")
    assert set(charged) == {
        ("unit", DISTRICT, None, 2), ("unit", COMMUNE, None, 1),
        ("official", DISTRICT, HEAD, 2), ("official", COMMUNE, CLERK, 1),  # one year, one official, his last home unit
    }  # fmt: skip


def a_step(
    at: str, unit: str, status: str = "processing", content: str = "Xử lý hồ sơ", by: str = "Y Bình Mẫu"
) -> dict[str, str]:
    return {"at": at, "status": status, "unit": unit, "official_name": by, "content": content}
