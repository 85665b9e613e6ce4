"""The year: assessed by TT 01/2018, explained, published, and read by another system that checks it."""

import hashlib
import json
import time
from typing import Any

from config.demo.cast import CONSOLE, EMULATION, HOME_AFFAIRS, Cast
from config.demo.client import Api, Unexpected
from config.demo.register import OFFICIALS
from config.demo.story import Story
from config.demo.words import CLASSES, REASONS, number

YEAR, CRITERIA = 2024, "TT01_2018"
AGAIN = "Đánh giá lại: hồ sơ gửi bổ sung trong buổi sáng mẫu."
PENDING = "Phản ánh chưa kết luận được tính lại ở phiên bản sau."
PATIENCE, EVENTS_PATIENCE = 60, 10
MOST_ROWS = 12
WARD = "gso2024:23287"
DECLARED = {
    "one_stop": {"level": "commune", "listed": 178, "received": 178, "settled": 171},
    "publication": {"correct": True, "posted": True, "electronic": True},
    "evidence": "Báo cáo mẫu về kiểm soát thủ tục hành chính năm 2024",
}


def play(story: Story, cast: Cast) -> None:
    """Tell the year's assessment from the count to the reader."""
    story.heading(
        f"Đánh giá năm {YEAR} theo Thông tư 01/2018", "The year assessed, explained, published, read by another system"
    )
    office = cast.named(HOME_AFFAIRS)
    office.put(f"/unit-declarations/{WARD}/{YEAR}", DECLARED)
    run = assessed(story, office, year=YEAR)
    story.facts((
        ("Đợt", f"năm {run['period']}, phiên bản {run['version']}" + (f" ({run['reason']})" if run["reason"] else "")),
        ("Hồ sơ được tính", f"{run['transactions_counted']}, không xét {run['transactions_left_out']}"),
        ("Đã xếp loại", f"{run['assessments_made']} đơn vị và cán bộ"),
    ))  # fmt: skip
    story.line()
    found = _assessments(story, office, cast.named(CONSOLE), run)
    _declared(story, office, next(one for one in found if one["unit"] == WARD and not one["official"]))
    _explained(story, office, next(one for one in found if one["official"]))
    publication = _published(office, run)
    _believed(story, cast.named(EMULATION), publication, found)
    _followed(story, cast.named(EMULATION), publication)


def assessed(story: Story, office: Api, *, year: int) -> dict[str, Any]:
    """Have a year assessed by TT 01/2018 and return the run, counted to its end."""
    return _finished(office, _requested(story, office, year))


def _requested(story: Story, office: Api, year: int) -> dict[str, Any]:
    """Ask for the run; a period that was assessed before needs a reason, and gets a new version."""
    wanted = {"year": year, "criteria_set": CRITERIA}
    answer = office.post("/assessment-runs", wanted, may_fail=True)
    if answer.problem == "run-needs-reason":
        story.line(f"Năm {year} đã có kết quả: hệ thống đòi lý do trước khi tính lại ({answer.json['title']}).\n")
        answer = office.post("/assessment-runs", {**wanted, "reason": AGAIN})
    run: dict[str, Any] = answer.json
    return run


def _finished(office: Api, run: dict[str, Any]) -> dict[str, Any]:
    """Wait until a run is counted; a long one is counted by `manage.py run_jobs`."""
    until = time.monotonic() + PATIENCE
    while run["state"] == "queued":
        if time.monotonic() > until:
            raise Unexpected("the run is still queued; is `manage.py run_jobs --watch 2` running?")
        time.sleep(1)
        run = office.get(f"/assessment-runs/{run['id']}").json
    return run


def _assessments(story: Story, office: Api, console: Api, run: dict[str, Any]) -> list[dict[str, Any]]:
    found = office.pages("/assessments", {"run": run["id"]})
    ours = sorted(found, key=lambda one: (one["official"] is None, one["official"] or "", one["unit"] or ""))
    rows = [
        (
            "cán bộ" if one["official"] else "đơn vị",
            _name(one) if one["official"] else _unit(console, one["unit"]),
            one["transactions"],
            number(one["total"]),
            CLASSES[one["class"]] + (", thiếu chỉ số" if one["partial"] else ""),
        )
        for one in ours[:MOST_ROWS]
    ]
    story.table(("Đối tượng", "Tên", "Hồ sơ", "Điểm", "Xếp loại"), rows, right=frozenset({2, 3}))
    story.line()
    story.claim("Đủ số kết quả", holds=len(found) == run["assessments_made"], seen=len(found))
    return ours


def _declared(story: Story, office: Api, assessment: dict[str, Any]) -> None:
    """Follow indicators 5 and 6, which no dossier tells, to what was declared."""
    told = office.get(f"/assessments/{assessment['id']}/explanation").json["indicators"]
    points = {one["code"]: (one["mean"], one["declared"]["evidence"]) for one in told if "declared" in one}
    evidence = DECLARED["evidence"]
    story.claim(
        "Chỉ số 5 và 6 theo bản kê khai có căn cứ, do người ngoài đơn vị ghi: 1,0 và 2,0 điểm",
        holds=points == {"I5": ("1.0", evidence), "I6": ("2.0", evidence)},
        seen=points,
    )


def _name(assessment: dict[str, Any]) -> str:
    code = assessment["official"]
    return f"{OFFICIALS[code][0]} ({code})" if code in OFFICIALS else str(code)


def _unit(console: Api, code: str) -> str:
    unit = console.get(f"/units/{code}", {"as_of": f"{YEAR}-12-31"}).json
    return f"{unit['name']} ({code})"


def _explained(story: Story, office: Api, assessment: dict[str, Any]) -> None:
    """Go from one official's points down to the dossiers, adding up again on the way."""
    titles = {
        one["code"]: one["title_vi"] for one in office.get(f"/criteria-sets/{CRITERIA}").json["content"]["indicators"]
    }
    told = office.get(f"/assessments/{assessment['id']}/explanation").json
    story.line(f"\nVì sao {_name(assessment)} được {number(assessment['total'])} điểm:\n")
    rows = [
        (
            f"{one['code']} {titles[one['code']]}", one["sum"], one["count"], number(one["mean"]),
            "; ".join(f"{part['count']} hồ sơ {part['points']} điểm: {_reason(part)}" for part in one["counts"])
            or "không nêu, để không lộ người phản ánh",
        )
        for one in told["indicators"]
    ]  # fmt: skip
    story.table(("Chỉ số", "Tổng", "Hồ sơ", "Điểm", "Vì"), rows, right=frozenset({1, 2, 3}))
    story.line("\nTừng hồ sơ được tính:")
    for record in told["records"]:
        scores = ", ".join(f"{one['indicator']}: {one['points']}" for one in record["scores"])
        story.line(f"  {record['dossier_code']}   {scores}")
    story.line()
    tenths = sum(_tenths(one["mean"]) for one in told["indicators"])
    story.claim(
        f"Cộng lại từ các chỉ số được đúng {number(assessment['total'])} điểm; đủ {assessment['transactions']} hồ sơ",
        holds=tenths == _tenths(assessment["total"]) and len(told["records"]) == assessment["transactions"],
        seen=told,
    )


def _reason(part: dict[str, Any]) -> str:
    return REASONS.get(part.get("reason", ""), "không nêu, để không lộ người phản ánh")


def _tenths(text: str) -> int:
    return int(text.replace(".", ""))


def _published(office: Api, run: dict[str, Any]) -> dict[str, Any]:
    """Publish; while complaints are pending only with the reason why that is accepted."""
    address = f"/assessment-runs/{run['id']}/publication"
    answer = office.post(address, {}, may_fail=True)
    if answer.problem == "run-is-provisional":
        answer = office.post(address, {"accept_provisional": True, "reason": PENDING})
    publication: dict[str, Any] = answer.json
    return publication


def _believed(story: Story, reader: Api, publication: dict[str, Any], found: list[dict[str, Any]]) -> None:
    """Read the publication as the emulation system and compute its digest anew."""
    newest = reader.get("/publications").json["results"][0]
    read = reader.get(f"/publications/{newest['id']}").json
    digest = _digest(read["document"])
    story.facts((
        ("Đã công bố", f"năm {newest['period']}, phiên bản {newest['version']}"),
        ("Mã băm công bố", read["digest"]),
        ("Mã băm tự tính", digest),
    ))  # fmt: skip
    story.line()
    story.claim("Hệ thống thi đua thấy bản vừa công bố", holds=newest["id"] == publication["id"], seen=newest)
    story.claim("Tự tính SHA-256 trên bản viết chuẩn: khớp", holds=digest == read["digest"], seen=digest)
    forged = json.loads(json.dumps(read["document"]))
    forged["assessments"][0]["total"] += "1"
    story.claim("Sửa một chữ số thì không còn khớp", holds=_digest(forged) != read["digest"])
    classes = {one["id"]: (one["total"], one["class"]) for one in found}
    published = {one["id"]: (one["total"], one["class"]) for one in read["document"]["assessments"]}
    story.claim("Điểm và loại trong bản công bố đúng là kết quả đã tính", holds=classes == published, seen=published)
    unaltered = reader.get(f"/publications/{newest['id']}/verification").json["unaltered"]
    story.claim("Dựng lại từ các bản ghi: chưa ai sửa gì", holds=unaltered is True, seen=unaltered)


def _digest(document: dict[str, Any]) -> str:
    """Return the SHA-256 of a document in canonical form (RFC 8785: sorted names, no spaces, UTF-8)."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _followed(story: Story, reader: Api, publication: dict[str, Any]) -> None:
    """Read the feed to its end, twice: every event once, and the publication among them."""
    events, after = _to_the_end(reader, "")
    until = time.monotonic() + EVENTS_PATIENCE
    while publication["id"] not in {one["subject"] for one in events} and time.monotonic() < until:
        time.sleep(0.2)  # the feed waits for whoever is still writing, so that nobody's event is skipped
        newer, after = _to_the_end(reader, after)
        events += newer
    more, _ = _to_the_end(reader, after)
    numbers = [one["id"] for one in events]
    subjects = {one["subject"] for one in events}
    story.claim(
        f"Đọc dòng sự kiện đến hết: {len(events)} sự kiện, không sự kiện nào hai lần",
        holds=len(set(numbers)) == len(numbers),
        seen=len(numbers),
    )
    story.claim("Trong đó có lần công bố này", holds=publication["id"] in subjects, seen=len(subjects))
    repeated = {one["id"] for one in more} & set(numbers)
    story.claim("Đọc tiếp từ vị trí đã ghi: không lặp lại gì", holds=not repeated, seen=sorted(repeated))


def _to_the_end(reader: Api, after: str) -> tuple[list[dict[str, Any]], str]:
    events: list[dict[str, Any]] = []
    while True:
        page = reader.get("/events", {"after": after, "limit": 100}).json
        events += page["events"]
        after = page["after"]
        if not page["has_more"]:
            return events, after
