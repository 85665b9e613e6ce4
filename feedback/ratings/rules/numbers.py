"""Which numbers of a comment lead to somebody, and which are what everybody writes."""

import re
from collections.abc import Iterator

_DIGIT = re.compile(r"\d")
"""Most comments have none: then nothing dearer is looked for."""
_DIGITS = re.compile(r"[(+]?\d(?:[\W_]{0,3}\d){8,}")
"""Nine digits and more, whatever stands between them that is no letter: telephone and identity numbers, accounts."""
_LANDLINE = re.compile(r"(?<!\d)[2-9](?:[ .\-]?\d){6,7}(?!\d)")
"""A telephone at home as neighbours say it, without the code of its province: seven or eight digits."""
_DOSSIER = re.compile(
    r"\b(?:\d{3}\.)?(?:\d{2}\.){1,3}[A-Z]\d{1,3}[ .\-–]{0,3}\d{6}[ .\-–]{0,3}\d{1,8}\b", re.IGNORECASE
)
"""A dossier code leads to one transaction, and so to one person."""

_YEAR = r"(?:19|20)\d\d"
_SUM, _ROUND = r"[1-9]\d{0,2}(?:[.,]\d{3})*", r"[1-9]\d{0,2}[.,]000"
_ALONE, _LAST = r"(?<![\d+])(?<!\d[\W_])(?<!\d[\W_][\W_])(?<!\d[\W_]{3})", r"(?![\W_]{0,3}\d)"
_MOMENT = rf"(?:\d{{1,2}}[/.\-]\d{{1,2}}[/.\-]{_YEAR}(?!\d)|{_YEAR}-\d\d-\d\d(?!\d)|[0-2]?\d ?[:hg] ?[0-5]\d(?!\d))"
_WITH_DONG = (
    "ý|y|chí|bào|thời|nghiệp|tình|loạt|đội|hành|cảm|hương|lòng|hồ|nhất|sự|phục|thuận|môn|thừa kế|sở hữu|quản lý"
)
_CURRENCY = rf"(?:đồng\b(?!\s+(?:{_WITH_DONG})\b)|đ\b(?!\s?[/.]\s?ch?\b)|(?:vnđ|vnd|triệu|nghìn|ngàn|tỷ)\b)"
"""What makes a number a sum: not "đồng ý" or "đồng chí", nor "đ/c" for a comrade or an address."""
_ORDINARY = re.compile(
    "|".join(
        (
            rf"{_ALONE}\d{{1,2}}/\d{{1,2}}/\d{{2,4}}{_LAST}",
            rf"{_ALONE}{_MOMENT}(?:[\W_]{{1,3}}{_MOMENT})*{_LAST}",
            rf"{_ALONE}{_YEAR}(?:[\W_]{{1,3}}{_YEAR})+{_LAST}",
            rf"{_ALONE}(?:{_SUM} ?[-–] ?)?(?:{_SUM}|[1-9]\d{{0,7}}) ?{_CURRENCY}",
            rf"{_ALONE}[1-9]\d?[.,]\d{{3}}[.,]000{_LAST}",
            rf"{_ALONE}{_ROUND}(?:[\W_]{{1,3}}{_ROUND})*{_LAST}",
        )
    ),
    re.IGNORECASE,
)
"""Dates, times, years in a row and sums of money; none of it may be the beginning or the end of a longer number.

A bare run of nine digits or more is no sum, whatever follows: sums of that length are written with separators.
"""


def numbers_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of numbers that lead to somebody: telephones, identity numbers, accounts, dossier codes.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); the patterns are our choice.
    """
    if not _DIGIT.search(text):
        return
    yield from (match.span() for match in _DOSSIER.finditer(text))
    rest = _ORDINARY.sub(lambda match: "x" * len(match.group()), text)
    for pattern in (_DIGITS, _LANDLINE):
        yield from (match.span() for match in pattern.finditer(rest))
