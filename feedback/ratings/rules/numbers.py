"""Which numbers of a comment lead to somebody, and which are what everybody writes."""

import re
from collections.abc import Iterator

_DIGIT = re.compile(r"\d")
"""Most comments have none: then nothing dearer is looked for."""
_DIGITS = re.compile(r"[(+]?\d(?:[\W_]{0,6}\d){8,}")
"""Nine digits and more, whatever stands between them that is no letter: telephone and identity numbers, accounts."""
_LANDLINE = re.compile(r"(?<!\d)[2-9](?:[ .\-]?\d){6,7}(?!\d)")
"""A telephone at home as neighbours say it, without the code of its province: seven or eight digits."""
_AREA = re.compile(r"(?<![^\W\d_])[ckd]?m[23](?!\d)")
"""Square metres end in a digit of their own."""
_DOSSIER = re.compile(
    r"\b(?:\d{3}\.)?(?:\d{2}\.){1,3}[A-Z]\d{1,3}[ .\-–]{0,3}\d{6}[ .\-–]{0,3}\d{1,8}\b", re.IGNORECASE
)
"""A dossier code leads to one transaction, and so to one person."""

_SIGN, _NO_SHARE = r"[\W_]", r"[^\w%]"
_NEXT, _APART, _LAST = rf"(?!:\d){_SIGN}{{1,6}}", rf"(?![:./]\d){_SIGN}{{1,6}}", rf"(?!{_SIGN}{{0,3}}\d)"
_FIRST = r"(?=\d)(?<!\+)" + "".join(rf"(?<!\d{_SIGN * signs})" for signs in range(4))
_FAR = "".join(rf"(?<!\d{_NO_SHARE * signs})" for signs in (4, 5, 6))
"""No digit may stand near before what a part of a telephone could look like, but a share in percent."""
_NO_TELEPHONE = r"(?!0(?:[\W_]{0,6}\d){9}(?![\W_]{0,6}\d))"
"""Ten digits that begin with 0 are a telephone, be it cut like days or sums; only a whole date with its time is not."""
_YEAR = r"(?:19|20)\d\d(?!\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DAY_OF_MONTH = rf"{_DAY}/(?:0?[1-9]|1[0-2])(?!\d)"
_DATE = rf"(?:\d{{1,2}}[/.\-]\d{{1,2}}[/.\-]{_YEAR}|{_YEAR}-\d\d-\d\d(?!\d))"
_TIME, _TO_SECONDS = r"[0-2]?\d ?[:hg] ?[0-5]\d(?!\d)", r"[0-2]?\d(?::[0-5]\d){2}(?!\d)"
_MOMENT = rf"(?:{_DATE} {_TO_SECONDS}|{_TO_SECONDS} {_DATE}|{_DATE}|{_TIME})"
_OF_YEAR = rf"(?:0\d|[1-9]\d{{0,3}})/{_YEAR}"
"""A month, or the number of a decree."""
_SUM = r"[1-9]\d{0,2}(?:[.,]\d{3})*"
_ROUND = (
    r"(?:[1-9]\d?[.,]\d{3}[.,]000|[1-9]\d{0,2}[.,]000|[1246]\d\d[.,]000[.,]000|[1-9][.,]\d{3}[.,]000[.,]000)"
    r"(?!\d)"
)
"""A sum though nobody says of what: without their 0, telephones have nine digits and begin with 3, 5, 7, 8 or 9."""
_WITH_DONG = (
    "ý|y|chí|bào|thời|nghiệp|tình|loạt|đội|hành|cảm|hương|lòng|hồ|nhất|sự|phục|thuận|môn|thừa kế|sở hữu|quản lý"
)
_CURRENCY = rf"(?:đồng\b(?!\s+(?:{_WITH_DONG})\b)|đ\b(?!\s?[/.]\s?ch?\b)|(?:vnđ|vnd|triệu|nghìn|ngàn|tỷ)\b)"
"""What makes a number a sum: not "đồng ý" or "đồng chí", nor "đ/c" for a comrade or an address."""
_THING = rf"(?:{_MOMENT}|{_OF_YEAR}|{_ROUND})"
_PAID = rf"(?:{_SUM} ?[-–] ?)?(?:{_SUM}|[1-9]\d{{0,2}}(?: \d{{3}})? 000|[1-9]\d{{0,7}}) ?{_CURRENCY}"
_ORDINARY = re.compile(
    rf"{_FIRST}(?:"
    rf"{_MOMENT}(?:{_NEXT}{_MOMENT})*{_LAST}"
    rf"|{_FAR}{_NO_TELEPHONE}(?:"
    rf"\d{{1,2}}/\d{{1,2}}/\d{{2,4}}{_LAST}"
    rf"|(?:{_THING}{_APART})*(?:{_THING}{_LAST}|{_PAID})"
    rf"|{_YEAR}(?:{_APART}{_YEAR})+{_LAST}"
    rf"|{_DAY_OF_MONTH}(?:(?:[,;]? {{1,3}}|[,;]| ?[-–] ?){_DAY_OF_MONTH})+(?:/{_YEAR})?{_LAST}"
    rf"|(?:{_DAY}, ?)+{_DAY_OF_MONTH}(?:/{_YEAR})?{_LAST}"
    "))",
    re.IGNORECASE,
)
"""Dates, times, months and years in a row, decrees and sums of money: no part of a longer number may look like these.

A bare run of nine digits or more is no sum, whatever follows: sums of that length are written with separators.
"""


def numbers_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of numbers that lead to somebody: telephones, identity numbers, accounts, dossier codes.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); the patterns are our choice.
    """
    if not _DIGIT.search(text):
        return
    yield from (match.span() for match in _DOSSIER.finditer(text))
    rest = _ORDINARY.sub(_as_letters, _AREA.sub(_as_letters, text))
    for pattern in (_DIGITS, _LANDLINE):
        yield from (match.span() for match in pattern.finditer(rest))


def _as_letters(match: re.Match[str]) -> str:
    return "x" * len(match.group())
