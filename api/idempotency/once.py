"""Do the work of a POST once, whatever is retried or raced.

The claim is a row of the same database transaction as the work: a parallel request waits for it half a second and is
then told 409; after the commit it finds the row and gets the same bytes; after a roll-back it does the work itself.
A secret (a receipt's, a rating right's) is never stored: it is derived from the server's key, the caller's own
Idempotency-Key, of which only a hash is kept, and random bits that stand in the row. So a retry can be given the same
secret and nobody else can; and a key that is used again when its answer is forgotten makes another secret.
"""

import datetime as dt
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError
from django.db.transaction import atomic
from django.http import HttpResponse
from psycopg2.errors import LockNotAvailable
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from api.errors import Fault, Invalid, KeyInFlight, KeyReused
from api.language import said
from api.principals import CITIZEN, caller
from procedures.prepared import Prepared, run_together
from procedures.secrecy import derived_secret, keyed_hash

SHORTEST_KEY, LONGEST_KEY = 16, 200
NONCE_BYTES = 16
PATIENCE = "500ms"
_KEY = {"principal": "varchar", "operation": "varchar", "key_hash": "bytea"}
_PATIENT = Prepared("wait_a_little", "SELECT set_config('lock_timeout', %(patience)s, true)", patience="text")
_CLAIM = Prepared(
    "claim_key",
    """
INSERT INTO api_storedanswer (principal, operation, key_hash, body_hash, nonce, body, headers, created_at)
VALUES (%(principal)s, %(operation)s, %(key_hash)s, %(body_hash)s, %(nonce)s, '', '{}', %(now)s)
ON CONFLICT (principal, operation, key_hash) DO NOTHING
""",
    **_KEY, body_hash="bytea", nonce="bytea", now="timestamptz",
)  # fmt: skip
_HELD = Prepared(
    "holder_of_key",
    """
SELECT id, body_hash, nonce, status, body, headers::text, set_config('lock_timeout', '0', true) FROM api_storedanswer
WHERE principal = %(principal)s AND operation = %(operation)s AND key_hash = %(key_hash)s
""",
    **_KEY,
)
_KEEP = Prepared(
    "keep_answer",
    "UPDATE api_storedanswer SET status = %(status)s, body = %(body)s, headers = %(headers)s WHERE id = %(id)s",
    status="smallint", body="text", headers="jsonb", id="bigint",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a piece of work answers: a JSON document that holds no secret."""

    status: int
    body: Mapping[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Stored:
    """An answer as it is kept."""

    status: int
    text: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Held:
    """The row of a key, which nobody else can take now; without an answer it is ours to fill."""

    row: int
    body_hash: bytes
    nonce: bytes
    stored: _Stored | None


Work = Callable[[str], Answer]
"""The work of a POST. It is given the secret that belongs to this key, to store a hash of if it needs one."""

Completion = Callable[[dict[str, Any], str], dict[str, Any]]
"""Puts the secret into the stored document; pure, so that a replay gives the same bytes."""


def once(
    *, request: Request, operation: str, now: dt.datetime, work: Work, complete: Completion | None = None
) -> HttpResponse:
    """Answer the request, doing the work only if its Idempotency-Key is new.

    Raises Invalid without a key of 16 to 200 characters, KeyInFlight (409) while the first is being worked on,
    KeyReused (422) for another body or address. Source: draft-ietf-httpapi-idempotency-key-header-07.
    """
    key = _key_of(request)
    principal = (caller(request) or CITIZEN).id
    body_hash = keyed_hash("idempotency-body", _canonical([request.path, request.data]))
    claim = {"principal": principal, "operation": operation, "key_hash": keyed_hash("idempotency-key", key)}
    with atomic():
        held = _claim({**claim, "body_hash": body_hash, "nonce": secrets.token_bytes(NONCE_BYTES), "now": now})
        secret = _secret_of(operation, principal, key, held.nonce)
        stored = held.stored or _keep(held.row, work(secret))
    if held.body_hash != body_hash:
        raise KeyReused
    return _response(stored, secret=secret, complete=complete, is_replay=held.stored is not None)


def _claim(claim: dict[str, Any]) -> _Held:
    """Insert the row of this key, or wait for who is inserting it, and return it; raises KeyInFlight.

    One round trip. A row without an answer that we can see is our own: others' are committed with theirs.
    """
    try:
        ((row, body_hash, nonce, status, body, headers, _),) = _HELD.rows(
            {**claim, "patience": PATIENCE}, after=[_PATIENT, _CLAIM]
        )
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise KeyInFlight from error
        raise
    stored = None if status is None else _Stored(status, body, json.loads(headers))
    return _Held(row, bytes(body_hash), bytes(nonce), stored)


def _secret_of(operation: str, principal: str, key: str, nonce: bytes) -> str:
    """Return the secret of an answer; those without a nonce were given before there was one."""
    return derived_secret(f"idempotency:{operation}", principal, key, *([nonce.hex()] if nonce else []))


def _keep(row: int, answer: Answer) -> _Stored:
    stored = _Stored(answer.status, _written(answer.body), answer.headers)
    values = {"status": stored.status, "body": stored.text, "headers": _written(stored.headers), "id": row}
    run_together([_KEEP], values)
    return stored


def _key_of(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip('"')
    if not (SHORTEST_KEY <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        detail = said(
            "Cần tiêu đề Idempotency-Key dài 16–200 ký tự ASCII, mỗi lần gửi mới một khóa ngẫu nhiên (ví dụ UUID); "
            "gửi lại thì giữ nguyên khóa.",
            "An Idempotency-Key header of 16 to 200 ASCII characters is needed: random for each new request "
            "(a UUID will do), the same when you send again.",
        )
        raise Invalid([Fault("header", "Idempotency-Key", "required", str(detail))])
    return key


def _canonical(data: object) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _written(body: Mapping[str, Any]) -> str:
    return json.dumps(body, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"))


def _response(stored: _Stored, *, secret: str, complete: Completion | None, is_replay: bool) -> HttpResponse:
    text = stored.text if complete is None else _written(complete(json.loads(stored.text), secret))
    headers = {**stored.headers, **({"Idempotent-Replayed": "true"} if is_replay else {})}
    return HttpResponse(text, status=stored.status, content_type="application/json", headers=headers)
