"""What the organisation refuses."""

import datetime as dt
from collections.abc import Sequence


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


class SuccessionUnknown(UnitsError):
    """There is no such handing over, or none that the caller may change."""


class SuccessionRevoked(UnitsError):
    """This handing over was taken back already."""


class SuccessionBuiltUpon(UnitsError):
    """Something that was said later rests on a decision that is to be taken back; `code` is ours of its unit."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class UnitNotInForce(UnitsError):
    """A unit is made a party of something on a day on which it is not there."""

    def __init__(self, code: str, on: dt.date) -> None:
        super().__init__()
        self.code = code
        self.on = on


class UnitHasSubordinates(UnitsError):
    """A unit would end while others still stand under it; `subordinates` are our codes."""

    def __init__(self, code: str, subordinates: Sequence[str]) -> None:
        super().__init__()
        self.code = code
        self.subordinates = ", ".join(subordinates)


class SuccessorsUnfit(UnitsError):
    """A handing over has too few or too many successors for its kind, or leads back to the unit itself."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class CodeReused(UnitsError):
    """A code would be given to a unit that does not follow the one who carried it before."""


class HeadTaken(UnitsError):
    """A unit would have two heads on one day."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code
