"""The points, means and classes of TT 01/2018, without a database."""

import datetime as dt
import itertools
import json
import random
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.assessments.rules import tt_01_2018 as law
from feedback.assessments.rules.choice import in_force
from feedback.assessments.rules.facts import Facts, Label, Standing
from feedback.errors import NoScoringRules
from feedback.vocabulary import AssessmentClass, OneStopLevel

CRITERIA_SETS = Path(__file__).parents[2] / "config" / "data" / "criteria_sets.json"
EARLY_CLEAN = Facts(Label.EARLY, None, 0, 0, Standing.NONE)
ON_TIME_ONE_CONTACT = Facts(Label.ON_TIME, None, 1, 1, Standing.NONE)
LATE_UPHELD = Facts(Label.LATE, None, 2, 2, Standing.UPHELD)
EARLY_FALSELY_ACCUSED = Facts(Label.EARLY, None, 1, 1, Standing.FALSE)
WORKED_CASE = [EARLY_CLEAN, ON_TIME_ONE_CONTACT, LATE_UPHELD, EARLY_FALSELY_ACCUSED]

facts = st.builds(
    Facts, st.sampled_from(Label), st.none() | st.sampled_from(Label), st.integers(0, 5), st.none() | st.integers(0, 5),
    st.sampled_from(Standing),
)  # fmt: skip


class TestTheWorkedCase:
    """Four transactions of one official.  Source: TT 01/2018, điều 13 và 15."""

    def test_four_transactions_give_five_point_nine_and_the_full_class(self) -> None:
        result = law.result(((each, 1) for each in WORKED_CASE), None)

        assert {name: mean.tenths for name, mean in result.means.items()} == {
            "I1": 13, "I2": 13, "I3": 10, "I4": 10, "I7": 13,
        }  # fmt: skip
        assert (result.tenths, law.class_of_official(result.tenths)) == (59, "full")
        assert (result.partial, result.provisional) == (False, False)

    def test_while_the_complaint_is_pending_the_total_is_five_point_four_and_provisional(self) -> None:
        pending = [*WORKED_CASE[:3], EARLY_FALSELY_ACCUSED._replace(complaint=Standing.PENDING)]

        result = law.result(((each, 1) for each in pending), None)

        assert (result.means[law.Indicator.I7].tenths, result.tenths, result.provisional) == (8, 54, True)


class TestPoints:
    """0, 1 or 2 points.  Source: TT 01/2018, điều 13."""

    def test_late_without_a_complaint_gives_nothing_in_indicator_7_and_says_why(self) -> None:
        assert law.attitude(Label.LATE, Standing.NONE) == (0, "LATE_NO_COMPLAINT", False)

    def test_a_complaint_concluded_false_is_as_if_it_were_not_there(self) -> None:
        for label in Label:
            assert law.attitude(label, Standing.FALSE).points == law.attitude(label, Standing.NONE).points

    def test_a_step_without_a_due_date_is_scored_by_the_whole_limit(self) -> None:
        assert law.own_time(None, Label.ON_TIME) == law.total_time(Label.ON_TIME)
        assert law.own_time(Label.LATE, Label.EARLY) == (0, "STEP_LATE", False)

    def test_an_indicator_without_data_is_left_out_and_the_result_is_partial(self) -> None:
        result = law.result([(EARLY_CLEAN._replace(agencies=None), 1)], None)

        assert (set(result.means), result.partial) == ({"I1", "I2", "I3", "I7"}, True)

    @pytest.mark.parametrize(
        ("level", "listed", "received", "settled", "points"),
        [
            ("province", 100, 100, 20, 2), ("province", 100, 100, 19, 1), ("province", 100, 99, 99, 0),
            ("district", 3, 3, 2, 2), ("district", 3, 3, 1, 1), ("commune", 9, 9, 9, 2), ("commune", 9, 9, 8, 1),
            ("commune", 9, 0, 0, 0),
        ],
    )  # fmt: skip
    def test_the_one_stop_unit_scores_by_what_is_received_and_settled_there(
        self, level: str, listed: int, received: int, settled: int, points: int
    ) -> None:
        told = law.one_stop_organised(level=OneStopLevel(level), listed=listed, received=received, settled=settled)

        assert told == points

    @pytest.mark.parametrize(
        ("done", "points"),
        [
            ("correct posted electronic", 2), ("correct posted", 1), ("correct electronic", 1), ("correct", 0),
            ("posted electronic", 0),
        ],
    )  # fmt: skip
    def test_publication_scores_by_its_two_ways_and_only_if_it_is_right(self, done: str, points: int) -> None:
        told = law.procedures_published(**{way: way in done for way in ("correct", "posted", "electronic")})

        assert told == points

    @pytest.mark.parametrize(
        ("received", "on_time", "prolonged", "points"),
        [(0, 0, 0, 2), (10, 10, 0, 2), (10, 9, 0, 1), (10, 8, 0, 0), (10, 10, 1, 0)],
    )
    def test_petitions_score_by_share_in_time_and_none_gives_full_marks(
        self, received: int, on_time: int, prolonged: int, points: int
    ) -> None:
        assert law.petitions_answered(received=received, on_time=on_time, prolonged=prolonged) == points

    @pytest.mark.parametrize(
        ("online", "late", "procedures_online", "points"),
        [(30, 0, 2, 2), (30, 0, 1, 1), (29, 0, 9, 1), (15, 0, 9, 1), (14, 0, 9, 0), (60, 1, 9, 0)],
    )
    def test_online_services_score_by_two_shares_and_no_delay(
        self, online: int, late: int, procedures_online: int, points: int
    ) -> None:
        found = law.online_services(
            procedures=10, procedures_online=procedures_online, dossiers=100, online=online, online_late=late
        )

        assert found == points


class TestMeans:
    """One decimal, half-up.  Source: TT 01/2018, điều 15.1."""

    def test_five_points_over_four_transactions_are_one_point_three(self) -> None:
        assert law.mean(5, 4).tenths == 13

    def test_no_transactions_have_no_mean(self) -> None:
        with pytest.raises(ZeroDivisionError):
            law.mean(0, 0)

    @given(st.integers(1, 10_000), st.data())
    def test_a_mean_is_what_exact_decimals_give(self, count: int, drawn: st.DataObject) -> None:
        total = drawn.draw(st.integers(0, 2 * count))

        exact = (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP)

        assert Decimal(law.mean(total, count).tenths) / 10 == exact


class TestClasses:
    """From 15 points xuất sắc, 12 tốt, 9 khá, 6 trung bình; from 5 hoàn thành, 3,5.  Source: TT 01/2018, điều 15."""

    @pytest.mark.parametrize(
        ("tenths", "named"),
        [(150, "excellent"), (149, "good"), (120, "good"), (119, "fair"), (90, "fair"), (89, "average"), (59, "weak")],
    )
    def test_a_unit_is_classed_by_its_points(self, tenths: int, named: str) -> None:
        assert law.class_of_unit(tenths) == named

    @pytest.mark.parametrize(("tenths", "named"), [(50, "full"), (49, "from_70"), (35, "from_70"), (34, "below_70")])
    def test_an_official_is_classed_by_his_points(self, tenths: int, named: str) -> None:
        assert law.class_of_official(tenths) == named

    @given(st.integers(0, 180), st.integers(0, 180))
    def test_more_points_never_class_lower(self, points: int, more: int) -> None:
        units, officials = list(law.UnitClass), list(law.OfficialClass)

        assert units.index(law.class_of_unit(points)) <= units.index(law.class_of_unit(points + more))
        assert officials.index(law.class_of_official(points)) <= officials.index(law.class_of_official(points + more))

    def test_every_class_has_its_words(self) -> None:
        assert {*law.UnitClass, *law.OfficialClass} == set(AssessmentClass.values)


class TestOrder:
    """A total is a function of the set of transactions."""

    @given(st.lists(facts, min_size=1, max_size=20), st.randoms())
    def test_the_order_of_transactions_changes_nothing(self, counted: list[Facts], chance: random.Random) -> None:
        shuffled = chance.sample(counted, len(counted))

        assert law.result(((f, 1) for f in counted), None) == law.result(((f, 1) for f in shuffled), None)

    @given(st.lists(facts, min_size=1, max_size=20))
    def test_transactions_alike_may_be_counted_together(self, counted: list[Facts]) -> None:
        ordered = sorted(counted, key=str)
        together = [(key, len(list(rows))) for key, rows in itertools.groupby(ordered)]

        assert law.result(together, None) == law.result(((f, 1) for f in counted), None)

    @given(st.lists(facts, min_size=1, max_size=10), st.integers(0, 9))
    def test_an_earlier_end_never_lowers_the_total(self, counted: list[Facts], place: int) -> None:
        place %= len(counted)
        better = [f._replace(timeliness=Label.EARLY) if n == place else f for n, f in enumerate(counted)]

        before, after = (law.result(((f, 1) for f in each), None) for each in (counted, better))

        assert after.tenths >= before.tenths


class TestTheTextInForce:
    """By the day of the event.  Source: TT 01/2018 (2019-01-06) to TT 03/2025 (2025-09-15)."""

    def test_the_points_hold_from_their_first_to_their_last_day(self) -> None:
        assert in_force(dt.date(2019, 1, 6)) is law
        assert in_force(dt.date(2025, 9, 14)) is law

    @pytest.mark.parametrize("day", [dt.date(2019, 1, 5), dt.date(2025, 9, 15), dt.date(2026, 3, 1)])
    def test_outside_those_days_nothing_gives_points(self, day: dt.date) -> None:
        with pytest.raises(NoScoringRules):
            in_force(day)

    def test_the_stored_set_says_what_the_code_does(self) -> None:
        sets = json.loads(CRITERIA_SETS.read_text(encoding="utf-8"))
        stored = next(row for row in sets["criteria_sets"] if row["code"] == law.CODE)

        assert (stored["valid_from"], stored["valid_until"]) == (str(law.VALID_FROM), str(law.VALID_UNTIL))
        assert [row["code"] for row in stored["content"]["indicators"]] == list(law.Indicator)
        for row in stored["content"]["classes"]["unit"]:
            assert law.class_of_unit(int(Decimal(row["from"]) * 10)) == row["code"]
        for row in stored["content"]["classes"]["official"]:
            assert law.class_of_official(int(Decimal(row["from"]) * 10)) == row["code"]
