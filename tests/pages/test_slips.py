"""What is printed can be scanned: drawn by a browser, read by a reader of bar codes, followed to the form."""

import base64
from typing import Any

import pytest
import zxingcpp

from feedback.vocabulary import RatingSlip
from tests.builders.ratings import a_dossier
from tests.contract_client import ContractClient
from tests.pages.browser import Browser, Tab

pytestmark = pytest.mark.slow
DRAW = """(async () => {
    const picture = new Image(); picture.src = '%s'; await picture.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [%d, %d || Math.round(%d * picture.naturalHeight / picture.naturalWidth)];
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff'; pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    let grey = '';
    for (let place = 0; place < pixels.length; place += 4) grey += String.fromCharCode(pixels[place]);
    return [canvas.width, canvas.height, btoa(grey)];
})()"""


def issued(slip: RatingSlip) -> dict[str, Any]:
    machine, path = (
        ContractClient().machine("transactions:write"),
        f"/transactions/{a_dossier().dossier_code}/rating-rights",
    )
    told: dict[str, Any] = machine.once(path, {"step": "return", "form": "THANH_HOA_3", "slip": slip}).json()
    return told


def scanned(tab: Tab, picture: str, *, width: int) -> list[str]:
    """Return what a telephone reads in a picture (a data address) that is drawn so wide."""
    wide, high, grey = tab.run(DRAW % (picture, width, 0, width))
    image = memoryview(base64.b64decode(grey)).cast("B", (high, wide))
    return [code.text for code in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("slip", RatingSlip)
def test_what_is_printed_is_scanned_and_opens_the_form(base: str, browser: Browser, slip: RatingSlip) -> None:
    told, tab = issued(slip), browser.telephone()
    svg = "data:image/svg+xml;base64,"

    sheet = scanned(tab, svg + base64.b64encode(told["slip_svg"].encode()).decode(), width=420)
    code = scanned(tab, svg + base64.b64encode(told["qr_svg"].encode()).decode(), width=200)
    png = scanned(tab, f"data:image/png;base64,{told['qr_png']}", width=200)
    tab.go(f"{base}/r#{sheet[0].partition('#')[2]}")
    tab.wait("document.querySelector('fieldset')")

    assert sheet == code == png == [told["link"]]


def test_a_picture_without_a_code_is_not_scanned(browser: Browser) -> None:
    told, tab = issued(RatingSlip.RECEIPT), browser.telephone()
    bare = told["slip_svg"].replace("<path", "<desc").encode()

    assert scanned(tab, "data:image/svg+xml;base64," + base64.b64encode(bare).decode(), width=420) == []


def test_no_line_of_a_sheet_runs_over_its_edge(browser: Browser) -> None:
    tab = browser.telephone(width=800, height=1000)
    wide = {}

    for slip in RatingSlip:
        sheet = base64.b64encode(issued(slip)["slip_svg"].encode("ascii", "xmlcharrefreplace")).decode()
        tab.run(f"document.body.innerHTML = atob('{sheet}'), 0")
        wide[slip] = tab.run("Math.max(...[...document.querySelectorAll('text')].map(one => one.getBBox().width))")

    assert 50 < max(wide.values()) < 99, wide  # of 105 millimetres
