"""From the number of a paper to a pseudonym; fields of names, telephones and addresses are never read."""

import re
from collections.abc import Iterable

from procedures.secrecy import pseudonym
from procedures.vocabulary import ApplicantKind

CITIZEN_DIGITS = (9, 12)
BUSINESS_DIGITS = (9, 10, 12, 13)
_NUMBER = re.compile(r"[0-9]{9,13}", re.ASCII)
_LONG_NUMBER = re.compile(r"(?<![0-9/])\+?[0-9](?:[ .]?[0-9]){8,13}(?![0-9/])", re.ASCII)
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_SMALLEST = 1000
_RUNS = ("123456789", "1234567890", "012345678", "0123456789", "123456789012", "012345678901", "987654321")


def applicant_ref(kind: ApplicantKind | None, numbers: Iterable[str]) -> str | None:
    """Return the pseudonym of the first number that can be a person's or a business's, or None: unknown.

    Placeholders (`000000001`), the portal's technical ids and numbers of another length are nobody: a thousand
    applicants without papers must not become one person.
    """
    is_citizen = kind in {None, ApplicantKind.CITIZEN}
    lengths = CITIZEN_DIGITS if is_citizen else BUSINESS_DIGITS
    known = (number for number in map(_bare, numbers) if _NUMBER.fullmatch(number) and len(number) in lengths)
    number = next((number for number in known if not _stands_for_nobody(number)), None)
    return pseudonym("citizen" if is_citizen else "business", number) if number else None


def discreet(text: str) -> str:
    """Return a free text without numbers that may be a paper's or a telephone's, and without e-mail addresses."""
    return _ADDRESS.sub("[…]", _LONG_NUMBER.sub("[…]", text))


def _bare(number: str) -> str:
    return re.sub(r"[ .\-]", "", number)


def _stands_for_nobody(number: str) -> bool:
    return int(number) < _SMALLEST or len(set(number)) == 1 or number in _RUNS
