"""The portal's handshake: user name and password for a session, which then travels in the envelope."""

import datetime as dt
from typing import Any

from rest_framework.request import Request

from api.access import tokens
from api.access.authentication import BearerAuthentication, admit
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
        session = _envelope(request).get("session")
        if not isinstance(session, str) or not session.startswith(tokens.PREFIX):
            raise Unauthenticated
        return admit(request, session), None


def holds_session(request: Request) -> bool:
    """Tell whether a letter came in an envelope with a session, live or not, and without a header."""
    return "Authorization" not in request.headers and "session" in _envelope(request)


def _envelope(request: Request) -> dict[str, Any]:
    body = request.data
    return body.document if isinstance(body, Body) and isinstance(body.document, dict) else {}


def session_for(*, username: str, password: str, now: dt.datetime) -> str | None:
    """Return a new session for a client's id and secret, or None when they do not belong together."""
    return token_for(client_id=username, secret=password, now=now)
