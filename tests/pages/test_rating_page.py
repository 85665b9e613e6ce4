"""The page behind a rating link: small, ours alone, and never telling the right in an address."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from api.ratings.links import link_of
from feedback.vocabulary import RatingChannel
from procedures.secrecy import derived_secret
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_right
from tests.contract_client import ContractClient

LARGEST = 50_000
KNOWN_ADDRESSES = {'"/rating-rights"', '"/ratings"', "`/rating-forms/${encodeURIComponent(opened.told.form)}`"}
TOLD_PROBLEMS = {"right-not-usable", "already-rated"}
_SOURCE = re.compile(r'(?:src|href)="([^"]*)"')
_WAYS_OUT = re.compile(
    r"XMLHttpRequest|sendBeacon|WebSocket|EventSource|new Image|window\.open|location\.(?:href|assign|replace)|"
    r"\.(?:src|href|action)\b|setAttribute\(\"(?:src|href|action)|history\.|document\.cookie|\bimport\b"
)
_INJECTIONS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")


def page() -> Any:
    """Return the answer to a citizen who follows a link."""
    address = urlsplit(link_of(derived_secret("test", "page")))
    return Client().get(address.path)


def sources() -> list[str]:
    """Return the addresses that the page loads."""
    return [source for source in _SOURCE.findall(page().content.decode()) if source != "data:,"]


def static(source: str) -> str:
    """Return the text of one of our own files."""
    found = finders.find(source.removeprefix("/static/"))
    assert isinstance(found, str), source
    with open(found, encoding="utf-8") as file:  # noqa: PTH123 - finders answer a text
        return file.read()


def script() -> str:
    """Return the one script of the page."""
    (source,) = (source for source in sources() if source.endswith(".js"))
    return static(source)


def addresses_asked(text: str) -> set[str]:
    """Return the first argument of every call to the API."""
    return set(re.findall(r'(?<!function )\bask\(("[^"]*"|`[^`]*`|[^,)]*)', text))


def leaks(text: str) -> list[str]:
    """Return every way in which a script could carry the right into an address."""
    fetched = re.findall(r"\bfetch\(([^,)]*)", text)
    strange = [
        *(addresses_asked(text) - KNOWN_ADDRESSES),
        *(one for one in fetched if one != "page.dataset.api + path"),
    ]
    return [*strange, *_WAYS_OUT.findall(text)]


def test_the_address_in_the_qr_code_leads_to_the_page() -> None:
    answer = page()

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert 'lang="vi"' in answer.content.decode()


def test_everybody_gets_the_same_page_which_may_be_kept_a_moment() -> None:
    answers = [Client().get("/r", headers={"Accept-Language": language}) for language in ("vi", "en")]

    assert answers[0].content == answers[1].content
    assert {answer["Cache-Control"] for answer in answers} == {"public, max-age=300"}
    assert "Set-Cookie" not in answers[0]


def test_the_page_runs_only_our_script_and_takes_nothing_from_elsewhere() -> None:
    html, policy = page().content.decode(), page()["Content-Security-Policy"]

    assert "default-src 'none'; script-src 'self';" in policy
    assert [source for source in sources() if not source.startswith("/static/pages/")] == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert " on" not in re.sub(r">[^<]*<", "><", html)
    assert "style=" not in html
    assert [source for source in sources() if re.search(r"https?:|url\(|@import|//\w+\.", static(source))] == []


def test_the_page_is_small_enough_for_a_weak_network() -> None:
    whole = len(page().content) + sum(len(static(source).encode()) for source in sources())

    assert len(sources()) == 2
    assert whole < LARGEST


def test_the_script_never_puts_the_right_into_an_address() -> None:
    assert addresses_asked(script()) == KNOWN_ADDRESSES
    assert leaks(script()) == []


@pytest.mark.parametrize(
    "leak",
    [
        "ask(`/rating-rights/${secret}`);", 'ask("/ratings?right=" + secret);', "ask(secret);",
        'fetch("/r?" + secret);', "navigator.sendBeacon(secret);", "picture.src = secret;",
        "location.href = secret;", "document.cookie = secret;",
    ],
)  # fmt: skip
def test_a_script_that_would_leak_the_right_is_noticed(leak: str) -> None:
    assert leaks(f"{script()}\n{leak}") != []


def test_no_text_of_a_form_is_read_as_html() -> None:
    assert _INJECTIONS.findall(script()) == []
    assert _INJECTIONS.findall("view.innerHTML = form.title_vi;") != []


def test_the_page_has_words_for_every_step_and_every_refusal_of_a_right() -> None:
    text = script()

    assert [step for step in StepKind.values if not re.search(rf"^  {step}: \[", text, re.MULTILINE)] == []
    assert [slug for slug in TOLD_PROBLEMS if f'"{slug}": [' not in text] == []


def test_what_the_page_sends_is_a_rating(api: ContractClient) -> None:
    right, secret = a_right()
    opened = api.post("/rating-rights", {"right": secret}).json()
    form = api.get(f"/rating-forms/{opened['form']}").json()
    (fields,) = re.findall(r"const body = \{ ([^}]*) \}", script())

    sent = {
        "id": str(right.pk), "right": secret, "form": form["code"], "form_version": form["version"],
        "answers": {one["code"]: one["scale"][0]["value"] for one in form["criteria"]}, "comment": "", "channel": "web",
    }  # fmt: skip
    answer = api.once("/ratings", sent)

    assert re.findall(r"(\w+)(?:: [^,]*)?(?:, |$)", fields) == list(sent)
    assert RatingChannel.WEB in fields
    assert (answer.status_code, answer.json()["id"]) == (201, sent["id"])
