"""The pages on which ratings are given: small, ours alone, and never telling the right in an address."""

import re
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from api.ratings.links import link_of
from feedback.vocabulary import RatingChannel
from procedures.secrecy import derived_secret
from procedures.vocabulary import StepKind
from tests.builders.ratings import a_dossier, a_right
from tests.contract_client import ContractClient

LARGEST = 50_000
PAGES = ("/r", "/quay")
KNOWN_ADDRESSES = {
    '"/rating-rights"', "record.path", '"/ratings"', '"/oauth/token"', '"/rating-forms?page_size=100"',
    "`/rating-forms/${encodeURIComponent(own.form)}`",
    '`/rating-forms/${encodeURIComponent(code)}${version ? `?version=${Number(version)}` : ""}`',
}  # fmt: skip
KNOWN_PATHS = {'"/ratings"', "`/ratings/${given.id}`"}
TOLD_PROBLEMS = {"right-not-usable", "already-rated", "amendment-too-late", "transaction-unknown"}
_SOURCE = re.compile(r'(?:src|href)="([^"]*)"')
_WAYS_OUT = re.compile(
    r"XMLHttpRequest|sendBeacon|WebSocket|EventSource|new Image|window\.open|location\.(?:href|assign|replace)|"
    r"\.(?:src|href|action)\b|setAttribute\(\"(?:src|href|action)|pushState|"
    r"replaceState\((?!null, \"\", location\.pathname\))|"
    r"document\.cookie|\bimport\("
)
_INJECTIONS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\.style\b")


def page(path: str = "") -> Any:
    """Return the answer to a citizen who follows a link, or to a tablet at a counter."""
    address = urlsplit(link_of(derived_secret("test", "page")))
    return Client().get(path or address.path)


def sources(path: str = "") -> list[str]:
    """Return the addresses that the page loads, each once."""
    found = [source for source in _SOURCE.findall(page(path).content.decode()) if source != "data:,"]
    return list(dict.fromkeys(found))


def static(source: str) -> str:
    """Return the text of one of our own files."""
    found = finders.find(source.removeprefix("/static/"))
    assert isinstance(found, str), source
    with open(found, encoding="utf-8") as file:  # noqa: PTH123 - finders answer a text
        return file.read()


def script(path: str = "") -> str:
    """Return all modules of the page."""
    return "\n".join(static(source) for source in sources(path) if source.endswith(".js"))


def addresses_asked(text: str) -> set[str]:
    """Return the first argument of every call to the API."""
    return set(re.findall(r'(?<!function )\bask\(("[^"]*"|`(?:[^`]|`[^`]*`(?= :))*`|[^,)]*)', text))


def leaks(text: str) -> list[str]:
    """Return every way in which a script could carry the right into an address."""
    fetched = re.findall(r"\bfetch\(([^,)]*)", text)
    paths = re.findall(r"\bpath: (\"[^\"]*\"|`[^`]*`|\w+)", text)
    strange = [
        *(addresses_asked(text) - KNOWN_ADDRESSES),
        *(one for one in fetched if one != "API + path"),
        *(one for one in paths if one not in KNOWN_PATHS),
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


@pytest.mark.parametrize("path", PAGES)
def test_the_page_runs_only_our_script_and_takes_nothing_from_elsewhere(path: str) -> None:
    html, policy = page(path).content.decode(), page(path)["Content-Security-Policy"]

    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy
    assert [source for source in sources(path) if not source.startswith("/static/pages/")] == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert " on" not in re.sub(r">[^<]*<", "><", html)
    assert "style=" not in html
    assert [
        source
        for source in sources(path)
        if re.search(r"https?:(?!//www\.w3\.org/2000/svg)|url\(|@import|\s//\w+\.", static(source))
    ] == []


@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_small_enough_for_a_weak_network(path: str) -> None:
    whole = len(page(path).content) + sum(len(static(source).encode()) for source in sources(path))

    assert whole < LARGEST


@pytest.mark.parametrize("path", PAGES)
def test_the_page_names_every_module_at_once_so_that_none_is_asked_for_late(path: str) -> None:
    named = {source.removeprefix("/static/pages/") for source in sources(path)}

    assert set(re.findall(r'from "\./([\w.]+)"', script(path))) <= named


@pytest.mark.parametrize("path", PAGES)
def test_the_script_never_puts_the_right_into_an_address(path: str) -> None:
    assert leaks(script(path)) == []


def test_the_tablet_keeps_nothing_but_its_own_credential() -> None:
    text = static("/static/pages/counter.js")

    assert re.findall(r"sessionStorage\.setItem\((\w+)", text) == ["SETUP"]
    assert re.findall(r"localStorage|indexedDB|caches\b|remember|queue\(|device\(", text) == []


@pytest.mark.parametrize(
    "leak",
    [
        "ask(`/rating-rights/${secret}`);", 'ask("/ratings?right=" + secret);', "ask(secret);",
        'fetch("/r?" + secret);', "navigator.sendBeacon(secret);", "picture.src = secret;",
        "location.href = secret;", "document.cookie = secret;", "send({ path: secret });",
        'history.pushState(null, "", secret);', 'history.replaceState(null, "", `?${code}`);',
    ],
)  # fmt: skip
def test_a_script_that_would_leak_the_right_is_noticed(leak: str) -> None:
    assert leaks(f"{script()}\n{leak}") != []


@pytest.mark.parametrize("path", PAGES)
def test_no_text_of_a_form_is_read_as_html(path: str) -> None:
    assert _INJECTIONS.findall(script(path)) == []
    assert _INJECTIONS.findall("view.innerHTML = form.title_vi;") != []


def test_the_page_has_words_for_every_step_and_every_refusal_of_a_right() -> None:
    text = static("/static/pages/words.js")

    assert [step for step in StepKind.values if len(re.findall(rf"^  {step}: \[", text, re.MULTILINE)) < 2] == []
    assert [slug for slug in TOLD_PROBLEMS if f'"{slug}": [' not in text] == []


def sent_fields(path: str, nth: int = 0) -> list[str]:
    """Return the names of what a script sends."""
    bodies = re.findall(r"const body = \{ (id[^}]*) \}", script(path))
    return re.findall(r"(?:^|, )(?:\.\.\.)?(\w+)", bodies[nth])


def test_what_the_page_sends_is_a_rating(api: ContractClient) -> None:
    right, secret = a_right()
    opened = api.post("/rating-rights", {"right": secret}).json()
    form = api.get(f"/rating-forms/{opened['form']}").json()

    sent = {
        "id": str(right.pk), "right": secret, "form": form["code"], "form_version": form["version"],
        "answers": {one["code"]: one["scale"][0]["value"] for one in form["criteria"]}, "comment": "",
        "channel": RatingChannel.WEB.value, "device": "d0b5", "rated_at": "2031-01-01T00:00:00.000Z",
    }  # fmt: skip
    answer = api.once("/ratings", sent)

    assert sent_fields("/r") == list(sent)
    assert (answer.status_code, answer.json()["id"]) == (201, sent["id"])


def test_what_the_tablet_sends_is_a_rating(api: ContractClient) -> None:
    tablet = api.machine("ratings:write", is_trusted_counter=True)
    form = api.get("/rating-forms/THANH_HOA_3").json()

    sent = {
        "id": str(uuid.uuid4()), "dossier_code": a_dossier().dossier_code, "step": "reception", "form": form["code"],
        "form_version": form["version"], "answers": {"overall": 3}, "comment": "",
        "channel": RatingChannel.KIOSK.value, "rated_at": "2026-11-22T08:00:00.000Z",
    }  # fmt: skip
    answer = tablet.once("/ratings", sent)

    assert sent_fields("/quay") == [
        "id", "dossier", "form", "form_version", "answers", "comment", "channel", "rated_at",
    ]  # fmt: skip
    assert answer.status_code == 201
