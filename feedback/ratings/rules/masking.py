"""Taking out of a comment what tells who wrote it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

MASK = "•••"
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_DIGITS = re.compile(r"\+?\d(?:[ .\-–/]{0,2}\d){8,}")
"""Nine digits and more, however they are cut: telephone and identity numbers, accounts, the end of a dossier code."""
_DOSSIER = re.compile(r"\b(?:\d{3}\.)?(?:\d{2}\.){1,3}[A-Z]\d{1,3}-\d{6}-\d{1,8}\b")
_WORD = r"[^\W\d_]+"
_INTRODUCED = re.compile(
    rf"(?:\btên(?: tôi| em| mình| cháu)? là|\btôi tên(?: là)?|\btôi là|\bmy name is)\s+({_WORD}(?:\s+{_WORD}){{1,5}})",
    re.IGNORECASE,
)
_FEWEST_WORDS = 2
_UNSEEN = frozenset("\u034f\u115f\u1160\u20e3\u3164\ufe0e\ufe0f\uffa0")
"""Joiners, fillers, keycaps and variation selectors, which Unicode does not count among the marks of format."""


def masked(comment: str, *, names: Iterable[str]) -> str:
    """Return the comment with `•••` for telephone and identity numbers, e-mail addresses, dossier codes and names.

    `names` are those of the applicant: found whatever their case and with or without diacritics, whole or as their last
    two words (how Vietnamese people are called). A name by which somebody introduces himself is taken out as well.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); the patterns are our choice, rather one too many.
    """
    where = [place for place, letter in enumerate(comment) if not _is_invisible(letter)]
    seen = "".join(comment[place] for place in where)
    places = [match.span() for pattern in (_EMAIL, _DOSSIER, _DIGITS) for match in pattern.finditer(seen)]
    places += [span for match in _INTRODUCED.finditer(seen) for span in _capitalised(match)]
    places += [span for name in names for span in _found(name, seen)]
    return _without(comment, [(where[begin], where[stop - 1] + 1) for begin, stop in places])


def _is_invisible(letter: str) -> bool:
    """Tell whether a sign is not seen: number signs with a keycap and marks between digits hide no number from us."""
    return letter > "~" and (letter in _UNSEEN or unicodedata.category(letter) == "Cf")


def _capitalised(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield the run of capitalised words at the beginning of an introduction, if it is long enough for a name."""
    words = list(re.finditer(_WORD, match.group(1)))
    length = next((place for place, word in enumerate(words) if not word.group()[0].isupper()), len(words))
    if length >= _FEWEST_WORDS:
        yield match.start(1), match.start(1) + words[length - 1].end()


def _found(name: str, comment: str) -> Iterator[tuple[int, int]]:
    words = [re.escape(word) for word in _plain(name).split()]
    if len(words) >= _FEWEST_WORDS:
        whole, short = r"\s+".join(words), r"\s+".join(words[-_FEWEST_WORDS:])
        yield from (match.span() for match in re.finditer(rf"\b(?:{whole}|{short})\b", _plain(comment)))


def _plain(text: str) -> str:
    """Return the text in small letters without diacritics, character by character: places stay where they were."""
    return "".join(_plain_letter(letter) for letter in unicodedata.normalize("NFC", text))


def _plain_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return "d" if base == "đ" else base if len(base) == 1 else letter


def _without(comment: str, places: Iterable[tuple[int, int]]) -> str:
    parts, end = [], 0
    for begin, stop in sorted(places):
        if begin >= end:
            parts += [comment[end:begin], MASK]
        end = max(end, stop)
    return "".join([*parts, comment[end:]])
