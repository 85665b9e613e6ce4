"""The calendar and its due dates, each explained."""

import datetime as dt

import pytest

from procedures.calendar.queries import calendar_of, newest_edition
from procedures.calendar.services import load_days, set_day
from procedures.vocabulary import DayKind
from tests.builders.organisation import BY, NOW, the_commune
from tests.contract_client import ContractClient, faults, problem

MONDAY = dt.date(2026, 12, 14)
FLOOD = {"kind": "holiday", "name": "Nghỉ do lũ", "source": "Công điện của UBND tỉnh"}
TET = {"received_at": "2025-01-24T08:00:00+07:00", "amount": "3", "unit": "working_day"}


def test_the_special_days_of_a_range_are_listed_with_how_sure_they_are(api: ContractClient) -> None:
    answer = api.signed_in("procedures:read").get("/calendar/days", {"from": "2026-01-01", "to": "2026-01-10"})

    assert answer.json()["calendar_version"] == "1"
    assert [(day["date"], day["kind"], day["certainty"]) for day in answer.json()["days"]] == [
        ("2026-01-01", "holiday", "official"),
        ("2026-01-02", "swap_off", "unconfirmed"),
        ("2026-01-10", "swap_work", "unconfirmed"),
    ]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({}, {("from", "required"), ("to", "required")}),
        ({"from": "1800-01-01", "to": "2026-01-01"}, {("from", "range")}),
        ({"from": "2026-01-02", "to": "2026-01-01"}, {("to", "bad_range")}),
        ({"from": "1990-01-01", "to": "2026-01-01"}, {("to", "bad_range")}),
        ({"from": "2026-01-01", "to": "2026-01-01", "x": "1"}, {("x", "unknown_parameter")}),
    ],
)
def test_a_bad_range_is_refused_by_name(
    api: ContractClient, asked: dict[str, str], named: set[tuple[str, str]]
) -> None:
    assert faults(api.signed_in("procedures:read").get("/calendar/days", asked)) == named


def test_a_new_day_off_is_a_new_edition_and_the_old_one_stays(api: ContractClient) -> None:
    keeper = api.signed_in("procedures:read", "procedures:write")
    before = calendar_of(1)

    answer = keeper.put(f"/calendar/days/{MONDAY}", FLOOD)
    again = keeper.put(f"/calendar/days/{MONDAY}", FLOOD, headers={"If-Match": answer["ETag"]})

    assert (answer.status_code, again.status_code) == (200, 200)
    assert newest_edition().number == 2
    assert not calendar_of().is_working_day(MONDAY)
    assert calendar_of(1) == before
    assert calendar_of(1).is_working_day(MONDAY)


def test_a_day_that_was_set_is_changed_only_by_who_has_read_it(api: ContractClient) -> None:
    keeper = api.signed_in("procedures:read", "procedures:write")
    keeper.put(f"/calendar/days/{MONDAY}", FLOOD)

    unread = keeper.put(f"/calendar/days/{MONDAY}", {"kind": "ordinary"})
    undone = keeper.put(
        f"/calendar/days/{MONDAY}",
        {"kind": "ordinary"},
        headers={"If-Match": keeper.get(f"/calendar/days/{MONDAY}")["ETag"]},
    )

    assert problem(unread) == (428, "precondition-required")
    assert undone.json()["kind"] == "ordinary"
    assert calendar_of().is_working_day(MONDAY)
    assert not calendar_of(2).is_working_day(MONDAY)


@pytest.mark.parametrize(("day", "kind"), [("2026-12-14", "swap_work"), ("2026-12-13", "swap_off")])
def test_a_kind_of_day_fits_its_weekday(api: ContractClient, day: str, kind: str) -> None:
    answer = api.signed_in("procedures:write").put(f"/calendar/days/{day}", {**FLOOD, "kind": kind})

    assert problem(answer) == (409, "day-does-not-fit")


@pytest.mark.parametrize("day", ["1800-01-01", "3000-01-01", "2026-02-30", "today"])
def test_an_address_that_is_no_day_is_not_found(api: ContractClient, day: str) -> None:
    assert problem(api.signed_in("procedures:read").get(f"/calendar/days/{day}")) == (404, "not-found")


def test_the_calendar_is_the_provinces_and_not_a_communes(api: ContractClient) -> None:
    keeper = api.signed_in("procedures:write", boundary=the_commune())

    assert problem(keeper.put(f"/calendar/days/{MONDAY}", FLOOD)) == (403, "forbidden")


def test_loading_the_file_again_leaves_alone_what_people_set() -> None:
    set_day(date=MONDAY, kind=DayKind.HOLIDAY, name="Nghỉ do lũ", by=BY, now=NOW)
    row = {"kind": "HOLIDAY", "name_vi": "Khác", "for_date": "", "status": "official", "source": ""}

    changed = load_days(rows=[{**row, "date": f"{MONDAY}"}, {**row, "date": "2026-12-15"}], now=NOW)

    assert changed == 147  # the 146 days of the first file are gone from this one, and a new one came
    assert newest_edition().number == 3
    assert calendar_of().days_off == {MONDAY: "Nghỉ do lũ", dt.date(2026, 12, 15): "Khác"}
    assert len(calendar_of(1).days_off) == 140


def test_a_due_date_over_tet_tells_every_day_and_its_reason(api: ContractClient) -> None:
    answer = api.signed_in("procedures:read").get("/calendar/due-date", TET)

    told = answer.json()
    assert (told["due_at"], told["calendar_version"]) == ("2025-02-05T17:00:00+07:00", "1")
    assert told["limit"] == {"amount": 3, "unit": "working_day"}
    assert [day["date"] for day in told["days"] if day["counts"]] == ["2025-02-03", "2025-02-04", "2025-02-05"]
    assert {day["reason"] for day in told["days"]} == {"received", "weekend", "day_off", "counted"}
    assert (told["doubtful_days"], told["unknown_years"]) == ([], [])
    assert told["explanation"]


def test_the_explanation_comes_in_the_readers_language(api: ContractClient) -> None:
    reader = api.signed_in("procedures:read")

    vietnamese = reader.get("/calendar/due-date", TET)
    english = reader.get("/calendar/due-date", TET, headers={"Accept-Language": "en"})

    assert vietnamese.json()["explanation"] != english.json()["explanation"]
    assert vietnamese.json()["days"] == english.json()["days"]


def test_the_limit_is_taken_from_the_catalogue_when_only_the_procedure_is_named(api: ContractClient) -> None:
    asked = {"received_at": TET["received_at"], "procedure": "1.012784.000.00.00.H34"}

    answer = api.signed_in("procedures:read").get("/calendar/due-date", asked)

    assert answer.json()["limit"] == {"amount": 22, "unit": "working_day"}


def test_a_due_date_that_hangs_on_an_unsure_day_says_so(api: ContractClient) -> None:
    reader = api.signed_in("procedures:read")

    unsure = reader.get("/calendar/due-date", {**TET, "received_at": "2025-12-31T08:00:00+07:00"}).json()
    unknown = reader.get("/calendar/due-date", {**TET, "received_at": "2031-01-02T08:00:00+07:00"}).json()

    assert [day["date"] for day in unsure["doubtful_days"]] == ["2026-01-02"]
    assert unknown["unknown_years"] == [2031]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"received_at": "2025-01-24"}, {("received_at", "offset")}),
        ({"received_at": "2025-01-24T08:00:00"}, {("received_at", "offset")}),
        ({"received_at": "2025-01-24T08:00:00+23:16"}, {("received_at", "offset")}),
        ({"received_at": "2025-01-24T08:00:00+07:06:30"}, {("received_at", "offset")}),
        ({"received_at": "1800-01-24T08:00:00+07:00"}, {("received_at", "range")}),
        ({"received_at": "3000-01-24T08:00:00+07:00"}, {("received_at", "range")}),
        ({"amount": "3661"}, {("amount", "max_value")}),
        ({"amount": "-1"}, {("amount", "min_value")}),
        ({"amount": "0", "unit": "month"}, {("amount", "min_value")}),
        ({"unit": "fortnight"}, {("unit", "invalid_choice")}),
        ({"days": "3"}, {("days", "unknown_parameter")}),
    ],
)
def test_bad_questions_are_refused_by_name(
    api: ContractClient, change: dict[str, str], named: set[tuple[str, str]]
) -> None:
    assert faults(api.signed_in("procedures:read").get("/calendar/due-date", {**TET, **change})) == named


def test_half_a_limit_is_none(api: ContractClient) -> None:
    reader = api.signed_in("procedures:read")

    half = reader.get("/calendar/due-date", {"received_at": TET["received_at"], "amount": "3"})
    neither = reader.get("/calendar/due-date", {"received_at": TET["received_at"]})

    assert faults(half) == {("unit", "required")}
    assert faults(neither) == {("amount", "required")}


def test_a_procedure_without_a_limit_or_without_existence_has_no_due_date(api: ContractClient) -> None:
    reader = api.signed_in("procedures:read")

    limitless = reader.get("/calendar/due-date", {"received_at": TET["received_at"], "procedure": "1.004203"})
    unknown = reader.get("/calendar/due-date", {"received_at": TET["received_at"], "procedure": "9.999999"})

    assert problem(limitless) == (409, "limit-unknown")
    assert problem(unknown) == (404, "procedure-unknown")


def test_the_latest_instant_and_the_longest_limit_still_have_an_answer(api: ContractClient) -> None:
    asked = {"received_at": "2100-12-31T23:59:59+07:00", "amount": "3660", "unit": "month"}

    answer = api.signed_in("procedures:read").get("/calendar/due-date", asked)

    assert answer.status_code == 200
