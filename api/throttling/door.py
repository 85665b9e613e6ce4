"""Who is known to be refused is refused before anything else is done for him: in a flood that is most of the work."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from api.errors import ChallengeRequired, TooManyRequests
from api.problems import refusal
from api.throttling.throttles import refuse_known

Next = Callable[[HttpRequest], HttpResponse]


class DoorMiddleware:
    """Before a citizen's request is read, see whether its bucket is known to be empty (api/throttling/emptied.py)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Refuse, or let the operation go on; who names himself is looked up by it first."""
        operation = getattr(view, "cls", None)
        if operation is None or not operation.throttle_classes or "HTTP_AUTHORIZATION" in request.META:
            return None
        try:
            refuse_known(request, operation)
        except (TooManyRequests, ChallengeRequired) as error:
            return refusal(error)
        return None
