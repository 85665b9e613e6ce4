"""Answers as they go out: JSON of RFC 8259."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
_ESCAPED = {"\u2028".encode(): rb"\u2028", "\u2029".encode(): rb"\u2029"}
_otherwise = JSONEncoder().default


class QuickJSONRenderer(JSONRenderer):
    """Writes what JSONRenderer writes, byte for byte (tests/http/test_rendering.py), in a tenth of its time."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the document; whoever asks for an indent, and what is too large a number, waits for JSONRenderer."""
        context = renderer_context or {}
        if data is None or self.get_indent(accepted_media_type or "", context) is not None:
            return bytes(super().render(data, accepted_media_type, context))
        try:
            text = orjson.dumps(data, default=_otherwise, option=_OPTIONS)
        except orjson.JSONEncodeError:
            return bytes(super().render(data, accepted_media_type, context))
        for separator, escaped in _ESCAPED.items():
            text = text.replace(separator, escaped)
        return text


_WRITER = QuickJSONRenderer()


def answered(
    request: Request, body: Mapping[str, Any], *, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return a document as an answer that is written already: the framework's own is a template that waits for it.

    For what is asked most; the bytes are the same.
    """
    text = _WRITER.render(body, str(request.accepted_media_type), {})
    return HttpResponse(text, status=status, content_type=_WRITER.media_type, headers=headers)


class QuickNegotiation(DefaultContentNegotiation):
    """Django REST framework's own, which takes long to find that whoever takes anything is given what we have.

    And to find that what is sent as JSON is read as JSON.
    """

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Return what reads the body; None where nothing does."""
        exact = next((parser for parser in parsers if parser.media_type == request.content_type), None)
        return exact or super().select_parser(request, parsers)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return how to answer, and as what; raises NotAcceptable."""
        if request.META.get("HTTP_ACCEPT", "*/*") == "*/*":
            first = next(iter(renderers))
            return first, str(first.media_type)
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen
