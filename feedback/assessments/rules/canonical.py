"""One document, one sequence of bytes, one digest."""

import hashlib
import json
from typing import Any


def canonical(document: Any) -> str:
    """Write a document of objects with ASCII names, arrays, texts, whole numbers and truth values in the one way.

    Names are sorted, nothing is spaced, texts are UTF-8; decimals must be texts: raises TypeError at a float.

    Source: RFC 8785 (JSON Canonicalization Scheme), less its numbers, of which only whole ones occur.
    """
    _refuse_floats(document)
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hexadecimal.

    Source: our choice; FIPS 180-4.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_floats(value: Any) -> None:
    match value:
        case float():
            raise TypeError("a decimal is written as a text")
        case dict():
            for inner in value.values():
                _refuse_floats(inner)
        case list() | tuple():
            for inner in value:
                _refuse_floats(inner)
        case _:
            pass
