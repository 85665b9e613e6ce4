"""Putting an identity away before any statement of SQL has seen it, and reading what may be read."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping

from django.db.transaction import atomic

from feedback.complaints.vault.models import SealedIdentity, VaultAccess
from procedures.secrecy import seal, unseal

BUCKET = 1024
"""Ciphertexts differ in length only by whole buckets, so a length does not tell a long name from a short one."""
SIZE_BYTES = 4


def put_away(*, complaint_id: uuid.UUID, identity: Mapping[str, str]) -> None:
    """Seal who complained and store the ciphertext; nothing readable reaches the database or its logs."""
    plain = json.dumps(dict(identity), ensure_ascii=False, sort_keys=True).encode()
    sealed = seal(_padded(plain), bound_to=_place(complaint_id))
    SealedIdentity.objects.create(complaint_id=complaint_id, sealed=sealed)


@atomic
def read_open(
    *, complaint_id: uuid.UUID, by: str, official_id: int | None, reason: str, now: dt.datetime
) -> dict[str, str]:
    """Record the reading, then release the identity; both or neither. The caller has made sure that it is an open one.

    Raises Unreadable when the ciphertext was altered or belongs to another complaint.
    """
    VaultAccess.objects.create(complaint=complaint_id, by=by, official_id=official_id, reason=reason, at=now)
    row = SealedIdentity.objects.get(pk=complaint_id)
    plain: dict[str, str] = json.loads(_unpadded(unseal(bytes(row.sealed), bound_to=_place(complaint_id))))
    return plain


def _place(complaint_id: uuid.UUID) -> str:
    return f"feedback_sealedidentity.sealed:{complaint_id}"


def _padded(plain: bytes) -> bytes:
    whole = len(plain).to_bytes(SIZE_BYTES, "big") + plain
    return whole + bytes(-len(whole) % BUCKET)


def _unpadded(padded: bytes) -> bytes:
    size = int.from_bytes(padded[:SIZE_BYTES], "big")
    return padded[SIZE_BYTES : SIZE_BYTES + size]
