"""People of an identity provider: their tokens are checked against its published keys, their rights are ours."""

import datetime as dt
import time
from functools import lru_cache

import jwt
from django.conf import settings

from api.access.models import Account
from api.access.tokens import principal_of_account
from api.errors import IdentityProviderAway, Unauthenticated
from api.principals import Principal

ASYMMETRIC = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""What settings.OIDC_ALGORITHMS may choose from: with a shared key the provider's public key would sign tokens."""
LEEWAY = dt.timedelta(seconds=30)
PATIENCE = 3.0
"""Seconds the provider has to tell its keys."""
RESPITE = 5.0
"""Seconds it is left alone after it did not answer, so that its failure does not hold all our threads."""
KEYS_LAST = 300.0


class Keys:
    """The provider's keys, kept for five minutes; an unknown key asks anew, at most every `cooldown` seconds."""

    def __init__(self, url: str, *, cooldown: float = 30.0) -> None:
        self._client = jwt.PyJWKClient(url, lifespan=KEYS_LAST, timeout=PATIENCE, cooldown_duration=cooldown)
        self._away_until = 0.0

    def of(self, token: str) -> jwt.PyJWK:
        """Return the key that the token names; raises Unauthenticated or IdentityProviderAway."""
        if time.monotonic() < self._away_until:
            raise IdentityProviderAway
        try:
            return self._client.get_signing_key_from_jwt(token)
        except jwt.PyJWKClientConnectionError as error:
            self._away_until = time.monotonic() + RESPITE
            raise IdentityProviderAway from error
        except (jwt.PyJWTError, ValueError) as error:
            raise Unauthenticated from error


@lru_cache(maxsize=4)
def keys_at(url: str) -> Keys:
    """Return the keys of an address, shared by the threads of a process."""
    return Keys(url)


def principal_of_foreign(token: str) -> Principal:
    """Return the person whom a provider's token names; raises Unauthenticated or IdentityProviderAway.

    Issuer, audience, expiry and algorithm are ours to choose, never the token's. Rights are read from the account at
    every request, so taking them away works at once although the token lives on.
    """
    allowed = sorted(ASYMMETRIC & set(settings.OIDC_ALGORITHMS))
    if not settings.OIDC_ISSUER or _algorithm_of(token) not in allowed:
        raise Unauthenticated
    try:
        claims = jwt.decode(
            token, keys_at(settings.OIDC_JWKS_URL).of(token), algorithms=allowed, audience=settings.OIDC_AUDIENCE,
            issuer=settings.OIDC_ISSUER, leeway=LEEWAY, options={"require": ["exp", "iss", "aud", "sub"]},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError) as error:
        raise Unauthenticated from error
    subject = str(claims["sub"]).replace("\x00", "�")  # PostgreSQL cannot even be asked for a NUL
    account = Account.objects.filter(issuer=settings.OIDC_ISSUER, subject=subject).first()
    principal = principal_of_account(account)
    if principal is None:
        raise Unauthenticated
    return principal


def _algorithm_of(token: str) -> str:
    """Return what the header claims, only to refuse it before any key is fetched."""
    try:
        return str(jwt.get_unverified_header(token).get("alg"))
    except jwt.PyJWTError as error:
        raise Unauthenticated from error
