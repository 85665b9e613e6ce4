"""Every list: cursor pages that belong to it alone, and a total for who asks."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from api.endpoint import ListEndpoint
from tests.access.kinds import KINDS
from tests.builders.transactions import a_transaction
from tests.contract_client import ContractClient, faults, problem


def lists(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Yield the address of every list."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from lists(pattern.url_patterns, f"{prefix}{pattern.pattern}")
        elif issubclass(getattr(pattern.callback, "view_class", object), ListEndpoint):
            yield f"{prefix}{pattern.pattern}"


LISTS = sorted(lists(get_resolver().url_patterns))
FULL = "/api/v1/procedures"
NEEDED = {"/api/v1/metrics/ratings": {"from": "2026-01-01", "to": "2026-12-31"}}
"""What some lists must be asked with."""
OF_A_DOSSIER = "<path:dossier_code>"
"""Where the address of a list names what it is about."""


@pytest.fixture
def console() -> ContractClient:
    return KINDS["admin"]()


@pytest.fixture
def place(address: str) -> str:
    """Return the address of a list, with a dossier that is there where it is about one."""
    return address.replace(OF_A_DOSSIER, a_transaction().dossier_code) if OF_A_DOSSIER in address else address


def cursor_of(console: ContractClient, address: str, **query: str) -> str:
    return str(console.get(address, {"page_size": "1", **query}).json()["next_cursor"])


@pytest.mark.parametrize("address", LISTS)
def test_a_cursor_of_another_list_is_refused(console: ContractClient, address: str, place: str) -> None:
    other = "/api/v1/units" if address == FULL else FULL

    answer = console.get(place, {**NEEDED.get(address, {}), "cursor": cursor_of(console, other)})

    assert problem(answer) == (400, "invalid")
    assert faults(answer) == {("cursor", "foreign_cursor")}


def test_a_cursor_of_other_filters_or_of_other_hands_is_refused(console: ContractClient) -> None:
    own = cursor_of(console, FULL, level="commune")
    body, _, signature = own.rpartition(":")
    wrong = [own[:-1], own + "x", f"{body}:{signature[::-1]}", "x", "é", "0" * 5_000, ":::"]

    answers = [console.get(FULL, {"level": "province", "cursor": own}), console.get(FULL, {"cursor": own})]
    answers += [console.get(FULL, {"level": "commune", "cursor": one}) for one in wrong]

    assert {problem(answer) for answer in answers} == {(400, "invalid")}
    assert {fault for answer in answers for fault in faults(answer)} == {("cursor", "foreign_cursor")}
    assert console.get(FULL, {"level": "commune", "cursor": own}).status_code == 200


@pytest.mark.parametrize("address", LISTS)
def test_the_total_is_told_to_who_asks_and_nobody_else(console: ContractClient, address: str, place: str) -> None:
    needed = NEEDED.get(address, {})
    asked = console.get(place, {**needed, "count": "exact", "page_size": "500"}).json()
    unasked = console.get(place, needed).json()

    assert "count" not in unasked
    assert asked["count"] == len(asked["results"]) or (asked["count"] > 500 and asked["next_cursor"])


@pytest.mark.parametrize("address", ["/api/v1/units", "/api/v1/fields", FULL])
def test_walking_the_pages_meets_every_row_once(console: ContractClient, address: str) -> None:
    query = {"page_size": "97", "count": "exact"}
    seen: list[str] = []
    page = console.get(address, query).json()
    total = page["count"]

    while True:
        seen += [row["code"] for row in page["results"]]
        if page["next_cursor"] is None:
            break
        page = console.get(address, {**query, "cursor": page["next_cursor"]}).json()

    assert len(seen) == len(set(seen)) == total


@pytest.mark.parametrize("size", ["0", "501", "-1", "1e2", "٣", "000000500999999", "9" * 400, "1.0", " 5"])
def test_a_page_is_never_larger_than_the_largest(console: ContractClient, size: str) -> None:
    answer = console.get(FULL, {"page_size": size})

    assert problem(answer) == (400, "invalid")
    assert faults(answer) == {("page_size", "out_of_range")}


@pytest.mark.parametrize(
    ("address", "name"),
    [("/transactions", "status"), (FULL, "page_size"), ("/calendar/due-date", "procedure"), ("/events", "limit")],
)
def test_a_parameter_given_twice_is_refused_and_never_taken_once_in_silence(
    api: ContractClient, address: str, name: str
) -> None:
    reader = api.machine("transactions:read", "procedures:read", "units:read", "events:read")

    assert (name, "given_twice") in faults(reader.get(f"{address}?{name}=1&{name}=2"))


@pytest.mark.parametrize(("address", "name", "words"), [
    ("/complaints", "state", "submitted,accepted"), ("/transactions", "status", "received,processing"),
    ("/transactions", "signals", "extended_again,apology_late"),
])  # fmt: skip
def test_several_words_are_asked_for_by_one_parameter(api: ContractClient, address: str, name: str, words: str) -> None:
    reader = api.signed_in("complaints:read", "transactions:read")

    assert reader.get(f"{address}?{name}={words}").status_code == 200
    assert faults(reader.get(f"{address}?{name}={words},khac")) == {(name, "invalid_choice")}


@pytest.mark.parametrize("count", ["yes", "EXACT", "estimated"])
def test_another_way_of_counting_is_refused(console: ContractClient, count: str) -> None:
    assert faults(console.get(FULL, {"count": count})) == {("count", "unknown_value")}


def test_a_truth_value_that_is_neither_true_nor_false_is_refused(api: ContractClient) -> None:
    inspector = api.signed_in("ratings:manage")

    answer = inspector.get("/ratings", {"is_dissatisfied": "có lẽ"})

    assert (problem(answer), faults(answer)) == ((400, "invalid"), {("is_dissatisfied", "invalid")})
    assert inspector.get("/ratings", {"is_dissatisfied": "true"}).status_code == 200
