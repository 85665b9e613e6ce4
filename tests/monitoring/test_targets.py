"""What was ordered, as dated data, beside each figure."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from feedback.models import Target
from feedback.monitoring.models import COUNTS, EndedCount
from feedback.monitoring.rules.figures import wilson
from feedback.monitoring.rules.targets import attained
from procedures.calendar.rules import ZONE
from tests.builders.figures import answers, rated, served, the_department
from tests.builders.ratings import give
from tests.contract_client import ContractClient, faults, problem

ORDER = {
    "metrics": ["satisfaction_survey_share"], "value": "0.9500", "valid_from": "2024-01-01", "valid_to": "2030-12-31",
    "source": "Văn bản thử",
}  # fmt: skip
TODAY = {"from": "2020-01-01", "to": "2026-12-31", "metric": "satisfaction_survey_share"}


def manager(api: ContractClient) -> ContractClient:
    return api.signed_in("monitoring:read", "monitoring:manage")


@pytest.mark.parametrize(
    ("satisfied", "answered", "told"),
    [
        (0, 0, "undecidable"),
        (19, 20, "undecidable"),
        (5, 5, "undecidable"),
        (100, 100, "yes"),
        (80, 100, "no"),
        (169, 172, "undecidable"),
        (180, 182, "yes"),
    ],
)
def test_a_sample_decides_only_when_its_whole_interval_is_on_one_side(satisfied: int, answered: int, told: str) -> None:
    value = Decimal(satisfied) / answered if answered else None

    reached = attained(target=Decimal("0.95"), value=value, interval=wilson(satisfied, answered), too_few=False)

    assert reached == told


def test_what_counts_every_record_is_held_against_the_target_itself() -> None:
    assert attained(target=Decimal("0.95"), value=Decimal("0.95"), interval=None, too_few=False) == "yes"
    assert attained(target=Decimal("0.95"), value=Decimal("0.9499"), interval=None, too_few=False) == "no"


@pytest.mark.parametrize("satisfied", [0, 15, 29])
def test_what_is_too_few_to_judge_by_decides_nothing(satisfied: int) -> None:
    value, target = Decimal(satisfied) / 29, Decimal("0.5")

    mean = attained(target=target, value=value, interval=None, too_few=True)
    share = attained(target=target, value=value, interval=wilson(satisfied, 29), too_few=True)

    assert (mean, share) == ("undecidable", "undecidable")


def test_the_95_percent_of_the_order_is_there_with_its_source(api: ContractClient) -> None:
    told = api.signed_in("monitoring:read").get("/metrics/targets", {"on": "2025-06-01"}).json()["results"]

    values = {row["code"]: row["value"] for row in told}
    assert values == {"KH-1613-2025": "0.9500", "NQ-76-2025": "0.9000"}
    assert "1613/KH-UBND" in told[0]["source"]


def test_a_target_stands_beside_the_figure_of_its_days(api: ContractClient) -> None:
    manager(api).put("/metrics/targets/THU-95", ORDER)
    for _ in range(30):
        rated(served(), 1, form="MIC_5")
    reader = api.signed_in("monitoring:read", "ratings:manage")

    figure = reader.get("/metrics/values", TODAY).json()["results"][0]
    before = reader.get("/metrics/values", {**TODAY, "to": "2023-12-31"}).json()["results"][0]
    row = reader.get("/metrics/ratings", {"from": "2020-01-01", "to": "2026-12-31"}).json()["results"][0]

    said = {t["code"]: t["attained"] for t in figure["targets"]}
    assert said["THU-95"] == "no"
    assert [t["code"] for t in before["targets"]] == []
    assert {t["code"]: t["attained"] for t in row["measures"][0]["targets"]} == said


def test_each_month_of_a_breakdown_has_the_targets_of_its_own_last_day(api: ContractClient) -> None:
    days = {
        "THU-MOT": {"valid_from": "2024-01-01", "valid_to": "2024-03-30"},
        "THU-HAI": {"valid_from": "2024-03-31", "valid_to": "2024-04-29"},
        "THU-BA": {"valid_from": "2024-05-01", "valid_to": "2024-12-31"},
    }
    for code, when in days.items():
        assert manager(api).put(f"/metrics/targets/{code}", {**ORDER, **when}).status_code == 201
    for month in (2, 3, 4, 5):
        at = dt.datetime(2024, month, 10, 9, tzinfo=ZONE)
        give(served(), at=at, form="MIC_5", answers=answers("MIC_5", 5))
    asked = {"from": "2024-02-01", "to": "2024-05-15"}
    reader = api.signed_in("monitoring:read", "ratings:manage")

    by_month = reader.get("/metrics/ratings", {**asked, "by": "month", "step": "reception"}).json()["results"]
    cut = reader.get("/metrics/values", {**TODAY, **asked, "grain": "month"}).json()["results"]

    told = [{target["code"] for target in row["measures"][0]["targets"]} & set(days) for row in by_month]
    assert told == [{"THU-MOT"}, {"THU-HAI"}, set(), {"THU-BA"}]
    assert told == [{target["code"] for target in row["targets"]} & set(days) for row in cut]


@pytest.mark.parametrize(("late", "told"), [(1000, "yes"), (1001, "no"), (1002, "no")])
def test_no_rounding_lifts_what_counts_every_record_to_its_target(late: int, told: str, api: ContractClient) -> None:
    """Of 20,000 transactions 1,001 late ones leave 94.995 %, which is shown as 0.9500 and is less than 95 %."""
    manager(api).put("/metrics/targets/THU-95", {**ORDER, "metrics": ["on_time_legal"]})
    served("on_time")
    known = EndedCount.objects.filter(ended=1).get()
    for number, good in ((19_999 - late, 19_999 - late), (late, 0)):
        counts = dict.fromkeys(COUNTS, 0) | {"ended": number, "legal_judged": number, "legal_good": good}
        EndedCount.objects.create(charged=known.charged, day=known.day, calendar_id=known.calendar_id, **counts)
    asked = {"from": "2024-01-01", "to": "2024-12-31", "metric": "on_time_legal"}

    (figure,) = api.signed_in("monitoring:read").get("/metrics/values", asked).json()["results"]

    assert (figure["numerator"], figure["denominator"]) == (str(20_000 - late), "20000")
    assert {target["code"]: target["attained"] for target in figure["targets"]}["THU-95"] == told


def test_too_few_to_judge_and_not_attained_are_never_told_together(api: ContractClient) -> None:
    metrics = ["satisfaction_survey_share", "satisfaction_survey_mean", "not_dissatisfied_share"]
    manager(api).put("/metrics/targets/THU-95", {**ORDER, "metrics": metrics})
    rated(served(), 1, form="MIC_5")
    reader = api.signed_in("monitoring:read", "ratings:manage")

    values = [reader.get("/metrics/values", {**TODAY, "metric": metric}).json()["results"][0] for metric in metrics]
    row = reader.get("/metrics/ratings", {"from": TODAY["from"], "to": TODAY["to"]}).json()["results"][0]

    for told in (*values, *row["measures"]):
        said = {target["code"]: target["attained"] for target in told["targets"]}
        assert (told["too_few"], said["THU-95"]) == (True, "undecidable")
        assert set(said.values()) == {"undecidable"}


def test_what_counts_every_transaction_is_judged_however_few_there_are(api: ContractClient) -> None:
    manager(api).put("/metrics/targets/THU-95", {**ORDER, "metrics": ["on_time_legal"]})
    served("late")
    asked = {"from": "2024-01-01", "to": "2024-12-31", "metric": "on_time_legal"}

    figure = api.signed_in("monitoring:read").get("/metrics/values", asked).json()["results"][0]

    assert (figure["denominator"], figure["too_few"]) == ("1", False)
    assert {target["code"]: target["attained"] for target in figure["targets"]}["THU-95"] == "no"


def test_a_target_of_one_unit_stands_beside_that_unit_only(api: ContractClient) -> None:
    manager(api).put("/metrics/targets/THU-95", {**ORDER, "unit": the_department().code})
    reader = api.signed_in("monitoring:read")

    def codes(**asked: str) -> set[str]:
        answer = reader.get("/metrics/values", {**TODAY, **asked}).json()["results"][0]
        return {target["code"] for target in answer["targets"]}

    assert "THU-95" in codes(unit=the_department().code)
    assert "THU-95" not in codes()


def test_telling_a_target_anew_keeps_what_was_told_before(api: ContractClient) -> None:
    first = manager(api).put("/metrics/targets/THU-95", ORDER)
    again = manager(api).put("/metrics/targets/THU-95", ORDER)
    blind = manager(api).put("/metrics/targets/THU-95", {**ORDER, "value": "0.9"})
    anew = manager(api).put("/metrics/targets/THU-95", {**ORDER, "value": "0.9"}, headers={"If-Match": first["ETag"]})
    stale = manager(api).put("/metrics/targets/THU-95", {**ORDER, "value": "0.8"}, headers={"If-Match": first["ETag"]})

    assert (first.status_code, again.status_code, anew.status_code) == (201, 200, 200)
    assert (problem(blind), problem(stale)) == ((428, "precondition-required"), (412, "precondition-failed"))
    assert (anew.json()["value"], anew.json()["number"]) == ("0.9000", 2)
    assert manager(api).get("/metrics/targets/THU-95").json() == anew.json()
    assert list(Target.objects.filter(code="THU-95").values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"value": "1.01"}, ("/value", "max_value")),
        ({"value": "0"}, ("/value", "min_value")),
        ({"metrics": ["upheld_complaints_per_1000"]}, ("/metrics/0", "invalid_choice")),
        ({"valid_to": "2023-01-01"}, ("/valid_to", "wrong_order")),
        ({"tỷ lệ": 1}, ("/tỷ lệ", "unknown_field")),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(
    api: ContractClient, change: dict[str, Any], fault: tuple[str, str]
) -> None:
    answer = manager(api).put("/metrics/targets/THU-95", {**ORDER, **change})

    assert (problem(answer)[0], faults(answer)) == (400, {fault})


def test_who_sets_targets_has_the_scope_and_the_whole_province(api: ContractClient) -> None:
    bounded = api.signed_in("monitoring:manage", boundary=the_department())

    assert problem(api.signed_in("monitoring:read").put("/metrics/targets/X", ORDER)) == (403, "forbidden")
    assert problem(bounded.put("/metrics/targets/X", ORDER)) == (403, "forbidden")
    assert problem(manager(api).put("/metrics/targets/X", {**ORDER, "unit": "khong-co"})) == (404, "unit-unknown")
    assert problem(manager(api).put("/metrics/targets/X", {**ORDER, "field": "khong-co"})) == (404, "field-unknown")
    assert problem(manager(api).get("/metrics/targets/X")) == (404, "target-unknown")
