"""Whose bucket a request is taken from."""

import datetime as dt
import ipaddress

from django.conf import settings
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.errors import TooManyRequests
from api.principals import Operation, caller
from api.throttling.buckets import take
from procedures.secrecy import keyed_hash


class BucketThrottle(BaseThrottle):
    """Machines and people by who they are; citizens by network, unlinkable from one day to the next."""

    def allow_request(self, request: Request, view: Operation) -> bool:  # type: ignore[override]
        """Return True; raises TooManyRequests."""
        _take_from_own(request, 1, kind=getattr(view, "throttle_kind", None))
        return True


def require_more(request: Request, count: int) -> None:
    """Take `count` further requests from the caller's own bucket, all or none; raises TooManyRequests."""
    if count > 0:
        _take_from_own(request, count)


def _take_from_own(request: Request, count: int, *, kind: str | None = None) -> None:
    principal = caller(request)
    kind = kind or (principal.kind if principal else "citizen")
    per_minute = (principal.rate_limit if principal else None) or settings.RATE_LIMITS[kind]
    name = principal.id if principal else f"{kind}:{network_of(request)}:{_today()}"
    is_allowed, left, wait = take(key=keyed_hash("throttle", f"{kind}:{name}"), per_minute=per_minute, count=count)
    request._request.rate_limit = (per_minute, left, wait)  # type: ignore[attr-defined]  # noqa: SLF001
    if not is_allowed:
        raise TooManyRequests(wait)


def require_allowance(*, kind: str, name: str) -> None:
    """Take one from a further bucket, that of what a request is about; raises TooManyRequests."""
    per_minute = settings.RATE_LIMITS[kind]
    is_allowed, _left, wait = take(key=keyed_hash("throttle", f"{kind}:{name}"), per_minute=per_minute)
    if not is_allowed:
        raise TooManyRequests(wait)


def network_of(request: Request) -> str:
    """Return the /24 or /56 the request came from, as the trusted proxies report it; what others claim is ignored."""
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    reported = hops[-settings.TRUSTED_PROXIES] if 0 < settings.TRUSTED_PROXIES <= len(hops) else ""
    try:
        address = ipaddress.ip_address(reported or request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    width = 24 if address.version == 4 else 56  # noqa: PLR2004 - IP versions
    return str(ipaddress.ip_network(f"{address}/{width}", strict=False))


def _today() -> str:
    return now().astimezone(dt.UTC).date().isoformat()
