"""Figures over HTTP: what is divided by what, who may see it, and that nothing of nothing is not 100 %."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from feedback.models import Rating
from feedback.monitoring.metrics.definitions import DEFINITIONS
from feedback.ratings.services import release
from procedures.calendar.rules import ZONE
from procedures.transactions.rules.messages import SupplementTold
from procedures.vocabulary import StepKind
from tests.builders.figures import (
    ENDS,
    LONG_AFTER,
    an_official,
    another_department,
    complained,
    rated,
    served,
    the_department,
)
from tests.contract_client import ContractClient, faults, problem
from units.queries import unit_with_code

MARCH = {"period": "2024-M03"}
TODAY = {"from": "2020-01-01", "to": "2030-12-31"}


def figures(api: ContractClient, metric: str, *scopes: str, **asked: Any) -> list[dict[str, Any]]:
    reader = api.signed_in("monitoring:read", *(scopes or ("ratings:manage",)))
    answer = reader.get("/metrics/values", {"metric": metric, **(asked or MARCH)})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]  # type: ignore[no-any-return]


def figure(api: ContractClient, metric: str, *scopes: str, **asked: Any) -> dict[str, Any]:
    (row,) = figures(api, metric, *scopes, **asked)
    return row


def counts(row: dict[str, Any]) -> tuple[Any, Any, Any]:
    return row["numerator"], row["denominator"], row["value"]


class TestOnTime:
    """By law and by the portal, never one number."""

    def test_on_time_is_early_or_on_the_day_of_those_judged(self, api: ContractClient) -> None:
        for ended in ("early", "on_time", "late"):
            served(ended)
        served("on_time", status="withdrawn")

        row = figure(api, "on_time_legal")

        assert (counts(row), row["left_out"]) == (("2", "3", "0.6667"), 1)
        assert (row["method"], row["definition_version"], row["rule_sets"]) == ("legal_due_date", 2, ["ND61_2018"])
        assert row["calendar_versions"] == [1]
        assert (row["organisation"], row["period"], row["from_date"], row["to_date"]) == (
            "then", "2024-M03", "2024-03-01", "2024-03-31",
        )  # fmt: skip

    @pytest.mark.parametrize("metric", [definition.code for definition in DEFINITIONS])
    def test_nothing_of_nothing_is_not_known(self, api: ContractClient, metric: str) -> None:
        row = figure(api, metric)

        assert counts(row) == ("0", "0", None)

    def test_without_a_due_date_nothing_is_judged_and_it_is_counted_apart(self, api: ContractClient) -> None:
        served("on_time")
        undated = served("on_time", due_at=None)

        row = figure(api, "on_time_legal")

        assert undated.timeliness == "not_judged"
        assert (counts(row), row["left_out"]) == (("1", "1", "1.0000"), 1)

    def test_a_transaction_counts_on_the_vietnamese_day_it_ended(self, api: ContractClient) -> None:
        last_minute = dt.datetime(2024, 3, 31, 23, 59, tzinfo=ZONE)
        served(ended_at=last_minute, source_updated_at=last_minute)

        assert figure(api, "on_time_legal")["denominator"] == "1"
        assert figure(api, "on_time_legal", period="2024-M04")["denominator"] == "0"


def test_supplements_asked_for_in_time_are_a_share_of_those_asked_for(api: ContractClient) -> None:
    """NĐ 61/2018, điều 19.4: within 3 working days of receipt (Monday, 4 March); the others are counted apart."""
    for number, day in enumerate((7, 8)):
        asked = dt.datetime(2024, 3, day, 9, 0, tzinfo=ZONE)
        answered = asked + dt.timedelta(hours=2)
        served("on_time", supplements=(SupplementTold(f"40{number}", asked, answered, None, None),))
    served("on_time")

    row = figure(api, "supplement_notice_in_time")

    assert (counts(row), row["left_out"], row["method"]) == (("1", "2", "0.5000"), 1, "nd61_19_4_notice")


class TestSatisfactionByTheOfficialMethod:
    """QĐ 766, R3: unrated is satisfied, late is not; two readings, each with its name."""

    def test_a_transaction_late_and_disliked_and_complained_of_is_taken_off_once_by_the_union_and_twice_by_the_portal(
        self, api: ContractClient
    ) -> None:
        for _ in range(3):
            served("early")
        bad = served("late")
        rated(bad, 1)
        complained(bad, unit=the_department())

        union = figure(api, "satisfaction_qd766_union")
        portal = figure(api, "satisfaction_qd766_portal")

        assert counts(union) == ("3", "4", "0.7500")
        assert counts(portal) == ("2", "4", "0.5000")
        assert union["method"] != portal["method"]

    def test_several_ratings_and_complaints_of_one_transaction_count_it_once(self, api: ContractClient) -> None:
        bad = served("early")
        served("early")
        for step in StepKind:
            rated(bad, 1, step=step)
        complained(bad, unit=the_department())
        complained(bad, unit=the_department())

        assert counts(figure(api, "satisfaction_qd766_union")) == ("1", "2", "0.5000")
        assert counts(figure(api, "rating_coverage")) == ("1", "2", "0.5000")

    def test_a_transaction_refused_at_intake_is_outside(self, api: ContractClient) -> None:
        served("early")
        served("early", status="refused", steps=())

        row = figure(api, "satisfaction_qd766_union")

        assert (counts(row), row["left_out"]) == (("1", "1", "1.0000"), 1)


class TestSatisfactionByTheSurveyMethod:
    """The mean of five-level forms over 5, with how many spoke and how sure that is."""

    def test_the_mean_counts_only_five_level_ratings(self, api: ContractClient) -> None:
        for value in (5, 4, 4, 2, 5):
            rated(served(), value, form="MIC_5")
        rated(served(), 1)

        mean = figure(api, "satisfaction_survey_mean", **TODAY)
        share = figure(api, "satisfaction_survey_share", **TODAY)

        assert (counts(mean), mean["left_out"], mean["too_few"]) == (("20", "25", "0.8000"), 1, True)
        assert (counts(share), share["interval"]) == (("4", "5", "0.8000"), {"low": "0.3755", "high": "0.9638"})

    def test_a_quarantined_rating_is_left_out_of_every_figure(self, api: ContractClient) -> None:
        disliked = rated(served("early"), 1, form="MIC_5")
        Rating.objects.filter(pk=disliked.pk).update(state="quarantined", quarantine_reason="cùng một thiết bị")

        mean = figure(api, "satisfaction_survey_mean", **TODAY)

        assert (counts(mean), mean["left_out"]) == (("0", "0", None), 1)
        assert counts(figure(api, "rating_coverage")) == ("0", "1", "0.0000")
        assert counts(figure(api, "satisfaction_qd766_union")) == ("1", "1", "1.0000")


class TestSmallGroups:
    """Fewer than five who spoke could be told apart."""

    def test_what_fewer_than_five_said_is_hidden_below_the_inspectorate(self, api: ContractClient) -> None:
        with time_machine.travel(LONG_AFTER, tick=False):
            for _ in range(4):
                rated(served(), 5, form="MIC_5")

        hidden = figure(api, "satisfaction_survey_mean", "units:read", **TODAY)
        seen = figure(api, "satisfaction_survey_mean", "ratings:manage", **TODAY)
        with time_machine.travel(LONG_AFTER, tick=False):
            rated(served(), 5, form="MIC_5")
        waiting = figure(api, "satisfaction_survey_mean", "units:read", **TODAY)
        release(today=LONG_AFTER.date() + dt.timedelta(days=14))
        enough = figure(api, "satisfaction_survey_mean", "units:read", **TODAY)

        assert (hidden["suppressed"], counts(hidden)) == (True, (None, None, None))
        assert (seen["suppressed"], seen["value"]) == (False, "1.0000")
        assert (waiting["suppressed"], waiting["value"]) == (True, None)
        assert (enough["suppressed"], enough["value"]) == (False, "1.0000")
        assert (seen["rests_on"], enough["rests_on"]) == ("received", "published")
        assert "đã công bố theo tuần" in enough["rests_on_text"]

    def test_one_pending_complaint_does_not_show_in_the_official_figure(self, api: ContractClient) -> None:
        complained(served("early"), unit=the_department())

        row = figure(api, "satisfaction_qd766_union", "units:read")

        assert (row["suppressed"], row["value"]) == (True, None)

    def test_a_complaint_moves_no_figure_of_the_accused_unit_and_after_its_conclusion_neither(
        self, api: ContractClient
    ) -> None:
        official = an_official()
        with time_machine.travel(LONG_AFTER, tick=False):
            for _ in range(5):
                rated(served(), 5, form="MIC_5")
        release(today=LONG_AFTER.date() + dt.timedelta(days=14))
        quiet = served()
        head = api.signed_in("monitoring:read", "complaints:read", as_official=official)
        asked = {"metric": "satisfaction_qd766_portal", **TODAY}

        before = counts(head.get("/metrics/values", asked).json()["results"][0])
        complained(quiet, official)
        pending = counts(head.get("/metrics/values", asked).json()["results"][0])
        complained(quiet, official, "upheld")
        concluded = counts(head.get("/metrics/values", asked).json()["results"][0])

        assert concluded == pending == before == ("6", "6", "1.0000")
        inspector = figure(api, "satisfaction_qd766_portal", "complaints:read", **TODAY)
        assert counts(inspector) == ("5", "6", "0.8333")

    def test_below_the_inspectorate_every_dissatisfied_rating_told_is_taken_off_beside_every_late_transaction(
        self, api: ContractClient
    ) -> None:
        with time_machine.travel(LONG_AFTER, tick=False):
            for value in (1, 1, 3, 3, 3):
                rated(served("late" if value == 1 else "early"), value)
        release(today=LONG_AFTER.date() + dt.timedelta(days=14))

        told = {
            metric: figure(api, metric, "units:read", **TODAY)
            for metric in ("satisfaction_qd766_portal", "satisfaction_qd766_union", "rating_coverage")
        }

        assert counts(told["satisfaction_qd766_portal"]) == ("1", "5", "0.2000")
        assert counts(told["rating_coverage"]) == ("5", "5", "1.0000")
        assert (told["satisfaction_qd766_union"]["suppressed"], counts(told["satisfaction_qd766_union"])) == (
            True, (None, None, None),
        )  # fmt: skip
        assert counts(figure(api, "satisfaction_qd766_union", **TODAY)) == ("3", "5", "0.6000")

    def test_timeliness_rests_on_no_opinion_and_is_never_hidden(self, api: ContractClient) -> None:
        served("early")

        assert figure(api, "on_time_legal", "units:read")["suppressed"] is False


class TestComplaints:
    """Only what was concluded upheld."""

    def test_upheld_complaints_are_told_per_thousand_transactions(self, api: ContractClient) -> None:
        official = an_official()
        for _ in range(4):
            served(official=official)
        complained(None, official, "upheld")
        complained(None, official, "not_upheld")
        complained(None, official)

        row = figure(api, "upheld_complaints_per_1000", **MARCH, official=official.code)

        assert counts(row) == ("1", "4", "250.00")


class TestWhere:
    """A figure is charged to the unit of that day, and nobody sees beyond his boundary."""

    def test_a_unit_counts_its_subtree_and_nothing_else(self, api: ContractClient) -> None:
        served("early")
        served("late", unit=another_department())

        department = figure(api, "on_time_legal", **MARCH, unit=the_department().code)
        province = figure(api, "on_time_legal", **MARCH, unit="gso2024:62")

        assert counts(department) == ("1", "1", "1.0000")
        assert counts(province) == ("1", "2", "0.5000")

    def test_as_then_the_old_province_answers_and_as_now_the_new_one(self, api: ContractClient) -> None:
        served("early")

        asked = {unit: {view: figure(api, "on_time_legal", **MARCH, unit=unit, organisation=view)["denominator"]
                        for view in ("then", "now")} for unit in ("gso2024:62", "gso2025:51")}  # fmt: skip

        assert asked == {
            "gso2024:62": {"then": "1", "now": "1"},
            "gso2025:51": {"then": "0", "now": "1"},
        }

    def test_outside_the_boundary_a_unit_is_unknown(self, api: ContractClient) -> None:
        served("late", unit=another_department())
        bounded = api.signed_in("monitoring:read", boundary=the_department())

        outside = bounded.get(
            "/metrics/values", {"metric": "on_time_legal", **MARCH, "unit": another_department().code}
        )
        unknown = bounded.get("/metrics/values", {"metric": "on_time_legal", **MARCH, "unit": "khong-co"})
        own = bounded.get("/metrics/values", {"metric": "on_time_legal", **MARCH}).json()["results"][0]

        assert problem(outside) == problem(unknown) == (404, "unit-unknown")
        assert own["denominator"] == "0"

    def test_an_official_of_another_unit_is_unknown_inside_a_boundary(self, api: ContractClient) -> None:
        stranger = an_official("CB-9", another_department())
        bounded = api.signed_in("monitoring:read", boundary=the_department())

        answer = bounded.get("/metrics/values", {"metric": "on_time_legal", **MARCH, "official": stranger.code})

        assert problem(answer) == (404, "official-unknown")

    def test_an_official_is_charged_with_the_transactions_of_which_he_did_a_step(self, api: ContractClient) -> None:
        official = an_official()
        served("early", official=official)
        served("late")

        assert counts(figure(api, "on_time_legal", **MARCH, official=official.code)) == ("1", "1", "1.0000")


class TestWhen:
    """A figure names its period row."""

    def test_report_months_run_from_the_15th_to_the_14th(self, api: ContractClient) -> None:
        fourteenth, fifteenth = (dt.datetime(2024, 3, day, 10, tzinfo=ZONE) for day in (14, 15))
        served(ended_at=fourteenth, source_updated_at=fourteenth)
        served(ended_at=fifteenth, source_updated_at=fifteenth)

        rows = figures(api, "on_time_legal", period="2024-M03", grain="report_month")

        assert [(r["period"], r["from_date"], r["to_date"], r["denominator"]) for r in rows] == [
            ("BC-2024-M03", "2024-03-01", "2024-03-14", "1"),
            ("BC-2024-M04", "2024-03-15", "2024-03-31", "1"),
        ]

    def test_a_quarter_by_month_has_three_rows_that_add_up(self, api: ContractClient) -> None:
        for ended in ("early", "late"):
            served(ended)

        whole = figure(api, "on_time_legal", period="2024-Q1")
        rows = figures(api, "on_time_legal", period="2024-Q1", grain="month")

        assert [row["period"] for row in rows] == ["2024-M01", "2024-M02", "2024-M03"]
        for name in ("numerator", "denominator"):
            assert sum(Decimal(row[name]) for row in rows) == Decimal(whole[name])

    def test_months_that_nobody_entered_are_told_and_not_left_out_in_silence(self, api: ContractClient) -> None:
        asked = {"metric": "on_time_legal", "from": "2010-01-01", "to": "2010-12-31", "grain": "month"}

        assert problem(api.signed_in("monitoring:read").get("/metrics/values", asked)) == (409, "periods-missing")

    def test_a_province_may_enter_its_own_period(self, api: ContractClient) -> None:
        body = {"code": "KT-2024-M03", "scheme": "report", "kind": "nine_months", "from_date": "2035-02-21",
                "to_date": "2035-03-20"}  # fmt: skip
        manager = api.signed_in("assessments:read", "assessments:manage")

        made, again = manager.once("/periods", body), manager.once("/periods", body)

        assert (made.status_code, made.json()["from_date"], made.json()["to_date"]) == (201, "2035-02-21", "2035-03-20")
        assert problem(again) == (409, "period-taken")


class TestTheQuestion:
    """What is not in the contract is refused."""

    @pytest.mark.parametrize(
        ("asked", "fault"),
        [
            ({"metric": "happiness", **MARCH}, ("metric", "invalid_choice")),
            ({"metric": "on_time_legal"}, ("period", "which_days")),
            ({"metric": "on_time_legal", **MARCH, "from": "2024-01-01"}, ("period", "which_days")),
            ({"metric": "on_time_legal", "from": "2024-02-01", "to": "2024-01-01"}, ("to", "wrong_order")),
            ({"metric": "on_time_legal", **MARCH, "unti": "x"}, ("unti", "unknown_parameter")),
        ],
    )
    def test_a_wrong_question_is_told_by_parameter(
        self, api: ContractClient, asked: dict[str, str], fault: tuple[str, str]
    ) -> None:
        answer = api.signed_in("monitoring:read").get("/metrics/values", asked)

        assert (problem(answer), faults(answer)) == ((400, "invalid"), {fault})

    def test_every_figure_says_what_it_divides_in_two_languages(self, api: ContractClient) -> None:
        told = api.signed_in("monitoring:read").get("/metrics/definitions").json()["results"]

        assert [row["code"] for row in told] == [definition.code for definition in DEFINITIONS]
        for row in told:
            for name in ("title", "numerator", "denominator", "exclusions", "charged_to"):
                assert row[name]["vi"], row["code"]
                assert row[name]["en"], row["code"]

    def test_figures_need_their_scope(self, api: ContractClient) -> None:
        asked = {"metric": "on_time_legal", **MARCH}

        assert problem(api.get("/metrics/values", asked)) == (401, "unauthenticated")
        assert problem(api.signed_in("units:read").get("/metrics/values", asked)) == (403, "forbidden")


def test_the_world_of_these_tests_is_what_it_says() -> None:
    assert unit_with_code(code="gso2024:62").pk != the_department().pk
    assert set(ENDS) == {"early", "on_time", "late"}
