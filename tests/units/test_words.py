"""Vietnamese words, compared and ordered."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from units.rules import folded, person_sort_key, sort_key

ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
TONES = ("", "̀", "̉", "̃", "́", "̣")
PLAIN = "aaabcddeeghiklmnooopqrstuuvxy"
VOWELS = "aăâeêioôơuưy"
words = st.text(alphabet=ALPHABET, min_size=1, max_size=8)


@pytest.mark.parametrize(("letter", "plain"), list(zip(ALPHABET, PLAIN, strict=True)))
def test_every_vietnamese_letter_is_folded_with_every_tone_in_every_form(letter: str, plain: str) -> None:
    spelt = [unicodedata.normalize(form, letter + tone) for tone in TONES for form in ("NFC", "NFD")]

    assert {folded(one) for one in spelt} | {folded(one.upper()) for one in spelt} == {plain}


def test_spaces_are_folded_to_one_and_nothing_else_is_lost() -> None:
    assert folded("  Xã\tĐắk   Hà (Kon Tum) 2 ") == "xa dak ha (kon tum) 2"


@given(st.text())
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_the_letters_follow_each_other_as_in_the_dictionary() -> None:
    assert sorted(ALPHABET, key=sort_key) == list(ALPHABET)


def test_names_stand_in_vietnamese_order() -> None:
    names = ["Xã Ân", "Xã Ẩn", "Xã Ba", "Xã Dân", "Xã Đăk Pxi", "Xã Đắk Tô", "Xã Ya Ly"]

    assert sorted(set(names), key=sort_key) == names
    assert sorted(names) != names


def test_numbers_in_names_tell_units_apart() -> None:
    assert sort_key("Phường 1") < sort_key("Phường 2") < sort_key("Phường A")


@given(words, words)
def test_the_first_differing_letter_decides_whatever_the_tones(one: str, other: str) -> None:
    as_numbers = [[ALPHABET.index(letter) for letter in word] for word in (one, other)]

    assert (sort_key(one) < sort_key(other)) == (as_numbers[0] < as_numbers[1])


@given(words, st.sampled_from(VOWELS), words, st.sampled_from(list(itertools.combinations(TONES, 2))))
def test_equal_letters_are_ordered_by_tone(before: str, vowel: str, after: str, tones: tuple[str, str]) -> None:
    first, second = (unicodedata.normalize("NFC", before + vowel + tone + after) for tone in tones)

    assert sort_key(first) < sort_key(second)


@given(st.text())
def test_the_form_of_unicode_does_not_move_a_name(text: str) -> None:
    assert sort_key(unicodedata.normalize("NFC", text)) == sort_key(unicodedata.normalize("NFD", text))


def test_people_are_listed_by_given_name() -> None:
    names = ["Đinh Kiểm Tra An", "Nguyễn Văn An", "Nguyễn Văn Mẫu"]

    assert sorted(set(names), key=person_sort_key) == names
