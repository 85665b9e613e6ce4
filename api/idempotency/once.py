"""Do the work of a POST once, whatever is retried or raced.

The claim is a row of the same database transaction as the work. It is inserted with whatever the work asks first, or,
where that only looks (`passes`, procedures.prepared), before what it writes, and then with the answer at once. A
parallel request waits for it half a second and is then told 409; after the commit it runs into the row and gets the
same bytes; after a roll-back it does the work itself.
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

from django.db import Error
from django.db.transaction import atomic
from django.http import HttpResponse
from psycopg2.errors import LockNotAvailable, UniqueViolation
from rest_framework.request import Request

from api.errors import Fault, Invalid, KeyInFlight, KeyReused
from api.language import said
from api.principals import CITIZEN, caller
from api.rendering import QuickJSONRenderer
from procedures.prepared import Prepared, instead, settle, soon, soon_or_instead
from procedures.secrecy import derived_secret, keyed_hash

SHORTEST_KEY, LONGEST_KEY = 16, 200
NONCE_BYTES = 16
PATIENCE = "500ms"
_KEY = {"principal": "varchar", "operation": "varchar", "key_hash": "bytea"}
_OF_KEY = "WHERE principal = %(principal)s AND operation = %(operation)s AND key_hash = %(key_hash)s"
_CLAIMED = _KEY | {"body_hash": "bytea", "nonce": "bytea", "now": "timestamptz", "patience": "text"}
_ANSWER = {"status": "smallint", "body": "text", "headers": "jsonb"}
_INSERT = """
INSERT INTO api_storedanswer (principal, operation, key_hash, body_hash, nonce, created_at, status, body, headers)
SELECT %(principal)s, %(operation)s, %(key_hash)s, %(body_hash)s, %(nonce)s, %(now)s, {answer}
FROM (SELECT set_config('lock_timeout', %(patience)s, true)) AS patient
RETURNING set_config('lock_timeout', '0', true)
"""
"""PostgreSQL waits for the key so long, and for whatever else as ever."""
_CLAIM = Prepared("claim_key", _INSERT.format(answer="NULL, '', '{}'"), **_CLAIMED)
_CLAIM_ANSWERED = Prepared(
    "claim_key_answered", _INSERT.format(answer="%(status)s, %(body)s, %(headers)s"), **_CLAIMED, **_ANSWER
)
"""The same for a claim that waits still when the answer is known: it is written once, and not changed again."""
_HELD = Prepared(
    "answer_of_key",
    f"SELECT body_hash, nonce, status, body, headers::text FROM api_storedanswer {_OF_KEY}",  # noqa: S608 - our own words
    **_KEY,
)
_KEEP = Prepared(
    "keep_answer",
    f"UPDATE api_storedanswer SET status = %(status)s, body = %(body)s, headers = %(headers)s {_OF_KEY}",  # noqa: S608 - our own words
    **_ANSWER, **_KEY,
)  # fmt: skip
_WRITER = QuickJSONRenderer()
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
_ONE_EFFECT = "one_effect_per_key"


@dataclass(frozen=True)
class Answer:
    """What a piece of work answers: a JSON document that holds no secret.

    `last` lets wait what is to be said last, with the answer kept already; what it means undoes the work.
    """

    status: int
    body: Mapping[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    last: Callable[[], None] | None = None


@dataclass(frozen=True)
class _Stored:
    """An answer as it is kept."""

    status: int
    text: str
    headers: Mapping[str, str]


class _KeyTakenError(Exception):
    """The key has an answer already. No work knows this error or the next, so none takes them for its own."""


class _KeyWaitedForError(Exception):
    """Somebody else is working under this key."""


Work = Callable[[str], Answer]
"""The work of a POST. It is given the secret that belongs to this key, to store a hash of, if `complete` tells it."""

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
    nonce, is_replay = secrets.token_bytes(NONCE_BYTES), False
    secret = _secret_of(claim, key, nonce) if complete is not None else ""
    try:
        with atomic():
            stored = _done({**claim, "body_hash": body_hash, "nonce": nonce, "now": now}, secret, work)
    except _KeyWaitedForError as error:
        raise KeyInFlight from error
    except _KeyTakenError:
        nonce, stored = _held(claim, body_hash)
        secret, is_replay = _secret_of(claim, key, nonce), True
    return _response(stored, secret=secret, complete=complete, is_replay=is_replay)


def _done(claim: dict[str, Any], secret: str, work: Work) -> _Stored:
    """Do the work under the row of this key, and leave its answer there; raises _KeyTakenError, _KeyWaitedForError.

    Whatever the work raises, a key that is taken is told before.
    """
    claimed = {**claim, "patience": PATIENCE}
    waiting = soon_or_instead(_CLAIM, claimed, refused=_meaning)
    try:
        answer = work(secret)
    except Error:
        raise  # nothing more can be asked
    except Exception:
        settle()
        raise
    stored = _Stored(answer.status, _written(answer.body), answer.headers)
    kept = {**claimed, "status": stored.status, "body": stored.text, "headers": _written(stored.headers)}
    if not instead(waiting, _CLAIM_ANSWERED, kept):
        soon([_KEEP], kept)
    if answer.last is not None:
        answer.last()
    return stored


def _meaning(error: Exception) -> Exception | None:
    if isinstance(error, LockNotAvailable):
        return _KeyWaitedForError()
    is_taken = isinstance(error, UniqueViolation) and error.diag.constraint_name == _ONE_EFFECT
    return _KeyTakenError() if is_taken else None


def _held(claim: dict[str, Any], body_hash: bytes) -> tuple[bytes, _Stored]:
    """Return the nonce and the answer of a key that is taken.

    Raises KeyReused, and KeyInFlight if the answer was forgotten this moment: then the work is done when asked again.
    """
    found = _HELD.rows(claim)
    if not found:
        raise KeyInFlight
    ((held_hash, nonce, status, text, headers),) = found
    if bytes(held_hash) != body_hash:
        raise KeyReused
    return bytes(nonce), _Stored(status, text, json.loads(headers))


def _secret_of(claim: Mapping[str, Any], key: str, nonce: bytes) -> str:
    """Return the secret of an answer; those without a nonce were given before there was one."""
    purpose = f"idempotency:{claim['operation']}"
    return derived_secret(purpose, claim["principal"], key, *([nonce.hex()] if nonce else []))


def _key_of(request: Request) -> str:
    key: str = request.META.get("HTTP_IDEMPOTENCY_KEY", "").strip('"')
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
    return _CANONICAL.encode(data)


def _written(body: Mapping[str, Any]) -> str:
    return _WRITER.render(body).decode()


def _response(stored: _Stored, *, secret: str, complete: Completion | None, is_replay: bool) -> HttpResponse:
    text = stored.text if complete is None else _written(complete(json.loads(stored.text), secret))
    headers = {**stored.headers, **({"Idempotent-Replayed": "true"} if is_replay else {})}
    return HttpResponse(text, status=stored.status, content_type="application/json", headers=headers)
