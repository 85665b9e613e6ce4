"""Figures of ratings over HTTP, as the inspectorate is told them: who could answer, who did, what they said."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from feedback.models import Rating
from feedback.ratings.services import publish_form
from procedures.calendar.rules import ZONE
from procedures.models import Procedure
from tests.builders.figures import an_official, another_department, answers, rated, served, the_department
from tests.builders.ratings import a_right, give
from tests.contract_client import ContractClient, faults, problem
from tests.ratings.test_forms import LATER, a_content, levels
from units.models import UnitSuccession

YEAR = {"from": "2024-01-01", "to": "2024-12-31"}
INSPECTOR = ("monitoring:read", "ratings:manage")
ADDRESS = "/metrics/ratings"


def on(month: int, day: int = 10) -> Any:
    """Be in a morning of 2024."""
    return time_machine.travel(dt.datetime(2024, month, day, 9, tzinfo=ZONE), tick=False)


def rows(api: ContractClient, *, scopes: tuple[str, ...] = INSPECTOR, **asked: Any) -> dict[str, dict[str, Any]]:
    answer = api.signed_in(*scopes).get(ADDRESS, {**YEAR, **asked} if "from" not in asked else asked)
    assert answer.status_code == 200, answer.content
    return {row["key"]: row for row in answer.json()["results"]}


def whole(api: ContractClient, **asked: Any) -> dict[str, Any]:
    return rows(api, **asked)[""]


def measure_of(row: dict[str, Any], metric: str) -> dict[str, Any]:
    (told,) = (measure for measure in row["measures"] if measure["metric"] == metric)
    return told  # type: ignore[no-any-return]


def share(row: dict[str, Any]) -> dict[str, Any]:
    return measure_of(row, "satisfaction_survey_share")


def mean(row: dict[str, Any]) -> dict[str, Any]:
    return measure_of(row, "satisfaction_survey_mean")


def content(row: dict[str, Any]) -> dict[str, Any]:
    return measure_of(row, "not_dissatisfied_share")


def numbers(row: dict[str, Any]) -> tuple[int, int, int, str]:
    """Return how many could answer, were asked, did, and were satisfied."""
    return row["eligible"], row["invited"], row["valid"], share(row)["numerator"]


def speak(month: int, *values: int, form: str = "MIC_5", **said: Any) -> list[Rating]:
    """As many citizens give these values in a month."""
    with on(month):
        return [rated(served(**said), value, form=form) for value in values]


def a_form_of_five(lowest: int) -> None:
    """Publish a form of five levels from this one; the two lowest are dissatisfied."""
    scale, disliked = levels(*range(lowest, lowest + 5)), [lowest, lowest + 1]
    publish_form(
        code="TINH_MAU", content=a_content(scale=scale, dissatisfied_values=disliked), now=LATER, by="bo-phan-mot-cua"
    )


class TestTheFunnel:
    """Eligible, invited, answered, valid, quarantined."""

    def test_each_count_is_what_it_says(self, api: ContractClient) -> None:
        with on(3):
            a_right(served())
        served()
        valid, put_aside, excluded = speak(4, 5, 1, 5)
        for rating, state in ((put_aside, "quarantined"), (excluded, "excluded")):
            Rating.objects.filter(pk=rating.pk).update(state=state, quarantine_reason="cùng một thiết bị")

        row = whole(api, step="reception")

        assert (row["eligible"], row["invited"]) == (5, 4)
        assert (row["answered"], row["valid"], row["quarantined"], row["excluded"]) == (3, 1, 1, 1)
        assert share(row)["denominator"] == 1
        assert valid.state == "counted"

    def test_the_share_the_mean_and_the_interval_are_of_the_valid_ones(self, api: ContractClient) -> None:
        speak(4, 5, 4, 4, 2, 5)

        row = whole(api)

        assert (share(row)["numerator"], share(row)["denominator"], share(row)["value"]) == ("4", 5, "0.8000")
        assert share(row)["interval"] == {"low": "0.3755", "high": "0.9638"}
        assert (mean(row)["numerator"], mean(row)["denominator"], mean(row)["value"]) == ("20", 25, "0.8000")
        assert share(row)["too_few"] is True
        assert (share(row)["method"], mean(row)["method"]) == ("survey_share_satisfied", "survey_mean_of_five")

    def test_another_scale_is_valid_but_enters_no_five_level_figure(self, api: ContractClient) -> None:
        with on(4):
            rated(served(), 3)

        row = whole(api)

        assert (row["valid"], share(row)["denominator"], share(row)["value"]) == (1, 0, None)

    def test_nothing_is_nothing_and_not_100_percent(self, api: ContractClient) -> None:
        row = whole(api)

        assert (row["answered"], share(row)["value"], mean(row)["value"]) == (0, None, None)
        assert share(row)["interval"] is None

    def test_they_agree_with_the_metrics_of_the_same_name(self, api: ContractClient) -> None:
        speak(4, 5, 4, 3, 1)
        asked = {"metric": "satisfaction_survey_share", **YEAR}

        metric = api.signed_in(*INSPECTOR).get("/metrics/values", asked).json()["results"][0]

        assert (share(whole(api))["value"], share(whole(api))["interval"]) == (metric["value"], metric["interval"])


class TestAFormOfThreeLevels:
    """“Không hài lòng” is yes or no on every form.  Source: QĐ 766/QĐ-TTg 2022, R3."""

    def test_the_share_of_those_who_are_not_dissatisfied_is_told_with_its_interval(self, api: ContractClient) -> None:
        speak(4, *[3] * 20, *[2] * 7, *[1] * 3, form="THANH_HOA_3")

        row = whole(api)

        told = content(row)
        assert (told["numerator"], told["denominator"], told["value"]) == ("27", 30, "0.9000")
        assert told["interval"] == {"low": "0.7437", "high": "0.9655"}
        assert (told["too_few"], told["method"]) == (False, "share_not_dissatisfied")
        assert [(one["denominator"], one["value"]) for one in (share(row), mean(row))] == [(0, None), (0, None)]

    def test_control_29_answers_are_too_few(self, api: ContractClient) -> None:
        speak(4, *[3] * 29, form="THANH_HOA_3")

        assert content(whole(api))["too_few"] is True

    def test_it_counts_all_forms_and_each_measure_of_five_levels_only_its_own(self, api: ContractClient) -> None:
        speak(4, 3, 1, form="THANH_HOA_3")
        speak(4, 5, 3, 1)

        row = whole(api)

        assert (content(row)["numerator"], content(row)["denominator"]) == ("3", 5), "a middle level is no dislike"
        assert (share(row)["numerator"], share(row)["denominator"]) == ("1", 3)
        assert (mean(row)["numerator"], mean(row)["denominator"]) == ("9", 15)

    def test_it_is_broken_down_like_the_others_and_adds_up(self, api: ContractClient) -> None:
        speak(4, 3, 1, form="THANH_HOA_3", official=an_official())
        speak(5, 2, 1, 1, form="THANH_HOA_3", unit=another_department())

        for by in ("unit", "official", "procedure", "field", "channel", "step", "month"):
            told = [content(row) for row in rows(api, by=by).values()]
            sums = sum(int(one["numerator"]) for one in told), sum(one["denominator"] for one in told)
            assert sums == (2, 5), by

    def test_it_agrees_with_the_metric_of_the_same_name(self, api: ContractClient) -> None:
        speak(4, 3, 2, 1, form="THANH_HOA_3")
        (put_aside,) = speak(5, 1)
        Rating.objects.filter(pk=put_aside.pk).update(state="quarantined", quarantine_reason="cùng một thiết bị")
        asked = {"metric": "not_dissatisfied_share", **YEAR}

        metric = api.signed_in(*INSPECTOR).get("/metrics/values", asked).json()["results"][0]

        told = content(whole(api))
        assert (metric["value"], metric["interval"]) == (told["value"], told["interval"])
        assert (metric["numerator"], metric["denominator"], metric["left_out"]) == ("2", "3", 1)

    def test_a_target_may_be_set_for_it(self, api: ContractClient) -> None:
        order = {
            "metrics": ["not_dissatisfied_share"], "value": "0.9500", "valid_from": "2024-01-01",
            "source": "Văn bản thử",
        }  # fmt: skip
        api.signed_in("monitoring:read", "monitoring:manage").put("/metrics/targets/THU-95", order)
        speak(4, *[1] * 30, form="THANH_HOA_3")

        row = whole(api)

        assert [(one["code"], one["attained"]) for one in content(row)["targets"]] == [("THU-95", "no")]
        assert share(row)["targets"] == []


class TestFiveLevelsOfOtherNumbers:
    """The survey method is one of the levels 1 to 5; five levels with other numbers are another scale."""

    @pytest.mark.parametrize(
        ("lowest", "values", "happy"), [(6, (6, 6, 6, 6, 6), 0), (0, (3, 3, 3, 4, 4), 5), (1, (5, 5, 5, 5, 1), 4)]
    )
    def test_they_have_a_share_of_who_is_not_dissatisfied_and_no_points_of_the_survey(
        self, api: ContractClient, lowest: int, values: tuple[int, ...], happy: int
    ) -> None:
        a_form_of_five(lowest)
        speak(4, *values, form="TINH_MAU")

        row = whole(api)

        assert (row["valid"], content(row)["numerator"], content(row)["denominator"]) == (5, str(happy), 5)
        told = [(one["numerator"], one["denominator"], one["value"]) for one in (share(row), mean(row))]
        assert told == ([("4", 5, "0.8000"), ("21", 25, "0.8400")] if lowest == 1 else [("0", 0, None)] * 2)

    def test_they_are_left_out_of_the_metrics_of_the_same_name(self, api: ContractClient) -> None:
        a_form_of_five(6)
        speak(4, 6, 10, form="TINH_MAU")
        speak(4, 5, 1)

        for metric, numerator in (("satisfaction_survey_share", "1"), ("satisfaction_survey_mean", "6")):
            asked = {"metric": metric, **YEAR}
            figure = api.signed_in(*INSPECTOR).get("/metrics/values", asked).json()["results"][0]
            assert (figure["numerator"], figure["value"] is None, figure["left_out"]) == (numerator, False, 2)


class TestBreakdowns:
    """Several rows, which add up to the whole."""

    def test_by_unit_official_procedure_field_channel_step_and_month(self, api: ContractClient) -> None:
        official = an_official()
        speak(4, 5, 4, official=official)
        speak(5, 1, unit=another_department())

        whole_row = whole(api)
        told = {by: rows(api, by=by) for by in ("unit", "official", "procedure", "field", "channel", "step", "month")}

        for by, broken in told.items():
            assert sum(row["valid"] for row in broken.values()) == whole_row["valid"], by
        assert {key: row["valid"] for key, row in told["unit"].items()} == {
            the_department().code: 2, another_department().code: 1,
        }  # fmt: skip
        assert {key: row["valid"] for key, row in told["official"].items()} == {official.code: 2, "": 1}
        assert {key: row["valid"] for key, row in told["step"].items() if row["valid"]} == {"reception": 3}
        assert {key: row["valid"] for key, row in told["month"].items() if row["valid"]} == {
            "2024-M04": 2,
            "2024-M05": 1,
        }
        assert set(told["channel"]) == {"web"}
        assert told["channel"]["web"]["eligible"] is None

    @pytest.mark.parametrize("by", ["procedure", "field"])
    def test_each_procedure_and_each_field_has_its_own_numbers(self, api: ContractClient, by: str) -> None:
        codes = ("1.004884", "1.002755")
        speak(4, 5, 4, procedure_code=codes[0])
        speak(5, 1, 5, 2, procedure_code=codes[1])
        served(procedure_code=codes[1])  # nobody was asked
        fields = [Procedure.objects.get(code=code).versions.get().field.code for code in codes]
        keys = codes if by == "procedure" else tuple(fields)

        broken = rows(api, by=by, step="reception")

        assert {key: numbers(row) for key, row in broken.items()} == {keys[0]: (2, 2, 2, "2"), keys[1]: (4, 3, 3, "1")}
        for key in keys:
            assert numbers(whole(api, **{by: key}, step="reception")) == numbers(broken[key])

    def test_narrowings_are_of_the_same_rows(self, api: ContractClient) -> None:
        official = an_official()
        speak(4, 5, 4, official=official)
        speak(5, 1)

        assert whole(api, official=official.code)["valid"] == 2
        assert whole(api, channel="web", step="reception")["valid"] == 3
        assert whole(api, step="return")["valid"] == 0

    def test_pages_go_through_all_rows_once(self, api: ContractClient) -> None:
        speak(4, 5)
        speak(5, 1, unit=another_department())
        reader, asked, seen = api.signed_in(*INSPECTOR), {**YEAR, "by": "unit", "page_size": "1"}, []

        page = reader.get(ADDRESS, asked).json()
        seen += page["results"]
        page = reader.get(ADDRESS, {**asked, "cursor": page["next_cursor"]}).json()
        seen += page["results"]

        assert [row["key"] for row in seen] == sorted([the_department().code, another_department().code])
        assert page["next_cursor"] is None
        assert faults(reader.get(ADDRESS, {**asked, "cursor": "x"})) == {("cursor", "foreign_cursor")}

    def test_as_then_the_old_unit_is_named_and_as_now_its_heir(self, api: ContractClient) -> None:
        merged = UnitSuccession.objects.filter(
            kind="merge", effective_date=dt.date(2025, 7, 1), predecessor__code__startswith="gso2024:",
            successor__versions__kind="commune",
        ).order_by("pk")[0]  # fmt: skip
        heir = str(merged.successor)
        speak(4, 5, unit=merged.predecessor)

        (then,) = rows(api, by="unit", organisation="then")
        (now,) = rows(api, by="unit", organisation="now", unit=heir)

        assert (then, now) == (merged.predecessor.code, heir)
        assert rows(api, by="unit", organisation="then", unit=heir) == {}

    def test_a_subtree_counts_what_is_below_it(self, api: ContractClient) -> None:
        speak(4, 5)
        speak(4, 1, unit=another_department())

        assert whole(api, unit=the_department().code)["valid"] == 1
        assert whole(api, unit="gso2024:62")["valid"] == 2

    def test_what_is_rated_after_its_unit_ended_counts_where_that_stood_last(self, api: ContractClient) -> None:
        given = [dt.datetime(2025, month, day, 9, tzinfo=ZONE) for month, day in ((6, 20), (7, 3))]
        for at in given:
            give(served(unit=the_department()), at=at, form="MIC_5", answers=answers("MIC_5", 5))
        asked = {"from": "2025-01-01", "to": "2025-12-31"}

        valid = [whole(api, unit=unit, **asked)["valid"] for unit in ("gso2024:62", "gso2025:51")]
        reader = api.signed_in(*INSPECTOR)
        metric = {**asked, "metric": "satisfaction_survey_share", "unit": "gso2024:62"}
        (told,) = reader.get("/metrics/values", metric).json()["results"]
        (late,) = reader.get("/metrics/values", {**metric, "from": "2025-07-01"}).json()["results"]

        assert valid == [2, 0]
        assert (told["denominator"], late["denominator"]) == ("2", "1")

    def test_outside_the_boundary_a_unit_is_unknown(self, api: ContractClient) -> None:
        bounded = api.signed_in("monitoring:read", boundary=the_department())

        answer = bounded.get(ADDRESS, {**YEAR, "unit": another_department().code})

        assert problem(answer) == (404, "unit-unknown")

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ({"field": "khong-co"}, (404, "field-unknown")),
            ({"procedure": "khong-co"}, (404, "procedure-unknown")),
            ({"official": "khong-co"}, (404, "official-unknown")),
            ({"by": "weather"}, (400, "invalid")),
            ({"bY": "unit"}, (400, "invalid")),
        ],
    )
    def test_what_does_not_exist_is_told(
        self, api: ContractClient, asked: dict[str, str], told: tuple[int, str]
    ) -> None:
        assert problem(api.signed_in(*INSPECTOR).get(ADDRESS, {**YEAR, **asked})) == told


def test_figures_need_their_scope(api: ContractClient) -> None:
    assert problem(api.get(ADDRESS, YEAR)) == (401, "unauthenticated")
    assert problem(api.signed_in("ratings:manage").get(ADDRESS, YEAR)) == (403, "forbidden")
