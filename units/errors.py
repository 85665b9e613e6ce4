"""What the organisation refuses."""

import datetime as dt


class UnitsError(Exception):
    """Anything the organisation refuses."""


class UnitUnknown(UnitsError):
    """No unit carries this code on that day."""

    def __init__(self, code: str, on: dt.date | None = None) -> None:
        super().__init__()
        self.code = code
        self.on = on


class OfficialUnknown(UnitsError):
    """No official carries this code."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class PeriodsOverlap(UnitsError):
    """A dated row would be in force at the same time as another of the same thing."""


class UnitUnderItself(UnitsError):
    """A unit would stand under itself or under one of its own subordinates."""


class SuccessionKnown(UnitsError):
    """This handing over on this day is already recorded."""
