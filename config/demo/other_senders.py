"""What other senders would send: our own histories, with what people do beside the letters, and what each came to."""

from collections.abc import Iterable, Sequence

from config.demo.cast import CONSOLE, HEAD, HOME_AFFAIRS, VENDOR, Cast
from config.demo.client import Api
from config.demo.histories import History, own_histories, own_procedures
from config.demo.letters import Mailbag
from config.demo.own_states import own_differences, own_seen, values_in
from config.demo.story import Story
from config.demo.words import label

GATEWAY = "cong-mau"
REGISTRATION = {
    "client_id": GATEWAY, "name": "Cổng dịch vụ công mẫu", "scopes": ["transactions:write"], "source": GATEWAY,
}  # fmt: skip
APPROVAL = {"note": "Đã đối chiếu thông báo của đơn vị vận hành (hồ sơ mẫu)."}
FOUND = 200
Row = Sequence[object]


def play(story: Story, cast: Cast) -> None:
    """Prepare, send, do what people do beside the letters, compare."""
    told = list(own_histories().values())
    story.heading(
        f"{len(told)} hồ sơ nữa, theo kiểu gửi của nhiều loại phần mềm",
        "Histories of our own: what other senders would send, mend, repeat and leave out",
    )
    console, vendor = cast.named(CONSOLE), cast.named(VENDOR)
    _prepare(console, told)
    bag = Mailbag(cast)
    bag.admit(GATEWAY, _secret_of_gateway(console))
    bag.send_all(story, told)
    for history in told:
        _name(vendor, history)
    replayed = sum(_mended(console, vendor, history) for history in told)
    for history in told:
        _exclude(cast, history)
    compared = [_compared(story, vendor, history) for history in told]
    head = ("Mã hồ sơ", "Câu chuyện", "Bên gửi", "Theo luật", "Theo Cổng quốc gia", "")
    story.table(head, [row for row, _ in compared])
    for fault in (fault for _, faults in compared for fault in faults):
        story.line(f"      {fault}")
    letters, values = sum(len(one.letters) for one in told), sum(values_in(one.final) for one in told)
    story.line(
        f"\n{letters} bản tin; {values} giá trị cuối cùng (nhãn, hạn, từng bước, từng quãng đồng hồ) đã được so."
    )
    story.line(f"Phát lại từ nhật ký sau khi ghi thủ tục còn thiếu: {replayed} bản tin.")


def _prepare(console: Api, told: Iterable[History]) -> None:
    """Enter the procedures that are known beforehand, and the hours of the unit that keeps its own."""
    later = {history.given.get("mended_afterwards") for history in told}
    for code in own_procedures().keys() - later:
        _enter(console, code)
    for hours in (history.given["office_hours"] for history in told if "office_hours" in history.given):
        address = f"/calendar/office-hours/{hours['unit']}"
        if not console.get(address).json["hours"]:
            console.put(address, hours["document"])


def _enter(console: Api, code: str) -> None:
    """Enter a procedure that the catalogue does not have."""
    if console.get(f"/procedures/{code}", may_fail=True).status != FOUND:
        console.put(f"/procedures/{code}", own_procedures()[code])


def _secret_of_gateway(console: Api) -> str:
    """Register the second sender, or give the one that is there a new secret."""
    if console.get(f"/clients/{GATEWAY}", may_fail=True).status == FOUND:
        return str(console.post(f"/clients/{GATEWAY}/secrets", {}).json["client_secret"])
    return str(console.post("/clients", REGISTRATION).json["client_secret"])


def _mended(console: Api, vendor: Api, history: History) -> int:
    """Enter the procedure for want of which a history was refused and replay what failed; return how many."""
    if not (code := history.given.get("mended_afterwards")):
        return 0
    _enter(console, code)
    failed = vendor.pages("/journal", {"outcome": "rejected", "dossier_code": history.dossier_code})
    for entry in failed:
        vendor.post(f"/journal/{entry['id']}/replay", {})
    return len(failed)


def _name(vendor: Api, history: History) -> None:
    """Tell the other numbers under which the vendor sent a dossier."""
    for code in history.given.get("aliases", ()):
        vendor.put(f"/transactions/{history.dossier_code}/aliases/{code}", {})


def _exclude(cast: Cast, history: History) -> None:
    """Propose in the unit, and approve outside it, what a history says was excluded."""
    if not (exclusion := history.given.get("exclusion")):
        return
    address = f"/transactions/{history.dossier_code}/exclusions"
    if not cast.named(VENDOR).get(address).json["results"]:
        told = cast.named(HEAD).post(address, exclusion["document"]).json
        approval = f"/exclusions/{told['id']}/approval"
        cast.named(HOME_AFFAIRS).post(approval, APPROVAL, match=f'"{told["version"]}"')


def _compared(story: Story, vendor: Api, history: History) -> tuple[Row, list[str]]:
    address = f"/transactions/{history.dossier_code}"
    seen = own_seen(vendor.get(address).json, vendor.get(f"{address}/timeline").json)
    found = own_differences(history, seen)
    sign = story.compare(f"{history.id} {history.dossier_code}", holds=not found, seen=found)
    senders = ", ".join(sorted({letter.sender for letter in history.letters}))
    labels = (label(seen[name], seen["outcome"]) for name in ("timeliness", "national_timeliness"))
    faults = [f"{history.id} {name}: phải là {wanted}, đang là {is_}" for name, (wanted, is_) in found.items()]
    return (history.dossier_code, history.told, senders, *labels, sign), faults
