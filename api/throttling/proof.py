"""Proof of work (ALTCHA 2, offline): a challenge that costs its solver a moment, and us almost nothing.

The library signs and checks; that a solution is good once, and for one address only, is ours (Note [Spent proofs]).
"""

import base64
import binascii
import json
import time
from typing import Any

import altcha
from django.db import connection

from procedures.secrecy import derived_secret, keyed_hash

SENT_AS = "HTTP_X_ALTCHA"
"""Where WSGI puts the header X-Altcha."""
LONGEST = 4096
ALGORITHM = "PBKDF2/SHA-256"
"""What every browser's Web Crypto derives by itself; a bare SHA-256 would cost a phone a hundred times what it costs
a program, as each digest is a promise of its own."""
COST, PREFIX = 1000, "00"
"""256 derivations of 1,000 rounds on average: under a tenth of a second here, under a second on a telephone of 2016."""
GOOD_FOR = 300
"""Seconds: longer than the slowest telephone needs, too short to collect solutions for tomorrow."""

# Note [Spent proofs]
# The library accepts a solution as often as it comes. The challenge's signature is written down, hashed, when its
# solution is first accepted, by a unique key and outside any other database transaction: of two that race one is in,
# and what is rolled back later does not make it good again. The route is part of what is signed.
_SPEND = """
INSERT INTO api_spentproof (key, expires_at) VALUES (%s, to_timestamp(%s)) ON CONFLICT (key) DO NOTHING RETURNING key
"""


def new_challenge(*, route: str) -> dict[str, Any]:
    """Return a challenge for this method and address, as ALTCHA writes it."""
    challenge = altcha.create_challenge(
        ALGORITHM, COST, key_prefix=PREFIX, expires_at=int(time.time()) + GOOD_FOR, data={"route": route},
        hmac_secret=_secret(),
    )  # fmt: skip
    return challenge.to_dict()


def admits(proof: str, *, route: str) -> bool:
    """Tell whether this is a solution of a challenge of ours for this address, in time and not used before; spend it.

    The signature is looked at first, so that made-up ones cost a hash, and the derivation only what we signed.
    """
    payload = _read(proof)
    if payload is None or payload.challenge.parameters.data != {"route": route}:
        return False
    if not altcha.verify_solution(payload, _secret()).verified:
        return False
    return _spend(str(payload.challenge.signature), expires_at=payload.challenge.parameters.expires_at or 0)


def _read(proof: str) -> altcha.Payload | None:
    """Return what the header holds; None for anything else."""
    if len(proof) > LONGEST:
        return None
    try:
        return altcha.Payload.from_dict(json.loads(base64.b64decode(proof, validate=True)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        return None


def _spend(signature: str, *, expires_at: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, [keyed_hash("spent-proof", signature), expires_at])
        return cursor.fetchone() is not None


def _secret() -> str:
    return derived_secret("proof-of-work")
