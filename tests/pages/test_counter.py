"""The tablet at a counter: set up once, rated at by one citizen after the other, none of whom leaves a trace."""

import json
import time

import pytest
from django.utils.timezone import now

from feedback.ratings.models import RatingLink
from feedback.ratings.services import publish_form
from feedback.vocabulary import RatingOrigin
from tests.access.credentials import KnownClient, make_client
from tests.builders.ratings import a_dossier
from tests.pages.axe import faults, too_small
from tests.pages.browser import Browser, Tab
from tests.pages.conftest import Given
from tests.pages.forms import AT, five_levels

pytestmark = pytest.mark.slow
WORDS = "Phải chờ lâu."
READY = "Mời ông, bà đánh giá"


def a_tablet() -> KnownClient:
    """Return the credential of a trusted counter."""
    return make_client("ratings:write", source="quay-mau", is_trusted_counter=True)


def set_up(
    tab: Tab, base: str, device: KnownClient, *, thanks: float = 0.8, idle: float = 60, form: str = "THANH_HOA_3"
) -> None:
    """Type the credential in, choose the form, and hurry the clock of the tablet."""
    tab.go(f"{base}/quay")
    tab.wait("document.querySelectorAll('option').length > 3")
    tab.run(f"Object.assign(document.getElementById('page').dataset, {{thanks: {thanks}, idle: {idle}}}) && 0")
    tab.run(f"document.querySelector('select').value = '{form}'")
    type_in(tab, device)


def type_in(tab: Tab, device: KnownClient) -> None:
    """Type the credential in and begin."""
    tab.tap("input")
    tab.write(device.row.client_id)
    tab.tap("input[type=password]")
    tab.write(device.secret)
    tab.tap_words("Bắt đầu")


def fill_in(tab: Tab, code: str, *, level: str = "Không hài lòng") -> None:
    """Scan a dossier, choose a level and write a comment."""
    tab.wait_for(READY)
    tab.write(code)
    tab.press_enter()
    tab.wait("document.querySelector('fieldset')")
    tab.tap_words(level)
    tab.tap_words("Ghi thêm ý kiến (không bắt buộc)")
    tab.tap("textarea")
    tab.write(WORDS)


def rate(tab: Tab, code: str, *, level: str = "Không hài lòng") -> None:
    """Do the same, and send it."""
    fill_in(tab, code, level=level)
    tab.tap_words("Gửi đánh giá")


def everything(tab: Tab) -> str:
    """Return all that the browser keeps and shows for this page."""
    stored = tab.run(
        "(async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href,"
        " history.state, document.documentElement.outerHTML, [...document.querySelectorAll('input, textarea')]"
        ".map(one => one.value), (await indexedDB.databases()).length, (await caches.keys()).length]))()"
    )
    entries = tab.command("Page.getNavigationHistory")["entries"]
    return str(stored) + json.dumps(entries)


def test_a_scan_a_level_and_the_next_one(base: str, browser: Browser, given: Given) -> None:
    first, second = a_dossier(), a_dossier()
    tab = browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet())

    rate(tab, first.dossier_code)
    tab.wait_for("Cảm ơn bạn!")
    rate(tab, f"{second.dossier_code}|return", level="Hài lòng")
    tab.wait_for("Cảm ơn bạn!")
    tab.wait_for(READY)

    links = {
        link.transaction_id: (link.step, link.rating.answers) for link in RatingLink.objects.filter(rating__in=given())
    }
    assert links == {first.pk: ("reception", {"overall": 1}), second.pk: ("return", {"overall": 2})}
    assert {rating.origin for rating in given()} == {RatingOrigin.COUNTER}
    assert tab.complaints() == []


def test_the_next_scan_ends_the_thanks_to_the_last_and_loses_no_letter(base: str, browser: Browser) -> None:
    tab = browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet(), thanks=60)
    first, second = a_dossier(), a_dossier()

    rate(tab, first.dossier_code)
    tab.wait_for("Cảm ơn bạn!")
    tab.scan(second.dossier_code)

    tab.wait_for(f"Hồ sơ {second.dossier_code}")
    assert tab.complaints() == []


FILLED = "document.fullscreenElement === document.documentElement"


def test_the_first_touch_fills_the_screen_and_it_stays_filled_from_one_citizen_to_the_next(
    base: str, browser: Browser
) -> None:
    tab = browser.telephone(width=1024, height=768)
    tab.go(f"{base}/quay")
    tab.wait("document.querySelector('input')")
    untouched = tab.run(FILLED)

    tab.tap("h1")
    tab.wait(FILLED)
    set_up(tab, base, a_tablet())
    rate(tab, a_dossier().dossier_code)
    tab.wait_for("Cảm ơn bạn!")
    served = tab.run(FILLED)
    tab.wait_for(READY)

    assert (untouched, served, tab.run(FILLED)) == (False, True, True)


def test_a_screen_that_was_left_is_filled_by_the_next_touch(base: str, browser: Browser) -> None:
    tab = browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet())
    tab.wait_for(READY)
    tab.wait(FILLED)

    tab.run("document.exitFullscreen()")
    left = tab.run(FILLED)
    tab.tap("h1")

    tab.wait(FILLED)
    assert not left


def remembering(tab: Tab) -> list[str]:
    """Return the fields and forms of which a browser may keep what was typed."""
    return list(
        tab.run(
            "[...document.querySelectorAll('form, input:not([type=radio]), textarea, select')]"
            ".filter(one => one.autocomplete !== 'off').map(one => one.outerHTML)"
        )
    )


def test_no_field_of_the_tablet_lets_the_browser_remember_what_was_typed(base: str, browser: Browser) -> None:
    tab = browser.telephone(width=1024, height=768)
    tab.go(f"{base}/quay")
    tab.wait("document.querySelectorAll('option').length > 3")
    kept = [remembering(tab)]
    set_up(tab, base, a_tablet())
    tab.wait_for(READY)
    kept.append(remembering(tab))
    fill_in(tab, a_dossier().dossier_code)
    kept.append(remembering(tab))

    tab.run("document.querySelector('textarea').autocomplete = 'on'")  # the control

    assert kept == [[], [], []]
    assert len(remembering(tab)) == 1


def test_nothing_of_a_citizen_is_left_on_the_tablet(base: str, browser: Browser) -> None:
    dossier, tab = a_dossier(), browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet())
    tab.wait_for(READY)
    before, length = everything(tab), tab.run("history.length")

    rate(tab, dossier.dossier_code)
    tab.wait_for("Cảm ơn bạn!")
    tab.wait_for(READY)

    after = everything(tab)
    assert after == before
    assert tab.run("history.length") == length
    assert [trace for trace in (dossier.dossier_code, WORDS, "chosen") if trace in after] == []


def test_a_trace_would_be_noticed(base: str, browser: Browser) -> None:
    dossier, tab = a_dossier(), browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet())

    fill_in(tab, dossier.dossier_code)
    during = everything(tab)

    assert [trace for trace in (dossier.dossier_code, WORDS, "chosen") if trace not in during] == []


def test_the_back_button_leads_to_no_earlier_rating(base: str, browser: Browser, given: Given) -> None:
    first, second = a_dossier(), a_dossier()
    tab = browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet())
    tab.wait_for(READY)

    for dossier in (first, second):  # as the clerk's software opens it
        tab.command("Page.navigate", url=f"{base}/quay#dossier_code={dossier.dossier_code}&step=settlement")
        tab.wait_for(dossier.dossier_code)
        tab.tap_words("Hài lòng")
        tab.tap_words("Gửi đánh giá")
        tab.wait_for("Cảm ơn bạn!")
        tab.wait_for(READY)
    entries = tab.command("Page.getNavigationHistory")["entries"]
    tab.run("history.back()")
    tab.wait_for(READY)

    assert [entry["url"] for entry in entries if "#" in entry["url"] or "000." in entry["url"]] == []
    assert first.dossier_code not in everything(tab)
    assert sorted(link.step for link in RatingLink.objects.filter(rating__in=given())) == ["settlement", "settlement"]


def test_who_walks_away_leaves_no_answers_to_the_next(base: str, browser: Browser, given: Given) -> None:
    tab = browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet(), idle=1.5)
    tab.wait_for(READY)
    tab.write(a_dossier().dossier_code)
    tab.press_enter()
    tab.wait("document.querySelector('fieldset')")
    tab.tap_words("English")
    tab.tap_words("Satisfied")

    tab.wait_for(READY)

    assert tab.run("[document.documentElement.lang, document.querySelectorAll('.chosen').length]") == ["vi", 0]
    assert given() == []


def test_the_secret_of_the_device_is_never_shown_and_lives_in_this_tab_only(base: str, browser: Browser) -> None:
    device, tab = a_tablet(), browser.telephone(width=1024, height=768)
    set_up(tab, base, device)
    tab.wait_for(READY)

    shown = tab.run(
        "document.documentElement.outerHTML + [...document.querySelectorAll('input')].map(one => one.value)"
    )
    other = tab.another()
    other.go(f"{base}/quay")
    other.wait_for("Cài đặt máy tại quầy")

    assert device.secret not in shown
    assert tab.run("JSON.stringify({...localStorage})") == "{}"
    assert [
        one["request"]["url"] for one in tab.told("Network.requestWillBeSent") if device.secret in one["request"]["url"]
    ] == []
    tab.command("Page.reload")
    tab.wait_for(READY)  # a reload of the same tab asks for nothing again


def test_a_tablet_that_is_set_up_without_network_waits_for_the_forms_and_never_begins_without_one(
    base: str, browser: Browser, given: Given
) -> None:
    tab = browser.telephone(width=1024, height=768)
    tab.command("Network.setBlockedURLs", urls=["*/rating-forms*"])
    tab.go(f"{base}/quay")
    tab.wait_for("Chưa kết nối được")

    type_in(tab, a_tablet())
    time.sleep(1)
    early = tab.run("[sessionStorage.length, document.querySelector('.setup') !== null]")
    tab.command("Network.setBlockedURLs", urls=[])
    tab.wait("document.querySelectorAll('option').length > 3")
    tab.run("document.querySelector('select').value = 'THANH_HOA_3'")
    tab.tap_words("Bắt đầu")
    rate(tab, a_dossier().dossier_code)
    tab.wait_for("Cảm ơn bạn!")

    assert early == [0, True]
    assert len(given()) == 1


def test_a_dossier_that_is_opened_while_the_network_is_away_is_rated_once_it_is_back(
    base: str, browser: Browser
) -> None:
    dossier, tab = a_dossier(), browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet())
    tab.wait_for(READY)
    tab.go("about:blank")
    tab.command("Network.setBlockedURLs", urls=["*/rating-forms*"])

    tab.go(f"{base}/quay#dossier_code={dossier.dossier_code}&step=return")
    tab.wait_for("Chưa mở được phiếu")
    tab.command("Network.setBlockedURLs", urls=[])

    tab.wait_for(f"Hồ sơ {dossier.dossier_code}")
    assert "Bạn đánh giá việc trả kết quả." in tab.text()


def test_a_dossier_that_is_opened_before_the_tablet_is_set_up_stays_in_no_address_meanwhile(
    base: str, browser: Browser
) -> None:
    dossier, tab = a_dossier(), browser.telephone(width=1024, height=768)
    tab.go(f"{base}/quay#dossier_code={dossier.dossier_code}&step=return")
    tab.wait("document.querySelectorAll('option').length > 3")
    entries = [entry["url"] for entry in tab.command("Page.getNavigationHistory")["entries"]]

    tab.run("document.querySelector('select').value = 'THANH_HOA_3'")
    type_in(tab, a_tablet())

    tab.wait_for(f"Hồ sơ {dossier.dossier_code}")
    assert [url for url in entries if "#" in url] == []


def test_a_wrong_secret_is_told_and_kept_nowhere(base: str, browser: Browser) -> None:
    device, tab = a_tablet(), browser.telephone(width=1024, height=768)

    set_up(tab, base, KnownClient(device.row, "khong-dung"))
    tab.wait_for("mật mã không đúng")

    assert tab.run("[sessionStorage.length, document.querySelector('input[type=password]').value]") == [0, ""]


def test_a_rating_waits_in_memory_while_the_next_citizen_rates(base: str, browser: Browser, given: Given) -> None:
    tab = browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet())
    tab.wait_for(READY)

    tab.offline(is_cut=True)
    for dossier in (a_dossier(), a_dossier()):
        rate(tab, dossier.dossier_code)
        tab.wait_for("Đánh giá đang chờ mạng")
        tab.wait_for("Đang chờ gửi")
    kept = tab.run("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    tab.offline(is_cut=False)
    tab.wait("!document.body.innerText.includes('Đang chờ gửi')", 30)

    assert WORDS not in kept
    assert len(given()) == 2


def test_a_tablet_that_was_dismissed_guesses_at_no_secret_and_sends_what_waits_once_it_is_set_up_anew(
    base: str, browser: Browser, given: Given
) -> None:
    device, tab = a_tablet(), browser.telephone(width=1024, height=768)
    set_up(tab, base, device)
    tab.wait_for(READY)
    device.row.is_active = False
    device.row.save()
    rate(tab, a_dossier().dossier_code)
    tab.wait_for("Mã thiết bị hoặc mật mã không đúng")

    tab.run("window.dispatchEvent(new Event('online')), 0")  # which tries again at once what waits
    time.sleep(1)
    asked = [one["request"].get("postData", "") for one in tab.told("Network.requestWillBeSent")]
    waiting = len(given())
    tab.wait("document.querySelectorAll('option').length > 3")
    tab.run("document.querySelector('select').value = 'THANH_HOA_3'")
    type_in(tab, a_tablet())
    tab.wait_for(READY)
    tab.wait("!document.body.innerText.includes('Đang chờ gửi')", 30)

    assert [body for body in asked if "undefined" in body] == []
    assert (waiting, len(given())) == (0, 1)


def test_an_answer_that_comes_late_takes_no_sheet_from_the_next_citizen(
    base: str, browser: Browser, given: Given
) -> None:
    first, second = a_dossier(), a_dossier()
    tab = browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet(), thanks=1.5)
    fill_in(tab, first.dossier_code)
    tab.command(
        "Network.emulateNetworkConditions", offline=False, latency=3000, downloadThroughput=-1, uploadThroughput=-1
    )
    tab.tap_words("Gửi đánh giá")

    tab.run(f"(location.hash = 'dossier_code={second.dossier_code}&step=reception') && 0")
    tab.wait("document.querySelector('fieldset')")
    tab.tap_words("Hài lòng")
    tab.wait("performance.getEntriesByType('resource').filter(one => one.name.endsWith('/ratings')).length === 1", 20)
    time.sleep(2)  # longer than thanks are said

    assert len(given()) == 1
    assert tab.run("Boolean(document.querySelector('fieldset input:checked'))")


def test_a_scan_that_names_no_step_is_of_the_usual_one(base: str, browser: Browser) -> None:
    tab = browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet())

    fill_in(tab, f"{a_dossier().dossier_code}|toString")

    assert "Bạn đánh giá việc tiếp nhận hồ sơ." in tab.text()
    assert tab.complaints() == []


def test_a_form_that_is_published_anew_reaches_a_tablet_that_is_never_reloaded(
    base: str, browser: Browser, given: Given
) -> None:
    tab = browser.telephone(width=1024, height=768)
    publish_form(code="MAU_QUAY", content=five_levels(title_vi="Mẫu cũ"), now=AT, by="bo-phan-mot-cua")
    set_up(tab, base, a_tablet(), form="MAU_QUAY")
    fill_in(tab, a_dossier().dossier_code)
    before = tab.text()
    publish_form(code="MAU_QUAY", content=five_levels(title_vi="Mẫu mới"), now=now(), by="bo-phan-mot-cua")

    tab.run("(document.getElementById('page').dataset.renew = 0)")
    tab.tap_words("Không đánh giá")
    tab.wait("performance.getEntriesByType('resource').filter(one => one.name.endsWith('/MAU_QUAY')).length === 2")
    time.sleep(0.5)
    rate(tab, a_dossier().dossier_code)
    tab.wait_for("Cảm ơn bạn!")

    assert "Mẫu cũ" in before
    assert [rating.form_version.number for rating in given()] == [2]


def test_a_dossier_that_is_unknown_or_rated_already_is_told_kindly(base: str, browser: Browser) -> None:
    dossier, tab = a_dossier(), browser.telephone(width=1024, height=768)
    set_up(tab, base, a_tablet())

    rate(tab, "000.00.00.H34-240304-9999")
    tab.wait_for("Không tìm thấy mã hồ sơ này")
    rate(tab, dossier.dossier_code)
    tab.wait_for("Cảm ơn bạn!")
    rate(tab, dossier.dossier_code)

    tab.wait_for("Bước này đã được đánh giá")


def test_every_view_of_the_tablet_passes_axe(base: str, browser: Browser) -> None:
    tab, wrong = browser.telephone(width=1024, height=768), []
    set_up(tab, base, a_tablet(), thanks=3)
    wrong += faults(tab) + too_small(tab)

    tab.wait_for(READY)
    wrong += faults(tab) + too_small(tab)
    fill_in(tab, a_dossier().dossier_code)
    wrong += faults(tab) + too_small(tab)
    tab.tap_words("English")
    wrong += faults(tab) + too_small(tab)
    words = tab.text()
    tab.tap_words("Send rating")
    tab.wait_for("Thank you!")
    wrong += faults(tab) + too_small(tab)

    assert wrong == []
    assert "You are rating" in words
