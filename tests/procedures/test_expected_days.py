"""Years whose notice is not out are filled with what is expected, and every due date that rests on it says so."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from procedures.calendar.models import DayOverride
from procedures.calendar.queries import newest_edition
from procedures.calendar.rules import ZONE
from procedures.calendar.services import load_days, set_day
from procedures.vocabulary import DayKind
from tests.builders.ratings import a_unit
from tests.builders.transactions import a_transaction
from tests.contract_client import ContractClient, problem

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=ZONE)
TET_2028 = dt.date(2028, 1, 26)
NEW_YEAR_2029 = dt.date(2029, 1, 1)


def keeper() -> ContractClient:
    return ContractClient().signed_in("procedures:read", "procedures:write", "transactions:read")


def seed(*years: int) -> dict[str, object]:
    answer = keeper().once("/calendar/expected-days", {"years": list(years)})
    assert answer.status_code == 200, answer.content
    told: dict[str, object] = answer.json()
    return told


def day(date: dt.date) -> tuple[str, str]:
    told = keeper().get(f"/calendar/days/{date}").json()
    return told["kind"], told["certainty"]


def test_a_coming_year_gets_the_days_off_that_are_expected_all_marked_as_estimated() -> None:
    told = seed(2028)

    added = told["added"]
    assert isinstance(added, list)
    assert len(added) == 16
    assert {one["certainty"] for one in added} == {"estimated"}
    assert day(TET_2028) == ("holiday", "estimated")
    assert day(dt.date(2028, 1, 3)) == ("compensatory", "estimated")


def test_the_operator_seeds_years_by_a_command_and_again_without_effect() -> None:
    first, again = StringIO(), StringIO()
    for said in (first, again):
        call_command("expect_days", "2026", "2028", stdout=said)

    assert day(TET_2028) == ("holiday", "estimated")
    assert "+ 2028-01-26" in first.getvalue()
    assert "= 2026" in first.getvalue()
    assert "thêm 16" in first.getvalue()
    assert "thêm 0, bỏ 0" in again.getvalue()
    with pytest.raises(CommandError, match="2099"):
        call_command("expect_days", "3000")


def test_seeding_again_makes_no_edition() -> None:
    first = seed(2028)["calendar_version"]

    again = seed(2028)

    assert (again["calendar_version"], again["added"], again["removed"]) == (first, [], [])


def test_a_year_that_is_announced_is_left_alone() -> None:
    told = seed(2026)

    assert (told["announced_years"], told["added"], told["calendar_version"]) == ([2026], [], "1")


def test_what_people_confirmed_is_never_overwritten_before_or_after() -> None:
    set_day(date=TET_2028, kind=DayKind.HOLIDAY, name="Tết theo thông báo", by="person:mau", now=NOW)
    set_day(date=NEW_YEAR_2029, kind=DayKind.HOLIDAY, name="x", by="person:mau", now=NOW)
    set_day(date=NEW_YEAR_2029, kind=None, by="person:mau", now=NOW)

    seed(2028, 2029)

    assert day(TET_2028) == ("holiday", "official")
    assert day(NEW_YEAR_2029) == ("ordinary", "official"), "somebody said that it is no day off"


def test_an_expected_day_can_be_confirmed_and_seeding_again_leaves_it_so() -> None:
    seed(2028)
    set_day(date=TET_2028, kind=DayKind.HOLIDAY, name="Tết theo thông báo", by="person:mau", now=NOW)

    seed(2028)

    assert day(TET_2028) == ("holiday", "official")


def test_loading_the_file_again_keeps_expected_days_and_knows_better_where_it_names_them() -> None:
    seed(2028)
    said = DayOverride.objects.filter(until__isnull=True, date__year__lt=2028)
    rows = [
        {"date": f"{one.date}", "kind": one.kind.upper(), "name_vi": one.name, "for_date": f"{one.for_date or ''}",
         "status": one.certainty, "source": one.source}
        for one in said
    ]  # fmt: skip
    official = {"kind": "HOLIDAY", "name_vi": "Tết", "for_date": "", "status": "official", "source": "Thông báo"}

    unchanged = load_days(rows=rows, now=NOW)
    changed = load_days(rows=[*rows, {**official, "date": f"{TET_2028}"}], now=NOW)

    assert (unchanged, changed) == (0, 1)
    assert day(TET_2028) == ("holiday", "official")
    assert day(dt.date(2028, 1, 27)) == ("holiday", "estimated")


def test_only_the_keeper_of_the_whole_calendar_may_seed() -> None:
    bounded = ContractClient().signed_in("procedures:write", boundary=a_unit())

    assert problem(bounded.once("/calendar/expected-days", {"years": [2028]})) == (403, "forbidden")


def test_a_transaction_whose_due_date_rests_on_an_expected_day_says_so_until_it_is_confirmed() -> None:
    seed(2028)
    received, due = (dt.datetime(2028, 1, at, 8, 0, tzinfo=ZONE) for at in (20, 31))
    told: dict[str, Any] = {"status": "processing", "received_at": received, "due_at": due, "ended_at": None}
    row = a_transaction(**told, source_updated_at=received, now=received)

    clock = keeper().get(f"/transactions/{row.dossier_code}/clock").json()

    assert "due_date_provisional" in row.warnings
    assert [one["date"] for one in clock["doubtful_days"]] == [f"2028-01-{at}" for at in range(24, 30)][:6]
    assert any("chưa chính thức" in sentence for sentence in clock["explanation"])
    sure = a_transaction(received_at=dt.datetime(2024, 3, 4, 8, 0, tzinfo=ZONE))
    assert "due_date_provisional" not in sure.warnings, "control: one that rests on official days does not"


def test_the_edition_names_the_library_and_who_asked() -> None:
    seed(2028)

    assert newest_edition().published_by == "holidays-library"
    assert newest_edition().note.startswith("holidays 0.")
