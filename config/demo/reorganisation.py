"""A dossier that outlives its district: received on 2025-06-27, finished in a commune on 2025-07-08."""

from typing import Any

from config.demo.cast import VENDOR, Cast
from config.demo.client import Answer, Api
from config.demo.story import Story

DOSSIER = "000.00.15.H34-250627-0101"
DISTRICT, COMMUNE = "GSO:615", "gso2025:23500"
LAST_DAY, FIRST_DAY = "2025-06-30", "2025-07-01"
BAD_REQUEST = 400
STATE: dict[str, Any] = {
    "source_updated_at": "2025-06-27T09:00:00+07:00", "status": "processing", "procedure": "1.004884",
    "receiving_unit": DISTRICT, "settling_unit": DISTRICT, "channel": "counter",
    "received_at": "2025-06-27T09:00:00+07:00", "due_at": "2025-07-09T17:00:00+07:00",
}  # fmt: skip
END: dict[str, Any] = {
    "source_updated_at": "2025-07-08T15:00:00+07:00", "status": "finished", "settling_unit": COMMUNE,
    "ended_at": "2025-07-08T15:00:00+07:00",
}  # fmt: skip


def play(story: Story, cast: Cast) -> None:
    """Tell the dossier from the district's counter to the commune's, and what became of the district's code."""
    story.heading(
        "Một hồ sơ qua ngày bỏ cấp huyện 01/07/2025", "A dossier across 2025-07-01, when its district ceased to be"
    )
    vendor = cast.named(VENDOR)
    vendor.put(f"/transactions/{DOSSIER}", {**STATE, "steps": [_step("2025-06-27T09:10:00+07:00", DISTRICT)]})
    refused = _send(vendor, DISTRICT)
    (fault,) = refused.json["errors"] if refused.status == BAD_REQUEST else ({"successors": []},)
    heirs = _heirs(vendor)
    story.table(("Xã nhận việc", "Tên", "Nghị quyết"), [(one["code"], one["name"], _by(one)) for one in heirs])
    story.line()
    story.claim(
        f"Bước ngày 01/07 vẫn ghi {DISTRICT}: bị từ chối, nêu đủ {len(heirs)} xã kế thừa, không đoán",
        holds=set(fault["successors"]) == {one["code"] for one in heirs} and COMMUNE in fault["successors"],
        seen=refused.body.decode(),
    )
    _send(vendor, COMMUNE)
    vendor.put(f"/transactions/{DOSSIER}", {**STATE, **END})
    told = vendor.get(f"/transactions/{DOSSIER}").json
    story.facts((
        ("Tiếp nhận", f"{told['receiving_unit']['name']} ({told['receiving_unit']['code']}), 27/06/2025"),
        ("Giải quyết", f"{told['settling_unit']['name']} ({told['settling_unit']['code']}), 08/07/2025"),
    ))  # fmt: skip
    story.claim(
        "Mỗi bước tính cho đơn vị của ngày đó",
        holds=[step["unit"] for step in told["steps"]] == ["gso2024:615", COMMUNE],
        seen=told["steps"],
    )
    then, now = (_communes(vendor, day) for day in (LAST_DAY, FIRST_DAY))
    story.claim(f"Kon Tum: 102 xã, phường, thị trấn ngày 30/06; cả tỉnh mới: {now} ngày 01/07", holds=then == 102)  # noqa: PLR2004 - counted in the data


def _step(at: str, unit: str) -> dict[str, str]:
    return {"at": at, "status": "processing", "unit": unit, "content": "Xử lý hồ sơ"}


def _send(vendor: Api, unit: str) -> Answer:
    steps = {"steps": [_step("2025-07-01T08:00:00+07:00", unit)]}
    return vendor.post(f"/transactions/{DOSSIER}/steps", steps, may_fail=True)


def _heirs(vendor: Api) -> list[dict[str, Any]]:
    """Look the dead code up, as the makers of the software would."""
    scheme, value = DISTRICT.split(":")
    told = vendor.get("/unit-codes", {"scheme": scheme, "value": value, "as_of": FIRST_DAY}).json
    heirs: list[dict[str, Any]] = told["bearers"][0]["went_to"]
    return heirs


def _by(heir: dict[str, Any]) -> str:
    return heir["decision_number"] or "suy ra từ các xã cũ của huyện"


def _communes(vendor: Api, day: str) -> int:
    top = "gso2024:62" if day == LAST_DAY else "gso2025:51"
    nodes = vendor.get(f"/units/{top}/tree", {"as_of": day}).json["units"]
    return sum(node["kind"] in {"commune", "ward", "township", "special_zone"} for node in nodes)
