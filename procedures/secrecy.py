"""Keys and what is done with them: sealing, pseudonyms, keyed hashes, derived secrets.

It stands on the lowest storey that needs it; feedback and api use the same. Every purpose has its own key, derived
by HKDF from the master keys of `SECRECY_KEYS`; the first master key seals new data, the others still open old data.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
SECRET_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # noqa: S105 - Crockford's base 32: no I, L, O, U
SECRET_LENGTH = 26  # 130 bits


class Unreadable(Exception):
    """A sealed value was altered, moved to another row, or its key is gone."""


def seal(plain: bytes, *, bound_to: str) -> bytes:
    """Encrypt with AES-256-GCM, bound to its place (`table.column:key`): moved elsewhere it cannot be opened.

    The result is: length of the key's id (1 byte), the id, the nonce (12 bytes), the ciphertext with its tag.
    """
    key_id = sealing_key()
    nonce = os.urandom(NONCE_BYTES)
    cipher = _cipher(_key(key_id, "seal")).encrypt(nonce, plain, f"{key_id}|{bound_to}".encode())
    return bytes([len(key_id)]) + key_id.encode() + nonce + cipher


def unseal(sealed: bytes, *, bound_to: str) -> bytes:
    """Decrypt what `seal` made for the same place; raises Unreadable."""
    sealed = bytes(sealed)
    size = sealed[0] if sealed else 0
    key_id = sealed[1 : 1 + size].decode("ascii", "replace")
    nonce, cipher = sealed[1 + size : 1 + size + NONCE_BYTES], sealed[1 + size + NONCE_BYTES :]
    master = settings.SECRECY_KEYS.get(key_id)
    if master is None:
        raise Unreadable
    try:
        return _cipher(_derived(master, "seal")).decrypt(nonce, cipher, f"{key_id}|{bound_to}".encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def sealing_key() -> str:
    """Return the id of the key that seals new data."""
    return next(iter(settings.SECRECY_KEYS))


def keyed_hash(purpose: str, value: str) -> bytes:
    """Return the HMAC-SHA256 of a value (32 bytes), by purpose, with the oldest key: it must not move."""
    return _hmac(_oldest(), f"hash:{purpose}", value)


def standing_hash(purpose: str, word: str) -> bytes:
    """Return the same of a word of ours, which is worked out once."""
    return _standing(_oldest(), purpose, word)


def keyed_hashes(purpose: str, value: str) -> dict[str, bytes]:
    """Return the HMAC-SHA256 of a value under every key there is, the newest first, by the key's id.

    For values that live for weeks: kept under the newest key, found under any, and a retired key goes when they do.
    """
    return {key_id: _hmac(master, f"hash:{purpose}", value) for key_id, master in settings.SECRECY_KEYS.items()}


def person_digests(kind: str, number: str) -> dict[str, bytes]:
    """Return the HMAC-SHA256 of a person's number under each key in use for people, by key id; the newest key first.

    A number can be guessed, so unlike `keyed_hash` these keys are turned over: `PSEUDONYM_KEYS_RETIRED`.
    """
    masters: dict[str, bytes] = settings.SECRECY_KEYS
    return {key: _hmac(masters[key], f"hash:pseudonym:{kind}", number) for key in person_keys()}


def person_keys() -> list[str]:
    """Return the ids of the keys in use for people, the newest first."""
    return [key for key in settings.SECRECY_KEYS if key not in settings.PSEUDONYM_KEYS_RETIRED]


def fresh_reference(kind: str) -> str:
    """Return a reference of 130 random bits, `<kind>_` and 26 letters, from which nothing can be had."""
    return f"{kind}_{_letters(os.urandom(32))}"


def derived_secret(purpose: str, *parts: str) -> str:
    """Return 130 bits in 26 letters (Crockford's base 32) that only this server can derive from the parts."""
    joined = "\x1f".join(parts)
    return _letters(_hmac(_oldest(), f"secret:{purpose}", joined))


def _letters(digest: bytes) -> str:
    number = int.from_bytes(digest, "big")
    return "".join(SECRET_LETTERS[(number >> (5 * place)) & 31] for place in range(SECRET_LENGTH))


def _oldest() -> bytes:
    masters: dict[str, bytes] = settings.SECRECY_KEYS
    return next(reversed(masters.values()))


def _key(key_id: str, purpose: str) -> bytes:
    return _derived(settings.SECRECY_KEYS[key_id], purpose)


@lru_cache(maxsize=256)
def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(master)


@lru_cache(maxsize=16)
def _standing(master: bytes, purpose: str, word: str) -> bytes:
    return _hmac(master, f"hash:{purpose}", word)


def _hmac(master: bytes, purpose: str, value: str) -> bytes:
    begun = _begun(master, purpose).copy()
    begun.update(value.encode())
    return begun.digest()


@lru_cache(maxsize=256)
def _begun(master: bytes, purpose: str) -> hmac.HMAC:
    """Return an HMAC that knows its key: to look for the algorithm anew takes longer than to work out what is short."""
    return hmac.new(_derived(master, purpose), digestmod="sha256")


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def fingerprint(raw: bytes) -> str:
    """Return the SHA-256 of a message as received, in base64url."""
    return base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")
