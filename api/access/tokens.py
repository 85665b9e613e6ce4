"""Bearer tokens: 256 random bits, known only by their digest, looked up at every request: revocation is instant."""

import datetime as dt
import hashlib
import logging
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import Error

from api.access.models import AccessToken, Account, ApiClient
from api.principals import Principal
from api.throttling.ahead import let_go_ahead
from api.throttling.buckets import TELL_LEFT, Taken, bucket_of, name_salt, taking, taking_or_failing, told
from procedures.prepared import Prepared

log = logging.getLogger(__name__)
LIFETIME = dt.timedelta(hours=1)
PREFIX = "pv_"
_HELD = """
SELECT t.scopes AS granted, c.client_id, c.scopes AS client_scopes, c.boundary_id AS client_boundary, c.source,
       c.is_trusted_counter, c.rate_limit, a.id AS account, a.scopes AS account_scopes,
       a.boundary_id AS account_boundary, a.official_id,
       concat_ws(' ', t.xmin, t.ctid, c.xmin, c.ctid, a.xmin, a.ctid) AS version
FROM api_accesstoken t
LEFT JOIN api_apiclient c ON c.id = t.client_id LEFT JOIN api_account a ON a.id = t.account_id
WHERE t.digest = %(digest)s AND t.expires_at > %(now)s AND t.revoked_at IS NULL AND COALESCE(c.is_active, a.is_active)
"""
_BUCKET = "sha256(%(salt)s || convert_to(COALESCE('client:client:' || client_id, 'person:person:' || account), 'UTF8'))"
_ALLOWANCE = "COALESCE(NULLIF(rate_limit, 0), CASE WHEN client_id IS NULL THEN %(person)s ELSE %(client)s END)::float8"
_TAKEN = taking(
    key=_BUCKET, capacity=f"(SELECT {_ALLOWANCE} FROM holder)", count="1", source="FROM holder"  # noqa: S608 - our own words alone
)  # fmt: skip
_HOLDER = Prepared("holder_of_token", _HELD, digest="bytea", now="timestamptz")
_ADMITTED = Prepared(
    "admitted_by_token",
    f"WITH holder AS MATERIALIZED ({_HELD}), taken AS ({_TAKEN}) SELECT * FROM holder JOIN taken ON true",  # noqa: S608 - our own words alone
    digest="bytea", now="timestamptz", salt="bytea", person="int", client="int",
)  # fmt: skip
"""Asked with every request, so without the ORM: who holds a live token, what he has, and whether he may ask again.

The name of a bucket is that of api.throttling.throttles, and so is the allowance. By `version` PostgreSQL tells these
rows from what they were before any change.
"""
_OWN = f"(SELECT %(own)s FROM ({_HELD}) AS holder WHERE holder.version = %(version)s)"  # noqa: S608 - our own words alone
_AHEAD = Prepared(
    "admit_ahead",
    taking_or_failing(key=_OWN, count="1") + f"RETURNING {TELL_LEFT}",
    own="bytea", capacity="float8", digest="bytea", now="timestamptz", version="text", mark="text",
)  # fmt: skip
"""The same of somebody who is known: an error unless all that is known of him is as it was, and he has one left."""
MOST = 10_000
"""So many holders are known by a process; they are forgotten together."""
_known: dict[bytes, tuple[Principal, str]] = {}
"""Holders by the digest of their tokens, with the versions of their rows: what was true when they asked last."""


def digest_of(credential: str) -> bytes:
    """Return the SHA-256 of a credential of at least 130 random bits (nothing slower is needed for those)."""
    return hashlib.sha256(credential.encode()).digest()


def fresh_token() -> str:
    """Return a new token; it means nothing until `keep` is told of it."""
    return PREFIX + secrets.token_urlsafe(32)


def keep(
    token: str,
    *,
    scopes: list[str],
    now: dt.datetime,
    client: ApiClient | None = None,
    slot: int | None = None,
    account: Account | None = None,
) -> None:
    """Store the digest of a new token and whom it speaks for."""
    AccessToken.objects.create(
        digest=digest_of(token), client=client, slot=slot, account=account, scopes=scopes, issued_at=now,
        expires_at=now + LIFETIME,
    )  # fmt: skip


def issue(
    *,
    scopes: list[str],
    now: dt.datetime,
    client: ApiClient | None = None,
    slot: int | None = None,
    account: Account | None = None,
) -> str:
    """Store a new token's digest and return the token, this once."""
    token = fresh_token()
    keep(token, scopes=scopes, now=now, client=client, slot=slot, account=account)
    return token


def revoke(token: str, *, now: dt.datetime) -> None:
    """Make a token worthless from now on; revoking it again, or one that nobody holds, changes nothing."""
    AccessToken.objects.filter(digest=digest_of(token), revoked_at__isnull=True).update(revoked_at=now)


def revoke_of_client(client: ApiClient, *, slot: int | None = None, now: dt.datetime) -> None:
    """Make the tokens of a machine worthless: those given for one of its secrets, or all."""
    rows = AccessToken.objects.filter(client=client, revoked_at__isnull=True, expires_at__gt=now)
    (rows if slot is None else rows.filter(slot=slot)).update(revoked_at=now)


def revoke_of_account(account: Account, *, now: dt.datetime) -> None:
    """Make every token of a person worthless."""
    AccessToken.objects.filter(account=account, revoked_at__isnull=True, expires_at__gt=now).update(revoked_at=now)


def owner_of(token: str) -> ApiClient | None:
    """Return the machine that a token was given to, or None."""
    row = AccessToken.objects.select_related("client").filter(digest=digest_of(token)).first()
    return row.client if row else None


def admitted(token: str, *, now: dt.datetime) -> tuple[Principal, Taken] | None:
    """Return who holds a token, and how a request was taken from his bucket.

    None when the token is unknown, expired, revoked or its holder was switched off. When the database refuses to count,
    the request is allowed, as every other is (api.throttling.buckets).
    """
    limits = settings.RATE_LIMITS
    asked: dict[str, Any] = {"digest": digest_of(token), "now": now}
    try:
        found = _ADMITTED.rows({**asked, "salt": name_salt(), "person": limits["person"], "client": limits["client"]})
    except Error:
        found = [(*row, True, None) for row in _HOLDER.rows(asked)]
        log.warning("no rate limit while the database counts nothing")
    if not found:
        _known.pop(asked["digest"], None)
        return None
    ((granted, *row),) = found
    client, account, version, taken = row[:6], row[6:10], row[10], row[11:]
    principal = _machine(granted, *client) if client[0] else _person(granted, *account)
    per_minute = principal.rate_limit or limits[principal.kind]
    was_allowed, left = taken
    if was_allowed:
        _remember(asked["digest"], principal, version)
    else:
        _known.pop(asked["digest"], None)
    return principal, told((was_allowed, per_minute if left is None else left), per_minute=per_minute)


def admitted_ahead(token: str, *, now: dt.datetime) -> tuple[Principal, int] | None:
    """Return who held a token when it was shown last and his allowance a minute, to be asked ahead of what he asks.

    If anything of that has changed since, or nothing is left of his allowance, nothing of what he asks is done
    (Note [Going ahead]). None for who is not known, and where nothing can go ahead.
    """
    digest = digest_of(token)
    known = _known.get(digest)  # in one step: another thread may forget him meanwhile
    if known is None:
        return None
    principal, version = known
    per_minute = principal.rate_limit or settings.RATE_LIMITS[principal.kind]
    own = bucket_of(f"{principal.kind}:{principal.id}")
    values = {"own": own, "capacity": float(per_minute), "digest": digest, "now": now, "version": version}
    return (principal, per_minute) if let_go_ahead(_AHEAD, values) else None


def _remember(digest: bytes, principal: Principal, version: str) -> None:
    if len(_known) >= MOST:
        _known.clear()
    _known[digest] = principal, version


def _machine(
    granted: list[str],
    client_id: str,
    scopes: list[str],
    boundary: int | None,
    source: str,
    is_trusted_counter: bool,  # noqa: FBT001 - a column
    rate_limit: int | None,
) -> Principal:
    return Principal(
        kind="client",
        id=f"client:{client_id}",
        scopes=frozenset(granted) & frozenset(scopes),
        boundary=boundary,
        source=source,
        is_trusted_counter=is_trusted_counter,
        rate_limit=rate_limit,
    )


def principal_of_account(account: Account | None) -> Principal | None:
    """Return the person as a caller, with all his rights."""
    if account is None or not account.is_active:
        return None
    return _person(account.scopes, account.id, account.scopes, account.boundary_id, account.official_id)


def _person(
    granted: list[str], account_id: uuid.UUID, scopes: list[str], boundary: int | None, official: int | None
) -> Principal:
    return Principal(
        kind="person",
        id=f"person:{account_id}",
        scopes=frozenset(granted) & frozenset(scopes),
        boundary=boundary,
        official=official,
    )


def forget_expired(*, now: dt.datetime) -> int:
    """Delete the tokens that expired a day ago or earlier; return how many."""
    deleted, _ = AccessToken.objects.filter(expires_at__lt=now - dt.timedelta(days=1)).delete()
    return deleted
