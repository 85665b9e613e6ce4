"""Wherever an exclusion changes a figure, the figure tells it, and what it would be without."""

import datetime as dt

from procedures.transactions.models import Transaction
from procedures.transactions.services import let_hold, name_dossiers, request_recount
from tests.builders.figures import an_official, complained, served, the_department
from tests.contract_client import ContractClient

LONG_AFTER = dt.datetime(2024, 6, 3, 9, 0, tzinfo=dt.UTC)
WEEK = {
    "begins_at": dt.datetime(2024, 3, 6, 1, 0, tzinfo=dt.UTC),
    "ends_at": dt.datetime(2024, 3, 8, 10, 0, tzinfo=dt.UTC),
}


def exclude(reference: int, *dossiers: Transaction) -> None:
    """Let an exclusion hold for dossiers of 2024 (its proposal and approval are told in test_exclusions)."""
    name_dossiers(reference=reference, dossier_codes=[one.dossier_code for one in dossiers], **WEEK)
    let_hold(reference=reference, holds=True)
    request_recount(reference=reference, by="test", now=LONG_AFTER)


def figure(metric: str) -> dict[str, object]:
    reader = ContractClient().signed_in("monitoring:read")
    answer = reader.get("/metrics/values", {"metric": metric, "period": "2024-M03"})
    (told,) = answer.json()["results"]
    return dict(told)


def test_the_share_on_time_tells_what_is_excluded_what_that_changed_and_its_value_without() -> None:
    late, on_time, _ = served("late"), served("on_time"), served("late")

    exclude(1, late, on_time)

    told = figure("on_time_legal")
    assert (told["value"], told["value_without_exclusions"]) == ("0.6667", "0.3333")
    assert (told["excluded"], told["changed_by_exclusions"]) == (2, 2)


def test_without_exclusions_both_values_are_the_same() -> None:
    served("late"), served("on_time")

    told = figure("on_time_legal")

    assert (told["value"], told["value_without_exclusions"]) == ("0.5000", "0.5000")
    assert (told["excluded"], told["changed_by_exclusions"]) == (0, 0)


def test_the_portals_share_knows_of_no_exclusion() -> None:
    before = served("late")
    plain = figure("on_time_national")["value"]

    exclude(1, before)

    told = figure("on_time_national")
    assert (told["value"], told["excluded"], told["value_without_exclusions"]) == (plain, None, None)


def explained(kind: str, *scopes: str) -> dict[str, object]:
    office = ContractClient().signed_in("assessments:manage", "assessments:read", *scopes)
    run = office.once("/assessment-runs", {"criteria_set": "TT01_2018", "period": "2024-Q1"}).json()
    rows = office.get("/assessments", {"run": run["id"]}).json()["results"]
    (row,) = [one for one in rows if one["kind"] == kind]
    return dict(office.get(f"/assessments/{row['id']}/explanation").json())


def test_an_assessment_explains_what_exclusions_changed_in_each_indicator() -> None:
    official = an_official(unit=the_department())
    late = served("late", official=official)
    served("late", official=official)
    exclude(1, late)

    told = explained("official")

    indicators = {one["code"]: one for one in told["indicators"]}  # type: ignore[attr-defined]
    assert (indicators["I1"]["mean"], indicators["I1"]["mean_without_exclusions"]) == ("0.5", "0.0")
    assert (indicators["I1"]["excluded"], indicators["I1"]["changed_by_exclusions"]) == (1, 1)
    assert (indicators["I3"]["excluded"], indicators["I3"]["changed_by_exclusions"]) == (1, 0)
    assert {one["dossier_code"]: one.get("before_exclusions") for one in told["records"]}[late.dossier_code] == "late"  # type: ignore[attr-defined]


def test_what_an_exclusion_left_alone_does_not_betray_a_complaint() -> None:
    """An excluded dossier that got no points for conduct was complained of: told to the inspectorate alone."""
    official = an_official(unit=the_department())
    late = served("late", official=official)
    complained(late, official)
    exclude(1, late)

    told = explained("official")

    (conduct,) = [one for one in told["indicators"] if one["code"] == "I7"]  # type: ignore[attr-defined]
    assert "I7" in told["withheld"]  # type: ignore[operator]
    assert not {"excluded", "changed_by_exclusions", "mean_without_exclusions"} & set(conduct)
