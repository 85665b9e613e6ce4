"""The page of a rating link in a real browser: every form, one thumb, bad networks, second thoughts."""

import base64
import contextlib
import datetime as dt
import http.client
import json
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

import pytest
from django.utils.timezone import now

from api.throttling.models import SpentProof
from api.throttling.proof import COST
from feedback.ratings.models import RatingLink
from feedback.ratings.services import Draft, rate_at_counter, rate_by_right
from feedback.vocabulary import RatingChannel
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_right
from tests.http.serving import free_port, served
from tests.pages.axe import faults, is_too_wide, too_small
from tests.pages.browser import Browser, Tab
from tests.pages.conftest import Given

pytestmark = pytest.mark.slow
FORMS = ("MAU_5", "MAU_12", "MAU_NHOM", "THANH_HOA_3", "TT01_2018_9", "FIVE_FACTORS", "MIC_5")
SEND = "button[type=submit]"
TURNED = "\u202eđảo\u202c"
QUEUE = "Object.keys(localStorage).filter(name => name.startsWith('rating.')).length"


def open_form(tab: Tab, base: str, *, form: str = "THANH_HOA_3") -> str:
    """Follow a fresh link; return its secret."""
    _, secret = a_right(form=form)
    tab.go("about:blank")
    tab.go(f"{base}/r#{secret}")
    tab.wait("document.querySelector('fieldset')")
    return secret


def answer_all(tab: Tab) -> None:
    """Choose the first level of every question."""
    tab.run("document.querySelectorAll('fieldset').forEach(field => field.querySelector('input').click())")


def sent(tab: Tab, method: str = "POST", *, to: str = "/ratings") -> list[dict[str, Any]]:
    """Return the requests of this page that gave or amended a rating."""
    asked = [event["request"] for event in tab.told("Network.requestWillBeSent")]
    return [one for one in asked if one["method"] == method and to in one["url"] and "rating-rights" not in one["url"]]


def a_draft(**said: Any) -> Draft:
    """Return a rating as somebody gave it elsewhere."""
    usual: dict[str, Any] = {
        "id": uuid.uuid4(), "form": "THANH_HOA_3", "form_version": None, "answers": {"overall": 3}, "comment": "",
        "channel": RatingChannel.WEB, "helper_role": None, "helper_code": "", "rated_at": None,
    }  # fmt: skip
    return Draft(**(usual | said))


def test_two_taps_on_a_small_phone_give_a_rating(base: str, browser: Browser, given: Given) -> None:
    tab = browser.telephone(width=360, height=640)
    secret = open_form(tab, base, form="MAU_5")
    bottoms = tab.run("[...document.querySelectorAll('label.level')].map(one => one.getBoundingClientRect().bottom)")

    tab.tap_words("Hài lòng")
    tab.tap_words("Gửi đánh giá")
    tab.wait_for("Cảm ơn bạn!")

    assert len(bottoms) == 5
    assert max(bottoms) < tab.run("innerHeight")  # all five are seen without scrolling
    assert [rating.answers for rating in given()] == [{"overall": 4}]
    assert RatingLink.objects.get(rating__in=given()).device_hash is not None
    assert [one["url"] for one in tab.told("Network.requestWillBeSent") if secret in str(one["request"]["url"])] == []
    assert tab.complaints() == []


def test_the_page_tells_to_the_minute_until_when_the_code_works(base: str, browser: Browser, given: Given) -> None:
    right, secret = a_right(form="THANH_HOA_3")
    tab = browser.telephone()
    tab.go(f"{base}/r#{secret}")
    tab.wait("document.querySelector('fieldset')")
    clock = f"new Date('{right.expires_at.isoformat()}').toLocaleTimeString('en-GB', {{timeStyle: 'short'}})"

    assert tab.run(clock) in tab.run("document.body.innerText")


def test_every_published_form_is_drawn_whole_and_passes_axe_in_both_languages(
    base: str, browser: Browser, given: Given
) -> None:
    seen: dict[str, tuple[int, list[str]]] = {}

    for form in FORMS:
        tab = browser.telephone()
        open_form(tab, base, form=form)
        tab.run("document.querySelector('details').open = true")
        wrong = [*faults(tab), *too_small(tab), *(["too wide"] if is_too_wide(tab) else [])]
        tab.tap_words("English")
        wrong += faults(tab)
        answer_all(tab)
        tab.tap(SEND)
        tab.wait_for("Thank you!")
        seen[form] = tab.run("scrollY"), wrong
        tab.close()

    assert {form: wrong for form, (_, wrong) in seen.items() if wrong} == {}
    assert sorted(len(rating.answers) for rating in given()) == [1, 1, 4, 9, 9, 12, 20]


RUNS_OVER = """[...document.querySelectorAll('label.level')].filter(level => {
    const words = document.createRange(); words.selectNodeContents(level.querySelector('span'));
    const [inner, outer] = [words.getBoundingClientRect(), level.getBoundingClientRect()];
    return inner.left < outer.left || inner.right > outer.right || inner.bottom > outer.bottom;
}).map(level => level.textContent)"""


@pytest.mark.parametrize("width", [320, 360, 704, 768, 1024])
def test_no_words_of_a_level_run_over_its_edge(base: str, browser: Browser, width: int) -> None:
    wrong: dict[str, list[str]] = {}

    for form in FORMS:
        tab = browser.telephone(width=width, height=1024)
        open_form(tab, base, form=form)
        wrong[form] = tab.run(RUNS_OVER)
        tab.tap_words("English")
        wrong[form] += tab.run(RUNS_OVER)
        tab.close()

    assert {form: levels for form, levels in wrong.items() if levels} == {}


SEEN = """[...document.querySelectorAll('label.level')].filter(level => {
    const { left, bottom, width } = level.getBoundingClientRect();
    return level.contains(document.elementFromPoint(left + width / 2, bottom - 3));
}).length"""


def test_on_a_telephone_on_its_side_nothing_floats_over_the_levels(base: str, browser: Browser) -> None:
    tab, long = browser.telephone(width=800, height=360), browser.telephone(width=640, height=360)
    open_form(tab, base, form="MAU_5")
    seen = tab.run(SEEN), [*faults(tab), *too_small(tab)]
    open_form(long, base, form="TT01_2018_9")

    assert seen == (5, [])
    assert long.run(SEEN) >= 2


def test_axe_and_the_ruler_notice_what_is_wrong(base: str, browser: Browser) -> None:
    tab = browser.telephone()
    open_form(tab, base)

    tab.run(
        "document.documentElement.lang = ''; document.querySelector('button').textContent = '';"
        "document.querySelector('.level').style.minHeight = document.querySelector('.level').style.maxHeight = '30px'"
    )

    assert {fault.partition(":")[0] for fault in faults(tab)} >= {"button-name", "html-has-lang"}
    assert too_small(tab) != []


def test_every_other_view_passes_axe_too(base: str, browser: Browser) -> None:
    tab = browser.telephone()
    wrong: list[str] = []

    def look() -> None:
        wrong.extend([*faults(tab), *too_small(tab), *(["too wide"] if is_too_wide(tab) else [])])

    tab.go(f"{base}/r")
    tab.wait_for("Cách đánh giá")
    look()
    tab.go(f"{base}/r#khong-dung")
    tab.wait_for("Mã này không dùng được")
    look()
    open_form(tab, base)
    tab.tap(SEND)
    tab.wait_for("Hãy chọn một mức.")
    look()
    answer_all(tab)
    tab.offline(is_cut=True)
    tab.tap(SEND)
    tab.wait_for("Chưa gửi được đánh giá")
    look()
    tab.offline(is_cut=False)
    tab.wait_for("Cảm ơn bạn!")
    look()

    assert wrong == []


def test_a_form_speaks_every_language_it_carries_and_keeps_the_answers_meanwhile(base: str, browser: Browser) -> None:
    tab = browser.telephone()
    open_form(tab, base, form="MAU_5")
    tab.tap_words("Hài lòng")

    tab.tap_words("Ba Na")

    assert tab.run("[document.documentElement.lang, document.querySelector('.chosen').textContent]") == ["bdq", "bdq 4"]
    assert (
        tab.run("document.querySelector('h1').lang") == "vi"
    )  # what has no words in it is told in Vietnamese, and says so
    tab.tap_words("Xơ Đăng")
    assert "sed 5" in tab.text()
    assert "Ông, bà hài lòng ở mức nào?" in tab.text()
    tab.tap_words("English")
    assert "How satisfied are you?" in tab.text()
    assert tab.run("document.querySelector('.chosen').textContent") == "Satisfied"


SAID = "[...document.querySelectorAll('h1, h2')].map(one => `${one.lang} ${one.textContent}`)"


def test_titles_and_groups_speak_the_language_of_the_phone_and_say_so_where_they_cannot(
    base: str, browser: Browser
) -> None:
    tab = browser.telephone(languages="sed,vi-VN")
    open_form(tab, base, form="MAU_NHOM")
    told = [tab.run("document.documentElement.lang"), tab.run(SAID), faults(tab), too_small(tab)]

    tab.tap_words("Ba Na")
    in_bana = [tab.run("document.documentElement.lang"), tab.run(SAID), faults(tab), too_small(tab)]

    assert told == ["sed", ["sed sed phiếu", "sed sed nhóm", "vi Kết quả"], [], []]
    assert in_bana == ["bdq", ["vi Có nhóm", "bdq bdq nhóm", "vi Kết quả"], [], []]
    tab.run("document.documentElement.lang = document.querySelector('h2').lang = 'không có'")  # the control
    assert {fault.partition(":")[0] for fault in faults(tab)} >= {"valid-lang"}


def test_a_phone_set_to_english_is_greeted_in_english(base: str, browser: Browser) -> None:
    tab = browser.telephone(languages="fr-FR,en-US")

    tab.go(f"{base}/r")

    tab.wait_for("How to rate")


def test_a_rating_given_without_network_is_sent_once_when_it_is_back(base: str, browser: Browser, given: Given) -> None:
    tab = browser.telephone()
    open_form(tab, base)
    answer_all(tab)
    tab.offline(is_cut=True)
    tab.tap(SEND)
    tab.wait_for("Đánh giá được giữ trong máy này")
    waiting = tab.run(QUEUE), len(given())

    tab.offline(is_cut=False)
    tab.wait_for("Cảm ơn bạn!")

    assert waiting == (1, 0)
    assert (tab.run(QUEUE), len(given())) == (0, 1)


def test_a_rating_that_waits_is_sent_when_the_page_is_opened_again(base: str, browser: Browser, given: Given) -> None:
    tab = browser.telephone()
    secret = open_form(tab, base)
    answer_all(tab)
    tab.offline(is_cut=True)
    tab.tap(SEND)
    tab.wait_for("Chưa gửi được đánh giá")
    again = tab.another()
    tab.close()

    again.go(f"{base}/r#{secret}")
    again.wait_for("Cảm ơn bạn!")

    assert (again.run(QUEUE), len(given())) == (0, 1)


def test_when_the_answer_is_lost_the_same_body_goes_again_under_the_same_key_and_counts_once(
    base: str, browser: Browser, given: Given
) -> None:
    tab = browser.telephone()
    open_form(tab, base)
    answer_all(tab)
    tab.command("Fetch.enable", patterns=[{"urlPattern": "*/api/v1/ratings", "requestStage": "Response"}])
    tab.tap(SEND)
    (paused,) = await_paused(tab)
    tab.command("Fetch.failRequest", requestId=paused["requestId"], errorReason="ConnectionReset")
    tab.wait_for("Chưa gửi được đánh giá")
    taken = len(given())
    tab.command("Fetch.disable")

    tab.tap_words("Gửi lại ngay")
    tab.wait_for("Cảm ơn bạn!")

    first, second = sent(tab)
    assert taken == len(given()) == 1
    assert first["postData"] == second["postData"]
    assert first["headers"]["Idempotency-Key"] == second["headers"]["Idempotency-Key"]


def await_paused(tab: Tab, count: int = 1) -> list[dict[str, Any]]:
    """Return the requests that the test holds back, once there are so many."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and len(tab.told("Fetch.requestPaused")) < count:
        time.sleep(0.05)
    return tab.told("Fetch.requestPaused")


def test_a_restart_of_the_service_loses_no_rating(own_database: str, browser: Browser, given: Given) -> None:
    port, tab = free_port(), browser.telephone()
    with served(database=own_database, port=port) as base:
        open_form(tab, base)
    answer_all(tab)
    tab.tap(SEND)
    tab.wait_for("Chưa gửi được đánh giá")

    with served(database=own_database, port=port):
        tab.tap_words("Gửi lại ngay")
        tab.wait_for("Cảm ơn bạn!")

    assert (tab.run(QUEUE), len(given())) == (0, 1)


def test_the_giver_thinks_it_over_on_the_same_phone(base: str, browser: Browser, given: Given) -> None:
    tab = browser.telephone()
    secret = open_form(tab, base)
    tab.tap_words("Rất hài lòng")
    tab.tap_words("Ghi thêm ý kiến (không bắt buộc)")
    tab.tap("textarea")
    tab.write("Chờ hơi lâu.")
    tab.tap(SEND)
    tab.wait_for("Cảm ơn bạn!")

    tab.tap_words("Sửa đánh giá")
    tab.wait("document.querySelector('fieldset')")
    before = tab.run("[document.querySelector('.chosen').textContent, document.querySelector('textarea').value]")
    tab.tap_words("Không hài lòng")
    tab.tap(SEND)
    tab.wait_for("Đã sửa đánh giá")

    (rating,) = given()
    assert before == ["Rất hài lòng", "Chờ hơi lâu."]
    assert (rating.answers, rating.comment, rating.version) == ({"overall": 1}, "Chờ hơi lâu.", 2)
    kept = tab.run("JSON.stringify({...localStorage})")
    assert "Chờ" not in kept  # the phone keeps which rating it was, never what it said
    assert "answers" not in kept
    again = tab.another()
    again.go(f"{base}/r#{secret}")
    again.tap_words("Sửa đánh giá")
    again.wait_for("xin chọn lại từ đầu")
    assert again.run("document.querySelector('.chosen')") is None


def test_a_second_tap_on_a_slow_network_takes_no_answer_from_who_amends(
    base: str, browser: Browser, given: Given
) -> None:
    tab = browser.telephone()
    open_form(tab, base)
    tab.tap_words("Rất hài lòng")
    tab.tap(SEND)
    tab.wait_for("Cảm ơn bạn!")
    tab.command("Fetch.enable", patterns=[{"urlPattern": "*/rating-forms/*", "requestStage": "Response"}])

    tab.run("window.change = document.querySelector('button.quiet'), change.click()")
    meanwhile = tab.text()
    tab.run("change.click()")
    first, second = await_paused(tab, 2)
    tab.command("Fetch.continueRequest", requestId=second["requestId"])
    tab.wait("document.querySelector('fieldset')")
    tab.tap_words("Không hài lòng")
    tab.command("Fetch.continueRequest", requestId=first["requestId"])
    time.sleep(1)

    assert "Đang mở phiếu…" in meanwhile  # it is told that something is under way
    assert tab.run("document.querySelector('.chosen').textContent") == "Không hài lòng"


def test_another_phone_with_the_same_link_can_amend_nothing(base: str, browser: Browser, given: Given) -> None:
    tab, other = browser.telephone(), browser.telephone()
    secret = open_form(tab, base)
    answer_all(tab)
    tab.tap(SEND)
    tab.wait_for("Cảm ơn bạn!")

    other.go(f"{base}/r#{secret}")
    other.wait("document.querySelector('fieldset')")
    answer_all(other)
    other.tap(SEND)
    other.wait_for("Mã này không dùng được")

    assert [rating.version for rating in given()] == [1]
    assert other.run("document.querySelectorAll('#view button').length") == 0


def test_who_opened_the_link_twice_is_told_that_the_first_page_rated_and_may_amend_from_the_second(
    base: str, browser: Browser, given: Given
) -> None:
    tab = browser.telephone()
    secret = open_form(tab, base)
    second = tab.another()
    second.go(f"{base}/r#{secret}")
    second.wait("document.querySelector('fieldset')")
    tab.tap_words("Rất hài lòng")
    tab.tap(SEND)
    tab.wait_for("Cảm ơn bạn!")

    second.tap_words("Không hài lòng")
    second.tap(SEND)
    second.wait_for("Bạn đã đánh giá bước này")
    counted = [rating.answers for rating in given()]
    second.tap_words("Sửa đánh giá")
    second.wait("document.querySelector('.chosen')")
    second.tap(SEND)
    second.wait_for("Đã sửa đánh giá")

    assert counted == [{"overall": 3}]
    assert [(rating.answers, rating.version) for rating in given()] == [({"overall": 1}, 2)]
    assert second.run(QUEUE) == 0


def test_after_a_day_the_giver_is_told_that_the_rating_stays(base: str, browser: Browser, given: Given) -> None:
    _, secret = a_right(at=now() - dt.timedelta(hours=26))
    draft = a_draft()
    rate_by_right(draft=draft, secret=secret, now=now() - dt.timedelta(hours=25))
    told = {"id": str(draft.id), "right": secret, "form": draft.form, "version": 1, "step": "reception"}
    tab = browser.telephone()
    tab.go(f"{base}/r")
    tab.run(
        f"localStorage.setItem('given.{draft.id}', JSON.stringify({{...{json.dumps(told)}, until: Date.now() + 9e5}}))"
    )

    tab.go(f"{base}/r#{secret}")
    tab.tap_words("Sửa đánh giá")
    tab.wait("document.querySelector('fieldset')")
    tab.tap_words("Không hài lòng")
    tab.tap(SEND)
    tab.wait_for("Đã quá hạn sửa")

    assert "vẫn được tính" in tab.text()
    assert [rating.version for rating in given()] == [1]
    assert tab.run(QUEUE) == 0


def test_who_rates_what_was_rated_at_the_counter_meanwhile_is_told_kindly(base: str, browser: Browser) -> None:
    dossier = a_dossier()
    _, secret = a_right(dossier)
    tab = browser.telephone()
    tab.go(f"{base}/r#{secret}")
    tab.wait("document.querySelector('fieldset')")
    rate_at_counter(
        draft=a_draft(channel=RatingChannel.KIOSK), transaction_id=dossier.pk, step=StepKind.RECEPTION, now=now()
    )

    answer_all(tab)
    tab.tap(SEND)

    tab.wait_for("Bước này đã được đánh giá")
    assert tab.run(QUEUE) == 0


LATE = "getComputedStyle(document.querySelector('.late')).visibility"


def test_a_page_of_which_a_part_never_came_says_so_after_a_while(base: str, browser: Browser) -> None:
    tab, whole = browser.telephone(), browser.telephone()
    tab.command("Network.setBlockedURLs", urls=["*/form*.js"])

    tab.go(f"{base}/r#abc")
    early = tab.run(LATE)
    tab.wait_for("hãy tải lại trang này")
    wrong = [*faults(tab), *(["too wide"] if is_too_wide(tab) else [])]
    tab.command("Network.setBlockedURLs", urls=[])
    tab.command("Page.reload")
    tab.wait_for("Mã này không dùng được")
    whole.go(f"{base}/r")
    whole.wait_for("Cách đánh giá")

    assert early == "hidden"
    assert wrong == []
    assert whole.run("document.querySelectorAll('.late').length") == 0


def test_a_crowded_service_is_given_the_time_it_asks_for(own_database: str, browser: Browser, given: Given) -> None:
    tab = browser.telephone()
    with served(database=own_database, RATE_LIMIT_CITIZEN="10") as base:
        open_form(tab, base)
        answer_all(tab)
        exhaust(base)
        tab.tap(SEND)
        tab.wait_for("Hệ thống đang đông")
        tab.tap_words("Gửi lại ngay")
        tab.tap_words("Gửi lại ngay")
        impatient = len(sent(tab))
        tab.wait_for("Cảm ơn bạn!", 40)

    answers = [one["response"]["status"] for one in tab.told("Network.responseReceived")]
    assert impatient == 1
    assert 429 in answers
    assert len(given()) == 1


def exhaust(base: str) -> None:
    """Ask from the same network until the service asks for patience."""
    with contextlib.suppress(urllib.error.HTTPError):
        while True:
            with urllib.request.urlopen(f"{base}/api/v1/rating-forms", timeout=10):  # noqa: S310 - our own server
                pass


def test_a_comment_is_counted_down_and_ends_at_two_thousand(base: str, browser: Browser, given: Given) -> None:
    tab = browser.telephone()
    open_form(tab, base)
    tab.tap_words("Ghi thêm ý kiến (không bắt buộc)")
    tab.tap("textarea")

    tab.write(f"Rõ ràng, nhanh. {TURNED} 👍")
    early = tab.run("document.querySelector('#comment-hint').textContent")
    tab.write("x" * 2001)
    answer_all(tab)
    tab.tap(SEND)
    tab.wait_for("Cảm ơn bạn!")

    (rating,) = given()
    assert "ký tự" in early
    assert rating.comment.startswith(f"Rõ ràng, nhanh. {TURNED} 👍xxx")
    assert 1990 < len(rating.comment) <= 2000


def test_a_clock_of_1970_spoils_nothing(base: str, browser: Browser, given: Given) -> None:
    tab = browser.telephone()
    open_form(tab, base)
    tab.run("{ const Real = Date; window.Date = class extends Real { constructor() { super(0); } } }")

    answer_all(tab)
    tab.tap(SEND)
    tab.wait_for("Cảm ơn bạn!")

    assert RatingLink.objects.get(rating__in=given()).rated_at is None


A_DAY_AHEAD = """{ const Real = Date; window.ahead = 864e5; window.Date = class extends Real {
    constructor(...said) { if (said.length) super(...said); else super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; } } }"""


def test_a_clock_that_is_set_right_when_the_network_is_back_holds_nothing_up(
    base: str, browser: Browser, given: Given
) -> None:
    tab = browser.telephone()
    open_form(tab, base)
    tab.run(A_DAY_AHEAD)
    answer_all(tab)
    tab.offline(is_cut=True)
    tab.tap(SEND)
    tab.wait_for("Chưa gửi được đánh giá")

    tab.run("(ahead = 0)")
    tab.offline(is_cut=False)
    tab.wait_for("Cảm ơn bạn!")

    assert len(given()) == 1


def test_under_pressure_the_page_does_the_work_asked_for_and_sends_the_same_again(
    own_database: str, browser: Browser, given: Given
) -> None:
    tab = browser.telephone()
    with served(database=own_database, RATE_LIMIT_PUBLIC="2") as base:
        open_form(tab, base)
        answer_all(tab)
        crowd(base)
        tab.tap(SEND)
        tab.wait_for("Cảm ơn bạn!", 60)

    answers = [one["response"] for one in tab.told("Network.responseReceived")]
    statuses = [one["status"] for one in answers if one["url"].endswith("/api/v1/ratings")]
    first, second = sent(tab)
    assert statuses == [429, 201]
    assert first["postData"] == second["postData"]
    assert first["headers"]["Idempotency-Key"] == second["headers"]["Idempotency-Key"]
    assert "X-Altcha" not in first["headers"]
    told = json.loads(base64.b64decode(second["headers"]["X-Altcha"]))
    assert told["challenge"]["parameters"]["cost"] == COST
    assert SpentProof.objects.count() == 1
    assert len(given()) == 1


def crowd(base: str) -> None:
    """Send in what many citizens would, until the service asks for a little work."""
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{base}/api/v1/rating-rights", b'{"right": "khong-co"}', {"Content-Type": "application/json"}
    )
    for _ in range(10):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)  # noqa: S310 - our own server
        refused.value.close()
        if refused.value.code == http.client.TOO_MANY_REQUESTS:
            return
    raise AssertionError("nobody was ever asked for work")
