"""Printing by a shape, worked out once for each shape: what is the same for every row is not asked for every row.

It says what the shape's own `to_representation` says (tests/http/test_printing.py holds both side by side); a field or
a serializer that prints in a way of its own is asked itself.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter
from typing import Any

from django.utils.timezone import get_default_timezone
from rest_framework import serializers
from rest_framework.fields import Field, SkipField

Printer = Callable[[Any], Any]


class Sparse(serializers.Serializer[Any]):
    """An answer that leaves out what is None or empty among `SPARSE`."""

    SPARSE: frozenset[str] = frozenset()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Print the fields that say something."""
        printed = super().to_representation(instance)
        return {name: value for name, value in printed.items() if name not in self.SPARSE or value not in (None, "")}


def printed(shape: type[serializers.Serializer[Any]], value: Any) -> dict[str, Any]:
    """Return a value as the shape prints it."""
    told: dict[str, Any] = _printer_of(shape)(value)
    return told


def printed_all(shape: type[serializers.Serializer[Any]], values: Iterable[Any]) -> list[dict[str, Any]]:
    """Return values as the shape prints them."""
    printer = _printer_of(shape)
    return [printer(value) for value in values]


@cache
def _printer_of(shape: type[serializers.Serializer[Any]]) -> Printer:
    return _serializer(shape())


def _serializer(shape: serializers.Serializer[Any]) -> Printer:
    kind = type(shape)
    if kind.to_representation not in (serializers.Serializer.to_representation, Sparse.to_representation):
        return shape.to_representation
    sparse = shape.SPARSE if isinstance(shape, Sparse) else frozenset()
    lines = [
        _line(field, is_sparse=field.field_name in sparse) for field in shape.fields.values() if not field.write_only
    ]

    def prints(value: Any) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for line in lines:
            line(value, told)
        return told

    return prints


def _line(field: Field[Any, Any, Any, Any], *, is_sparse: bool) -> Callable[[Any, dict[str, Any]], None]:
    name, prints = str(field.field_name), _value_printer(field)
    look = _look(field)

    def line(value: Any, told: dict[str, Any]) -> None:
        try:
            found = look(value)
        except SkipField:
            return
        if found is not None:
            found = prints(found)
        if not is_sparse or found not in (None, ""):
            told[name] = found

    return line


def _look(field: Field[Any, Any, Any, Any]) -> Printer:
    """Return how a field's value is found; where it is not simply there, the field itself looks."""
    asks = field.get_attribute
    if type(field).get_attribute is not Field.get_attribute or not field.source_attrs:
        return asks
    get, (first, *rest) = attrgetter(".".join(field.source_attrs)), field.source_attrs

    def look(value: Any) -> Any:
        try:
            found = get(value) if type(value) is not dict else value[first] if not rest else asks(value)
        except (AttributeError, KeyError):
            return asks(value)
        return asks(value) if callable(found) else found

    return look


def _value_printer(field: Field[Any, Any, Any, Any]) -> Printer:
    match field:
        case serializers.Serializer():
            return _serializer(field)
        case serializers.ListSerializer(child=serializers.Serializer() as child) if _is_usual(
            field, serializers.ListSerializer
        ):
            one = _serializer(child)
            return lambda values: [one(value) for value in (values.all() if hasattr(values, "all") else values)]
        case serializers.DateTimeField() if _is_usual(field, serializers.DateTimeField) and not hasattr(
            field, "format"
        ):
            return _instant
        case serializers.CharField() if _is_usual(field, serializers.CharField):
            return str
        case _:
            return field.to_representation


def _is_usual(field: Field[Any, Any, Any, Any], kind: type[Field[Any, Any, Any, Any]]) -> bool:
    return type(field).to_representation is kind.to_representation


def _instant(value: Any) -> Any:
    if not isinstance(value, dt.datetime):
        return value
    told = value.astimezone(get_default_timezone()).isoformat()
    return told.removesuffix("+00:00") + "Z" if told.endswith("+00:00") else told
