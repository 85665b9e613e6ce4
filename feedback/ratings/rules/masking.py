"""Taking out of a comment what tells who wrote it."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

from feedback.ratings.rules.addresses import addresses_in
from feedback.ratings.rules.letters import ByLetter
from feedback.ratings.rules.names import FEWEST_WORDS, plain, ways_to_name
from feedback.ratings.rules.numbers import numbers_in

MASK = "•••"
_WORD = r"[^\W\d_]+"
_SELF = "toi|tui|em|minh|chau|con"
_INTRODUCED = re.compile(
    rf"\b(?:ten(?: (?:{_SELF}))?(?: la|(?=\s*:))|(?:{_SELF}) (?:ten(?: la)?|la)|my name is|i am"
    r"|(?:ho(?: va| &)? ?ten|ky ten|nguoi (?:gui|viet|danh gia|gop y|phan anh|nop don))(?: la)?)(?:\s*[:\-–]\s*|\s+)"
)
"""How somebody says that a name is his, in plain letters."""
_OF_INTRODUCED = ("ten", " la", "nguoi ", "my name", "i am")
"""Of which it holds one: most comments hold none, and nothing dearer is looked for."""
_NAMED = re.compile(rf"{_WORD}(?:\s+{_WORD}){{1,9}}")
_BETWEEN = r"[\W_]{0,3}"
"""What may stand between the words of a name: nothing (nguyenvanmau), or a few signs that are no letters."""
_UNSEEN = frozenset("\u034f\u115f\u1160\u20e3\u3164\ufe0e\ufe0f\uffa0")
"""Joiners, fillers, keycaps and variation selectors, which Unicode does not count among the marks of format."""


def masked(comment: str, *, names: Collection[str]) -> str:
    """Return the comment with `•••` for telephone and identity numbers, addresses on the net, dossier codes and names.

    `names` are what was said of the applicant, each one name or several (rules.names): found whatever their case, with
    or without diacritics, written apart or as one. A name by which somebody introduces himself is taken out as well, if
    it is of two words and more with capitals. A dossier code is: it leads to one transaction. Signs that are written
    for letters and digits (⓪, ＠) are read as these. Dates, times, sums of money and the numbers of decrees stay.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); the patterns are our choice, rather one too many.
    """
    seen = comment.translate(_SEEN)
    where: Sequence[int] = range(len(comment))
    if len(seen) < len(comment):
        where = [place for place, letter in enumerate(comment) if letter.translate(_SEEN)]
    places = [*addresses_in(seen), *numbers_in(seen)]
    bare = plain(seen)
    places += _introduced(seen, bare)
    places += _found(names, bare)
    return _without(comment, [(where[begin], _end_of(comment, where[stop - 1])) for begin, stop in places])


def _is_invisible(letter: str) -> bool:
    """Tell whether a sign is not seen, or only above a letter: none of them hides a number or a name from us."""
    return letter in _UNSEEN or unicodedata.category(letter) in {"Cf", "Mn"}


def _as_seen(letter: str) -> str:
    """Return what a sign is read as, one letter or none: ⓪ and ０ as 0, ＠ as @."""
    if _is_invisible(letter):
        return ""
    digit = unicodedata.digit(letter, None)
    alike = unicodedata.normalize("NFKC", letter) if digit is None else str(digit)
    return alike if len(alike) == 1 else letter


_SEEN = ByLetter(_as_seen)


def _end_of(comment: str, last: int) -> int:
    """Return where what ends with this letter ends: behind the accents that stand on it by themselves."""
    end = last + 1
    while end < len(comment) and unicodedata.category(comment[end]) == "Mn":
        end += 1
    return end


def _introduced(seen: str, bare: str) -> Iterator[tuple[int, int]]:
    """Yield the capitalised words behind each introduction, if they are enough for a name."""
    if not any(word in bare for word in _OF_INTRODUCED):
        return
    for match in _INTRODUCED.finditer(bare):
        named = _NAMED.match(seen, match.end())
        if named:
            words = list(re.finditer(_WORD, named.group()))
            length = next((place for place, word in enumerate(words) if not word.group()[0].isupper()), len(words))
            if length >= FEWEST_WORDS:
                yield named.start(), named.start() + words[length - 1].end()


def _found(names: Iterable[str], comment: str) -> Iterator[tuple[int, int]]:
    """Yield the places of names; a pattern is only made where all words of it stand in the plain comment."""
    for way in {way for name in names for way in ways_to_name(name, comment=comment)}:
        pattern = rf"(?<![^\W\d_]){_BETWEEN.join(map(re.escape, way))}(?![^\W\d_])"
        yield from (match.span() for match in re.finditer(pattern, comment))


def _without(comment: str, places: Iterable[tuple[int, int]]) -> str:
    parts, end = [], 0
    for begin, stop in sorted(places):
        if begin >= end:
            parts += [comment[end:begin], MASK]
        end = max(end, stop)
    return "".join([*parts, comment[end:]])
