"""Days off that are expected of a year whose notice is not out yet, by the `holidays` library."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import holidays

from procedures.calendar.rules.working_days import SATURDAY

LIBRARY = f"holidays {version('holidays')}"
FEWEST_OFFICIAL = 11
"""Days off that the law gives a year (Bộ luật Lao động 2019, điều 112): a year with as many official ones is out."""
_IN_LIEU = "nghỉ bù"


@dataclass(frozen=True, slots=True)
class ExpectedDay:
    """A day off as the library expects it; `is_in_lieu` is a weekday given for a holiday on a weekend."""

    date: date
    name: str
    is_in_lieu: bool


def expected_days(year: int) -> tuple[ExpectedDay, ...]:
    """Return the days off that are expected of a year, in order; swapped days nobody can foresee.

    The library counts the lunar days; on which side of 2 September the second day falls, and how Tết's five days lie,
    the Prime Minister says each year, so all of it is provisional.

    Source: Bộ luật Lao động 2019, điều 111 khoản 3 và điều 112; the library: our choice, because it is kept.
    """
    named = holidays.country_holidays("VN", years=year, language="vi", observed=True)
    days = sorted((day, str(name)) for day, name in named.items())
    return tuple(ExpectedDay(day, name, is_in_lieu=_IN_LIEU in name and day.weekday() < SATURDAY) for day, name in days)


def is_announced(official_days_off: Iterable[date], year: int) -> bool:
    """Tell whether a year's days off are official already, so that nothing is to be guessed.

    Source: Bộ luật Lao động 2019, điều 112 khoản 1 (eleven days).
    """
    return sum(day.year == year for day in official_days_off) >= FEWEST_OFFICIAL
