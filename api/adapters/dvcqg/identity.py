"""From the number of a paper to a pseudonym; fields of names, telephones and addresses are never read."""

import re
from collections.abc import Iterable

from procedures.secrecy import pseudonym
from procedures.transactions.rules.applicants import applicant_number
from procedures.vocabulary import ApplicantKind

_LONG_NUMBER = re.compile(r"(?<![0-9/])\+?[0-9](?:[ .]?[0-9]){8,13}(?![0-9/])", re.ASCII)
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


def applicant_ref(kind: ApplicantKind | None, numbers: Iterable[str]) -> str | None:
    """Return the pseudonym of the first number that can be a person's or a business's, or None: unknown."""
    found = applicant_number(kind, numbers)
    return pseudonym(*found) if found else None


def discreet(text: str) -> str:
    """Return a free text without numbers that may be a paper's or a telephone's, and without e-mail addresses."""
    return _ADDRESS.sub("[…]", _LONG_NUMBER.sub("[…]", text))
