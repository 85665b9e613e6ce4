"""Whether the service lives, is ready, and how it does."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import PUBLIC, Endpoint


class Alive(Endpoint):
    """The process answers."""

    scopes = {"GET": PUBLIC}
    throttle_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Answer 200 without touching the database."""
        return Response({"status": "alive"})
