"""Bodies as they come in: bounded, strict JSON, and every text in Unicode normal form C."""

import codecs
import json
import unicodedata
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.http import HttpRequest
from rest_framework.parsers import BaseParser

from api.errors import Fault, Invalid, TooLarge
from api.language import said

USUAL_LIMIT = 1024 * 1024
SPARE = 100
"""Calls. What is read is looked at later from further down than here, and must not be too deep for that."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_READER = json.JSONDecoder(parse_constant=_refuse_constant)


class StrictJSONParser(BaseParser):
    """JSON of RFC 8259 without the freedoms: no NaN, no NUL, no lone surrogate, not deeper than the parser goes.

    A view sets `max_body` (bytes) when it takes more than 1 MiB. The bytes as received stay on the request as
    `raw_body`, for those who keep them.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the document; raises TooLarge or Invalid."""
        context = parser_context or {}
        raw = read_bounded(stream, limit=getattr(context.get("view"), "max_body", USUAL_LIMIT))
        if "request" in context:
            context["request"].raw_body = raw
        return json_of(raw)


def read_bounded(stream: IO[bytes], *, limit: int) -> bytes:
    """Read at most `limit` bytes; raises TooLarge when there are more, Invalid when fewer came than announced."""
    length = str(getattr(stream, "META", {}).get("CONTENT_LENGTH") or "0")
    announced = int(length) if length.isdecimal() else 0
    if announced > limit:
        raise TooLarge(limit)
    raw = stream.read(limit + 1)
    sent: Any = stream
    if isinstance(sent, HttpRequest):
        sent._body = raw  # noqa: SLF001 - to be read again where the request begins anew (Note [Going ahead])
    if len(raw) > limit:
        raise TooLarge(limit)
    if len(raw) < announced:
        detail = said("Nội dung bị cắt ngang; chưa có gì được ghi.", "The body was cut off; nothing was written.")
        raise Invalid([Fault("pointer", "", "cut_off", str(detail))])
    return raw


def json_of(raw: bytes) -> Any:
    """Return the document in normal form C; raises Invalid with code `malformed_json` or `bad_text`."""
    document = document_of(raw)
    if b"\x00" in raw or b"\\u0000" in raw or b"\\ud" in raw.lower():
        try:
            refuse_bad_text(document, "")
        except RecursionError as error:
            raise _malformed(error) from error
    return document


def document_of(raw: bytes) -> Any:
    """Return the document in normal form C, its texts not yet looked at; raises Invalid with code `malformed_json`.

    A byte order mark is passed over, as RFC 8259, section 8.1 lets a reader do.
    """
    try:
        text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        document = _read(text, below=SPARE if text.count("[") + text.count("{") > SPARE else 0)
        is_normal = "\\u" not in text and unicodedata.is_normalized("NFC", text)
        return document if is_normal else _normal(document)
    except (ValueError, RecursionError) as error:
        raise _malformed(error) from error


def _read(text: str, *, below: int) -> Any:
    """Read a text from so many calls further down: it may be nested as much less deep as Python can go."""
    return _read(text, below=below - 1) if below else _READER.decode(text)


def _malformed(error: Exception) -> Invalid:
    where = f" ({error.lineno}:{error.colno})" if isinstance(error, json.JSONDecodeError) else ""
    detail = said(f"Nội dung gửi lên không phải là JSON hợp lệ{where}.", f"The body is not valid JSON{where}.")
    return Invalid([Fault("pointer", "", "malformed_json", str(detail))])


def refuse_bad_text(value: object, pointer: str) -> None:
    """Raise Invalid at the first text that PostgreSQL could not store."""
    match value:
        case str() if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            detail = said(
                "Văn bản chứa ký tự không lưu được (NUL hoặc mã thay thế lẻ).",
                "The text holds a character that cannot be stored (NUL or a lone surrogate).",
            )
            raise Invalid([Fault("pointer", pointer, "bad_text", str(detail))])
        case dict():
            for name, inner in value.items():
                refuse_bad_text(name, f"{pointer}/?")
                refuse_bad_text(inner, f"{pointer}/{name}")
        case list():
            for index, inner in enumerate(value):
                refuse_bad_text(inner, f"{pointer}/{index}")
        case _:
            pass


def _normal(value: Any) -> Any:
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case dict():
            return {_normal(name): _normal(inner) for name, inner in value.items()}
        case list():
            return [_normal(inner) for inner in value]
        case _:
            return value
