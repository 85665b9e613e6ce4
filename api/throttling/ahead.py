"""Who may very likely be let in goes ahead, with what lets him in, in one round trip."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.db import ProgrammingError
from django.http import HttpRequest
from rest_framework.request import Request

from procedures.prepared import Prepared, ahead, told_ahead

# Note [Going ahead]
# To ask first whether somebody may ask costs a round trip of every request, and nearly everybody may. So who was let in
# before, and a citizen, goes ahead: his request is worked on, and what lets him in (his token is live, nothing of what
# is known of him has changed, his buckets hold one) is committed in the same message as the first that his request asks
# of the database, ahead of it. Where that is refused PostgreSQL does nothing of the rest, and the request is begun anew
# in the other way, in which he is asked for first and told what is wrong. A request that ends without having asked
# anything is let in by itself before it is answered. So nothing is read, written or answered for who is not let in, and
# a token that is revoked is worth nothing from that instant.


class RefusedAheadError(Exception):
    """Who went ahead was not let in, and nothing of what he asks is done. No room takes this for its own error."""


def let_go_ahead(statement: Prepared, values: Mapping[str, Any]) -> bool:
    """Let the statement that lets somebody in go ahead of what he asks; return False where nothing can go ahead."""
    try:
        return ahead(statement, values, refused=RefusedAheadError)
    except ProgrammingError:  # it cannot be prepared, as before its migration
        return False


def may_go_ahead(request: Request) -> bool:
    """Tell whether a request may go ahead: every one at first (api.endpoint)."""
    return getattr(request._request, "may_go_ahead", False)  # noqa: SLF001


def go_ahead(request: Request, *, per_minute: int) -> None:
    """Note that what lets a request in goes ahead of what it asks; `per_minute` is the allowance it is taken from."""
    request._request.ahead_of = per_minute  # type: ignore[attr-defined]  # noqa: SLF001


def goes_ahead(request: Request) -> bool:
    """Tell whether what lets this request in goes ahead of what it asks."""
    return getattr(request._request, "ahead_of", None) is not None  # noqa: SLF001


def be_asked_for(request: HttpRequest) -> None:
    """Let a request that was refused ahead be asked for first, and its body be read as it came, whole or not."""
    sent: Any = request
    sent.may_go_ahead, sent.ahead_of = False, None
    if sent._read_started:  # noqa: SLF001 - as is all that Django and DRF have of a body
        sent._stream, sent._read_started = BytesIO(getattr(sent, "_body", b"")), False  # noqa: SLF001


def let_in(request: Request) -> None:
    """See that a request that went ahead was let in, and leave for the answer what is left.

    Raises RefusedAheadError.
    """
    sent: Any = request._request  # noqa: SLF001
    if goes_ahead(request) and (left := told_ahead()) and not hasattr(sent, "rate_limit"):
        sent.rate_limit = (sent.ahead_of, int(float(left)), 0)
