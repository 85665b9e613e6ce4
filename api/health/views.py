"""Whether the service lives, is ready, and how it does."""

from http import HTTPStatus

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import PUBLIC, Endpoint
from api.health.measures import exposition
from api.health.readiness import remembered

ADOPT = "the events were restored from another server: run `manage.py adopt_feed`"


class Alive(Endpoint):
    """The process answers."""

    scopes = {"GET": PUBLIC}
    authentication_classes = ()
    throttle_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Answer 200 without touching the database."""
        return Response({"status": "alive"})


class Ready(Endpoint):
    """The service can do its work."""

    scopes = {"GET": PUBLIC}
    authentication_classes = ()
    throttle_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Answer 200 or 503, with what is missing."""
        state = remembered.get()
        body = {"status": "ready" if state.is_ready else "not ready", **vars(state)}
        if state.database and not state.feed:
            body["to_do"] = ADOPT
        return Response(body, status=HTTPStatus.OK if state.is_ready else HTTPStatus.SERVICE_UNAVAILABLE)


class Metrics(Endpoint):
    """Counters for Prometheus. Keep it behind the proxy: it is told to whoever reaches it."""

    scopes = {"GET": PUBLIC}
    authentication_classes = ()
    throttle_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """Answer all processes' counters in the text format."""
        body, media_type = exposition()
        return HttpResponse(body, content_type=media_type)
