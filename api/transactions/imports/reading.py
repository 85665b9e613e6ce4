"""From a row of a file to a message; a CSV row is kept as the JSON of its cells, so that it can be read again."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from api.errors import Invalid
from api.parsing import json_of, refuse_bad_text
from api.transactions import reading
from api.transactions.imports.cells import document_of
from api.transactions.imports.columns import POINTERS, column_called
from procedures.errors import RowFault
from procedures.imports.rules import Layout, Row
from procedures.transactions.services import IncomingMessage

VIA = "import"
_CELLS = "csv"
_OF_OURS = {"dossier_code": "dossier_code", "procedure_code": "procedure", "steps/0/unit_code": "step_unit"}
_OF_OURS |= {f"{name}_code": name for name in ("receiving_unit", "settling_unit")}
_CODES = {"offset": "instant_of_file", "no_such_instant": "instant_of_file"}


def read_row(row: Row, layout: Layout | None, now: dt.datetime) -> IncomingMessage:
    """Read a row of a file."""
    if row.fault:
        return IncomingMessage(row.raw, faults=(RowFault("", row.fault),))
    if layout is None:
        return _read_json(row.raw, now)
    cells = dict(zip(map(_named, layout.columns), row.cells, strict=True))
    return _read_cells(cells, json.dumps({_CELLS: cells}, ensure_ascii=False).encode(), now)


def _named(column: str) -> str:
    """Return the contract's name of a column, so that a kept row can be read without its file's head."""
    known = column_called(column)
    return known.name if known else column


def read_again(raw: bytes, dossier_code: str, now: dt.datetime) -> IncomingMessage:
    """Read a kept row again."""
    try:
        document = json_of(raw)
    except Invalid:
        return _read_json(raw, now)
    if isinstance(document, dict) and set(document) == {_CELLS} and isinstance(document[_CELLS], dict):
        return _read_cells(document[_CELLS], raw, now)
    return _read_json(raw, now)


def _read_json(raw: bytes, now: dt.datetime) -> IncomingMessage:
    try:
        return reading.read_row(json_of(raw), raw, now=now)
    except Invalid as error:
        return reading.unreadable(raw, error)


def _read_cells(cells: dict[str, str], raw: bytes, now: dt.datetime) -> IncomingMessage:
    try:
        refuse_bad_text(cells, "")
    except Invalid as error:
        return reading.unreadable(raw, error, dossier_code=cells.get("dossier_code", ""))
    document = document_of(cells)
    message = _read_document(document, raw, now)
    faults = tuple(_as_in_the_file(fault) for fault in message.faults)
    pointers = {ours: f"/{column}" for ours, column in _OF_OURS.items()}
    return replace(message, faults=faults, pointers=pointers)


def _read_document(document: dict[str, Any], raw: bytes, now: dt.datetime) -> IncomingMessage:
    """Read a state with its step, or a row that tells a step and nothing else."""
    if set(document) == {"dossier_code", "steps"}:
        steps = {"steps": document["steps"]}
        return reading.read_steps(steps, raw, dossier_code=str(document["dossier_code"]), now=now)
    return reading.read_row(document, raw, now=now)


def _as_in_the_file(fault: RowFault) -> RowFault:
    return RowFault(POINTERS.get(fault.pointer, fault.pointer), _CODES.get(fault.code, fault.code), fault.value)
