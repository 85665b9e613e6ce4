"""Receipts: a number to say aloud and a secret to keep. The secret is never stored, and the number follows from it.

That the number follows from the secret keeps it out of the stored answer of the submission, whose hour would else
tell when an anonymous complaint was filed.
"""

import hmac

from feedback.complaints.rules import DIGITS, with_check_digit
from procedures.secrecy import keyed_hash

NOBODYS = bytes(32)
"""Compared with where there is no such receipt, so that the work is the same."""


def number_for(secret: str) -> str:
    """Return the receipt number that belongs to a secret: 15 digits nobody can foresee and their check digit."""
    number = int.from_bytes(keyed_hash("complaint-receipt-number", secret)) % 10 ** (DIGITS - 1)
    return with_check_digit(f"{number:0{DIGITS - 1}d}")


def secret_hash(*, number: str, secret: str) -> bytes:
    """Return what is stored of a receipt's secret: 32 bytes that only this server's key makes, bound to the number."""
    return keyed_hash("complaint-receipt", f"{number}:{secret}")


def is_secret_of(*, number: str, secret: str, stored: bytes | None) -> bool:
    """Tell whether the secret belongs to the receipt; the same work whether there is one or not."""
    given = secret_hash(number=number, secret=secret)
    return hmac.compare_digest(given, NOBODYS if stored is None else stored)
