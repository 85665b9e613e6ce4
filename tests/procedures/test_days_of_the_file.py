"""The stored days are those of the project's day_overrides.csv: every row, in every word, and no other."""

import datetime as dt

import pytest

from api.management.commands.load_reference_data import rows_of
from procedures.calendar.models import DayOverride
from procedures.calendar.queries import calendar_of, newest_edition
from procedures.calendar.services import load_days
from procedures.vocabulary import Certainty, DayKind
from tests.builders.organisation import NOW

Row = dict[str, str]
FILE = "day_overrides.csv"
CHANGES = {
    "date": "2035-01-01", "kind": "COMPENSATORY", "name_vi": "Ngày khác", "for_date": "2035-01-01",
    "status": "estimated", "source": "Công văn mẫu",
}  # fmt: skip
"""Another word for each column that is stored (name_en and weekday are for who reads the file)."""


def rows() -> list[Row]:
    return [dict(row) for row in rows_of(FILE)]


def differences(said: list[Row]) -> set[tuple[str, ...]]:
    """Return what rows of the file and the stored days tell differently, in the words of the file."""
    stored = {
        (f"{day.date}", day.kind.upper(), day.name, f"{day.for_date or ''}", day.certainty, day.source)
        for day in DayOverride.objects.filter(until=None)
    }
    return stored ^ {tuple(row[column] for column in CHANGES) for row in said}


def test_the_stored_days_are_all_rows_of_the_file_and_no_other() -> None:
    assert len(rows()) == DayOverride.objects.count() == 146
    assert differences(rows()) == set()
    assert {day.since_id for day in DayOverride.objects.all()} == {newest_edition().number} == {1}


@pytest.mark.parametrize("place", [0, 72, 145])
@pytest.mark.parametrize("column", CHANGES)
def test_a_row_that_was_changed_in_any_column_is_noticed(column: str, place: int) -> None:
    """The control; the loader notices it as well and publishes a new edition."""
    changed = rows()
    changed[place][column] = CHANGES[column]
    differ = differences(changed)

    loaded = load_days(rows=changed, now=NOW)

    assert len(differ) == 2
    assert (loaded, newest_edition().number) == (2 if column == "date" else 1, 2)
    assert (differences(changed), differences(rows())) == (set(), differ)


@pytest.mark.parametrize("place", [0, 145])
def test_a_row_that_is_missing_is_noticed(place: int) -> None:
    fewer = rows()
    gone = fewer.pop(place)

    assert [date for date, *_ in differences(fewer)] == [gone["date"]]


def test_the_calendar_that_counts_works_and_rests_on_exactly_these_days() -> None:
    worked = {row["date"]: row["name_vi"] for row in rows() if row["kind"] == "SWAP_WORK"}
    off = {row["date"]: row["name_vi"] for row in rows() if row["kind"] != "SWAP_WORK"}

    used = calendar_of()

    assert {f"{day}": name for day, name in used.days_off.items()} == off
    assert {f"{day}": name for day, name in used.days_worked.items()} == worked
    assert len(off) + len(worked) == 146


def test_the_file_says_each_day_once_on_its_weekday_in_words_that_we_know() -> None:
    days = {row["date"]: dt.date.fromisoformat(row["date"]) for row in rows()}

    assert len(days) == len(rows())
    assert [row for row in rows() if f"{days[row['date']]:%a}" != row["weekday"]] == []
    assert {row["kind"].lower() for row in rows()} <= set(DayKind.values)
    assert {row["status"] for row in rows()} <= set(Certainty.values)
