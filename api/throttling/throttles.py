"""Whose bucket a request is taken from."""

import math
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.errors import ChallengeRequired, TooManyRequests
from api.principals import Operation, Principal, caller
from api.throttling import emptied
from api.throttling.ahead import go_ahead, goes_ahead, may_go_ahead
from api.throttling.buckets import Taken, bucket_of, take, take_both, take_both_ahead, take_soon
from api.throttling.networks import bucket_of_network
from api.throttling.proof import SENT_AS, admits, new_challenge
from procedures.secrecy import keyed_hash, standing_hash

JUNK_COST = 10
"""What a citizen's refused rating costs the bucket of all: ten times one that was good, so that 120 guesses a minute
bring on the challenge where 1,200 honest ratings do."""


class BucketThrottle(BaseThrottle):
    """Machines and people by who they are; citizens by network, unlinkable from one day to the next.

    Who showed a token of ours was asked for by it and taken from his bucket at once (api.access.tokens), or goes ahead,
    as do citizens who send in (Note [Going ahead]).

    What citizens send in (`challenged` of the view) is taken from a bucket of all citizens as well; when that is empty,
    who solved a challenge is let in, and nobody else.
    """

    def allow_request(self, request: Request, view: Operation) -> bool:  # type: ignore[override]
        """Return True; raises TooManyRequests, ChallengeRequired."""
        if goes_ahead(request):
            return True
        kind = getattr(view, "throttle_kind", None)
        taken = getattr(request._request, "taken", None) if kind is None else None  # noqa: SLF001
        if taken is not None:
            _hold_to(request, taken)
        elif caller(request) is not None or request.method not in getattr(view, "challenged", ()):
            _take_from_own(request, 1, kind=kind)
        elif proof := request.META.get(SENT_AS, ""):
            _take_from_own(request, 1, kind=kind)
            if not admits(proof, route=_route_of(request)):
                raise _challenge(request)
            request._request.is_proven = True  # type: ignore[attr-defined]  # noqa: SLF001
        else:
            _take_from_both(request)
        return True


def refuse_known(request: HttpRequest, view: Operation) -> None:
    """Refuse a citizen whose bucket is known to be empty, without asking anybody; raises as the throttle does."""
    kind = getattr(view, "throttle_kind", None) or "citizen"
    if wait := emptied.wait_of(bucket_of_network(request, kind=kind)):
        _tell(request, settings.RATE_LIMITS[kind], Taken(is_allowed=False, left=0, wait=wait))
        raise TooManyRequests(math.ceil(wait))
    is_challenged = request.method in getattr(view, "challenged", ()) and SENT_AS not in request.META
    if is_challenged and emptied.wait_of(_public()):
        raise ChallengeRequired(new_challenge(route=_route_of(request)))


def require_more(request: Request, count: int) -> None:
    """Take `count` further requests from the caller's own bucket, all or none.

    From a citizen who did no work as many from the bucket of all. Raises TooManyRequests, ChallengeRequired.
    """
    if count > 0:
        _take_from_own(request, count)
        is_free = caller(request) is not None or getattr(request._request, "is_proven", False)  # noqa: SLF001
        if not is_free and not _take_public(count).is_allowed:
            raise _challenge(request)


def charge_junk(request: Request, *, count: int = 1) -> None:
    """Let refused ratings of a citizen cost the bucket of all; it asks nothing of the sender."""
    if caller(request) is None:
        for _ in range(count):
            _take_public(JUNK_COST - 1)


def require_allowance(*, kind: str, name: str) -> None:
    """Take one from a further bucket, that of what a request is about; raises TooManyRequests."""
    taken = take(key=keyed_hash("throttle", f"{kind}:{name}"), per_minute=settings.RATE_LIMITS[kind])
    if not taken.is_allowed:
        raise TooManyRequests(math.ceil(taken.wait))


def require_allowances_soon(*, kind: str, counts: Mapping[str, int]) -> None:
    """Take from several, by name, with whatever is asked next or with the commit; these raise TooManyRequests.

    All is taken or none. More than a full bucket holds empties it: otherwise it could never be had.
    How long is to be waited is told by what the emptiest bucket takes to hold as many as are wanted of one.
    """
    per_minute = settings.RATE_LIMITS[kind]
    wanted = {name: min(count, per_minute) for name, count in counts.items()}
    refused = TooManyRequests(math.ceil(max(wanted.values(), default=0) * 60 / per_minute))
    for name, count in wanted.items():
        take_soon(key=keyed_hash("throttle", f"{kind}:{name}"), per_minute=per_minute, count=count, refused=refused)


def _take_from_own(request: Request, count: int, *, kind: str | None = None) -> None:
    principal = caller(request)
    kind = kind or (principal.kind if principal else "citizen")
    key = (
        bucket_of(f"{kind}:{principal.id}") if principal
        else bucket_of_network(request._request, kind=kind)  # noqa: SLF001
    )  # fmt: skip
    _hold_to(request, take(key=key, per_minute=_allowance(principal, kind), count=count), kind=kind)


def _allowance(principal: Principal | None, kind: str) -> int:
    own = principal.rate_limit if principal else None
    per_minute: int = own or settings.RATE_LIMITS[kind]
    return per_minute


def _hold_to(request: Request, taken: Taken, *, kind: str | None = None) -> None:
    """Tell what is left of the caller's own bucket; raises TooManyRequests where it was refused."""
    principal = caller(request)
    per_minute = _allowance(principal, kind or (principal.kind if principal else "citizen"))
    _tell(request._request, per_minute, taken)  # noqa: SLF001
    if not taken.is_allowed:
        raise TooManyRequests(math.ceil(taken.wait))


def _take_from_both(request: Request) -> None:
    limits = settings.RATE_LIMITS
    key = bucket_of_network(request._request, kind="citizen")  # noqa: SLF001
    both: dict[str, Any] = {
        "key": key, "per_minute": limits["citizen"], "shared": _public(), "shared_per_minute": limits["public"],
    }  # fmt: skip
    if may_go_ahead(request) and take_both_ahead(**both):
        go_ahead(request, per_minute=limits["citizen"])
        return
    own, public = take_both(**both)
    _tell(request._request, limits["citizen"], own)  # noqa: SLF001
    if not own.is_allowed:
        raise TooManyRequests(math.ceil(own.wait))
    if public is not None and not public.is_allowed:
        raise _challenge(request)


def _take_public(count: int) -> Taken:
    return take(key=_public(), per_minute=settings.RATE_LIMITS["public"], count=count)


def _public() -> bytes:
    return standing_hash("throttle", "public:")


def _challenge(request: Request) -> ChallengeRequired:
    return ChallengeRequired(new_challenge(route=_route_of(request)))


def _route_of(request: Request | HttpRequest) -> str:
    return f"{request.method} {request.path}"


def _tell(request: HttpRequest, per_minute: int, taken: Taken) -> None:
    """Leave for the answer's headers what is left (api/transport.py)."""
    request.rate_limit = (per_minute, taken.left, math.ceil(taken.wait))  # type: ignore[attr-defined]
