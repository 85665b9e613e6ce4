"""What every operation shares: its scope, its known parameters, its throttle."""

import unicodedata
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django.db import Error
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from api.errors import Absent, Unauthenticated
from api.filtering import StrictFilterBackend, refuse_unknown
from api.pagination import KeysetPagination
from api.principals import CITIZEN, PUBLIC, SIGNED_IN, Principal, caller
from api.printing import printed_all
from api.throttling.ahead import RefusedAheadError, be_asked_for, let_in
from api.throttling.throttles import charge_junk
from procedures.prepared import forget_ahead, forget_lost_ahead

JUNK = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""What guesses and rubbish end in; who asks too often is refused before, and 409 tells an honest double."""

_told_by: dict[type, dict[str, str]] = {}

__all__ = ["PUBLIC", "SIGNED_IN", "Endpoint", "FilteredEndpoint", "ListEndpoint"]


class Endpoint(APIView):
    """One address. `scopes` names for each method the scope it needs (PUBLIC: none); a method without one is closed.

    `query` names the parameters of a GET that is not a list; anything else in the query string is refused, or not read
    at all where `query` is None. `challenged` names the methods by which citizens send in so freely that they may be
    asked for a little work (api/throttling). What reads a body of any length as it comes may not go ahead: it could not
    begin anew.
    """

    scopes: ClassVar[Mapping[str, str]] = {}
    query: ClassVar[frozenset[str] | None] = frozenset()
    challenged: ClassVar[frozenset[str]] = frozenset()
    may_go_ahead: ClassVar[bool] = True
    throttle_kind: ClassVar[str | None] = None
    http_method_names = ["get", "head", "post", "put", "delete"]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Read names in an address as they are read in a body: NFC, and without blanks around them."""
        named = {
            name: unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value
            for name, value in kwargs.items()
        }
        answer = self._ahead(request, *args, **named)
        self._let_go(answer)
        return answer

    def _ahead(self, request: Any, *args: Any, **named: Any) -> Any:
        """Let the request go ahead, and where it is refused begin it anew (Note [Going ahead])."""
        request.may_go_ahead = self.may_go_ahead and self.throttle_kind is None
        try:
            return super().dispatch(request, *args, **named)
        except (RefusedAheadError, Error):
            if not request.may_go_ahead:
                raise
            be_asked_for(request)
            forget_ahead()
            return super().dispatch(request, *args, **named)
        finally:
            forget_ahead()

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        """Let what is looked at most be found at once: the framework looks for it in its own request first."""
        asked = super().initialize_request(request, *args, **kwargs)
        asked.__dict__ |= {"META": request.META, "method": request.method, "path": request.path}
        return asked

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Return what every answer of this address tells, worked out once."""
        told = _told_by.get(type(self))
        if told is None:
            told = _told_by[type(self)] = super().default_response_headers
        return dict(told)

    def handle_exception(self, exc: Exception) -> Any:
        """Answer what can be refused; a request that was refused ahead is begun anew instead."""
        if isinstance(exc, RefusedAheadError):
            raise exc
        if isinstance(exc, Error):
            forget_lost_ahead()
        return super().handle_exception(exc)

    def _let_go(self, answer: Any) -> None:
        """Let what was sent in go when the request is over, not when Python next looks for what holds each other."""
        if isinstance(answer, Response):
            answer.add_post_render_callback(_let_context_go)
        self.request.parser_context = {}
        del self.response
        self.__dict__.pop("head", None)  # Django's View sets its own method here

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Throttle, authenticate, authorise, then refuse unknown parameters.

        What is refused is counted too: guessing tokens costs the guesser's allowance.
        """
        self._admit(request)
        if any("\x00" in value for value in kwargs.values() if isinstance(value, str)):
            raise Absent  # no thing has such a name, and PostgreSQL could not be asked
        super().initial(request, *args, **kwargs)
        is_filtered = isinstance(self, FilteredEndpoint) and request.method == "GET"
        if self.query is not None and not is_filtered:
            refuse_unknown(request, set(self.query))

    def _admit(self, request: Request) -> None:
        try:
            request.user  # noqa: B018 - DRF authenticates when it is first asked
        except Unauthenticated:
            request.user = None  # type: ignore[assignment]
            super().check_throttles(request)
            raise
        super().check_throttles(request)

    def check_throttles(self, request: Request) -> None:
        """Do nothing: `_admit` has done it before anything could be refused."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let what a citizen sent in and what was refused cost the bucket of all."""
        let_in(request)
        answer = super().finalize_response(request, response, *args, **kwargs)
        if request.method in self.challenged and answer.status_code in JUNK:
            charge_junk(request)
        return answer

    @property
    def principal(self) -> Principal:
        """Who is calling; a citizen without an account when nobody signed in."""
        return caller(self.request) or CITIZEN


def _let_context_go(answer: Any) -> None:
    answer.renderer_context.clear()


class FilteredEndpoint(Endpoint, GenericAPIView[Any]):
    """What narrows rows by parameters: `get_queryset` (one query of a room) and `filterset_class`."""

    filter_backends = (StrictFilterBackend,)


class ListEndpoint(FilteredEndpoint):
    """A list: filtered rows by the page; `serializer_class` prints them, `ordering` is their order."""

    pagination_class = KeysetPagination
    serializer_class: type[Serializer[Any]]
    ordering: ClassVar[tuple[str, ...]] = ("id",)

    def page(self) -> Any:
        """Answer one page of the filtered rows."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(printed_all(self.serializer_class, rows or ()))
