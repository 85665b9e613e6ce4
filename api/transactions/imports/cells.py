"""From the cells of a CSV row to the contract's document: instants, words and numbers as senders write them.

What cannot be understood stays as it was written, and the contract's own shape refuses it.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import TextChoices

from api.instants import CLOSING_TIME, instant_of
from api.transactions.imports.columns import CLEARS, Kind, column_called
from procedures.vocabulary import ApplicantKind, Channel, Status
from units.rules import folded

_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}))?", re.ASCII)
_FLAGS = {"1": True, "true": True, "co": True, "x": True, "0": False, "false": False, "khong": False}


def document_of(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the document that a row's cells (by the file's own column names) say; empty cells say nothing."""
    document: dict[str, Any] = {}
    for name, cell in cells.items():
        column, text = column_called(name), unicodedata.normalize("NFC", cell.strip())
        if column is not None and text:
            _put(document, column.place.split("/"), None if text == CLEARS else _READERS[column.kind](text))
    return {**document, "steps": [document["steps"]["0"]]} if "steps" in document else document


def _put(document: dict[str, Any], place: list[str], value: Any) -> None:
    for step in place[:-1]:
        document = document.setdefault(step, {})
    document[place[-1]] = value


def _instant(text: str, *, day_means: dt.time = dt.time.min) -> str:
    try:
        moment = instant_of(_written_out(text, day_means), day_means=day_means)
    except ValueError:
        return text
    return moment.isoformat() if moment else text


def _written_out(text: str, day_means: dt.time) -> str:
    """Return a spreadsheet's way of writing an instant as one that all senders share."""
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year, hour, minute, second = found.groups()
        clock = f" {int(hour):02d}:{minute}:{second or '00'}" if hour else ""
        return f"{int(day):02d}/{int(month):02d}/{year}{clock}"
    if found := _YEAR_FIRST.fullmatch(text):
        day, clock = found.groups()
        return f"{day}T{clock or day_means.strftime('%H:%M')}:00"
    return text


def _closing(text: str) -> str:
    return _instant(text, day_means=CLOSING_TIME)


def _word_of(choices: type[TextChoices]) -> Callable[[str], str]:
    words = {str(number): str(word) for number, word in enumerate(choices.values, start=1)}
    words |= {folded(label): str(word) for word, label in choices.choices} | {str(word): str(word) for word in choices}
    return lambda text: words.get(folded(text), text)


def _flag(text: str) -> bool | str:
    return _FLAGS.get(folded(text), text)


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(10**9)) else text


_READERS: Mapping[Kind, Callable[[str], Any]] = {
    Kind.TEXT: str,
    Kind.INSTANT: _instant,
    Kind.CLOSING: _closing,
    Kind.STATUS: _word_of(Status),
    Kind.CHANNEL: _word_of(Channel),
    Kind.APPLICANT: _word_of(ApplicantKind),
    Kind.FLAG: _flag,
    Kind.NUMBER: _number,
}
