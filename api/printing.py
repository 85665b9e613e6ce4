"""Printing by a shape, worked out once for each shape: what is the same for every row is not asked for every row.

It says what the shape's own `to_representation` says (tests/http/test_printing.py holds both side by side); a field or
a serializer that prints in a way of its own is asked itself.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from django.db.models.manager import BaseManager
from django.utils.timezone import get_default_timezone
from rest_framework import serializers
from rest_framework.fields import Field, SkipField

INSTANTS = 4096
"""How many are kept as they are printed: the rows of a page share theirs, and a page asked for again has the same."""
PLANS = 1000
"""How many kinds of rows of a shape are remembered, by what of it is there: a list shows some dozens."""
Printer = Callable[[Any], Any]
Plan = Sequence[tuple[str, Printer]]
"""The fields that are not printed as they are, and how."""
AnyField = Field[Any, Any, Any, Any]


class Added(serializers.CharField):
    """A text that is put beside a printed row afterwards: no row has it, and none is asked for it."""

    def get_attribute(self, instance: Any) -> Any:
        """Skip the field."""
        raise SkipField


class Said(serializers.Serializer[Any]):
    """An answer that leaves out whatever is None."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Print the fields that say something."""
        return {name: value for name, value in super().to_representation(instance).items() if value is not None}


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


_USUAL = (serializers.Serializer.to_representation, Sparse.to_representation, Said.to_representation)


@cache
def _printer_of(shape: type[serializers.Serializer[Any]]) -> Printer:
    return _serializer(shape())


def _serializer(shape: serializers.Serializer[Any]) -> Printer:
    if type(shape).to_representation not in _USUAL:
        return shape.to_representation
    fields = [field for field in shape.fields.values() if not field.write_only and not isinstance(field, Added)]
    lines = [_line(field, left_out=_left_out(shape, field)) for field in fields]

    def prints(value: Any) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for line in lines:
            line(value, told)
        return told

    return _at_once(shape, fields, otherwise=prints)


def _left_out(shape: serializers.Serializer[Any], field: AnyField) -> tuple[Any, ...]:
    """Return with which values a field is left out."""
    if isinstance(shape, Sparse):
        return (None, "") if field.field_name in shape.SPARSE else ()
    return (None,) if isinstance(shape, Said) else ()


def _at_once(shape: serializers.Serializer[Any], fields: list[AnyField], *, otherwise: Printer) -> Printer:
    """Return a printer that looks all fields up together where each is simply there; where not, as `otherwise` does."""
    if len(fields) < 2 or not all(_is_simple(field) for field in fields):  # noqa: PLR2004 - attrgetter of one is no tuple
        return otherwise
    look = attrgetter(*(".".join(field.source_attrs) for field in fields))
    names = [str(field.field_name) for field in fields]
    printers = [(name, _said_as_it_is(field), _value_printer(field)) for name, field in zip(names, fields, strict=True)]
    may_be_left_out = [
        (name, out) for name, field in zip(names, fields, strict=True) if (out := _left_out(shape, field))
    ]

    plan_of = _planner(printers)

    def prints(value: Any) -> Any:
        if type(value) is dict:
            return otherwise(value)
        try:
            row = look(value)
        except (AttributeError, KeyError):
            return otherwise(value)
        plan = plan_of(row)
        if plan is None:
            return otherwise(value)
        told = dict(zip(names, row, strict=True))
        for name, one in plan:
            told[name] = one(told[name])
        for name, left_out in may_be_left_out:
            if told[name] in left_out:
                del told[name]
        return told

    return prints


def _planner(printers: Sequence[tuple[str, type | None, Printer]]) -> Callable[[Sequence[Any]], Plan | None]:
    """Return what gives the plan of a row, worked out once for rows whose values are of the same types."""
    plans: dict[tuple[type, ...], Plan | None] = {}

    def plan_of(row: Sequence[Any]) -> Plan | None:
        kinds = tuple(map(type, row))
        if kinds not in plans:
            if len(plans) >= PLANS:
                plans.clear()
            plans[kinds] = _plan(printers, row)
        return plans[kinds]

    return plan_of


def _plan(printers: Sequence[tuple[str, type | None, Printer]], row: Sequence[Any]) -> Plan | None:
    """Return what of a row like this one is not printed as it is; None where one of its values is to be called.

    Only the types of the values count.
    """
    if any(map(callable, row)):
        return None
    return [
        (name, _told if one is _instant and type(found) is dt.datetime else one)
        for (name, kind, one), found in zip(printers, row, strict=True)
        if found is not None and type(found) is not kind
    ]


def _said_as_it_is(field: AnyField) -> type | None:
    """Return of which type a value is printed as it is, if there is one."""
    match field:
        case serializers.ChoiceField() if _is_usual(field, serializers.ChoiceField):
            words = field.choice_strings_to_values
            return str if all(type(told) is str and word == told for word, told in words.items()) else None
        case serializers.BooleanField() if _is_usual(field, serializers.BooleanField):
            return bool
        case serializers.IntegerField() if _is_usual(field, serializers.IntegerField):
            return int
        case serializers.CharField() if _is_usual(field, serializers.CharField):
            return str
        case _:
            return None


def _is_simple(field: AnyField) -> bool:
    """Tell whether a field takes the attribute it names, and nothing else."""
    return bool(field.source_attrs) and type(field).get_attribute is Field.get_attribute


def _line(field: AnyField, *, left_out: tuple[Any, ...]) -> Callable[[Any, dict[str, Any]], None]:
    name, prints = str(field.field_name), _value_printer(field)
    look = _look(field)

    def line(value: Any, told: dict[str, Any]) -> None:
        try:
            found = look(value)
        except SkipField:
            return
        if found is not None:
            found = prints(found)
        if not left_out or found not in left_out:
            told[name] = found

    return line


def _look(field: AnyField) -> Printer:
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


def _value_printer(field: AnyField) -> Printer:
    match field:
        case serializers.Serializer():
            return _serializer(field)
        case serializers.ListSerializer(child=serializers.Serializer() as child) if _is_usual(
            field, serializers.ListSerializer
        ):
            one = _serializer(child)
            return lambda values: [
                one(value) for value in (values.all() if isinstance(values, BaseManager) else values)
            ]
        case serializers.ListField() if _is_usual(field, serializers.ListField):
            each = _value_printer(field.child)
            return lambda values: [None if value is None else each(value) for value in values]
        case serializers.DateTimeField() if _is_usual(field, serializers.DateTimeField) and not hasattr(
            field, "format"
        ):
            return _instant
        case _:
            return _word_printer(field)


def _word_printer(field: AnyField) -> Printer:
    """Return a printer to which a value of the field's own type says itself; any other is the field's to print."""
    kind, printed = _said_as_it_is(field), field.to_representation
    return printed if kind is None else lambda value: value if type(value) is kind else printed(value)


def _is_usual(field: AnyField, kind: type[AnyField]) -> bool:
    return type(field).to_representation is kind.to_representation


def _instant(value: Any) -> Any:
    return _told(value) if isinstance(value, dt.datetime) else value


@lru_cache(maxsize=INSTANTS)
def _told(instant: dt.datetime) -> str:
    told = instant.astimezone(get_default_timezone()).isoformat()
    return told.removesuffix("+00:00") + "Z" if told.endswith("+00:00") else told
