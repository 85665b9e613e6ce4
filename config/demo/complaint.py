"""A sealed complaint: filed, kept from the accused and his line, handled to its conclusion, read by its receipt."""

import uuid
from typing import Any

from config.demo.cast import ACCUSED, HEAD, INSPECTOR, Cast
from config.demo.client import Answer, Api
from config.demo.morning import RECEIVER, UNIT, Morning
from config.demo.story import Story
from config.demo.words import day

CATEGORY = "ATT-02"
PARTS = ("", "/timeline")
STATES = {
    "submitted": "đã nhận",
    "accepted": "đã thụ lý",
    "verifying": "đang xác minh",
    "concluded": "đã kết luận",
}


def play(story: Story, cast: Cast, morning: Morning, *, dossier: str) -> None:
    """Tell the life of a complaint about the official who received the dossier."""
    story.heading("Một phản ánh được niêm phong", "A sealed complaint, unseen by the accused, taken to its conclusion")
    receipt = _filed(story, cast.citizen, morning, dossier)
    inspector = cast.named(INSPECTOR)
    (found,) = inspector.get("/complaints", {"dossier_code": dossier, "official": RECEIVER}).json["results"]
    case = f"/complaints/{found['id']}"
    _unseen(story, cast, case, dossier)
    _sealed(story, inspector, case)
    _handled(story, cast, inspector, case, receipt)


def _filed(story: Story, citizen: Api, morning: Morning, dossier: str) -> dict[str, str]:
    categories = {one["code"]: one for one in citizen.pages("/complaint-categories")}
    told = {
        "class": "petition", "subjects": [{"official": RECEIVER, "unit": UNIT, "role": "Tiếp nhận hồ sơ"}],
        "categories": [CATEGORY], "dossier_code": dossier, "happened_on": morning.ended.date().isoformat(),
        "statement": "Tôi hỏi về giấy tờ còn thiếu thì bị quát nạt trước mặt mọi người.",
        "identity": {"mode": "sealed", "name": "Nguyễn Văn Mẫu", "phone": "0100000001"},
    }  # fmt: skip
    receipt: dict[str, str] = citizen.post("/complaints", told).json
    story.facts((
        ("Nội dung", f"{categories[CATEGORY]['name_vi']} ({CATEGORY})"),
        ("Danh tính", "niêm phong: người giải quyết cũng không được đọc"),
        ("Biên nhận", f"{receipt['receipt_number']}, kèm một mật mã chỉ hiện một lần"),
        ("Hạn trả lời", day(receipt["due_on"])),
    ))  # fmt: skip
    story.line()
    return receipt


def _unseen(story: Story, cast: Cast, case: str, dossier: str) -> None:
    """Hold what the accused and his head are answered against what they would be answered of a case that is none."""
    nobody = f"/complaints/{uuid.uuid4()}"
    accused = cast.named(ACCUSED)
    listed = [*accused.pages("/complaints"), *accused.pages("/complaints", {"dossier_code": dossier})]
    story.claim(
        f"Người bị phản ánh xem danh sách: {len(listed)} vụ, không có vụ này",
        holds=case.rsplit("/", 1)[1] not in str(listed),
        seen=listed,
    )
    for name, who, status in ((ACCUSED, "Người bị phản ánh", 404), (HEAD, "Người đứng đầu đơn vị", 403)):
        pairs = [(_asked(cast.named(name), case + part), _asked(cast.named(name), nobody + part)) for part in PARTS]
        story.claim(
            f"{who} mở thẳng vụ này: {status}, từng byte như một vụ chưa hề có ({len(pairs[0][0].body)} byte)",
            holds=all(real.status == status and real == none for real, none in pairs),
            seen=pairs,
        )


def _asked(api: Api, address: str) -> Answer:
    """Ask with a fixed request number; return status, body and the headers that are not the clock's."""
    answer = api.get(address, may_fail=True, headers={"X-Request-Id": "00000000-0000-4000-8000-000000000001"})
    unsteady = {"date", "server-timing", "ratelimit", "ratelimit-policy"}
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in unsteady}
    return Answer(answer.status, answer.body, headers)


def _sealed(story: Story, inspector: Api, case: str) -> None:
    identity = inspector.get(f"{case}/identity", may_fail=True)
    story.claim(
        f"Thanh tra hỏi ai phản ánh: bị từ chối ({identity.json.get('title', '')})",
        holds=identity.problem == "identity-sealed",
        seen=identity.body,
    )


def _handled(story: Story, cast: Cast, inspector: Api, case: str, receipt: dict[str, str]) -> None:
    answer = "Cảm ơn ông bà. Nội dung phản ánh là đúng; chúng tôi xin lỗi và đã chấn chỉnh người vi phạm."
    (subject,) = inspector.get(case).json["subjects"]
    finding = {"subject": subject["number"], "category": CATEGORY, "outcome": "upheld", "reason": "Theo camera ở quầy."}
    steps = (
        ("Thanh tra thụ lý", "acceptance", {"message": "Phản ánh đã được thụ lý."}),
        ("Thanh tra xác minh", "verification", {"report": "Đã xem lại camera và hỏi hai người cùng chờ."}),
        ("Thanh tra kết luận", "conclusion", {"text": "Có cơ sở.", "answer": answer, "findings": [finding]}),
    )
    rows = [_looked(cast.citizen, receipt, "Công dân gửi")]
    for name, noun, draft in steps:
        inspector.post(f"{case}/{noun}", draft, match=inspector.get(case).headers["ETag"])
        rows.append(_looked(cast.citizen, receipt, name))
    story.line("\nCông dân theo dõi bằng biên nhận, không cần tài khoản:\n")
    story.table(("Việc", "Biên nhận cho biết", "Kết quả"), [row[:3] for row in rows])
    status = rows[-1][3]
    story.line()
    story.line(f"Trả lời: “{status['messages'][-1]['text']}”")
    story.line()
    story.claim(
        "Công dân đọc được kết luận: phản ánh đúng",
        holds=(status["state"], status.get("outcome")) == ("concluded", "upheld"),
        seen=status,
    )
    wrong = cast.citizen.post(
        "/complaint-receipts", {**_question(receipt), "receipt_secret": "A" * len(receipt["receipt_secret"])},
        may_fail=True,
    )  # fmt: skip
    story.claim("Có số biên nhận mà sai mật mã thì không biết gì", holds=wrong.status == 404, seen=wrong.body)  # noqa: PLR2004


def _looked(citizen: Api, receipt: dict[str, str], after: str) -> tuple[str, str, str, dict[str, Any]]:
    status: dict[str, Any] = citizen.post("/complaint-receipts", _question(receipt)).json
    return after, STATES.get(status["state"], status["state"]), status["outcome_text"] or "–", status


def _question(receipt: dict[str, str]) -> dict[str, str]:
    return {name: receipt[name] for name in ("receipt_number", "receipt_secret")}
