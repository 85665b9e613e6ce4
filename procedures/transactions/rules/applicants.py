"""Which number says who an applicant is."""

import re
from collections.abc import Iterable

from procedures.vocabulary import ApplicantKind

CITIZEN_DIGITS = (9, 12)
BUSINESS_DIGITS = (9, 10, 12, 13)
_SEPARATORS = re.compile(r"[ .\-]")
_NUMBER = re.compile(r"[0-9]{9,13}", re.ASCII)
_SMALLEST = 1000
_RUNS = ("123456789", "1234567890", "012345678", "0123456789", "123456789012", "012345678901", "987654321")


def applicant_number(kind: str | None, numbers: Iterable[str]) -> tuple[str, str] | None:
    """Return `citizen` or `business` and the first number that can be one's, or None: unknown.

    Placeholders (`000000001`), the portal's technical ids and numbers of another length are nobody: a thousand
    applicants without papers must not become one person. An applicant of no told kind is read as a citizen.

    Source: our choice, from the fields as the senders of the national portal fill them.
    """
    is_citizen = kind in {None, ApplicantKind.CITIZEN}
    lengths = CITIZEN_DIGITS if is_citizen else BUSINESS_DIGITS
    bare = (_SEPARATORS.sub("", number) for number in numbers)
    known = (number for number in bare if _NUMBER.fullmatch(number) and len(number) in lengths)
    number = next((number for number in known if not _stands_for_nobody(number)), None)
    return ("citizen" if is_citizen else "business", number) if number else None


def _stands_for_nobody(number: str) -> bool:
    return int(number) < _SMALLEST or len(set(number)) == 1 or number in _RUNS
