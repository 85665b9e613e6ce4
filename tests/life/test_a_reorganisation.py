"""A dossier received in a district on 2025-06-27 and finished in a commune centre on 2025-07-08."""

import datetime as dt
from typing import Any

from procedures.transactions.models import Step
from tests.builders.organisation import make_official, make_posting
from tests.contract_client import ContractClient
from units.models import Unit

DOSSIER = "000.00.15.H34-250627-0001"
DISTRICT, COMMUNE = "gso2024:615", "gso2025:23500"
"""Huyện Đắk Hà, gone on 2025-07-01; xã Đăk Hà, one of the five communes that took its work."""
STATE: dict[str, Any] = {
    "source_updated_at": "2025-06-27T09:00:00+07:00", "status": "processing", "procedure": "1.004884",
    "receiving_unit": "GSO:615", "settling_unit": "GSO:615", "channel": "counter",
    "received_at": "2025-06-27T09:00:00+07:00", "due_at": "2025-07-09T17:00:00+07:00",
}  # fmt: skip


def a_step(at: str, unit: str, status: str = "processing") -> dict[str, str]:
    return {"at": at, "status": status, "unit": unit, "official_name": "Y Bình Mẫu", "content": "Xử lý hồ sơ"}


def test_a_dossier_outlives_its_district_and_every_figure_stays_with_who_did_the_work(api: ContractClient) -> None:
    vendor = api.machine("transactions:read", "transactions:write", "units:read")
    clerk = make_official("CB-1", name="Y Bình Mẫu")
    make_posting(clerk, Unit.objects.get(code=DISTRICT), since=dt.date(2024, 1, 1))
    make_posting(clerk, Unit.objects.get(code=COMMUNE), since=dt.date(2025, 7, 1))

    # In June the district takes the dossier in.
    vendor.put(f"/transactions/{DOSSIER}", STATE | {"steps": [a_step("2025-06-27T09:10:00+07:00", "GSO:615")]})
    # On the first day of July the software still names the district: five communes followed, so nobody is guessed.
    late = {"steps": [a_step("2025-07-01T08:00:00+07:00", "GSO:615")]}
    refused = vendor.once(f"/transactions/{DOSSIER}/steps", late)
    asked = vendor.get("/unit-codes", {"scheme": "GSO", "value": "615", "as_of": "2025-07-01"}).json()
    # Its makers read who followed, and send the step with the commune's code; the commune finishes on 8 July.
    vendor.once(f"/transactions/{DOSSIER}/steps", {"steps": [a_step("2025-07-01T08:00:00+07:00", COMMUNE)]})
    end = {"status": "finished", "ended_at": "2025-07-08T15:00:00+07:00", "settling_unit": COMMUNE}
    vendor.put(f"/transactions/{DOSSIER}", STATE | end | {"source_updated_at": "2025-07-08T15:00:00+07:00"})

    told = vendor.get(f"/transactions/{DOSSIER}").json()
    (fault,) = refused.json()["errors"]
    assert refused.status_code == 400
    assert COMMUNE in fault["successors"]
    assert {heir["code"] for heir in asked["bearers"][0]["went_to"]} == set(fault["successors"])
    assert (told["receiving_unit"]["code"], told["receiving_unit"]["name"]) == (DISTRICT, "Huyện Đắk Hà")
    assert (told["settling_unit"]["code"], told["settling_unit"]["name"]) == (COMMUNE, "Xã Đăk Hà")
    assert (told["status"], told["timeliness"]) == ("finished", "early")
    assert [warning for warning in told["warnings"] if warning.startswith("unit")] == []
    steps = Step.objects.filter(transaction__dossier_code=DOSSIER).order_by("at")
    assert list(steps.values_list("unit__code", "official__code")) == [(DISTRICT, "CB-1"), (COMMUNE, "CB-1")]
