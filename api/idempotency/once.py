"""Do the work of a POST once, whatever is retried or raced.

The claim is a row of the same database transaction as the work: a parallel request waits for it half a second and is
then told 409; after the commit it finds the row and gets the same bytes; after a roll-back it does the work itself.
A secret (a receipt's, a rating right's) is never stored: it is derived from the server's key and the caller's own
Idempotency-Key, of which only a hash is kept, so a retry can be given the same secret and nobody else can.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection
from django.db.transaction import atomic
from django.http import HttpResponse
from psycopg2.errors import LockNotAvailable
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from api.errors import Fault, Invalid, KeyInFlight, KeyReused
from api.idempotency.models import StoredAnswer
from api.language import said
from api.principals import CITIZEN, caller
from procedures.secrecy import derived_secret, keyed_hash

SHORTEST_KEY, LONGEST_KEY = 16, 200
PATIENCE = "500ms"


@dataclass(frozen=True)
class Answer:
    """What a piece of work answers: a JSON document that holds no secret."""

    status: int
    body: Mapping[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


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
    secret = derived_secret(f"idempotency:{operation}", principal, key)
    body_hash = keyed_hash("idempotency-body", _canonical([request.path, request.data]))
    claim = {"principal": principal, "operation": operation, "key_hash": keyed_hash("idempotency-key", key)}
    with atomic():
        row, is_new = _claim(claim=claim, body_hash=body_hash, now=now)
        if is_new:
            answer = work(secret)
            row.status, row.body, row.headers = answer.status, _written(answer.body), answer.headers
            row.save(update_fields=["status", "body", "headers"])
        elif bytes(row.body_hash) != body_hash:
            raise KeyReused
    return _response(row, secret=secret, complete=complete, is_replay=not is_new)


def _claim(*, claim: dict[str, Any], body_hash: bytes, now: dt.datetime) -> tuple[StoredAnswer, bool]:
    """Return the row of this key and whether it is ours to fill."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        try:
            cursor.execute(
                """
                INSERT INTO api_storedanswer (principal, operation, key_hash, body_hash, body, headers, created_at)
                VALUES (%(principal)s, %(operation)s, %(key_hash)s, %(body_hash)s, '', '{}', %(now)s)
                ON CONFLICT (principal, operation, key_hash) DO NOTHING
                RETURNING id
                """,
                {**claim, "body_hash": body_hash, "now": now},
            )
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise KeyInFlight from error
            raise
        is_new = cursor.fetchone() is not None
        cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    return StoredAnswer.objects.get(**claim), is_new


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


def _response(row: StoredAnswer, *, secret: str, complete: Completion | None, is_replay: bool) -> HttpResponse:
    text = row.body if complete is None else _written(complete(json.loads(row.body), secret))
    headers = {**row.headers, **({"Idempotent-Replayed": "true"} if is_replay else {})}
    return HttpResponse(text, status=row.status, content_type="application/json", headers=headers)
