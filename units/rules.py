"""Vietnamese words as they are compared and ordered (the database has no Vietnamese collation), and agency codes."""

import datetime as dt
import re
import unicodedata

_FIRST_LEVEL = re.compile(r"000\.00\.00\.([A-Y][0-9]{2})", re.ASCII)
_DECISION = re.compile(r"(?:NQ|QĐ|Luật) (?P<number>[0-9]+/[0-9A-ZĐ/-]+)(?: of (?P<day>\d{4}-\d{2}-\d{2}))?")
_TONES = {"̀": 1, "̉": 2, "̃": 3, "́": 4, "̣": 5}
_MARKS = {"̆": 1, "̂": 2, "̛": 3}
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
MOST_SUCCESSORS = 100
_FIRST_LETTER = 0x80
"""Letters come after digits and punctuation, which keep their ASCII place; other scripts come last."""


def folded(text: str) -> str:
    """Return the text as searches compare it: lower case, no diacritics, đ as d, single spaces.

    Source: our choice, because citizens and officials type names with and without diacritics.
    """
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def name_key(text: str) -> str:
    """Return a person's name as it is compared: NFC, lower case, single spaces; marks and tones stay.

    Source: our choice, because "Hoa" and "Hoà" are two people, but "NGUYỄN  Văn" typed by two programs is one.
    """
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower()).split())


def sort_key(text: str) -> str:
    """Return a key whose byte order is the order of a Vietnamese dictionary: letters first, then tones.

    Source: TCVN 6909 alphabet; a, ă, â, b, c, d, đ, e, ê …; tones in the order ngang, huyền, hỏi, ngã, sắc, nặng.
    """
    letters, tones = [], []
    for letter in unicodedata.normalize("NFC", text.lower()):
        whole, tone = _without_tone(letter)
        if whole:
            letters.append(_place(whole))
            tones.append(str(tone))
    return "".join(letters) + "." + "".join(tones)


def person_sort_key(name: str) -> str:
    """Return the key by which people are listed: the given name, which comes last, before family and middle names.

    Source: our choice, after the custom of Vietnamese registers.
    """
    *family, given = name.split() or [""]
    return sort_key(" ".join([given, *family]))


def _without_tone(letter: str) -> tuple[str, int]:
    parts = unicodedata.normalize("NFD", letter)
    tone = next((_TONES[part] for part in parts if part in _TONES), 0)
    kept = [part for part in parts if part in _MARKS or not unicodedata.combining(part)]
    return unicodedata.normalize("NFC", "".join(kept)) if kept and kept[0] not in _MARKS else "", tone


def _place(letter: str) -> str:
    place = _LETTERS.find(letter)
    if place >= 0:
        return f"{_FIRST_LETTER + place:02x}"
    point = ord(letter[0])
    return f"{point:02x}" if point < _FIRST_LETTER else f"ff{point:06x}"


def decision_named(text: str) -> tuple[str, dt.date | None]:
    """Return the number and the day of the decision that a source names first: `NQ 202/2025/QH15 of 2025-06-12`.

    The number without a day where the source gives none; ("", None) where it names no decision.

    Source: our choice, as the data files write it; numbers are of NĐ 30/2020/NĐ-CP, phụ lục I.
    """
    found = _DECISION.search(text)
    if found is None:
        return "", None
    return found["number"], dt.date.fromisoformat(found["day"]) if found["day"] else None


def may_succeed(kind: str, successors: int, *, goes_on: bool) -> bool:
    """Tell whether a handing over of this kind may have so many successors.

    A unit that goes on may give a part to one; one that is divided up goes to two or more.

    Source: our choice, after chia, tách, nhập, giải thể, đổi tên in Luật Tổ chức chính quyền địa phương 72/2025/QH15.
    """
    least, most = {
        "rename": (0, 0), "dissolve": (0, 0), "merge": (1, 1), "transfer": (1, 1),
        "split": (1 if goes_on else 2, MOST_SUCCESSORS),
    }[kind]  # fmt: skip
    return least <= successors <= most


def code_of_2020(code: str) -> str:
    """Return the newer form of a first-level agency code: `000.00.00.H34` is `H34`; "" for what is no such code.

    Groups below the first level were given out anew, so theirs cannot be had from the old form.

    Source: QCVN 102:2016/BTTTT; QĐ 20/2020/QĐ-TTg, điều 4.
    """
    found = _FIRST_LEVEL.fullmatch(code)
    return found[1] if found else ""
