"""A comment may turn the direction of writing within itself and never beyond."""

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.models import Rating
from feedback.ratings.rules.directions import closed
from feedback.ratings.services import release
from tests.builders.ratings import a_dossier, give
from tests.contract_client import ContractClient
from tests.ratings.test_summaries import MONDAY, at

MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def still_open(text: str) -> int:
    """Count, in another way than the rule does, what UAX 9 leaves open at the end."""
    stack: list[str] = []
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in {"LRE", "RLE", "LRO", "RLO", "LRI", "RLI", "FSI"}:
            stack.append("I" if kind.endswith("I") else "E")
        elif kind == "PDF" and stack and stack[-1] == "E":
            stack.pop()
        elif kind == "PDI" and "I" in stack:
            del stack[len(stack) - 1 - stack[::-1].index("I") :]
    return len(stack)


@given(st.text(alphabet=MARKS + "aắ", max_size=30))
def test_nothing_is_left_open_and_nothing_that_was_written_is_lost(text: str) -> None:
    told = closed(text)

    assert told.startswith(text)
    assert still_open(told) == 0


@pytest.mark.parametrize("text", ["", "Tốt 👍🏽", "\u202eđảo\u202c", "\u2067\u202e\u2069", "\u202c\u2069"])
def test_what_is_closed_stays_as_it_is(text: str) -> None:
    assert closed(text) == text


def test_control_an_open_direction_is_noticed() -> None:
    assert still_open("\u202eđảo") == 1


def test_no_list_in_which_comments_are_told_lets_a_direction_out(api: ContractClient) -> None:
    for place in range(5):
        give(a_dossier(), at=at(1, 8 + place), comment=f"{place} 👍 \u202eđảo")
    release(today=MONDAY + dt.timedelta(days=14))
    inspector = api.signed_in("ratings:manage", "ratings:read")

    told = [
        row["comment"] for path in ("/ratings", "/rating-comments") for row in inspector.get(path).json()["results"]
    ]

    assert len(told) == 10
    assert {still_open(comment) for comment in told} == {0}
    assert {still_open(rating.comment) for rating in Rating.objects.all()} == {1}  # the control: kept as it was written
    assert all("👍 \u202eđảo" in comment for comment in told)
