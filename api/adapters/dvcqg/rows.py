"""One row of a sender's list, read leniently: numbers as texts, texts as numbers, empty or null for "not said".

What cannot be read is collected in `faults`, all of it at once; what is odd but readable in `warnings`.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from api.instants import CLOSING_TIME, instant_of
from procedures.errors import RowFault
from procedures.transactions.rules.applicants import may_be_personal

T = TypeVar("T")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_QUOTABLE = re.compile(r"[0-9:/T.+ \-]{1,40}", re.ASCII)


@dataclass
class Row:
    """The fields of one object. `place` is where it stands in its row, as a JSON pointer.

    Nothing has happened later than `latest`, if it is given: a row dated 2099 would shut out every later one.
    """

    fields: Mapping[str, Any]
    place: str = ""
    faults: list[RowFault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    latest: dt.datetime | None = None

    def has(self, name: str) -> bool:
        """Tell whether the sender's shape has this field at all."""
        return name in self.fields

    def text(self, *names: str, limit: int = 300) -> str:
        """Return the first of these fields that says something, trimmed and cut; empty when none does."""
        return next((text for text in (self._text(name) for name in names) if text), "")[:limit]

    def required(self, name: str, *, limit: int) -> str:
        """Return a text that must be there and may not be longer."""
        text = self._text(name)
        if not text:
            self.fault(name, "required")
        elif len(text) > limit:
            self.fault(name, "too_long")
        return text[:limit]

    def instant(self, name: str) -> dt.datetime | None:
        """Return when something happened, or None when it is not said."""
        moment = self._moment(name, dt.time.min)
        if moment and self.latest and moment > self.latest:
            self.fault(name, "in_future", self._text(name))
            return None
        return moment

    def due(self, name: str) -> dt.datetime | None:
        """Return by when something is due, or None when it is not said; a day ends when the office closes."""
        return self._moment(name, CLOSING_TIME)

    def code(self, values: Mapping[str, T], *names: str) -> T | None:
        """Return what a coded field means, or None when it is not said."""
        name = next((name for name in names if self._text(name)), names[0])
        text = self._text(name)
        if text and text.lower() not in values:
            self.fault(name, "unknown_code", text)
        return values.get(text.lower())

    def items(self, name: str) -> "Iterator[Row]":
        """Yield the objects of a list; null and a missing list are empty."""
        listed = self.fields.get(name)
        if listed is None or listed == "":
            return
        if not isinstance(listed, list):
            self.fault(name, "wrong_type")
            return
        for index, item in enumerate(listed):
            if isinstance(item, dict):
                yield Row(item, f"{self.place}/{name}/{index}", self.faults, self.warnings, self.latest)
            else:
                self.fault(f"{name}/{index}", "wrong_type")

    def fault(self, name: str, code: str, value: str = "") -> None:
        """Note what is wrong with a field, once; only dates and short numbers are quoted: a text may name somebody."""
        told = RowFault(f"{self.place}/{name}", code, value if _is_quotable(value) else "")
        if told not in self.faults:
            self.faults.append(told)

    def missing(self, name: str) -> None:
        """Note that a field must say something, unless it is known already why it does not."""
        if not any(told.pointer == f"{self.place}/{name}" for told in self.faults):
            self.fault(name, "required")

    def warn(self, warning: str) -> None:
        """Note what is odd, once."""
        if str(warning) not in self.warnings:
            self.warnings.append(str(warning))

    def _moment(self, name: str, day_means: dt.time) -> dt.datetime | None:
        text = self._text(name)
        try:
            return instant_of(text, day_means=day_means)
        except ValueError:
            self.fault(name, "wrong_date", text)
            return None

    def _text(self, name: str) -> str:
        match self.fields.get(name):
            case None:
                return ""
            case str() as text:
                return _UNPRINTABLE.sub("", text).strip()
            case bool() as flag:
                return str(flag).lower()
            case int() | float() as number:
                return str(number)
            case _:
                self.fault(name, "wrong_type")
                return ""


def _is_quotable(value: str) -> bool:
    return _QUOTABLE.fullmatch(value) is not None and not may_be_personal(value)
