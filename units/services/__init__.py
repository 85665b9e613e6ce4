"""What is done to the organisation."""

from units.services.officials import add_posting, put_official
from units.services.reference import load_aliases, load_codes, load_successions, load_units
from units.services.register import Confirmation, UnitFacts, put_unit
from units.services.reorganising import Decree, Reorganised, reorganise
from units.services.revoking import Revocation, Revoked, revoke

__all__ = [
    "Confirmation",
    "Decree",
    "Reorganised",
    "Revocation",
    "Revoked",
    "UnitFacts",
    "add_posting",
    "load_aliases",
    "load_codes",
    "load_successions",
    "load_units",
    "put_official",
    "put_unit",
    "reorganise",
    "revoke",
]
