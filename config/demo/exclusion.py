"""Time excluded: a unit proposes, somebody outside it agrees, and what was before stays beside what is."""

import datetime as dt
from typing import Any

from config.demo.cast import HEAD, HOME_AFFAIRS, INSPECTOR, VENDOR, Cast
from config.demo.client import Api
from config.demo.morning import PROCEDURE, UNIT, UNIT_NAME, Morning
from config.demo.story import Story
from config.demo.words import TIMELINESS, moment

RECEIVED, DUE, ENDED = "2026-03-04T08:15:00+07:00", "2026-03-11T17:00:00+07:00", "2026-03-13T15:00:00+07:00"
OUTAGE = {"begins_at": "2026-03-06T08:00:00+07:00", "ends_at": "2026-03-10T17:00:00+07:00"}
"""Friday to Tuesday: two working days after the first, so that Wednesday's due date moves to Friday."""
MARCH = {"metric": "on_time_legal", "unit": UNIT, "from": "2026-03-01", "to": "2026-03-31"}
NUMBER = 97


def play(story: Story, cast: Cast, morning: Morning) -> None:
    """Tell how an outage of March is excluded for one dossier."""
    story.heading(
        "Một sự cố ngoài tầm của đơn vị", "Time excluded: proposed by the unit, approved outside it, nothing hidden"
    )
    vendor, head, office = cast.named(VENDOR), cast.named(HEAD), cast.named(HOME_AFFAIRS)
    code = morning.dossier(NUMBER, received=dt.datetime.fromisoformat(RECEIVED))
    _push(vendor, code)
    before, figure = vendor.get(f"/transactions/{code}").json, _figure(cast)
    proposal = head.post("/exclusions", _proposal(code)).json
    address = f"/exclusions/{proposal['id']}"
    version = f'"{proposal["version"]}"'
    own = head.post(f"{address}/approval", {"note": "Tự duyệt."}, may_fail=True, match=version)
    office.post(f"{address}/approval", {"note": "Đã đối chiếu thông báo."}, match=version)
    after, clock = vendor.get(f"/transactions/{code}").json, vendor.get(f"/transactions/{code}/clock").json
    story.line(f"Hồ sơ {code} của {UNIT_NAME}; hệ thống ngừng từ 6 đến 10/3/2026\n")
    story.table(("", "Hạn theo luật", "Kết quả"), [
        ("Trước", moment(before["due_at_legal"]), TIMELINESS[before["timeliness"]]),
        ("Sau khi duyệt loại trừ", moment(after["due_at_legal"]), TIMELINESS[after["timeliness"]]),
        ("Vẫn giữ bên cạnh", moment(after["due_at_before_exclusions"]),
         TIMELINESS[after["timeliness_before_exclusions"]]),
    ])  # fmt: skip
    story.line()
    _claims(story, own.problem, before, after, clock)
    _listed(story, head, proposal["id"])
    _figures(story, figure, _figure(cast))


def _push(vendor: Api, code: str) -> None:
    state = {
        "source_updated_at": ENDED, "status": "finished", "procedure": PROCEDURE, "receiving_unit": UNIT,
        "settling_unit": UNIT, "channel": "counter", "received_at": RECEIVED, "due_at": DUE, "ended_at": ENDED,
    }  # fmt: skip
    vendor.put(f"/transactions/{code}", state)


def _proposal(code: str) -> dict[str, Any]:
    return {
        "reason": "system_outage", **OUTAGE, "evidence": "Cơ sở dữ liệu dân cư ngừng kết nối.",
        "document": "Thông báo 12/TB-TTCNTT", "dossier_codes": [code],
    }  # fmt: skip


def _claims(story: Story, own: str, before: dict[str, Any], after: dict[str, Any], clock: dict[str, Any]) -> None:
    story.claim("Người đứng đầu đề nghị nhưng không tự duyệt được", holds=own == "forbidden", seen=own)
    labels = before["timeliness"], after["timeliness"], after["timeliness_before_exclusions"]
    story.claim("Quá hạn thành đúng hạn, và thấy rõ vì sao", holds=labels == ("late", "on_time", "late"), seen=labels)
    paused = [one for one in clock["intervals"] if one["cause"] == "exclusion" and not one["counts"]]
    for one in paused:
        story.line(f"  {one['sentence']}")
    story.claim("Đồng hồ kể quãng được loại trừ, không tính vào thời hạn", holds=len(paused) == 1, seen=clock)


def _listed(story: Story, head: Api, number: int) -> None:
    found = [one for one in head.get("/exclusions", {"state": "approved"}).json["results"] if one["id"] == number]
    named = [(one["state"], one["unit"]) for one in found]
    story.claim(
        "Sổ loại trừ (GET /exclusions) kể ai đề nghị, ai duyệt", holds=named == [("approved", UNIT)], seen=found
    )


def _figure(cast: Cast) -> dict[str, Any]:
    (row,) = cast.named(INSPECTOR).get("/metrics/values", MARCH).json["results"]
    told: dict[str, Any] = row
    return told


def _figures(story: Story, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Hold the figure of the month against itself: one more in time, and one more said to be so by an exclusion."""
    grew = {
        name: int(after[name]) - int(before[name])
        for name in ("numerator", "denominator", "excluded", "changed_by_exclusions")
    }
    wanted = {"numerator": 1, "denominator": 0, "excluded": 1, "changed_by_exclusions": 1}
    told = f"{before['numerator']}/{before['denominator']} thành {after['numerator']}/{after['denominator']}"
    story.claim(
        f"Tỷ lệ đúng hạn tháng 3/2026 từ {told}; số liệu ghi rõ {after['changed_by_exclusions']} hồ sơ đổi vì loại trừ",
        holds=grew == wanted and after["value_without_exclusions"] is not None,
        seen=grew,
    )
