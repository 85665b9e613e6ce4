"""Bearer tokens: 256 random bits, known only by their digest, looked up at every request: revocation is instant."""

import datetime as dt
import hashlib
import secrets

from api.access.models import AccessToken, Account, ApiClient
from api.principals import Principal

LIFETIME = dt.timedelta(hours=1)
PREFIX = "pv_"


def digest_of(credential: str) -> bytes:
    """Return the SHA-256 of a credential of at least 256 random bits (nothing slower is needed for those)."""
    return hashlib.sha256(credential.encode()).digest()


def issue(
    *, scopes: list[str], now: dt.datetime, client: ApiClient | None = None, account: Account | None = None
) -> str:
    """Store a new token's digest and return the token, this once."""
    token = PREFIX + secrets.token_urlsafe(32)
    AccessToken.objects.create(
        digest=digest_of(token), client=client, account=account, scopes=scopes, issued_at=now, expires_at=now + LIFETIME
    )
    return token


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
