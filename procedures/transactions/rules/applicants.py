"""Which number says who an applicant is, and where a link to rate can reach him."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from procedures.vocabulary import ApplicantKind

CITIZEN_DIGITS = (9, 12)
BUSINESS_DIGITS = (9, 10, 12, 13)
KEPT_AFTER_END = dt.timedelta(days=30)
KEPT_AT_MOST = dt.timedelta(days=180)
_SEPARATORS = re.compile(r"[ .\-]")
_NUMBER = re.compile(r"[0-9]{9,13}", re.ASCII)
_SMALLEST = 1000
_RUNS = ("123456789", "1234567890", "012345678", "0123456789", "123456789012", "012345678901", "987654321")
_PHONE_SIGNS = re.compile(r"[ .()\-]")
_ABROAD = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_AT_HOME = re.compile(r"(?:\+84|0084|84|0)((?:[35789][0-9]{8})|(?:2[0-9]{9}))", re.ASCII)
_LONG_NUMBER = re.compile(r"(?<![0-9/])\+?[0-9](?:[ .]?[0-9]){8,13}(?![0-9/])", re.ASCII)
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")
_PERSONAL = re.compile(r"\+?[0-9](?:[ \-]?[0-9]){8,12}", re.ASCII)
_EMAIL = re.compile(r"[^\s@<>,;\"()]{1,64}@[^\s@<>,;\"()]{1,185}\.[^\s@<>,;\"().]{2,63}")


@dataclass(frozen=True, slots=True)
class Person:
    """`citizen` or `business` and the number, digits only: never printed."""

    kind: str
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a link can be sent: a telephone (E.164) or an address; empty where unknown. Never printed."""

    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


def applicant_number(kind: str | None, numbers: Iterable[str]) -> Person | None:
    """Return `citizen` or `business` and the first number that can be one's, or None: unknown.

    Placeholders (`000000001`), the portal's technical ids and numbers of another length are nobody: a thousand
    applicants without papers must not become one person. An applicant of no told kind is read as a citizen. The old
    number of nine digits and the new one of twelve are two references: nothing told says that they are one person's.

    Source: our choice, from the fields as the senders of the national portal fill them.
    """
    is_citizen = kind in {None, ApplicantKind.CITIZEN}
    lengths = CITIZEN_DIGITS if is_citizen else BUSINESS_DIGITS
    bare = (_SEPARATORS.sub("", unicodedata.normalize("NFKC", number)) for number in numbers)
    known = (number for number in bare if _NUMBER.fullmatch(number) and len(number) in lengths)
    number = next((number for number in known if not _stands_for_nobody(number)), None)
    return Person("citizen" if is_citizen else "business", number) if number else None


def contact_told(phone: str, email: str) -> Contact | None:
    """Return what of a telephone and an address can be used, in one form; None when neither can.

    Source: our choice, from the numbering plan (TT 22/2014/TT-BTTTT): mobile 10 digits, fixed 11, with or without +84.
    """
    found = Contact(_phone(phone), _email(email))
    return found if found.phone or found.email else None


def contact_kept_until(told_at: dt.datetime, ended_at: dt.datetime | None) -> dt.date:
    """Return the last day on which a contact is kept: a month after the end, half a year after it was told at most.

    Source: our choice, because a link to rate is sent at the end and works for a month.
    """
    latest = told_at + KEPT_AT_MOST
    return (min(latest, ended_at + KEPT_AFTER_END) if ended_at else latest).date()


def discreet(text: str) -> str:
    """Return a free text without numbers that may be a paper's or a telephone's, and without e-mail addresses.

    Source: our choice, because what is told of a step goes to whoever may read the dossier.
    """
    return _ADDRESS.sub("[…]", _LONG_NUMBER.sub("[…]", text))


def may_be_personal(value: str) -> bool:
    """Tell whether a value as a whole may be the number of somebody's paper or telephone, put into a wrong field.

    Source: our choice, because a fault quotes what was sent, and journals are read by others than its sender.
    """
    return _PERSONAL.fullmatch(value.strip()) is not None or _EMAIL.fullmatch(value.strip()) is not None


def _phone(text: str) -> str:
    bare = _PHONE_SIGNS.sub("", unicodedata.normalize("NFKC", text).strip())
    at_home = _AT_HOME.fullmatch(bare)
    if at_home:
        return f"+84{at_home[1]}"
    return bare if _ABROAD.fullmatch(bare) and not bare.startswith("+84") else ""


def _email(text: str) -> str:
    bare = text.strip()
    if not _EMAIL.fullmatch(bare):
        return ""
    name, _, host = bare.rpartition("@")
    return f"{name}@{host.lower()}"


def _stands_for_nobody(number: str) -> bool:
    return int(number) < _SMALLEST or len(set(number)) == 1 or number in _RUNS
