"""What a progress text says of a status that contradicts it.

Note [Finished that is not]: one sender writes 9 for 5, 6 and 8, and only the text tells them apart; the others write 9
for what is finished, of procedures whose names speak of the same things ("sửa đổi, bổ sung giấy phép", "tạm dừng hoạt
động", "gia hạn nộp thuế"). So a text is believed only where it asks: papers must be what is to be supplemented, money
what is to be paid, this work what is stopped. A text that tells of a result is finished, whatever else it tells.
"""

import re

from procedures.vocabulary import Status
from units.rules import folded

_PAPERS = r"(?:ho so|giay to|thanh phan|tai lieu)"
_WHO = r"(?: cong dan| nguoi dan| nguoi nop| nguoi yeu cau| to chuc| doanh nghiep| khach hang| chu ho so)?"
_MORE = rf"bo sung(?: lan\b| theo\b|,? (?:\w+ ){{0,3}}{_PAPERS}\b| *(?:$|[.;:(]))"
"""To supplement, and not something else than papers: `bổ sung lần 1`, but not `bổ sung ngành nghề`."""
_DUTY = r"(?:nvtc|nghia vu tai chinh)"
_MONEY = r"(?:le phi|phi|thue)"
_HERE = r"dung (?:xu ly|giai quyet|thuc hien(?! thu tuc))\b"
"""To stop this work; `dừng thực hiện thủ tục …` is the name of a procedure."""
_SPEAKER = r"(?:(?:ho so|can bo|lanh dao|da|bi|thong bao|quyet dinh|de nghi|xin) )*"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_RESULT = _any(r"(?<!ngay )(?<!hen )\btra ket qua\b", r"\bco ket qua\b")
_SUPPLEMENT_CAME = _any(
    rf"(?<!xac )(?<!cong )(?<!chung )\b(?:nhan|nop|gui)(?: lai| du)? (?:{_PAPERS} bo sung\b|{_MORE})",
    rf"\b(?:da|hoan thanh|dap ung)(?: yeu cau)? {_MORE}",
)
_SUPPLEMENT = _any(
    r"\byeu cau (?:\w+ ){0,4}(?:\w+, )?bo sung\b",
    rf"\b(?:thong bao|phieu|cong van|van ban|de nghi|cho|can|de){_WHO} {_MORE}",
    rf"\btra(?: lai)? {_PAPERS} (?:bo sung\b|(?:cho{_WHO} )?(?:de )?{_MORE})",
    rf"^{_MORE}",
)
_DUTY_DONE = _any(
    rf"\b(?:da|hoan thanh)(?: hoan thanh| thuc hien| nop| thanh toan)?(?: xong)? {_DUTY}\b",
    rf"\bda (?:nop|thanh toan) {_MONEY}\b",
)
_DUTY_ASKED = _any(
    rf"\b{_DUTY}\b",
    rf"\b(?:yeu cau|thong bao|phieu|cho|de nghi){_WHO}(?: thuc hien)? nop {_MONEY}\b",
)
_STOP = _any(rf"^{_SPEAKER}(?:tam )?{_HERE}")
_TELLS = (
    (_RESULT, Status.FINISHED),
    (_SUPPLEMENT_CAME, Status.PROCESSING),
    (_SUPPLEMENT, Status.SUPPLEMENT_REQUESTED),
    (_DUTY_DONE, Status.PROCESSING),
    (_DUTY_ASKED, Status.PAYMENT_REQUESTED),
    (_STOP, Status.STOPPED),
)


def status_told(status: Status, progress: str) -> Status:
    """Return the status a progress row means: a "finished" that asks for papers or money, or stops, is not one.

    See Note [Finished that is not].
    """
    if status is not Status.FINISHED:
        return status
    words = folded(progress)
    return next((meant for pattern, meant in _TELLS if pattern.search(words)), status)
