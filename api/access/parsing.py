"""Forms, which only the OAuth operations take (RFC 6749, appendix B)."""

from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import parse_qsl

from rest_framework.parsers import BaseParser

from api.errors import Fault, Invalid
from api.parsing import read_bounded

LONGEST_FORM = 16 * 1024
MOST_FIELDS = 50


class StrictFormParser(BaseParser):
    """A short form in UTF-8, each field once (RFC 6749, 3.2); empty fields count as absent."""

    media_type = "application/x-www-form-urlencoded"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, str]:
        """Return the fields; raises TooLarge or Invalid."""
        raw = read_bounded(stream, limit=LONGEST_FORM)
        try:
            pairs = parse_qsl(raw.decode("utf-8"), errors="strict", max_num_fields=MOST_FIELDS)
        except ValueError as error:
            raise _refused("malformed_form") from error
        if len({name for name, _ in pairs}) < len(pairs):
            raise _refused("repeated_field")
        return dict(pairs)


def _refused(code: str) -> Invalid:
    return Invalid([Fault("pointer", "", code, "A parameter is malformed or given twice.")])
