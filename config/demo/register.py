"""Before work begins: the administrator's console enters the sample officials and a procedure the catalogue lacks."""

from dataclasses import dataclass
from typing import Any

from config.demo.cast import CONSOLE, Cast
from config.demo.client import Api
from config.demo.story import Story
from config.demo.words import day

NEW_ERA = "2025-07-01"
MISSING_PROCEDURE = "2.002493"


@dataclass(frozen=True)
class Posting:
    """Where an official serves from a day on; `until` is the first day after, "" for none."""

    unit: str
    post: str
    since: str = "2024-01-01"
    until: str = NEW_ERA
    is_head: bool = False


def _now(unit: str, post: str, *, is_head: bool = False) -> Posting:
    return Posting(unit, post, since=NEW_ERA, until="", is_head=is_head)


HERE = "gso2025:23500"
OFFICIALS: dict[str, tuple[str, tuple[Posting, ...]]] = {
    "MAU-01": ("Nguyễn Công Chức Mẫu", (Posting("gso2024:23287", "Công chức tư pháp – hộ tịch"),)),
    "MAU-02": ("Y Công Chức Mẫu", (Posting("gso2024:23536", "Công chức tư pháp – hộ tịch"),)),
    "MAU-03": ("A Hộ Tịch Mẫu", (Posting("gso2024:23473", "Công chức tư pháp – hộ tịch"),)),
    "MAU-04": ("A Công Chức Mẫu", (Posting("gso2024:23417", "Công chức một cửa"),)),
    "MAU-05": ("Y Cán Bộ Mẫu", (Posting("gso2024:23287", "Công chức tiếp nhận và trả kết quả"),)),
    "MAU-06": ("Y Trả Kết Quả Mẫu", (Posting("gso2024:23473", "Công chức tiếp nhận và trả kết quả"),)),
    "MAU-11": ("Trần Tiếp Nhận Mẫu", (_now(HERE, "Công chức tiếp nhận và trả kết quả"),)),
    "MAU-12": (
        "Đặng Địa Chính Mẫu",
        (Posting("gso2024:615", "Chuyên viên phòng chuyên môn"), _now(HERE, "Công chức chuyên môn")),
    ),
    "MAU-13": ("Phạm Lãnh Đạo Mẫu", (_now(HERE, "Chủ tịch Ủy ban nhân dân xã", is_head=True),)),
}
"""Officials of the histories, by code: of 2024 where their dossiers were settled, of today in one commune."""


def play(story: Story, cast: Cast) -> None:
    """Tell how the register was filled."""
    story.heading("Trước giờ làm việc: danh bạ", "The register of officials and the catalogue, by the console")
    console = cast.named(CONSOLE)
    _require_procedure(console)
    rows = [_registered(console, code, name, postings) for code, (name, postings) in OFFICIALS.items()]
    story.table(("Mã", "Họ tên", "Nơi làm việc", "Từ ngày", "Danh bạ"), rows)


def _registered(console: Api, code: str, name: str, postings: tuple[Posting, ...]) -> tuple[str, ...]:
    is_new = console.get(f"/officials/{code}", may_fail=True).problem == "official-unknown"
    if is_new:
        console.put(f"/officials/{code}", {"name": name})
    known = {(one["home_unit"]["code"], one["valid_from"]) for one in _card(console, code)["postings"]}
    for posting in postings:
        if (posting.unit, posting.since) not in known:
            console.post(f"/officials/{code}/postings", _told(posting))
    newest = _card(console, code)["postings"][0]
    return code, name, newest["home_unit"]["name"], day(newest["valid_from"]), "ghi mới" if is_new else "đã có"


def _card(console: Api, code: str) -> dict[str, Any]:
    card: dict[str, Any] = console.get(f"/officials/{code}").json
    return card


def _told(posting: Posting) -> dict[str, Any]:
    told = {"home_unit": posting.unit, "post": posting.post, "valid_from": posting.since, "is_head": posting.is_head}
    return {**told, "valid_to": posting.until} if posting.until else told


def _require_procedure(console: Api) -> None:
    """Enter the one procedure of the histories that the national catalogue's extract does not have."""
    if console.get(f"/procedures/{MISSING_PROCEDURE}", may_fail=True).status == 200:  # noqa: PLR2004 - it is there
        return
    facts = {"name": "Tuyển sinh mầm non", "field": "Giáo dục mầm non", "valid_from": "2020-01-01"}
    console.put(f"/procedures/{MISSING_PROCEDURE}", {**facts, "source": "Bản tin mẫu H06"})
