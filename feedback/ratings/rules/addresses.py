"""Where somebody is found on the net: e-mail, links to a page of his own, names in messengers."""

import re
from collections.abc import Iterator

_ENDS = r"(?:com|vn|net|org|edu|info|me|io)"
_POST = r"(?:gmail|yahoo|outlook|hotmail|icloud)"
_OF_POST = ("gma", "yahoo", "outloo", "hotma", "cloud")
"""Without the letters that a pattern takes for others (ı for i)."""
_DOT = r"(?:\.| \.|\. | \. )"
_ADDRESSES = (
    (("@",), re.compile(r"(?:(?<![^\s@<>,;])[^\s@<>,;]+)?@[^\s@<>,;]{2,}")),
    (
        ("@", "[", "("),
        re.compile(rf"[\w.+-]{{1,64}} ?(?:@|[(\[]at[)\]]) ?[\w-]+(?:{_DOT}[\w-]+)*{_DOT}{_ENDS}\b", re.IGNORECASE),
    ),
    (_OF_POST, re.compile(rf"[\w.+-]+ {_POST}{_DOT}com\b", re.IGNORECASE)),
    (("/",), re.compile(rf"(?:https?://)?\b(?:[\w-]+\.)+{_ENDS} ?/ ?[^\s/]\S*", re.IGNORECASE)),
    (("/",), re.compile(r"\b(?:fb|facebook|zalo|tiktok|instagram|telegram) ?/ ?\S+", re.IGNORECASE)),
)
"""Each with the words of which it holds one. An office's own address (dichvucong.gov.vn) stays: it leads to nobody.
What stands before the @ is sought from its beginning, or 64 signs back (RFC 5321, 4.5.3.1.1): from each of its signs
it would take a hundred times as long."""
_ANY = re.compile("|".join(sorted({re.escape(word) for words, _ in _ADDRESSES for word in words})))
"""Most comments hold none of them."""


def addresses_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of addresses and names on the net, however they are spaced.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); the patterns are our choice.
    """
    small = text.casefold()
    if not _ANY.search(small):
        return
    for words, pattern in _ADDRESSES:
        if any(word in small for word in words):
            yield from (match.span() for match in pattern.finditer(text))
