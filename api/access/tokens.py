"""Bearer tokens: 256 random bits, known only by their digest, looked up at every request: revocation is instant."""

import datetime as dt
import hashlib
import secrets

from api.access.models import AccessToken, Account, ApiClient
from api.principals import Principal

LIFETIME = dt.timedelta(hours=1)
PREFIX = "pv_"


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


def owner_of(token: str) -> ApiClient | None:
    """Return the machine that a token was given to, or None."""
    row = AccessToken.objects.select_related("client").filter(digest=digest_of(token)).first()
    return row.client if row else None


def principal_of(token: str, *, now: dt.datetime) -> Principal | None:
    """Return who holds a token, or None when it is unknown, expired, revoked or its holder was switched off."""
    row = (
        AccessToken.objects.select_related("client", "account")
        .filter(digest=digest_of(token), expires_at__gt=now, revoked_at__isnull=True)
        .first()
    )
    if row is None:
        return None
    return principal_of_client(row.client, row.scopes) if row.client else principal_of_account(row.account, row.scopes)


def principal_of_client(client: ApiClient, granted: list[str]) -> Principal | None:
    """Return the machine as a caller: what it was granted and still has."""
    if not client.is_active:
        return None
    return Principal(
        kind="client",
        id=f"client:{client.client_id}",
        scopes=frozenset(granted) & frozenset(client.scopes),
        boundary=client.boundary_id,
        source=client.source,
        is_trusted_counter=client.is_trusted_counter,
        rate_limit=client.rate_limit,
    )


def principal_of_account(account: Account | None, granted: list[str] | None = None) -> Principal | None:
    """Return the person as a caller: what he was granted and still has."""
    if account is None or not account.is_active:
        return None
    scopes = frozenset(account.scopes)
    return Principal(
        kind="person",
        id=f"person:{account.id}",
        scopes=scopes if granted is None else scopes & frozenset(granted),
        boundary=account.boundary_id,
        official=account.official_id,
    )


def forget_expired(*, now: dt.datetime) -> int:
    """Delete the tokens that expired a day ago or earlier; return how many."""
    deleted, _ = AccessToken.objects.filter(expires_at__lt=now - dt.timedelta(days=1)).delete()
    return deleted
