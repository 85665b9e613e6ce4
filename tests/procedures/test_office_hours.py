"""Office hours and half days of a unit: dated, in editions, and counted by limits in hours."""

import datetime as dt
from typing import Any

import pytest

from procedures.calendar.queries import calendar_of, edition_of, newest_edition
from procedures.calendar.rules import Calendar, DatedHours, Limit, LimitUnit, OfficeHours, due_at
from procedures.transactions.models import Transaction
from tests.builders.organisation import the_commune
from tests.builders.transactions import PROCEDURE, a_transaction
from tests.contract_client import ContractClient, faults, problem
from tests.procedures.vietnamese_days import at
from units.models import Unit

MORNING = ((dt.time(7, 30), dt.time(11, 30)),)
UNIT = "gso2024:615"
HOURS: dict[str, Any] = {
    "valid_from": "2024-01-01",
    "sessions": [{"opens": "07:30", "closes": "11:30"}, {"opens": "13:30", "closes": "17:30"}],
    "half_days": [{"weekday": "friday", "sessions": [{"opens": "07:30", "closes": "11:30"}]}],
    "reason": "Quyết định về giờ làm việc của đơn vị",
}


@pytest.fixture
def keeper(api: ContractClient) -> ContractClient:
    return api.signed_in("procedures:read", "procedures:write")


class TestHalfDays:
    """Only the office's own hours count for limits in hours (our words); the day is a working day all the same."""

    CALENDAR = Calendar(
        "1", {}, dated_hours=(DatedHours(dt.date(2024, 3, 1), None, OfficeHours(half_days=((4, MORNING),))),)
    )

    @pytest.mark.parametrize(
        ("received", "hours", "due"),
        [
            ("2024-03-08T10:30", 1, "2024-03-08T11:30"),
            ("2024-03-08T10:30", 2, "2024-03-11T08:00"),
            ("2024-03-07T16:00", 4, "2024-03-08T10:30"),
            ("2024-02-23T10:30", 2, "2024-02-23T14:30"),
        ],
    )
    def test_an_afternoon_off_counts_no_hours(self, received: str, hours: int, due: str) -> None:
        assert due_at(at(received), Limit(hours, LimitUnit.HOUR), self.CALENDAR).at == at(due)

    def test_a_half_day_is_a_whole_working_day_that_ends_when_the_office_closes(self) -> None:
        assert due_at(at("2024-03-07T08:00"), Limit(1, LimitUnit.WORKING_DAY), self.CALENDAR).at == at(
            "2024-03-08T11:30"
        )


def test_a_unit_without_hours_of_its_own_keeps_the_usual_ones_and_is_told_why(keeper: ContractClient) -> None:
    told = keeper.get(f"/calendar/office-hours/{UNIT}").json()

    assert (told["hours"], told["for_all_units"]) == ([], [])
    assert told["usual"]["sessions"] == [{"opens": "07:00", "closes": "11:00"}, {"opens": "13:00", "closes": "17:00"}]
    assert "tỉnh tự đặt" in told["usual"]["reason"]


def test_hours_are_set_in_a_new_edition_and_what_was_said_of_other_days_stays(keeper: ContractClient) -> None:
    first = keeper.put(f"/calendar/office-hours/{UNIT}", HOURS)
    summer = HOURS | {"valid_from": "2024-06-01", "valid_to": "2024-09-01", "half_days": [], "reason": "Giờ mùa hè"}
    second = keeper.put(f"/calendar/office-hours/{UNIT}", summer, headers={"If-Match": first["ETag"]})
    again = keeper.put(f"/calendar/office-hours/{UNIT}", summer, headers={"If-Match": second["ETag"]})

    periods = [(row["valid_from"], row["valid_to"], row["reason"]) for row in again.json()["hours"]]
    assert periods == [
        ("2024-01-01", "2024-06-01", HOURS["reason"]),
        ("2024-06-01", "2024-09-01", "Giờ mùa hè"),
        ("2024-09-01", None, HOURS["reason"]),
    ]
    assert newest_edition().number == 3
    unit = Unit.objects.get(code=UNIT).pk
    assert edition_of(1).kept_by(unit) == calendar_of(1)
    assert edition_of(2).kept_by(unit).sessions_on(dt.date(2024, 6, 7)) == MORNING
    assert len(edition_of(3).kept_by(unit).sessions_on(dt.date(2024, 6, 7))) == 2


def test_a_units_own_hours_go_before_those_of_all_units(keeper: ContractClient) -> None:
    keeper.put("/calendar/office-hours", HOURS | {"half_days": [], "reason": "Giờ chung của tỉnh"})
    keeper.put(f"/calendar/office-hours/{UNIT}", HOURS)

    told = keeper.get(f"/calendar/office-hours/{UNIT}").json()
    other = keeper.get("/calendar/office-hours/gso2024:62").json()

    friday = dt.date(2024, 3, 8)
    assert [row["reason"] for row in told["hours"]] == [HOURS["reason"]]
    assert [row["reason"] for row in other["for_all_units"]] == ["Giờ chung của tỉnh"]
    assert edition_of().kept_by(Unit.objects.get(code=UNIT).pk).sessions_on(friday) == MORNING
    assert calendar_of().sessions_on(friday)[1] == (dt.time(13, 30), dt.time(17, 30))


def test_hours_are_changed_only_by_who_has_read_them(keeper: ContractClient) -> None:
    for path in (f"/calendar/office-hours/{UNIT}", "/calendar/office-hours"):
        keeper.put(path, HOURS)

        unread, stale = keeper.put(path, HOURS), keeper.put(path, HOURS, headers={"If-Match": '"987654"'})

        assert (problem(unread), problem(stale)) == ((428, "precondition-required"), (412, "precondition-failed"))


def test_hours_are_changed_for_the_whole_province_only(keeper: ContractClient, api: ContractClient) -> None:
    keeper.put(f"/calendar/office-hours/{UNIT}", HOURS)
    commune = api.signed_in("procedures:write", boundary=the_commune())

    assert problem(commune.put(f"/calendar/office-hours/{UNIT}", HOURS)) == (403, "forbidden")
    assert problem(keeper.get("/calendar/office-hours/nowhere")) == (404, "unit-unknown")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"reason": ""}, ("/reason", "blank")),
        ({"sessions": []}, ("/sessions", "min_length")),
        ({"sessions": [{"opens": "11:30", "closes": "07:30"}]}, ("/sessions", "bad_sessions")),
        ({"sessions": [{"opens": "7h30", "closes": "11:30"}]}, ("/sessions/0/opens", "invalid")),
        ({"half_days": HOURS["half_days"] * 2}, ("/half_days", "repeated")),
        ({"valid_to": "2023-01-01"}, ("/valid_to", "bad_range")),
    ],
)
def test_hours_that_nobody_can_keep_are_refused_by_name(
    keeper: ContractClient, said: dict[str, Any], wrong: tuple[str, str]
) -> None:
    assert wrong in faults(keeper.put(f"/calendar/office-hours/{UNIT}", HOURS | said))


def test_a_due_date_in_hours_is_counted_by_the_hours_of_the_office_asked_for(keeper: ContractClient) -> None:
    keeper.put(f"/calendar/office-hours/{UNIT}", HOURS)
    asked = {"received_at": "2024-03-08T10:30:00+07:00", "amount": "2", "unit": "hour"}

    there = keeper.get("/calendar/due-date", asked | {"office": UNIT}).json()
    elsewhere = keeper.get("/calendar/due-date", asked).json()

    assert there["due_at"] == "2024-03-11T08:30:00+07:00"
    assert elsewhere["due_at"] == "2024-03-08T14:30:00+07:00"
    assert faults(keeper.get("/calendar/due-date", asked | {"office": "nowhere"})) == {("office", "unknown_unit")}


def test_the_minutes_of_all_days_are_those_of_the_limit_whatever_the_second_of_receipt(keeper: ContractClient) -> None:
    asked = {"received_at": "2025-06-03T15:00:01+07:00", "amount": "8", "unit": "hour"}

    told = keeper.get("/calendar/due-date", asked).json()

    assert sum(day["minutes"] for day in told["days"]) == 8 * 60


def test_a_transaction_is_counted_by_the_hours_of_the_unit_that_took_it_in(
    keeper: ContractClient, api: ContractClient
) -> None:
    limit = {"name": "Thủ tục mẫu", "field": "Hộ tịch", "valid_from": "2024-01-01"}
    limit["time_limit"] = {"amount": 2, "unit": "hour"}  # type: ignore[assignment]
    tag = keeper.get(f"/procedures/{PROCEDURE}")["ETag"]
    assert keeper.put(f"/procedures/{PROCEDURE}", limit, headers={"If-Match": tag}).status_code == 200
    received: dict[str, Any] = {"received_at": at("2024-03-08T10:30"), "due_at": None, "receiving_unit_code": UNIT}
    before = a_transaction(**received)

    keeper.put(f"/calendar/office-hours/{UNIT}", HOURS)
    received["now"] = newest_edition().published_at + dt.timedelta(hours=1)
    after, elsewhere = a_transaction(**received), a_transaction(**received | {"receiving_unit_code": "gso2024:62"})

    assert after.due_at_computed == at("2024-03-11T08:30")
    assert before.due_at_computed == elsewhere.due_at_computed == at("2024-03-08T14:30")
    told = api.machine("transactions:read").get(f"/transactions/{after.dossier_code}/clock").json()
    assert told["calendar_version"] == str(after.calendar_id)


def test_new_hours_never_change_what_has_ended(keeper: ContractClient) -> None:
    row = a_transaction(receiving_unit_code=UNIT)

    keeper.put(f"/calendar/office-hours/{UNIT}", HOURS)
    a_transaction(dossier_code=row.dossier_code, receiving_unit_code=UNIT, contacts=1)

    again = Transaction.objects.get(pk=row.pk)
    assert again.contacts == 1
    assert (again.calendar_id, again.timeliness, again.delay_minutes) == (1, row.timeliness, row.delay_minutes)
