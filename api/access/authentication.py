"""From the Authorization header to a principal."""

from django.utils.timezone import now
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from api.access.oidc import principal_of_foreign
from api.access.tokens import PREFIX, admitted, admitted_ahead
from api.errors import Unauthenticated
from api.principals import Principal
from api.throttling.ahead import go_ahead, may_go_ahead

LONGEST_HEADER = 8192


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer` with a token of ours or of the identity provider (RFC 6750). No header: a citizen."""

    def authenticate(self, request: Request) -> tuple[Principal, str | None] | None:
        """Return the principal, and the token if it is ours; raises Unauthenticated for one that names nobody."""
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        kind, _, credential = header.partition(" ")
        credential = credential.strip()
        if kind.lower() != "bearer" or len(header) > LONGEST_HEADER or not credential.isascii():
            raise Unauthenticated
        if not credential.startswith(PREFIX):
            return principal_of_foreign(credential), None
        return admit(request, credential), credential

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return 'Bearer realm="api"'


def admit(request: Request, token: str) -> Principal:
    """Return who holds a token of ours, and leave for the throttle what was taken; raises Unauthenticated.

    Who is known may go ahead: then it is taken, and he is asked for again, with what he asks (Note [Going ahead]).
    """
    at = now()
    if may_go_ahead(request) and (known := admitted_ahead(token, now=at)):
        principal, per_minute = known
        go_ahead(request, per_minute=per_minute)
        return principal
    found = admitted(token, now=at)
    if found is None:
        raise Unauthenticated
    principal, request._request.taken = found  # type: ignore[attr-defined]  # noqa: SLF001
    return principal
