"""Runs over HTTP: from transactions and complaints to points, classes and the records behind them."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from feedback.assessments.queries.counting import petitions_by_unit
from feedback.assessments.rules.tt_01_2018 import petitions_answered
from feedback.models import Assessment, AssessmentRun, Complaint
from procedures.models import Transaction
from tests.builders.figures import LONG_AFTER, an_official, another_department, complained, served, the_department
from tests.builders.transactions import RECEIVED_AT, a_message, a_step, tell
from tests.contract_client import ContractClient, problem
from units.models import Official

MANAGER = ("assessments:read", "assessments:manage", "assessments:publish")


def run(api: ContractClient, **asked: Any) -> dict[str, Any]:
    answer = api.signed_in(*MANAGER).once("/assessment-runs", {"year": 2024, "criteria_set": "TT01_2018", **asked})
    assert answer.status_code == 202, answer.content
    return answer.json()  # type: ignore[no-any-return]


def publish(api: ContractClient, done: dict[str, Any], **decision: Any) -> dict[str, Any]:
    answer = api.signed_in(*MANAGER).once(f"/assessment-runs/{done['id']}/publication", decision)
    assert answer.status_code == 201, answer.content
    return answer.json()  # type: ignore[no-any-return]


def result_of(api: ContractClient, **narrowed: str) -> dict[str, Any]:
    (found,) = api.signed_in(*MANAGER).get("/assessments", narrowed).json()["results"]
    return found  # type: ignore[no-any-return]


def worked_case(official: Official, last_outcome: str) -> list[Transaction]:
    """The four transactions of a worked case of TT 01/2018, điều 15."""
    plain: dict[str, Any] = {"official": official, "agencies_contacted": 0, "contacts": 0}
    early = served("early", **plain)
    on_time = served("on_time", **(plain | {"contacts": 1, "agencies_contacted": 1}))
    late = served("late", **(plain | {"contacts": 2, "agencies_contacted": 2}))
    complained(late, official, "upheld")
    accused = served("early", **(plain | {"contacts": 1, "agencies_contacted": 1}))
    complained(accused, official, last_outcome)
    return [early, on_time, late, accused]


class TestTheWorkedCase:
    """Four transactions, 5.9 points, hoàn thành 100 %.  Source: TT 01/2018, điều 13 và 15."""

    def test_the_worked_case_comes_out_through_the_whole_service(self, api: ContractClient) -> None:
        official = an_official()
        worked_case(official, "not_upheld")

        progress = run(api)
        found = result_of(api, official=official.code)

        assert (progress["state"], progress["transactions_counted"]) == ("finished", 4)
        assert {code: (i["sum"], i["count"], i["mean"]) for code, i in found["indicators"].items()} == {
            "I1": (5, 4, "1.3"), "I2": (5, 4, "1.3"), "I3": (4, 4, "1.0"), "I4": (4, 4, "1.0"), "I7": (5, 4, "1.3"),
        }  # fmt: skip
        assert (found["total"], found["class"], found["partial"], found["provisional"]) == ("5.9", "full", False, False)
        assert found["unit"] == the_department().code

    def test_a_pending_complaint_gives_nothing_provisionally(self, api: ContractClient) -> None:
        official = an_official()
        worked_case(official, "")

        run(api)
        found = result_of(api, official=official.code)

        assert (found["indicators"]["I7"]["mean"], found["total"], found["provisional"]) == ("0.8", "5.4", True)

    def test_each_point_can_be_followed_to_its_transaction(self, api: ContractClient) -> None:
        official = an_official()
        early, on_time, late, accused = worked_case(official, "not_upheld")
        run(api)
        found = result_of(api, official=official.code)

        inspector = api.signed_in(*MANAGER, "complaints:read")
        told = inspector.get(f"/assessments/{found['id']}/explanation").json()

        by_code = {
            row["dossier_code"]: {s["indicator"]: (s["points"], s["reason"]) for s in row["scores"]}
            for row in told["records"]
        }
        assert by_code[early.dossier_code]["I7"] == (2, "EARLY_NO_COMPLAINT")
        assert by_code[on_time.dossier_code]["I3"] == (1, "ONE_CONTACT")
        assert by_code[late.dossier_code]["I7"] == (0, "COMPLAINT_UPHELD")
        assert by_code[accused.dossier_code]["I7"] == (2, "EARLY_COMPLAINT_FALSE")
        for indicator in told["indicators"]:
            assert sum(row["points"] * row["count"] for row in indicator["counts"]) == indicator["sum"]
            assert sum(row["count"] for row in indicator["counts"]) == indicator["count"]


class TestWhoCounts:
    """The unit and the official of the step on that day."""

    def test_a_transaction_is_charged_to_every_unit_and_official_that_did_a_step(self, api: ContractClient) -> None:
        receiver, settler = an_official("CB-1"), an_official("CB-2", another_department())
        transaction = served("early", official=receiver)
        step = a_step(
            transaction.dossier_code, at=RECEIVED_AT + dt.timedelta(days=1), status="processing",
            unit_code=another_department().code, official_code=settler.code,
        )  # fmt: skip
        tell(a_message(step), now=LONG_AFTER)

        run(api)

        charged = set(Assessment.objects.values_list("kind", "unit__code", "official__code"))
        assert charged == {
            ("unit", the_department().code, None), ("unit", another_department().code, None),
            ("official", the_department().code, "CB-1"), ("official", another_department().code, "CB-2"),
        }  # fmt: skip

    def test_two_steps_of_one_transaction_count_it_once_by_the_worst(self, api: ContractClient) -> None:
        official = an_official()
        transaction = served("early", official=official)
        due = transaction.due_at
        assert due is not None
        for at in (due - dt.timedelta(days=3), due - dt.timedelta(days=4)):
            late_step = a_step(
                transaction.dossier_code, at=at, status="processing", unit_code=the_department().code,
                official_code=official.code, due_at=at + dt.timedelta(days=1 if at.day % 2 else -1),
            )  # fmt: skip
            tell(a_message(late_step), now=LONG_AFTER)

        run(api)
        found = result_of(api, official=official.code)

        assert (found["transactions"], found["indicators"]["I2"]) == (1, {"sum": 0, "count": 1, "mean": "0.0"})
        assert found["indicators"]["I1"]["sum"] == 2

    def test_a_complaint_against_one_official_does_not_touch_his_colleague(self, api: ContractClient) -> None:
        accused_one, colleague = an_official("CB-1"), an_official("CB-2")
        transaction = served("early", official=accused_one)
        step = a_step(transaction.dossier_code, unit_code=the_department().code, official_code=colleague.code,
                      content="Chuyển hồ sơ")  # fmt: skip
        tell(a_message(step), now=LONG_AFTER)
        complained(transaction, accused_one, "upheld")

        run(api)

        assert result_of(api, official="CB-1")["indicators"]["I7"]["sum"] == 0
        assert result_of(api, official="CB-2")["indicators"]["I7"]["sum"] == 2

    def test_a_complaint_about_an_official_without_a_dossier_costs_one_transaction_of_that_day(
        self, api: ContractClient
    ) -> None:
        official = an_official()
        served("early", official=official)
        served("early", official=official)
        complained(None, official, "upheld")

        run(api)

        assert result_of(api, official=official.code)["indicators"]["I7"] == {"sum": 2, "count": 2, "mean": "1.0"}

    @pytest.mark.parametrize("outcome", ["not_upheld", "undetermined", "slander"])
    def test_only_an_upheld_finding_weighs(self, api: ContractClient, outcome: str) -> None:
        official = an_official()
        complained(served("early", official=official), official, outcome)

        run(api)

        assert result_of(api, official=official.code)["indicators"]["I7"]["sum"] == 2

    def test_what_cannot_be_judged_is_counted_apart(self, api: ContractClient) -> None:
        served("on_time", status="withdrawn")
        served("on_time")

        progress = run(api)

        assert (progress["transactions_counted"], progress["transactions_left_out"]) == (1, 1)

    def test_a_unit_without_transactions_has_no_assessment(self, api: ContractClient) -> None:
        assert run(api)["assessments_made"] == 0


class TestWhichPeriod:
    """The text in force on the day."""

    def test_after_14_september_2025_no_points_are_given(self, api: ContractClient) -> None:
        answer = api.signed_in(*MANAGER).once("/assessment-runs", {"year": 2026, "criteria_set": "TT01_2018"})

        assert problem(answer) == (409, "no-scoring-rules")

    def test_qd_766_gives_ratios_and_no_points(self, api: ContractClient) -> None:
        answer = api.signed_in(*MANAGER).once("/assessment-runs", {"year": 2024, "criteria_set": "QD766"})

        assert problem(answer) == (409, "no-scoring-rules")

    def test_the_year_of_the_change_is_counted_up_to_the_last_day_in_force(self, api: ContractClient) -> None:
        progress = run(api, year=2025)

        assert (progress["counted_from"], progress["counted_to"]) == ("2025-01-01", "2025-09-14")

    def test_a_report_year_begins_on_15_december(self, api: ContractClient) -> None:
        asked = {"criteria_set": "TT01_2018", "period": "BC-2024"}

        progress = api.signed_in(*MANAGER).once("/assessment-runs", asked).json()

        assert (progress["counted_from"], progress["counted_to"]) == ("2023-12-15", "2024-12-14")

    def test_the_same_period_is_assessed_again_only_with_a_reason(self, api: ContractClient) -> None:
        run(api)

        again = api.signed_in(*MANAGER).once("/assessment-runs", {"year": 2024, "criteria_set": "TT01_2018"})
        with_reason = run(api, reason="Kết luận mới ngày 03/6/2024")

        assert problem(again) == (409, "run-needs-reason")
        assert with_reason["version"] == 2

    def test_a_queued_run_is_worked_off_by_the_command(self, api: ContractClient) -> None:
        done = run(api)
        queued = AssessmentRun.objects.create(
            criteria_set_id=AssessmentRun.objects.get(pk=done["id"]).criteria_set_id,
            period_id=AssessmentRun.objects.get(pk=done["id"]).period_id, version=2, reason="thử",
            counted=(dt.date(2024, 1, 1), dt.date(2025, 1, 1)), requested_by="test", requested_at=now(),
        )  # fmt: skip

        call_command("run_jobs", only="assessments")

        queued.refresh_from_db()
        assert queued.state == "finished"


class TestWhoSees:
    """Drafts move with open complaints; which transaction was complained of tells who complained."""

    def test_a_draft_is_unknown_to_those_who_only_read(self, api: ContractClient) -> None:
        served("early", official=an_official())
        run(api)
        found = Assessment.objects.first()
        assert found is not None

        reader = api.signed_in("assessments:read")

        assert reader.get("/assessments").json()["results"] == []
        assert problem(reader.get(f"/assessments/{found.pk}")) == (404, "not-found")

    def test_nobody_below_the_inspectorate_learns_which_transaction_was_complained_of(
        self, api: ContractClient
    ) -> None:
        official = an_official()
        worked_case(official, "not_upheld")
        run(api)
        found = result_of(api, official=official.code)
        path = f"/assessments/{found['id']}/explanation"

        withheld = api.signed_in(*MANAGER).get(path)
        control = api.signed_in(*MANAGER, "complaints:read").get(path)

        assert b"COMPLAINT" not in withheld.content
        assert all(s["indicator"] != "I7" for row in withheld.json()["records"] for s in row["scores"])
        assert withheld.json()["withheld"] == ["I7"]
        assert {one["code"]: one["counts"] for one in withheld.json()["indicators"]}["I7"] == []
        assert b"COMPLAINT_UPHELD" in control.content

    def test_a_boundary_hides_the_assessments_of_other_units(self, api: ContractClient) -> None:
        served("early", official=an_official("CB-1"))
        served("early", official=an_official("CB-2", another_department()), unit=another_department())
        publish(api, run(api))

        inside = api.signed_in(*MANAGER, boundary=the_department()).get("/assessments").json()["results"]
        outside = Assessment.objects.filter(unit=another_department()).first()
        assert outside is not None

        assert {row["unit"] for row in inside} == {the_department().code}
        assert problem(
            api.signed_in(*MANAGER, boundary=the_department()).get(f"/assessments/{outside.pk}")
        ) == (404, "not-found")  # fmt: skip

    def test_a_bounded_caller_can_neither_run_nor_publish(self, api: ContractClient) -> None:
        bounded = api.signed_in(*MANAGER, boundary=the_department())
        asked = {"year": 2024, "criteria_set": "TT01_2018"}
        done = run(api)

        assert problem(bounded.once("/assessment-runs", asked)) == (403, "run-needs-whole-province")
        assert problem(bounded.get(f"/assessment-runs/{done['id']}")) == (404, "not-found")
        assert problem(bounded.once(f"/assessment-runs/{done['id']}/publication", {})) == (
            403, "run-needs-whole-province",
        )  # fmt: skip


def test_a_retried_request_starts_one_run(api: ContractClient) -> None:
    caller, body = api.signed_in(*MANAGER), {"year": 2024, "criteria_set": "TT01_2018"}

    first, second = (caller.once("/assessment-runs", body, key="k" * 32) for _ in range(2))

    assert first.content == second.content
    assert AssessmentRun.objects.count() == 1


def test_the_order_in_which_transactions_came_changes_no_total(api: ContractClient) -> None:
    official = an_official()
    for ended in ("late", "early", "on_time"):
        served(ended, official=official)
    run(api)
    for ended in ("on_time", "late", "early"):
        served(ended, official=official)

    run(api, reason="lần hai")

    totals = Assessment.objects.filter(official=official).values_list("total", flat=True)
    assert len(set(totals)) == 1


def test_petitions_are_counted_by_their_due_day_and_in_time_by_their_answer(api: ContractClient) -> None:
    """Indicator 8: of two petitions due in the year one was answered in time, one after it.  Source: điều 13, 8."""
    official = an_official()
    served(official=official)
    complained(None, official, "not_upheld")
    late = complained(None, official, "not_upheld")
    Complaint.objects.filter(pk=late.pk).update(closed_on=late.due_on + dt.timedelta(days=1))

    run(api)

    of_unit = result_of(api, unit=the_department().code, kind="unit")
    assert petitions_by_unit(
        begins=dt.date(2024, 1, 1), ends=dt.date(2025, 1, 1), today=dt.date(2025, 1, 1), patience=30
    ) == {the_department().pk: (2, 1, 0, 0)}
    assert of_unit["indicators"]["I8"]["sum"] == petitions_answered(received=2, on_time=1, prolonged=0)
