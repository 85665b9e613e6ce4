"""The sheet that is handed out with a slip: what may be rated, the QR code, and the address for those who type it."""

import datetime as dt
from html import escape

import segno
from django.utils.timezone import localtime

from feedback.vocabulary import RatingSlip
from procedures.vocabulary import StepKind

GROUP = 6
"""Letters of a secret that are read at a time; hyphens between them are read over (rules.rights.as_issued)."""
_QR_SIDE, _QR_LEFT, _QR_TOP = 62, 21.5, 38
_ENGLISH = {
    RatingSlip.RECEIPT: "receipt of your dossier",
    RatingSlip.SUPPLEMENT: "request for further papers",
    RatingSlip.REFUSAL: "refusal to take your dossier",
    RatingSlip.RESULT: "result of your procedure",
}
_RATED = {
    StepKind.RECEPTION: ("việc tiếp nhận hồ sơ", "how your papers were taken in"),
    StepKind.SETTLEMENT: ("việc giải quyết hồ sơ", "how your case was settled"),
    StepKind.RETURN: ("việc trả kết quả", "how the result was handed over"),
}
_STYLE = 'font-family="\'Noto Sans\',\'Segoe UI\',Arial,sans-serif" text-anchor="middle" fill="#000"'


def sheet_svg(*, link: str, slip: RatingSlip, step: StepKind, expires_at: dt.datetime) -> str:
    """Return an SVG sheet of A6 for this link; the same bytes for the same right. It names no person and no dossier."""
    address, _, secret = link.partition("#")
    until = localtime(expires_at)
    rated_vi, rated_en = _RATED[step]
    lines = [
        (9, 3.4, f"Kèm {slip.label}"),
        (13.5, 2.9, f"With the {_ENGLISH[slip]}"),
        (22, 5, "Mời ông, bà đánh giá"),
        (28.5, 5, rated_vi),
        (34, 3.2, f"Please rate {rated_en}"),
        (106, 3.1, "Quét mã bằng máy ảnh của điện thoại. Không cần tài khoản."),
        (110.5, 2.7, "Scan the code with your phone's camera. No account is needed."),
        (117, 3.4, f"Dùng một lần, đến {until:%H:%M} ngày {until:%d/%m/%Y}."),
        (121.5, 2.9, f"Works once, until {until:%H:%M} on {until.day} {until:%B %Y}."),
        (129, 2.6, "Hoặc gõ địa chỉ này, cả dấu #  ·  or type this address, with the #"),
        (135, 3.2, f"{address}#"),
        (141, 3.8, "-".join(secret[place : place + GROUP] for place in range(0, len(secret), GROUP))),
    ]
    texts = "".join(f'<text x="52.5" y="{y}" font-size="{size}">{escape(words)}</text>' for y, size, words in lines)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="105mm" height="148mm" viewBox="0 0 105 148">'
        f'<rect width="105" height="148" fill="#fff"/>{_qr(link)}<g {_STYLE}>{texts}</g></svg>'
    )


def _qr(link: str) -> str:
    """Return the code with its quiet zone, in millimetres of the sheet: modules of more than one, for old cameras."""
    rows = list(segno.make(link, error="m", micro=False).matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    place = f"translate({_QR_LEFT} {_QR_TOP}) scale({_QR_SIDE / len(rows):.5f})"
    return f'<path transform="{place}" d="{path}" fill="#000" shape-rendering="crispEdges"/>'
