"""The periods of a year, by the calendar and by the reporting decree."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal, NamedTuple

REPORT_DAY = 15
"""The day of the month before on which a report month begins; a province with another day enters its own rows."""

LENGTHS = {"month": 1, "quarter": 3, "half_year": 6, "nine_months": 9, "year": 12}
_LETTERS = {"month": "M", "quarter": "Q", "half_year": "H", "nine_months": "N", "year": ""}
_ONLY_FROM_JANUARY = {"nine_months", "year"}
_YEAR = 12


class Span(NamedTuple):
    """A period: its code, scheme and kind, its first day, and the first day after it."""

    code: str
    scheme: Literal["calendar", "report"]
    kind: str
    begins: dt.date
    ends: dt.date


def calendar_periods(year: int) -> list[Span]:
    """Return the months, quarters, halves, nine months and the year by the calendar: `2024-M03`, `2024-Q1`, `2024`.

    Source: QĐ 766/QĐ-TTg as shown on the national portal (p_thang, p_quy, p_6thang, p_nam).
    """
    return [
        Span(f"{year}{mark}", "calendar", kind, _first(year, month), _first(year, month + LENGTHS[kind]))
        for kind, mark, month in _cuts()
    ]


def report_periods(year: int) -> list[Span]:
    """Return the same periods of a report year: each begins on the 15th of the month before: `BC-2024-M03`, `BC-2024`.

    Source: NĐ 09/2019/NĐ-CP, điều 12.
    """
    return [
        Span(f"BC-{year}{mark}", "report", kind, _fifteenth(year, month), _fifteenth(year, month + LENGTHS[kind]))
        for kind, mark, month in _cuts()
    ]


def _cuts() -> Iterator[tuple[str, str, int]]:
    for kind, length in LENGTHS.items():
        for place, month in enumerate(range(1, _YEAR + 1, length), start=1):
            if kind in _ONLY_FROM_JANUARY and month > 1:
                continue
            yield kind, _mark(kind, place), month


def _mark(kind: str, place: int) -> str:
    if kind == "year":
        return ""
    return f"-M{place:02d}" if kind == "month" else f"-{_LETTERS[kind]}{place}"


def _first(year: int, month: int) -> dt.date:
    return dt.date(year + (month - 1) // _YEAR, (month - 1) % _YEAR + 1, 1)


def _fifteenth(year: int, month: int) -> dt.date:
    last_month = _first(year, month) - dt.timedelta(days=1)
    return last_month.replace(day=REPORT_DAY)
