"""What kind of letter came: its shape, what it asks for, and the rows in it."""

import json
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from api.adapters.dvcqg.parsing import Body, rows_as_received
from api.adapters.dvcqg.rows import Row
from api.errors import Invalid
from api.parsing import refuse_bad_text


class Shape(Enum):
    """How a sender wraps its rows, see Note [Whose shape]."""

    ENVELOPE = "envelope"
    LIST = "list"
    OBJECT = "object"
    NEWER_PORTAL = "newer_portal"


class Service(Enum):
    """What a letter asks for, by the name that the envelope gives it."""

    DOSSIERS = "DongBoHoSoMC"
    PROGRESS = "CapNhatTienDoHoSoMC"
    LOOKUP = "TraCuuHoSo"


@dataclass(frozen=True)
class Sheet:
    """One row of a letter, with its text as received."""

    row: Row
    raw: bytes


@dataclass(frozen=True)
class Letter:
    """A body understood as far as its rows.

    `unreadable` is why there are none, by a code of `answers`, and `document` then the whole, without the session.
    """

    shape: Shape
    service: Service
    sheets: tuple[Sheet, ...] = ()
    dossier_code: str = ""
    unreadable: str = ""
    document: bytes = b""


def letter_of(body: Body | Any, *, address: Service) -> Letter:
    """Return the letter; never raises. The envelope's `service` wins over the address it was sent to."""
    document = body.document if isinstance(body, Body) else body
    letter = _read(body, document, address)
    return replace(letter, document=_without_session(document)) if letter.unreadable else letter


def _without_session(document: Any) -> bytes:
    """Return a document that will be kept: a session is a key, and nothing that opens a door is kept."""
    told = (
        {name: value for name, value in document.items() if name != "session"}
        if isinstance(document, dict)
        else document
    )
    return json.dumps(told, ensure_ascii=False).encode(errors="replace")


def _read(body: Body | Any, document: Any, address: Service) -> Letter:
    match document:
        case list():
            shape = Shape.NEWER_PORTAL if any(map(_is_of_newer_portal, document)) else Shape.LIST
            return _with_rows(Letter(shape, address), document, body.text)
        case {"data": _} | {"service": _} | {"session": _}:
            return _envelope(document, body.text, address)
        case dict() if document:
            shape = Shape.NEWER_PORTAL if _is_of_newer_portal(document) else Shape.OBJECT
            return _with_rows(Letter(shape, address), [document], body.text)
        case _:
            return Letter(Shape.ENVELOPE, address, unreadable="no_rows")


def _envelope(document: dict[str, Any], text: str, address: Service) -> Letter:
    name = document.get("service") or address.value
    service = next((one for one in Service if one.value == name), None)
    if service is None:
        return Letter(Shape.ENVELOPE, address, unreadable="unknown_service")
    if service is Service.LOOKUP:
        code = document.get("mahoso")
        asked = Row({"mahoso": code}).text("mahoso") if isinstance(code, str) else ""
        return Letter(Shape.ENVELOPE, service, dossier_code=asked, unreadable="" if asked else "no_code")
    rows = document.get("data")
    if not isinstance(rows, list):
        return Letter(Shape.ENVELOPE, service, unreadable="data_is_no_list")
    return _with_rows(Letter(Shape.ENVELOPE, service), rows, text)


def _with_rows(letter: Letter, rows: list[Any], text: str) -> Letter:
    if not rows:
        return Letter(letter.shape, letter.service, unreadable="no_rows")
    received = rows_as_received(text)
    sheets = tuple(sheet_of(item, raw) for item, raw in zip(rows, received, strict=True))
    return Letter(letter.shape, letter.service, sheets)


def sheet_of(item: Any, raw: str) -> Sheet:
    """Return one element of a list, with its text as received, as a row; what is no row has its fault."""
    row = Row(item if isinstance(item, dict) else {})
    if not isinstance(item, dict):
        row.fault("", "wrong_type")
    elif "\\u" in raw:
        try:
            refuse_bad_text(item, "")
        except Invalid as refusal:
            row.fault(refusal.faults[0].name.removeprefix("/"), "bad_text")
    return Sheet(row, raw.encode())


def _is_of_newer_portal(item: Any) -> bool:
    return isinstance(item, dict) and ("IDHoSo" in item or "IdHoSo" in item)
