"""Whom the field of an applicant names: people and legal persons, among the words that stand beside them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from feedback.ratings.rules.letters import ByLetter

FEWEST_WORDS = 2
"""One word of a name is everybody's word."""
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile(r"[^\w\s]+|[\d_]+|[\r\n\t]+|\s{2,}")
_AND = ("và", "cùng với", "cùng", "với")
_TITLES = (
    "ông", "bà", "anh", "chị", "em", "cô", "chú", "bác", "cậu", "mợ", "dì", "cụ", "con", "cháu", "cha", "bố", "mẹ",
    "hộ", "mr", "mrs", "ms",
)  # fmt: skip
_PAIRS = (
    "ông bà", "bà con", "anh chị", "anh em", "chị em", "cô chú", "vợ chồng", "vợ con", "con cháu", "con em", "cha mẹ",
    "bố mẹ", "mẹ con", "hộ ông", "hộ bà", "các con", "các cháu",
)  # fmt: skip
_ROLES = (
    "vợ", "chồng", "có vợ", "có chồng", "vợ là", "chồng là", "chủ hộ", "hộ gia đình", "gia đình", "hộ kinh doanh",
    "chủ hộ kinh doanh", "kinh doanh", "cá nhân", "tổ chức", "người đại diện", "đại diện", "theo pháp luật",
    "pháp luật", "giám đốc", "tổng giám đốc", "phó giám đốc", "chủ tịch", "chủ sở hữu", "đồng sở hữu", "sử dụng",
    "chủ sử dụng", "đồng sử dụng", "quyền sử dụng", "sử dụng đất", "chủ sử dụng đất", "đồng sử dụng đất",
    "quyền sử dụng đất", "người sử dụng đất", "chủ hồ sơ", "người nộp", "người nộp hồ sơ", "nộp hồ sơ", "nộp thay",
    "người khác", "những người khác", "thành viên", "các thành viên", "đồng thừa kế", "thừa kế", "người giám hộ",
    "giám hộ", "ủy quyền", "được ủy quyền", "người được ủy quyền", "giấy ủy quyền", "uỷ quyền", "được uỷ quyền",
    "người được uỷ quyền", "giấy uỷ quyền", "sinh năm", "sinh ngày", "ngày sinh", "năm sinh", "sn", "cmnd", "cccd",
    "địa chỉ", "thường trú", "trú tại", "điện thoại", "số điện thoại", "đt", "sđt",
)  # fmt: skip
_LINKS = ("do", "là", "làm", "của", "cho", "bởi", "theo")
_LEGAL = (
    "công ty", "cty", "tnhh", "cổ phần", "trách nhiệm hữu hạn", "mtv", "một thành viên", "hai thành viên",
    "doanh nghiệp", "doanh nghiệp tư nhân", "dntn", "hợp tác xã", "htx", "tổ hợp tác", "chi nhánh", "ngân hàng",
    "ủy ban", "uỷ ban", "ubnd", "văn phòng", "trung tâm", "ban quản lý",
)  # fmt: skip
"""Names of these go on behind "và", and are one name."""


def ways_to_name(said: str, *, comment: str) -> frozenset[tuple[str, ...]]:
    """Return how a plain comment may name those whom a field names: words that all stand in it, to follow each other.

    Each is found whole, by the last two words (how Vietnamese people are called) and by the first and the last. The
    field is read as one name and as several, with the words of address and of office beside them and without; those
    words by themselves name nobody.

    Source: NĐ 61/2018, điều 27.3 (raters are kept secret); the words are our choice, rather a name too many.
    """
    text = "".join(one for one in unicodedata.normalize("NFC", said) if unicodedata.category(one) not in {"Cf", "Mn"})
    text = text.lower().replace("ð", "đ")
    bare = plain(text)
    if sum(word in comment for word in _WORD.findall(bare)) < FEWEST_WORDS:
        return frozenset()
    beside = _BESIDE_BARE if bare == text else _BESIDE
    ways = {way for part in _parts(text) for way in _ways(part, beside)}
    return frozenset(way for way in ways if all(word in comment for word in way))


def plain(text: str) -> str:
    """Return the text in small letters without diacritics, character by character: places stay where they were.

    Source: our choice, because names are written with diacritics and without.
    """
    return text.translate(_PLAIN)


_D_WITH_BAR = frozenset("đð")
"""Ð is Icelandic; keyboards and old encodings write it for the Đ that looks like it."""


def _plain_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return "d" if base in _D_WITH_BAR else base if len(base) == 1 else letter


_PLAIN = ByLetter(_plain_letter)


def _parts(text: str) -> Iterator[str]:
    """Yield what may be one name: all of it, what stands between signs, between words of address, between "và"."""
    yield text
    for part in _SIGNS.split(text):
        for piece in (part, *_APART.split(part)):
            yield piece
            if not _OF_LEGAL.search(piece):
                yield from _BETWEEN.split(piece)


def _ways(part: str, beside: re.Pattern[str]) -> Iterator[tuple[str, ...]]:
    """Yield the ways to name what a part names, if not all of their words are of those that stand beside a name."""
    found = list(_WORD.finditer(part))
    if len(found) < FEWEST_WORDS:
        return
    words = list(zip((plain(word.group()) for word in found), _are_of(beside, part, found), strict=True))
    ends_beside = _are_of(_BESIDE_BARE, part, found[-1:])[0]
    for way in (words, words[-FEWEST_WORDS:], [] if ends_beside else [words[0], words[-1]]):
        if not all(is_beside for _, is_beside in way):
            yield tuple(word for word, _ in way)


def _are_of(phrases: re.Pattern[str], part: str, words: Sequence[re.Match[str]]) -> list[bool]:
    """Tell of each word of a part whether it is of these phrases."""
    spans = [match.span() for match in phrases.finditer(part)]
    return [any(begin <= word.start() < end for begin, end in spans) for word in words]


def _any_of(phrases: Iterable[str]) -> str:
    """Return the pattern of phrases, the longest first, each with its diacritics or without."""
    return f"(?:{'|'.join(_longest_first({one for phrase in phrases for one in (phrase, plain(phrase))}))})"


def _longest_first(phrases: Iterable[str]) -> list[str]:
    return sorted(phrases, key=lambda one: (-len(one), one))


_BETWEEN = re.compile(rf"\b{_any_of(_AND)}\b")
_OF_LEGAL = re.compile(rf"\b{_any_of(_LEGAL)}\b")
_APART = re.compile(
    rf"(?:\b{_any_of(_AND)}\s+)?\b(?:{_any_of(_ROLES)}|{_any_of((*_TITLES, *_LINKS))}(?=\s+\w+\s+\w))\b"
)
"""Anh is a title and a name: a title is only one where a name follows."""
_PHRASES = (*_PAIRS, *_ROLES, *_LEGAL)
_BESIDE = re.compile(rf"\b(?:{'|'.join(_longest_first((*_AND, *_TITLES, *_LINKS, *_PHRASES, *map(plain, _AND))))})\b")
_BESIDE_BARE = re.compile(
    rf"\b(?:(?:{_any_of(_AND)} )?{_any_of(_PHRASES)}|{_any_of(_AND)})\b(?: {_any_of(_TITLES)}\b)*".replace(" ", r"\W+")
)
"""Where nothing has diacritics, Võ and vợ, Hồ and hộ are written alike: a title is only known by its company."""
