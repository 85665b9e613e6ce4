"""Every list and report can be asked as then or as now, and says which it gave.  Source: design, invariant 3."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.timezone import localdate

from feedback.ratings.services import release
from procedures.exclusions.models import Exclusion
from procedures.exclusions.queries import codes_named
from procedures.exclusions.services import Proposal, approve, propose
from tests.builders.figures import LONG_AFTER, an_official, complained, rated, served
from tests.builders.ratings import give
from tests.builders.transactions import DUE_AT, RECEIVED_AT
from tests.contract_client import ContractClient, faults, problem
from units.models import Unit
from units.queries import unit_with_code
from units.vocabulary import Viewer

CARRIED, HEIR = "gso2024:23425", "gso2025:23425"
DIVIDED, PARTS = "gso2024:21142", {"gso2025:21136", "gso2025:21157"}
DISTRICT = "gso2024:617"
"""Of CARRIED; its work went to several communes, HEIR among them."""
OLD_PROVINCE, NEW_PROVINCE = "gso2024:62", "gso2025:51"
SCOPES = (
    "transactions:read", "ratings:manage", "ratings:read", "complaints:read", "assessments:manage", "assessments:read",
    "monitoring:read", "units:write",
)  # fmt: skip
TOLD = "Người Lạ Mẫu"
FEWEST = 5
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


def an_exclusion_in(unit: Unit) -> None:
    an_exclusion_of_then(unit)


def an_exclusion_of_then(unit: Unit) -> Exclusion:
    proposal = Proposal(
        reason="system_outage", begins_at=RECEIVED_AT, ends_at=DUE_AT, evidence="Ngừng kết nối", document="12/TB",
        dossier_codes=[served(unit=unit).dossier_code],
    )  # fmt: skip
    return propose(proposal=proposal, unit=unit, by="test", viewer=Viewer(unit.pk, None), now=LONG_AFTER)


def ratings_told_in(unit: Unit) -> None:
    for _ in range(FEWEST):
        give(served(unit=unit), at=LONG_AFTER, comment="Chờ lâu")
    release(today=LONG_AFTER.date() + dt.timedelta(days=14))


def a_name_in(unit: Unit) -> None:
    served(unit=unit, steps=({"unit_code": unit.code, "official_name": TOLD},))


def a_decision_on_a_name_in(unit: Unit) -> None:
    a_name_in(unit)
    decision = {
        "unit": unit.code, "name": TOLD, "meaning": "nobody", "reason": "Không phải người của đơn vị",
        "valid_from": "2024-01-01", "valid_to": "2025-01-01",
    }  # fmt: skip
    clerk = ContractClient().signed_in("units:write")
    assert clerk.once("/official-names/decisions", decision, **{"If-Match": '"0"'}).status_code == 201


def a_declaration_of(unit: Unit) -> None:
    said = {"publication": {"correct": True, "posted": True, "electronic": False}, "evidence": "Biên bản"}
    manager = ContractClient().signed_in("assessments:manage")
    assert manager.put(f"/unit-declarations/{unit.code}/2024", said).status_code == 201


HAPPEN: dict[str, Callable[[Unit], None]] = {
    "transactions": a_transaction_in, "ratings": a_rating_in, "complaints": a_complaint_in,
    "assessments": an_assessment_in, "exclusions": an_exclusion_in, "rating-summaries": ratings_told_in,
    "rating-comments": ratings_told_in, "official-names": a_name_in,
    "official-names/decisions": a_decision_on_a_name_in, "unit-declarations": a_declaration_of,
}  # fmt: skip


@pytest.fixture(params=HAPPEN)
def room(request: pytest.FixtureRequest, api: ContractClient) -> tuple[str, Callable[[Unit], None]]:
    return request.param, HAPPEN[request.param]


def told(api: ContractClient, room: str, **asked: str) -> tuple[set[tuple[str, str | None]], dict[str, Any]]:
    """Return the units that the list shows, each with what it was, and what the list says of its organisation."""
    answer = api.signed_in(*SCOPES).get(f"/{room}", asked)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return {unit for row in body["results"] for unit in units_of(room, row)}, body["organisation"]


def units_of(room: str, row: dict[str, Any]) -> list[tuple[str, str | None]]:
    if room == "transactions":
        return [(row[name]["code"], row.get(f"{name}_was")) for name in ("receiving_unit", "settling_unit")]
    if room == "official-names":
        return [(row["unit"]["code"], row.get("unit_was"))]
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


@pytest.mark.parametrize(
    "room",
    ["ratings", "assessments", "exclusions", "rating-summaries", "rating-comments", "unit-declarations"],
    indirect=True,
)
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


@pytest.mark.parametrize(
    "room", ["transactions", "complaints", "official-names", "official-names/decisions"], indirect=True
)
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


def test_who_decided_outside_the_unit_is_carried_like_the_unit(api: ContractClient) -> None:
    approve(
        exclusion_id=an_exclusion_of_then(the(CARRIED)).pk, note="Đúng", by="another", now=LONG_AFTER,
        viewer=Viewer(the(OLD_PROVINCE).pk, None), confirm=lambda _version: None,
    )  # fmt: skip

    def told_by(view: str) -> tuple[str, str | None]:
        (row,) = api.signed_in(*SCOPES).get("/exclusions", {"organisation": view}).json()["results"]
        return row["decided_for"], row.get("decided_for_was")

    assert told_by("then") == (OLD_PROVINCE, None)
    assert told_by("now") == (NEW_PROVINCE, OLD_PROVINCE)


def told_of_dossier(api: ContractClient, exclusion: Exclusion, **asked: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the exclusion as the list of its dossier tells it, and what the list says of its organisation."""
    (code,) = codes_named(exclusion=exclusion)
    body = api.signed_in("transactions:read").get(f"/transactions/{code}/exclusions", asked).json()
    (row,) = body["results"]
    return row, body["organisation"]


def test_the_exclusions_of_a_dossier_are_told_as_then_or_as_now(api: ContractClient) -> None:
    carried, divided = (an_exclusion_of_then(the(code)) for code in (CARRIED, DIVIDED))
    approve(
        exclusion_id=carried.pk, note="Đúng", by="another", now=LONG_AFTER,
        viewer=Viewer(the(OLD_PROVINCE).pk, None), confirm=lambda _version: None,
    )  # fmt: skip

    usual, then, now = (told_of_dossier(api, carried, **asked) for asked in (
        {}, {"organisation": "then"}, {"organisation": "now"},
    ))  # fmt: skip
    left, said = told_of_dossier(api, divided, organisation="now")

    assert usual == then
    assert (then[0]["unit"], then[0]["decided_for"], then[0].get("unit_was")) == (CARRIED, OLD_PROVINCE, None)
    assert then[1] == {"shown": "then", "as_of": None, "not_carried": []}
    assert (now[0]["unit"], now[0]["unit_was"]) == (HEIR, CARRIED)
    assert (now[0]["decided_for"], now[0]["decided_for_was"]) == (NEW_PROVINCE, OLD_PROVINCE)
    assert now[1] == {"shown": "now", "as_of": localdate().isoformat(), "not_carried": []}
    assert (left["unit"], left.get("unit_was")) == (DIVIDED, None)
    assert [(one["code"], {heir["code"] for heir in one["heirs"]}) for one in said["not_carried"]] == [(DIVIDED, PARTS)]


def test_the_exclusions_of_a_dossier_take_no_other_word_and_tell_nobody_who_may_not_know_of_it(
    api: ContractClient,
) -> None:
    (code,) = codes_named(exclusion=an_exclusion_of_then(the(CARRIED)))
    address = f"/transactions/{code}/exclusions"

    other_word = api.signed_in("transactions:read").get(address, {"organisation": "as_now"})
    other_name = api.signed_in("transactions:read").get(address, {"unit": CARRIED})
    stranger = api.signed_in("transactions:read", boundary=the(DIVIDED)).get(address, {"organisation": "as_now"})

    assert faults(other_word) == {("organisation", "invalid_choice")}
    assert faults(other_name) == {("unit", "unknown_parameter")}
    assert problem(stranger) == (404, "transaction-unknown")


def test_a_name_is_decided_in_the_unit_of_then_that_the_list_tells_beside_that_of_now(api: ContractClient) -> None:
    a_name_in(the(CARRIED))
    clerk = api.signed_in("units:write")
    (row,) = clerk.get("/official-names", {"organisation": "now"}).json()["results"]
    verdict = {"name": row["name"], "meaning": "nobody", "reason": "Không phải người của đơn vị"}

    def decide(unit: str) -> int:
        answer = clerk.once("/official-names/decisions", {**verdict, "unit": unit}, **{"If-Match": '"0"'})
        return answer.status_code  # type: ignore[no-any-return]

    assert (decide(row["unit"]["code"]), decide(row["unit_was"])) == (404, 201)


def test_a_decision_on_days_on_which_the_unit_stood_elsewhere_is_not_told_under_the_unit_of_then(
    api: ContractClient,
) -> None:
    a_name_in(the(CARRIED))
    decision = {"unit": CARRIED, "name": TOLD, "meaning": "nobody", "reason": "Đã rà soát", "valid_from": "2026-01-01"}
    answer = api.signed_in("units:write").once("/official-names/decisions", decision, **{"If-Match": '"0"'})
    assert answer.status_code == 201, answer.content

    room = "official-names/decisions"
    assert told(api, room)[0] == {(CARRIED, None)}
    assert told(api, room, under=OLD_PROVINCE)[0] == set()
    assert told(api, room, under=NEW_PROVINCE, organisation="now")[0] == {(HEIR, CARRIED)}


def test_figures_of_ratings_say_which_units_of_a_breakdown_stand_in_it_as_they_were(api: ContractClient) -> None:
    for unit in (CARRIED, DIVIDED):
        a_rating_in(the(unit))
    reader = api.signed_in("monitoring:read", "ratings:manage", "complaints:read")

    def broken_down(view: str) -> tuple[set[str], str, list[str]]:
        asked = {"by": "unit", "from": "2024-01-01", "to": localdate().isoformat(), "organisation": view}
        body = reader.get("/metrics/ratings", asked).json()
        said = body["organisation"]
        return {row["key"] for row in body["results"]}, said["shown"], [one["code"] for one in said["not_carried"]]

    assert broken_down("then") == ({CARRIED, DIVIDED}, "then", [])
    assert broken_down("now") == ({HEIR, DIVIDED}, "now", [DIVIDED])


def test_another_word_for_the_organisation_is_refused(api: ContractClient, room: Any) -> None:
    answer = api.signed_in(*SCOPES).get(f"/{room[0]}", {"organisation": "as_now"})

    assert faults(answer) == {("organisation", "invalid_choice")}
