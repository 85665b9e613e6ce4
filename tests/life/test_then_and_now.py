"""Every list and report can be asked as then or as now, and says which it gave.  Source: design, invariant 3."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.timezone import localdate

from tests.builders.figures import an_official, complained, rated, served
from tests.contract_client import ContractClient, faults
from units.models import Unit
from units.queries import unit_with_code

CARRIED, HEIR = "gso2024:23425", "gso2025:23425"
DIVIDED, PARTS = "gso2024:21142", {"gso2025:21136", "gso2025:21157"}
DISTRICT = "gso2024:617"
"""Of CARRIED; its work went to several communes, HEIR among them."""
OLD_PROVINCE, NEW_PROVINCE = "gso2024:62", "gso2025:51"
SCOPES = ("transactions:read", "ratings:manage", "complaints:read", "assessments:manage", "assessments:read")
Rows = list[dict[str, Any]]


def the(code: str) -> Unit:
    return unit_with_code(code=code)


def a_transaction_in(unit: Unit) -> None:
    served(unit=unit)


def a_rating_in(unit: Unit) -> None:
    rated(served(unit=unit), 3)


def a_complaint_in(unit: Unit) -> None:
    complained(None, unit=unit)


def an_assessment_in(unit: Unit) -> None:
    served(unit=unit, official=an_official(f"CB-{unit.pk}", unit))


@pytest.fixture(params=["transactions", "ratings", "complaints", "assessments"])
def room(request: pytest.FixtureRequest, api: ContractClient) -> tuple[str, Callable[[Unit], None]]:
    happen: dict[str, Callable[[Unit], None]] = {
        "transactions": a_transaction_in, "ratings": a_rating_in, "complaints": a_complaint_in,
        "assessments": an_assessment_in,
    }  # fmt: skip
    return request.param, happen[request.param]


def told(api: ContractClient, room: str, **asked: str) -> tuple[set[tuple[str, str | None]], dict[str, Any]]:
    """Return the units that the list shows, each with what it was, and what the list says of its organisation."""
    answer = api.signed_in(*SCOPES).get(f"/{room}", asked)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return {unit for row in body["results"] for unit in units_of(room, row)}, body["organisation"]


def units_of(room: str, row: dict[str, Any]) -> list[tuple[str, str | None]]:
    if room == "transactions":
        return [(row[name]["code"], row.get(f"{name}_was")) for name in ("receiving_unit", "settling_unit")]
    rows = row["subjects"] if room == "complaints" else [row]
    return [(one["unit"], one.get("unit_was")) for one in rows]


def happen_in(api: ContractClient, room: tuple[str, Callable[[Unit], None]], *units: str) -> None:
    for unit in units:
        room[1](the(unit))
    if room[0] == "assessments":
        asked = {"year": 2024, "criteria_set": "TT01_2018"}
        assert api.signed_in(*SCOPES).once("/assessment-runs", asked).status_code == 202


def test_as_then_a_record_stays_with_its_unit_and_the_list_says_so(api: ContractClient, room: Any) -> None:
    happen_in(api, room, CARRIED, DIVIDED)

    shown, organisation = told(api, room[0])

    assert shown == {(CARRIED, None), (DIVIDED, None)}
    assert organisation == {"shown": "then", "as_of": None, "not_carried": []}
    assert told(api, room[0], organisation="then") == (shown, organisation)


def test_as_now_it_is_carried_to_the_one_heir_and_never_to_one_of_several(api: ContractClient, room: Any) -> None:
    happen_in(api, room, CARRIED, DIVIDED)

    shown, organisation = told(api, room[0], organisation="now")

    (left,) = organisation["not_carried"]
    assert shown == {(HEIR, CARRIED), (DIVIDED, None)}
    assert (organisation["shown"], organisation["as_of"]) == ("now", localdate().isoformat())
    assert (left["code"], {heir["code"] for heir in left["heirs"]}) == (DIVIDED, PARTS)


@pytest.mark.parametrize("room", ["ratings", "assessments"], indirect=True)
def test_the_records_of_a_unit_are_asked_by_the_unit_of_then_or_of_now(api: ContractClient, room: Any) -> None:
    happen_in(api, room, CARRIED, DIVIDED)

    found = {
        (unit, view): {unit for unit, _ in told(api, room[0], unit=unit, organisation=view)[0]}
        for unit in (CARRIED, HEIR, DIVIDED, *PARTS) for view in ("then", "now")
    }  # fmt: skip

    assert {asked: units for asked, units in found.items() if units} == {
        (CARRIED, "then"): {CARRIED}, (HEIR, "now"): {HEIR},
        (DIVIDED, "then"): {DIVIDED}, (DIVIDED, "now"): {DIVIDED},
    }  # fmt: skip


@pytest.mark.parametrize("room", ["transactions", "complaints"], indirect=True)
def test_a_subtree_is_that_of_the_day_or_that_of_today(api: ContractClient, room: Any) -> None:
    happen_in(api, room, CARRIED)

    found = {
        (unit, view): bool(told(api, room[0], under=unit, organisation=view)[0])
        for unit in (OLD_PROVINCE, NEW_PROVINCE) for view in ("then", "now")
    }  # fmt: skip

    assert found == {
        (OLD_PROVINCE, "then"): True, (OLD_PROVINCE, "now"): True,
        (NEW_PROVINCE, "then"): False, (NEW_PROVINCE, "now"): True,
    }  # fmt: skip


def test_a_unit_counts_under_another_only_on_the_days_on_which_it_stood_there(api: ContractClient) -> None:
    later = dt.datetime(2025, 6, 30, 23, 59, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    served(unit=the(CARRIED), received_at=later, due_at=None, ended_at=None, status="processing", steps=(),
           source_updated_at=later, now=later)  # fmt: skip

    assert told(api, "transactions", under=OLD_PROVINCE)[0]
    assert not told(api, "transactions", under=NEW_PROVINCE)[0]


def test_a_figure_says_which_organisation_it_counted_and_which_records_it_left_out(api: ContractClient) -> None:
    served(unit=the(CARRIED))
    served(unit=the(DIVIDED))
    reader = api.signed_in("monitoring:read")

    def figure(unit: str, view: str) -> tuple[str, str, str, list[str]]:
        asked = {"metric": "on_time_legal", "period": "2024-M03", "unit": unit, "organisation": view}
        body = reader.get("/metrics/values", asked).json()
        said = body["organisation"]
        (row,) = body["results"]
        return row["denominator"], row["organisation"], said["shown"], [one["code"] for one in said["not_carried"]]

    assert figure(CARRIED, "then") == ("1", "then", "then", [])
    assert figure(HEIR, "then") == ("0", "then", "then", [])
    assert figure(HEIR, "now") == ("1", "now", "now", [DISTRICT])
    assert figure(min(PARTS), "now")[0] == "0"
    assert DIVIDED in figure(min(PARTS), "now")[3]


def test_another_word_for_the_organisation_is_refused(api: ContractClient, room: Any) -> None:
    answer = api.signed_in(*SCOPES).get(f"/{room[0]}", {"organisation": "as_now"})

    assert faults(answer) == {("organisation", "invalid_choice")}
