"""Codes inside a request that must name something we know; a wrong one is a fault of its field."""

import datetime as dt
from typing import Literal

from django.urls import register_converter
from django.urls.converters import StringConverter, UUIDConverter

from api.errors import Fault, Invalid
from api.language import said
from units.errors import UnitUnknown
from units.models import Unit
from units.queries import unit_named

Place = Literal["pointer", "parameter"]


class UnitCode(StringConverter):
    """A unit in an address: our code or `SCHEME:value`; what cannot be one is not found, and never asked for."""

    regex = "[0-9A-Za-z.:_~-]{1,100}"


class OfficialCode(StringConverter):
    """An official in an address: the personnel system's code."""

    regex = "[0-9A-Za-z.:_~-]{1,50}"


class ProcedureCode(StringConverter):
    """A procedure in an address: its national code or a province's form of it."""

    regex = "[0-9A-Za-z._-]{1,40}"


class Identifier(UUIDConverter):
    """A UUID in an address, in whatever letters: half of all telephones write theirs in capitals."""

    regex = UUIDConverter.regex.replace("a-f", "A-Fa-f")


for kind, name in (
    (UnitCode, "unit_code"), (OfficialCode, "official_code"), (ProcedureCode, "procedure_code"), (Identifier, "id"),
):  # fmt: skip
    register_converter(kind, name)


def unit_meant(*, code: str, on: dt.date, name: str, place: Place = "pointer") -> Unit:
    """Return the unit that a field or a parameter names by our code or `SCHEME:value`; raises Invalid."""
    try:
        return unit_named(code=code, on=on)
    except UnitUnknown as error:
        detail = said("Không có đơn vị mang mã này.", "No unit carries this code.")
        raise Invalid([Fault(place, name, "unknown_unit", str(detail))]) from error
