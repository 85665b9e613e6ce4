"""How long a right to rate lasts, and how its secret is compared."""

import datetime as dt

USUAL_DAYS = 30
"""A slip is handed out with the receipt, the supplement and the refusal (TT 01/2018, điều 12.2) and taken home; a month
lets the slow answer, and the figures of a month are then settled when the next month's are drawn."""

LONGEST_DAYS = 90
"""A quarter: the longest period that is summed up at a time (TT 01/2018, điều 15)."""


def expiry(*, issued_at: dt.datetime, days: int) -> dt.datetime:
    """Return the instant from which the right is no longer usable.

    Source: our choice, see USUAL_DAYS.
    """
    return issued_at + dt.timedelta(days=days)


def as_issued(secret: str) -> str:
    """Return a secret as it was issued: people who type it write small letters, hyphens and spaces.

    Source: Crockford's base 32, whose O reads 0 and whose I and L read 1.
    """
    return secret.upper().translate(str.maketrans("OIL", "011", "- "))
