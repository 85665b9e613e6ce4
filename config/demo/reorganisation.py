"""A dossier that outlives its district: received on 2025-06-27, finished in a commune on 2025-07-08."""

import uuid
from typing import Any

from config.demo.cast import HOME_AFFAIRS, INSPECTOR, VENDOR, Cast
from config.demo.client import Answer, Api
from config.demo.story import Story
from config.demo.words import day
from config.demo.year import assessed

DOSSIER, NEIGHBOUR = "000.00.15.H34-250627-0101", "000.00.15.H34-250620-0102"
DISTRICT, COMMUNE = "gso2024:615", "gso2025:23500"
OLD_PROVINCE, NEW_PROVINCE = "gso2024:62", "gso2025:51"
DEAD_CODE = "GSO:615"
CLERK = "MAU-12"
"""He served in the district and goes on in the commune: see the register."""
LAST_DAY, FIRST_DAY = "2025-06-30", "2025-07-01"
BAD_REQUEST, CREATED, YEAR = 400, 201, 2025
FORM, VALUE = "THANH_HOA_3", 2
STATE: dict[str, Any] = {
    "source_updated_at": "2025-06-27T09:00:00+07:00", "status": "processing", "procedure": "1.004884",
    "receiving_unit": DEAD_CODE, "settling_unit": DEAD_CODE, "channel": "counter",
    "received_at": "2025-06-27T09:00:00+07:00", "due_at": "2025-07-09T17:00:00+07:00",
}  # fmt: skip
END: dict[str, Any] = {
    "source_updated_at": "2025-07-08T15:30:00+07:00", "status": "returned", "settling_unit": COMMUNE,
    "ended_at": "2025-07-08T15:00:00+07:00", "returned_at": "2025-07-08T15:30:00+07:00",
}  # fmt: skip
DISTRICTS_OWN: dict[str, Any] = STATE | {
    "source_updated_at": "2025-06-30T10:00:00+07:00", "status": "finished",
    "received_at": "2025-06-20T08:00:00+07:00", "due_at": "2025-06-27T17:00:00+07:00",
    "ended_at": "2025-06-30T10:00:00+07:00",
}  # fmt: skip


def play(story: Story, cast: Cast) -> None:
    """Tell the dossier from the district's counter to the commune's, and what became of the district's code."""
    story.heading(
        "Một hồ sơ qua ngày bỏ cấp huyện 01/07/2025", "A dossier across 2025-07-01, when its district ceased to be"
    )
    vendor = cast.named(VENDOR)
    received = _step("2025-06-27T09:10:00+07:00", DEAD_CODE, "received", "Tiếp nhận hồ sơ")
    vendor.put(f"/transactions/{DOSSIER}", {**STATE, "steps": [received]})
    vendor.put(f"/transactions/{NEIGHBOUR}", DISTRICTS_OWN)
    _refused(story, vendor)
    _send(vendor, COMMUNE)
    returned = _step("2025-07-08T15:30:00+07:00", COMMUNE, "returned", "Trả kết quả cho công dân")
    vendor.put(f"/transactions/{DOSSIER}", {**STATE, **END, "steps": [returned]})
    _charged(story, vendor)
    _rated(story, cast)
    _counted(story, cast.named(INSPECTOR))
    _assessed(story, cast.named(HOME_AFFAIRS))
    then, now = (_communes(vendor, on) for on in (LAST_DAY, FIRST_DAY))
    story.claim(f"Kon Tum: 102 xã, phường, thị trấn ngày 30/06; cả tỉnh mới: {now} ngày 01/07", holds=then == 102)  # noqa: PLR2004 - counted in the data


def _refused(story: Story, vendor: Api) -> None:
    """Send the dead code after its day and look up, as the makers of the software would, where it went."""
    refused = _send(vendor, DEAD_CODE)
    (fault,) = refused.json["errors"] if refused.status == BAD_REQUEST else ({"successors": []},)
    scheme, value = DEAD_CODE.split(":")
    told = vendor.get("/unit-codes", {"scheme": scheme, "value": value, "as_of": FIRST_DAY}).json
    heirs: list[dict[str, Any]] = told["bearers"][0]["went_to"]
    story.table(("Xã nhận việc", "Tên", "Nghị quyết"), [(one["code"], one["name"], _by(one)) for one in heirs])
    story.line()
    story.claim(
        f"Bước ngày 01/07 vẫn ghi {DEAD_CODE}: bị từ chối, nêu đủ {len(heirs)} xã kế thừa, không đoán",
        holds=set(fault["successors"]) == {one["code"] for one in heirs} and COMMUNE in fault["successors"],
        seen=refused.body.decode(),
    )


def _charged(story: Story, vendor: Api) -> None:
    told = vendor.get(f"/transactions/{DOSSIER}").json
    rows = [(day(one["at"][:10]), one["content"], one["unit"], one["official"]) for one in told["steps"]]
    story.line()
    story.table(("Ngày", "Bước", "Đơn vị của ngày đó", "Cán bộ"), rows)
    story.line()
    story.claim(
        f"{told['receiving_unit']['name']} tiếp nhận, {told['settling_unit']['name']} giải quyết; mã hồ sơ giữ nguyên",
        holds=(told["receiving_unit"]["code"], told["settling_unit"]["code"]) == (DISTRICT, COMMUNE),
        seen=told,
    )
    story.claim(
        "Mỗi bước tính cho đơn vị và cán bộ của ngày đó; cán bộ chuyển từ huyện về xã",
        holds=[row[2:] for row in rows] == [(DISTRICT, CLERK), (COMMUNE, CLERK), (COMMUNE, CLERK)],
        seen=rows,
    )


def _rated(story: Story, cast: Cast) -> None:
    """Rate how the result was handed over; who was rated is read by the one who may read single ratings."""
    asked = {"step": "return", "form": FORM}
    right = cast.named(VENDOR).post(f"/transactions/{DOSSIER}/rating-rights", asked, may_fail=True)
    if right.status == CREATED:
        secret = right.json["link"].partition("#")[2]
        rating = {
            "id": str(uuid.uuid4()),
            "right": secret,
            "form": FORM,
            "channel": "app",
            "answers": {"overall": VALUE},
        }
        cast.citizen.post("/ratings", rating, may_fail=True)
    rated = cast.named(INSPECTOR).pages("/ratings", {"form": FORM})
    units = [row["unit"] for row in rated if row["step"] == "return"]
    story.claim("Đánh giá khâu trả kết quả tính cho xã, không cho huyện", holds=set(units) == {COMMUNE}, seen=units)


def _counted(story: Story, reader: Api) -> None:
    """Ask the same figure of the four units as they stood then, and as they answer for it now."""
    units = (DISTRICT, COMMUNE, OLD_PROVINCE, NEW_PROVINCE)
    seen = {(unit, view): _in_time(reader, unit, view) for unit in units for view in ("then", "now")}
    story.line("\nĐúng hạn tháng 6 và 7 năm 2025, hỏi theo hai cách:\n")
    rows = [(unit, *("/".join(map(str, seen[unit, view])) for view in ("then", "now"))) for unit in units]
    story.table(("Đơn vị", "Như khi đó", "Như hiện nay"), rows, right=frozenset({1, 2}))
    story.line()
    story.claim(
        "Hồ sơ quá hạn của huyện vẫn của huyện; xã không phải gánh",
        holds=seen[DISTRICT, "then"] == (0, 1) and seen[COMMUNE, "now"] == seen[COMMUNE, "then"],
        seen=seen,
    )
    both = tuple(map(sum, zip(seen[OLD_PROVINCE, "then"], seen[NEW_PROVINCE, "then"], strict=True)))
    story.claim("Tỉnh mới hiện nay trả lời cho cả hai tỉnh cũ", holds=seen[NEW_PROVINCE, "now"] == both, seen=seen)


def _in_time(reader: Api, unit: str, view: str) -> tuple[int, int]:
    asked = {"metric": "on_time_legal", "from": "2025-06-01", "to": "2025-07-31", "unit": unit, "organisation": view}
    (row,) = reader.get("/metrics/values", asked).json["results"]
    return int(row["numerator"]), int(row["denominator"])


def _assessed(story: Story, office: Api) -> None:
    """Have 2025 assessed and find both units in it, each with its own part."""
    run = assessed(story, office, year=YEAR)
    found = office.pages("/assessments", {"run": run["id"]})
    units = {one["unit"]: one["transactions"] for one in found if not one["official"]}
    story.claim(
        f"Đánh giá năm {YEAR} (đến {day(run['counted_to'])}): huyện {units.get(DISTRICT)} hồ sơ, "
        f"xã {units.get(COMMUNE)} hồ sơ, mỗi nơi phần mình",
        holds={DISTRICT, COMMUNE} <= set(units),
        seen=units,
    )


def _step(at: str, unit: str, status: str = "processing", content: str = "Xử lý hồ sơ") -> dict[str, str]:
    return {"at": at, "status": status, "unit": unit, "content": content, "official": CLERK}


def _send(vendor: Api, unit: str) -> Answer:
    steps = {"steps": [_step("2025-07-01T08:00:00+07:00", unit)]}
    return vendor.post(f"/transactions/{DOSSIER}/steps", steps, may_fail=True)


def _by(heir: dict[str, Any]) -> str:
    return heir["decision_number"] or "suy ra từ các xã cũ của huyện"


def _communes(vendor: Api, on: str) -> int:
    top = OLD_PROVINCE if on == LAST_DAY else NEW_PROVINCE
    nodes = vendor.get(f"/units/{top}/tree", {"as_of": on}).json["units"]
    return sum(node["kind"] in {"commune", "ward", "township", "special_zone"} for node in nodes)
