"""A comment may turn the direction of writing within itself and never beyond."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.ratings.rules.directions import closed

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
