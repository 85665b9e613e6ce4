"""Vietnamese words as they are compared and ordered; the database has no Vietnamese collation to rely on."""

import unicodedata

_TONES = {"̀": 1, "̉": 2, "̃": 3, "́": 4, "̣": 5}
_MARKS = {"̆": 1, "̂": 2, "̛": 3}
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"


def folded(text: str) -> str:
    """Return the text as searches compare it: lower case, no diacritics, đ as d, single spaces.

    Source: our choice, because citizens and officials type names with and without diacritics.
    """
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def sort_key(text: str) -> str:
    """Return a key whose byte order is the order of a Vietnamese dictionary: letters first, then tones.

    Source: TCVN 6909 alphabet; a, ă, â, b, c, d, đ, e, ê …; tones in the order ngang, huyền, hỏi, ngã, sắc, nặng.
    """
    letters, tones = [], []
    for letter in text.lower():
        base, tone, marks = "", 0, []
        for part in unicodedata.normalize("NFD", letter):
            if part in _TONES:
                tone = _TONES[part]
            elif part in _MARKS:
                marks.append(part)
            else:
                base += part
        whole = unicodedata.normalize("NFC", base + "".join(marks))
        place = _LETTERS.find(whole) if whole else -1
        letters.append(f"{place + 36:02x}" if place >= 0 else f"{min(ord(whole[:1] or ' '), 35):02x}")
        tones.append(str(tone))
    return "".join(letters) + "." + "".join(tones)
