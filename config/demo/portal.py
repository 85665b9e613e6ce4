"""The fifteen histories, sent to the adapter as foreign senders send them, and what became of each."""

from collections.abc import Sequence
from typing import Any

from config.demo.cast import VENDOR, Cast
from config.demo.client import Answer, Api
from config.demo.final_states import NATIONAL, differences, expected_of, seen_in
from config.demo.histories import History, histories
from config.demo.letters import Mailbag
from config.demo.story import Story
from config.demo.words import HISTORIES, label

BAD = "H20"
ACCEPTED = {"0", "00"}


def play(story: Story, cast: Cast) -> None:
    """Replay every history and tell what it came to."""
    story.heading(
        "Mười lăm hồ sơ gửi như gửi Cổng Dịch vụ công quốc gia",
        "Fifteen histories in the senders' own formats, compared with the state the data says they must have",
    )
    letters = sum(len(history.letters) for history in histories().values())
    answers = Mailbag(cast).send_all(story, histories().values())
    vendor = cast.named(VENDOR)
    told = [
        _bad(story, history, answers[name]) if name == BAD else _good(story, history, vendor)
        for name, history in histories().items()
    ]
    rows, found = [row for row, _ in told], [fault for _, faults in told for fault in faults]
    head = ("Mã hồ sơ", "Câu chuyện", "Bản tin", "Theo luật", "Theo Cổng quốc gia", "")
    story.table(head, rows, right=frozenset({2}))
    for fault in found:
        story.line(f"      {fault}")
    values = sum(len(expected_of(history)) for name, history in histories().items() if name != BAD)
    story.line()
    story.line(f"{letters} bản tin; {values} giá trị cuối cùng (ngày giờ, hạn, lần bổ sung, nhãn…) đã được so.")
    story.line(f"Hai cách tính khác nhau ở {len(NATIONAL)} hồ sơ: xem hai cột nhãn.")


def _good(story: Story, history: History, vendor: Api) -> tuple[Sequence[object], list[str]]:
    seen = _seen(vendor, history.dossier_code)
    found = differences(history, seen)
    sign = story.compare(f"{history.id} {history.dossier_code}", holds=not found, seen=found)
    legal = label(seen["timeliness"], seen["outcome"])
    national = label(seen["national_timeliness"], seen["outcome"])
    faults = [f"{history.id} {name}: phải là {wanted}, đang là {is_}" for name, (wanted, is_) in found.items()]
    return (history.dossier_code, HISTORIES[history.id], len(history.letters), legal, national, sign), faults


def _seen(vendor: Api, dossier_code: str) -> dict[str, Any]:
    address = f"/transactions/{dossier_code}"
    return seen_in(vendor.get(address).json, vendor.get(f"{address}/timeline").json)


def _bad(story: Story, history: History, answers: Sequence[Answer]) -> tuple[Sequence[object], list[str]]:
    wrong = [
        f"{history.id} {letter.tag}: {answer.json['error_code']}"
        for letter, answer in zip(history.letters, answers, strict=True)
        if _is_refused(answer) is letter.expect.startswith("accept")
    ]
    refused = sum(map(_is_refused, answers))
    sign = story.compare(history.title, holds=not wrong, seen=wrong)
    kept = f"{len(answers) - refused} được nhận"
    return ("(nhiều mã)", HISTORIES[BAD], len(answers), f"{refused} bị từ chối", kept, sign), wrong


def _is_refused(answer: Answer) -> bool:
    return str(answer.json["error_code"]) not in ACCEPTED
