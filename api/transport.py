"""What happens to every request before and after the operation: its id, its language, the headers of safety."""

import contextlib
import math
import re
import uuid
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from api.tracing import request_id, traceparent

Next = Callable[[HttpRequest], HttpResponse]
API_VERSION = "1.0.0"
MINUTE = 60
PACKED = ("application/vnd.openxmlformats-officedocument", "application/zip", "application/gzip", "image/png")
_TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class RequestIdMiddleware:
    """Give each request an id (the caller's, if it is a UUID) and a trace, and tell it in the answer."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `X-Request-Id`."""
        own = request_id.set(_uuid_of(request.META.get("HTTP_X_REQUEST_ID", "")))
        trace = request.META.get("HTTP_TRACEPARENT", "")
        parent = traceparent.set(trace if _TRACEPARENT.match(trace) else "")
        try:
            response = self.get_response(request)
            if not response.streaming and not response.content:
                response.headers.pop("Content-Type", None)  # nothing is of no kind, least of all HTML
            response["X-Request-Id"] = request_id.get()
            if traceparent.get():
                response["traceparent"] = traceparent.get()
            return response
        finally:
            request_id.reset(own)
            traceparent.reset(parent)


class SecurityHeadersMiddleware:
    """Add what Django's own middleware does not: content policy, no caching of what is not public, API version."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers set."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", _POLICY)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if request.path.startswith("/api/"):
            response.setdefault("Cache-Control", "no-store")
            response["API-Version"] = API_VERSION
        return response


class BodyMiddleware:
    """Refuse a body that did not arrive whole (config/chunked.py)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or refuse; the exception is Django's own, told by handler400."""
        if request.META.get("api.body_fault"):
            raise BadRequest("body cut off")
        return self.get_response(request)


class CompressionMiddleware(GZipMiddleware):
    """Compress what gains by it; a workbook is compressed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Answer as it is, or smaller."""
        if response.headers.get("Content-Type", "").startswith(PACKED):
            return response
        return super().process_response(request, response)


class RateLimitMiddleware:
    """Tell every caller what is left of his allowance (draft-ietf-httpapi-ratelimit-headers-11)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `RateLimit-Policy` and `RateLimit` wherever a bucket was asked."""
        response = self.get_response(request)
        if limit := getattr(request, "rate_limit", None):
            per_minute, left, wait = limit
            until_full = max(wait, math.ceil((per_minute - left) * MINUTE / per_minute))
            response["RateLimit-Policy"] = f'"default";q={per_minute};w={MINUTE}'
            response["RateLimit"] = f'"default";r={left};t={until_full}'
        return response


class TrailingSlashMiddleware:
    """Forgive one trailing slash under /api: a redirect would lose the body of a POST."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as if the slash had not been there."""
        if request.path_info.startswith("/api/") and request.path_info.endswith("/"):
            request.path_info = request.path_info[:-1]
            request.path = request.path[:-1]
        return self.get_response(request)


def _uuid_of(text: str) -> str:
    if text:
        with contextlib.suppress(ValueError):
            return str(uuid.UUID(text))
    return str(uuid.uuid4())
