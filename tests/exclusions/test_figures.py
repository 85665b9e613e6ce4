"""Wherever an exclusion changes a figure, the figure tells it, and what it would be without."""

import datetime as dt
from decimal import Decimal

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
    asked = {"criteria_set": "TT01_2018", "period": "2024-Q1", "reason": "Đánh giá lại sau loại trừ"}
    run = office.once("/assessment-runs", asked).json()
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


def indicators_of(kind: str) -> dict[str, dict[str, object]]:
    told = explained(kind)
    return {one["code"]: one for one in told["indicators"]}  # type: ignore[attr-defined]


def test_online_services_explain_what_exclusions_changed_in_their_points() -> None:
    """One late online dossier leaves no point, none leaves two.  Source: TT 01/2018/TT-VPCP, điều 13 (chỉ số 9)."""
    late = served("late", channel="online")
    served("late"), served("early", channel="online")

    before = indicators_of("unit")
    exclude(1, late)
    after = indicators_of("unit")

    assert "mean_without_exclusions" not in before["I9"]
    assert (after["I9"]["mean"], after["I1"]["mean"]) == ("2.0", "1.0")
    assert [after[code]["mean_without_exclusions"] for code in ("I9", "I1")] == ["0.0", "0.7"]
    assert [before[code]["mean"] for code in ("I9", "I1")] == ["0.0", "0.7"]
    assert (after["I1"]["excluded"], after["I1"]["changed_by_exclusions"]) == (1, 1)


def test_online_services_are_the_same_without_an_exclusion_that_saves_not_every_late_one() -> None:
    late = served("late", channel="online")
    served("late", channel="online")

    exclude(1, late)

    told = indicators_of("unit")["I9"]
    assert (told["mean"], told["mean_without_exclusions"]) == ("0.0", "0.0")


def test_what_an_exclusion_changed_elsewhere_is_not_told_of_online_services() -> None:
    """The control: of two late dossiers the one at the counter was excluded."""
    late = served("late")
    served("early", channel="online")

    exclude(1, late)

    told = indicators_of("unit")
    assert (told["I9"]["mean"], told["I9"].get("mean_without_exclusions")) == ("2.0", None)
    assert told["I1"]["mean_without_exclusions"] == "1.0"


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


def test_total_and_class_are_told_without_it_to_who_is_told_everything() -> None:
    late, _ = served("late", channel="online"), served("late")

    before = explained("unit", "complaints:read")
    exclude(1, late)
    after = explained("unit", "complaints:read")

    def wholes(told: dict[str, object]) -> tuple[object, object]:
        return told.get("total_without_exclusions"), told.get("class_without_exclusions")

    def total(told: dict[str, object]) -> Decimal:
        return sum((Decimal(one["mean"]) for one in told["indicators"]), Decimal(0))  # type: ignore[attr-defined]

    assert before["withheld"] == after["withheld"] == []
    assert wholes(after) == wholes(before) == (str(total(before)), before["class_without_exclusions"])
    assert total(after) > total(before)
    assert wholes(explained("unit")) == (None, None)
