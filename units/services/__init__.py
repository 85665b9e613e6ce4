"""What is done to the organisation."""

from units.services.officials import add_posting, put_official
from units.services.reference import load_aliases, load_codes, load_successions, load_units
from units.services.register import Confirmation, UnitFacts, add_succession, put_unit

__all__ = [
    "Confirmation",
    "UnitFacts",
    "add_posting",
    "add_succession",
    "load_aliases",
    "load_codes",
    "load_successions",
    "load_units",
    "put_official",
    "put_unit",
]
