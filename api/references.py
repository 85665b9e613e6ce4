"""Codes inside a request that must name something we know; a wrong one is a fault of its field."""

import datetime as dt
from typing import Literal

from api.errors import Fault, Invalid
from api.language import said
from units.errors import UnitUnknown
from units.models import Unit
from units.queries import unit_named

Place = Literal["pointer", "parameter"]


def unit_meant(*, code: str, on: dt.date, name: str, place: Place = "pointer") -> Unit:
    """Return the unit that a field or a parameter names by our code or `SCHEME:value`; raises Invalid."""
    try:
        return unit_named(code=code, on=on)
    except UnitUnknown as error:
        detail = said("Không có đơn vị mang mã này.", "No unit carries this code.")
        raise Invalid([Fault(place, name, "unknown_unit", str(detail))]) from error
