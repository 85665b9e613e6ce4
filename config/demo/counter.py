"""The one-stop counter: a dossier of today with its known officials, the rest of the morning as a batch, ratings."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import segno

from config.demo.cast import COUNTER, VENDOR, Cast
from config.demo.client import Api
from config.demo.morning import PROCEDURE, RECEIVER, SETTLER, UNIT, UNIT_NAME, Morning, step
from config.demo.story import Story
from config.demo.words import MESSAGES, TIMELINESS, ZONE, label, moment

FORM = "FIVE_FACTORS"
CITIZENS_VALUE = 4
COUNTER_VALUES = (5, 5, 4, 3, 2)
"""What five citizens answer on the tablet at the counter; 2 and less is dissatisfied."""


UNHAPPY_FROM = 2
"""Overall values of this and less are dissatisfied."""


@dataclass(frozen=True)
class Done:
    """What the morning did, for the figures to be held against: the labels of its ended dossiers, its ratings."""

    dossier: str
    legal: tuple[str, ...]
    national: tuple[str, ...]
    ratings: tuple[int, ...]


def play(story: Story, cast: Cast, morning: Morning) -> Done:
    """Tell the morning at the counter; return what it did."""
    story.heading(f"Một hồ sơ hôm nay ở {UNIT_NAME}", "A dossier of today, step by step, and its citizen's rating")
    vendor = cast.named(VENDOR)
    received = morning.ago(minutes=50)
    code = morning.dossier(0, received=received)
    _push(story, vendor, morning, code, received)
    _tell(story, vendor, code)
    _rate_once(story, cast, code)
    seen = [vendor.get(f"/transactions/{code}").json, *_batch(story, vendor, morning)]
    _tablet(story, cast, morning)
    return Done(
        code,
        legal=tuple(one["timeliness"] for one in seen),
        national=tuple(one["national_timeliness"] for one in seen),
        ratings=(CITIZENS_VALUE, *COUNTER_VALUES),
    )


def _push(story: Story, vendor: Api, morning: Morning, code: str, received: dt.datetime) -> None:
    asked = {"received_at": received.isoformat(), "amount": 5, "unit": "working_day"}
    due = vendor.get("/calendar/due-date", asked).json["due_at"]
    first = _state(received, "received", due, steps=[step(received, "received", "Tiếp nhận hồ sơ", RECEIVER)])
    passed_on = step(morning.ago(minutes=40), "processing", "Chuyển công chức chuyên môn", SETTLER)
    steps = [
        step(morning.ended, "finished", "Ký và đóng dấu kết quả", SETTLER),
        step(morning.began, "returned", "Trả kết quả cho công dân", RECEIVER),
    ]
    returned = morning.began
    last = {
        **_state(returned, "returned", due, steps=steps), "received_at": received.isoformat(),
        "ended_at": morning.ended.isoformat(), "returned_at": returned.isoformat(),
    }  # fmt: skip
    address = f"/transactions/{code}"
    told = (
        ("Tiếp nhận", vendor.put(address, first)),
        ("Tiếp nhận (gửi lại vì mạng yếu)", vendor.put(address, first)),
        ("Chuyển xử lý", vendor.post(f"{address}/steps", {"steps": [passed_on]})),
        ("Có kết quả, đã trả", vendor.put(address, last)),
        ("Tiếp nhận (đến muộn lần ba)", vendor.put(address, first)),
    )
    rows = [(name, MESSAGES[answer.json["outcome"]]) for name, answer in told]
    story.line(f"Hồ sơ {code}\n")
    story.table(("Phần mềm một cửa báo", "Hệ thống trả lời"), rows)
    outcomes = [answer.json["outcome"] for _, answer in told]
    story.line()
    story.claim(
        "Gửi lại không sinh ra gì mới, gửi muộn không kéo hồ sơ lùi lại",
        holds=outcomes == ["created", "unchanged", "updated", "updated", "unchanged"],
        seen=outcomes,
    )


def _state(at: dt.datetime, status: str, due_at: str, *, steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "source_updated_at": at.isoformat(), "status": status, "procedure": PROCEDURE, "receiving_unit": UNIT,
        "settling_unit": UNIT, "channel": "counter", "received_at": at.isoformat(), "due_at": due_at, "steps": steps,
        "applicant": {"kind": "citizen", "national_id": "999099000001"}, "contacts": 0, "agencies_contacted": 0,
    }  # fmt: skip


def _tell(story: Story, vendor: Api, code: str) -> None:
    seen = vendor.get(f"/transactions/{code}").json
    story.line()
    rows = [
        (_clock(one["at"]), one["content"], one["official_name"] or _name(vendor, one.get("official", "")))
        for one in seen["steps"]
    ]
    story.table(("Giờ", "Bước", "Người làm"), rows)
    story.line()
    story.facts((
        ("Thủ tục", seen["procedure"]["name"]),
        ("Hẹn trả", f"{moment(seen['due_at'])} (5 ngày làm việc, mỗi ngày được giải thích)"),
        ("Theo luật", TIMELINESS[seen["timeliness"]]),
        ("Theo Cổng quốc gia", TIMELINESS[seen["national_timeliness"]]),
    ))  # fmt: skip
    story.claim(
        "Bốn bước, mỗi bước có người chịu trách nhiệm",
        holds=[one.get("official") for one in seen["steps"]] == [RECEIVER, SETTLER, SETTLER, RECEIVER],
        seen=rows,
    )


def _name(vendor: Api, code: str) -> str:
    return str(vendor.get(f"/officials/{code}").json["name"]) if code else "(không rõ)"


def _rate_once(story: Story, cast: Cast, code: str) -> None:
    """Issue a right, print its link, rate with it, and be refused when it is used again."""
    right = cast.named(VENDOR).post(f"/transactions/{code}/rating-rights", {"step": "reception", "form": FORM}).json
    story.line("\nPhiếu hẹn in kèm một liên kết đánh giá, dùng một lần:\n")
    story.line(right["link"])
    for row in _blocks(right["link"]):
        story.line(row)
    secret = right["link"].partition("#")[2]
    rating = {
        "id": str(uuid.uuid4()), "right": secret, "form": FORM, "channel": "app",
        "answers": _answers(cast.citizen, FORM, CITIZENS_VALUE), "comment": "Cán bộ tận tình.",
    }  # fmt: skip
    first = cast.citizen.post("/ratings", rating, may_fail=True)
    second = cast.citizen.post("/ratings", {**rating, "id": str(uuid.uuid4())}, may_fail=True)
    story.line()
    story.claim(
        f"Công dân đánh giá {CITIZENS_VALUE} trên 5 ở mọi câu: được nhận",
        holds=first.status == 201,  # noqa: PLR2004 - created
        seen=first.body,
    )
    story.claim(
        f"Dùng lại liên kết ấy lần hai: bị từ chối ({second.json.get('title', '')})",
        holds=second.problem == "right-not-usable",
        seen=second.body,
    )


def _answers(citizen: Api, form: str, value: int) -> dict[str, int]:
    """Answer every question of a form alike."""
    return {one["code"]: value for one in citizen.get(f"/rating-forms/{form}").json["criteria"]}


def _batch(story: Story, vendor: Api, morning: Morning) -> list[dict[str, Any]]:
    """Push the rest of the morning in one batch; return how each stands then."""
    ends = morning.ended
    early, late = morning.ago(days=1), morning.ago(days=20)
    due_later, due_before = _at_five(morning.ago(days=-3)), _at_five(morning.ago(days=4))
    rows = [
        *(_row(morning, number, early, due_later, "finished", ends) for number in range(1, 6)),
        _row(morning, 6, late, due_before, "finished", ends),
        _row(morning, 7, early, due_later, "withdrawn", ends),
    ]
    told = vendor.post("/transactions/batch", rows).json
    seen = [vendor.get(f"/transactions/{row['dossier_code']}").json for row in rows]
    story.line(f"\nCác hồ sơ khác của buổi sáng, gửi một lần {len(rows)} dòng:\n")
    story.table(
        ("Hồ sơ", "Hẹn trả", "Theo luật", "Theo Cổng quốc gia"),
        [
            (
                one["dossier_code"], moment(one["due_at"]), label(one["timeliness"], one.get("outcome", "")),
                label(one["national_timeliness"], one.get("outcome", "")),
            )
            for one in seen
        ],
    )  # fmt: skip
    story.line()
    story.claim("Cả lô được nhận", holds=told["counts"]["created"] == len(rows), seen=told["counts"])
    return seen


def _row(
    morning: Morning, number: int, received: dt.datetime, due_at: str, status: str, ended: dt.datetime
) -> dict[str, Any]:
    steps = [
        step(received, "received", "Tiếp nhận hồ sơ", RECEIVER),
        step(ended, status, "Kết thúc", SETTLER),
    ]
    return {
        **_state(ended, status, due_at, steps=steps), "received_at": received.isoformat(),
        "ended_at": ended.isoformat(), "dossier_code": morning.dossier(number, received=received),
    }  # fmt: skip


def _tablet(story: Story, cast: Cast, morning: Morning) -> None:
    """Rate five of the batch at the trusted tablet."""
    tablet, received = cast.named(COUNTER), morning.ago(days=1)
    taken = [
        tablet.post("/ratings", {
            "id": str(uuid.uuid4()), "dossier_code": morning.dossier(number, received=received), "step": "reception",
            "form": FORM, "channel": "kiosk", "answers": _answers(cast.citizen, FORM, value),
        }).status
        for number, value in enumerate(COUNTER_VALUES, start=1)
    ]  # fmt: skip
    values = ", ".join(map(str, COUNTER_VALUES))
    story.claim(
        f"Máy tính bảng ở quầy nhận {len(taken)} phiếu: {values} trên 5",
        holds=set(taken) == {201},
        seen=taken,
    )


def _at_five(day: dt.datetime) -> str:
    return day.replace(hour=17, minute=0, second=0).isoformat()


def _blocks(text: str) -> list[str]:
    """Draw a QR code with text blocks, light on dark terminals, two modules a character."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    glyphs = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(glyphs[bool(upper), bool(lower)] for upper, lower in zip(*pair, strict=True)) for pair in pairs]


def _clock(instant: str) -> str:
    return dt.datetime.fromisoformat(instant).astimezone(ZONE).strftime("%H:%M")
