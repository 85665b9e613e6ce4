"""The portal's handshake: user name and password for a session, which then travels in the envelope."""

import datetime as dt

from django.utils.timezone import now
from rest_framework.request import Request

from api.access import tokens
from api.access.authentication import BearerAuthentication
from api.access.services.clients import token_for
from api.adapters.dvcqg.parsing import Body
from api.errors import Unauthenticated
from api.principals import Principal


class SessionAuthentication(BearerAuthentication):
    """An Authorization header, or else the `session` of the envelope: both hold an access token."""

    def authenticate(self, request: Request) -> tuple[Principal, str | None] | None:
        """Return the principal; raises Unauthenticated for a header or session that names nobody."""
        if "Authorization" in request.headers:
            return super().authenticate(request)
        body = request.data
        session = body.document.get("session") if isinstance(body, Body) and isinstance(body.document, dict) else None
        if not isinstance(session, str) or not session.startswith(tokens.PREFIX):
            raise Unauthenticated
        principal = tokens.principal_of(session, now=now())
        if principal is None:
            raise Unauthenticated
        return principal, None


def session_for(*, username: str, password: str, now: dt.datetime) -> str | None:
    """Return a new session for a client's id and secret, or None when they do not belong together."""
    return token_for(client_id=username, secret=password, now=now)
