"""Bodies of senders: strict JSON, but a byte order mark is forgiven and a bad text costs its row, not the batch."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from rest_framework.parsers import BaseParser

from api.parsing import document_of, read_bounded

LARGEST_BODY = 8 * 1024 * 1024
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Body:
    """A body read: the document in normal form C, and its text as received."""

    document: Any
    text: str


class SenderParser(BaseParser):
    """`application/json`; the document is a `Body`."""

    media_type = "application/json"

    def parse(  # type: ignore[override]  # a letter is no mapping
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Body:
        """Return the body; raises TooLarge or Invalid."""
        raw = read_bounded(stream, limit=LARGEST_BODY).removeprefix(codecs.BOM_UTF8)
        if parser_context and "request" in parser_context:
            parser_context["request"].raw_body = raw
        return Body(document_of(raw), raw.decode())


def rows_as_received(text: str) -> list[str]:
    """Return the text of each row exactly as it came: of the elements of a list, or of the list in `data`.

    One object is its own row. The text is known to be valid JSON.
    """
    start = _after_space(text, 0)
    if text[start : start + 1] == "[":
        return list(_elements(text, start))
    if text[start : start + 1] == "{":
        place = _place_of_data(text, start)
        if place is not None and text[place] == "[":
            return list(_elements(text, place))
    return [text.strip()]


def _elements(text: str, start: int) -> Iterator[str]:
    place = _after_space(text, start + 1)
    while text[place] != "]":
        _, end = _DECODER.raw_decode(text, place)
        yield text[place:end]
        place = _after_space(text, end)
        if text[place] == ",":
            place = _after_space(text, place + 1)


def _place_of_data(text: str, start: int) -> int | None:
    """Return where the value of the last member named `data` begins; the last one is what the decoder keeps."""
    found = None
    place = _after_space(text, start + 1)
    while text[place] != "}":
        name, end = _DECODER.raw_decode(text, place)
        value = _after_space(text, _after_space(text, end) + 1)
        if name == "data":
            found = value
        _, end = _DECODER.raw_decode(text, value)
        place = _after_space(text, end)
        if text[place] == ",":
            place = _after_space(text, place + 1)
    return found


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place
