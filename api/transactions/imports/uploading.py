"""A file in the body of a request: never read as a whole, but handed on as it comes."""

import base64
import binascii
import contextlib
import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from api.errors import Fault, Invalid
from api.language import said
from procedures.imports.services import Sent
from procedures.vocabulary import ImportFormat

STREAMED_LENGTH = "api.streamed_body"
"""The key by which config/chunked.py tells that a body comes in chunks, of unknown length."""
_MIB = 1024 * 1024
_MOST_THROWN_AWAY = 64
_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):", re.IGNORECASE)
_FORMATS: dict[str, ImportFormat | None] = {
    "text/csv": ImportFormat.CSV,
    "application/x-ndjson": ImportFormat.JSON_LINES,
    "application/gzip": None,
}


class _FileParser(BaseParser):
    """Hands the stream on."""

    def parse(  # type: ignore[override]  # a stream is no data
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> IO[bytes]:
        """Return what the file can be read from."""
        return stream


class CsvParser(_FileParser):
    """A CSV file, packed or not."""

    media_type = "text/csv"


class LinesParser(_FileParser):
    """JSON Lines, packed or not."""

    media_type = "application/x-ndjson"


class GzipParser(_FileParser):
    """Either, packed."""

    media_type = "application/gzip"


class _Nothing:
    def read(self, _size: int) -> bytes:
        return b""


def sent_by(request: Request) -> Sent:
    """Return the file of a request; raises Invalid for a Content-Digest that is none (RFC 9530)."""
    stream = request.data if hasattr(request.data, "read") else _Nothing()
    length = request.META.get("CONTENT_LENGTH", "")
    is_known = length.isdecimal() and not request.META.get(STREAMED_LENGTH)
    return Sent(
        stream=stream,
        most=settings.LARGEST_IMPORT_MIB,
        format=_FORMATS.get((request.content_type or "").partition(";")[0].strip().lower()),
        length=int(length) if is_known else None,
        sha256=_digest_of(request),
    )


def let_pass(sent: Sent) -> None:
    """Read on for a while: closed in the middle of its sending, a client would never read the refusal."""
    with contextlib.suppress(Exception):
        for _ in range(_MOST_THROWN_AWAY):
            if not sent.stream.read(_MIB):
                return


def _digest_of(request: Request) -> str:
    header = request.headers.get("Content-Digest", "")
    if not header:
        return ""
    with contextlib.suppress(binascii.Error):
        if found := _DIGEST.search(header):
            return base64.b64decode(found[1], validate=True).hex()
    text = said("Viết sha-256=:…: với SHA-256 dạng base64 (RFC 9530).", "Write sha-256=:…: in base64 (RFC 9530).")
    raise Invalid([Fault("header", "Content-Digest", "invalid", str(text))])
