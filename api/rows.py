"""Rows of a batch, each read and refused by itself."""

from collections.abc import Container, Iterable
from dataclasses import replace
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from api.errors import Fault
from api.shapes import Shape, shape_of


class Row(serializers.JSONField):
    """A row of a batch: whatever it is, `null` too, it is read by itself, and refused by itself.

    It came as JSON: the framework would write it again to see whether it is, and refuse all rows for one with 1e400.
    """

    def run_validation(self, data: Any = empty) -> Any:
        """Return it as it came."""
        return data


def as_declared(faults: Iterable[Fault], shape: type[Shape], *, ours: Container[str] = ()) -> list[Fault]:
    """Return faults of an object at places that its shape declares: what is kept of them repeats no made-up name.

    A field that the contract does not know is told as a fault of what holds it, and several of them once: a name or a
    telephone number may have been typed for one. Faults whose code is `ours` name a place from our own data and stay.
    """
    told: list[Fault] = []
    for one in faults:
        known = one if one.code in ours else replace(one, name=_declared(one.name, shape_of(shape)))
        if known not in told:
            told.append(known)
    return told


def _declared(pointer: str, holder: Any) -> str:
    """Return as much of a pointer as the fields of a shape, and of those within it, account for."""
    known = ""
    for step in pointer.split("/")[1:]:
        holder = getattr(holder, "fields", {}).get(step)
        if holder is None:
            break
        known = f"{known}/{step}"
    return known
