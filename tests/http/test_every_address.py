"""Every address × every method × every Accept header: a problem or what was asked for, never HTML, never a 500."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from pytest_django import Settings

from tests.access.kinds import KINDS
from tests.access.test_matrix import address_of, rows, served

PAGES = {"/docs", "/redoc", "/problems", "/problems/invalid", "/r", "/quay"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X" * 40)
ACCEPTS = (
    "*/*", "text/html,application/xhtml+xml;q=0.9", "application/json;q=0", "image/*", "", "rubbish",
    "application/json; indent=9999", ",".join(["text/html"] * 200),
)  # fmt: skip
QUERIES = ("?", "?x=%00", "?q=%ED%A0%80&as_of=%00", "?cursor=%ff&page_size=-1", "?format=api", "?" + "a=1&" * 1_500)
NOWHERE = ("/", "/khong-co", "/api/v1/", "/api/v1/units/", "/static/", "/static/pages/khong-co.js")
PROBLEM = "application/problem+json"
ADDRESSES = sorted({address_of(row.split()[1]).removeprefix("http://testserver") for row in rows()})


def ask(method: str, address: str, **headers: str) -> Any:
    """Send an empty request past the contract client, which knows the contract's own methods only."""
    return Client(raise_request_exception=False).generic(method, address, b"", "application/json", headers=headers)


def faults_of(answer: Any, *, method: str, address: str) -> Iterator[str]:
    """Yield what is wrong with the form of an answer."""
    kind = answer.get("Content-Type", "")
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    if "html" in kind and (address.partition("?")[0] not in PAGES or answer.status_code != 200):
        yield f"{answer.status_code} in {kind}"
    if answer.status_code >= 400 and "/oauth/" not in address:
        if kind != PROBLEM:
            yield f"{answer.status_code} is no problem but {kind or 'nothing'}"
        elif method != "HEAD" and json.loads(answer.content)["status"] != answer.status_code:
            yield "the problem tells another status"
    if answer.status_code == 405 and not answer.get("Allow"):
        yield "405 without Allow"
    if answer.status_code == 401 and not answer.get("WWW-Authenticate"):
        yield "401 without WWW-Authenticate"


def crawl(authorization: str, *, methods: tuple[str, ...], accepts: tuple[str, ...]) -> list[str]:
    """Ask everything; return what was wrong."""
    headers = {"Authorization": authorization} if authorization else {}
    return [
        f"{method[:10]} {address} Accept {accept[:40]}: {fault}"
        for address in [*ADDRESSES, *NOWHERE]
        for method in methods
        for accept in accepts
        for fault in faults_of(ask(method, address, Accept=accept, **headers), method=method, address=address)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["citizen", "admin"])
def test_no_method_and_no_accept_header_gets_html_or_a_failure(kind: str) -> None:
    authorization = KINDS[kind]().authorization

    everything = crawl(authorization, methods=METHODS, accepts=("text/html",))
    everything += crawl(authorization, methods=("GET", "POST"), accepts=ACCEPTS)

    assert everything == []


@pytest.mark.slow
def test_no_query_gets_html_or_a_failure() -> None:
    authorization = KINDS["admin"]().authorization

    wrong = [
        f"{address}{query[:30]}: {fault}"
        for address in ADDRESSES for query in QUERIES
        for fault in faults_of(ask("GET", address + query, Authorization=authorization), method="GET", address=address)
    ]  # fmt: skip

    assert wrong == []


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whoever_comes_without_tls_is_sent_on_without_html(settings: Settings, method: str) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = ask(method, "/api/v1/units")

    assert answer.status_code == 301
    assert (answer["Location"], answer.content) == ("https://testserver/api/v1/units", b"")
    assert "Content-Type" not in answer


def test_the_crawl_knows_every_address() -> None:
    assert {row.split()[1] for row in rows()} >= {row.split()[1] for row in served(get_resolver().url_patterns)}


def test_control_html_is_noticed() -> None:
    page = ask("GET", "/docs")

    assert list(faults_of(page, method="GET", address="/api/v1/units")) == [f"200 in {page['Content-Type']}"]
