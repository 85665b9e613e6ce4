"""Below the inspectorate every figure made from ratings is a sum of whole parts of five and more.

Note [The subtracting head]: he asks /metrics/ratings and /metrics/values for all windows, narrowings and breakdowns,
and the weekly summaries, and subtracts whatever he likes. To see which ratings an answer counts, each is given points
of its own (powers of two) behind the service's back: the sum of points then names them.
"""

import datetime as dt
import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from feedback.models import Rating, RatingFormVersion, RatingPart, RatingSummary, SummarisedRating
from feedback.ratings.rules.disclosure import Labels, parts_of
from feedback.ratings.services import decide, release
from feedback.vocabulary import RatingState
from procedures.models import Procedure
from procedures.vocabulary import StepKind
from tests.builders.figures import answers
from tests.builders.ratings import a_dossier, a_unit, an_official, give, serve
from tests.contract_client import ContractClient
from tests.monitoring.test_rating_figures import a_form_of_five
from tests.ratings.test_summaries import MONDAY, at
from units.models import Official

FEW = 5
WEEKS = 5
HEAD, INSPECTOR = ("monitoring:read", "ratings:read"), ("monitoring:read", "ratings:manage")
BREAKDOWNS = ("none", "unit", "official", "procedure", "field", "channel", "step", "month")
LONG = {"from": "2026-01-01", "to": "2026-12-31"}
RELEASED = MONDAY + dt.timedelta(days=60)


def ratings(number: int, *, day: int = 1, official: str = "", procedure: int = 0, **said: Any) -> list[Rating]:
    """As many citizens rate a unit's reception on a day after the first Monday, five levels unless told otherwise."""
    code = Procedure.objects.order_by("pk").values_list("code", flat=True)[procedure]
    value, form = said.pop("value", 5), said.pop("form", "MIC_5")
    given_ = []
    for _ in range(number):
        channel, ended = said.get("channel", "counter"), said.get("ended_at")
        dossier = a_dossier(unit=a_unit(), procedure_code=code, channel=channel, ended_at=ended)
        if official:
            known = Official.objects.filter(code=official).first()
            serve(dossier, unit=a_unit(), official=known or an_official(official, a_unit()))
        step = said.get("step", StepKind.RECEPTION)
        given_.append(give(dossier, at=at(day), form=form, answers=answers(form, value), step=step))
    return given_


def rows(api: ContractClient, address: str = "/metrics/ratings", **asked: Any) -> list[dict[str, Any]]:
    answer = api.signed_in(*HEAD, boundary=a_unit()).get(address, {**LONG, **asked})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]  # type: ignore[no-any-return]


def content(row: dict[str, Any]) -> dict[str, Any]:
    (told,) = (measure for measure in row["measures"] if measure["metric"] == "not_dissatisfied_share")
    return told  # type: ignore[no-any-return]


def valid(api: ContractClient, **asked: Any) -> dict[str, int | None]:
    return {row["key"]: row["valid"] for row in rows(api, **asked)}


class TestWhatIsTold:
    """Cells that were told week by week, in the period that holds their last week."""

    def test_a_cell_counts_in_the_period_that_holds_its_last_week(self, api: ContractClient) -> None:
        ratings(3, day=1)
        ratings(3, day=29)
        before = rows(api)
        release(today=RELEASED)

        months = valid(api, by="month")

        assert [(row["suppressed"], row["valid"]) for row in before] == [(True, None)]
        assert {key: count for key, count in months.items() if count} == {"2026-M03": 6}
        assert valid(api, **{"from": "2026-03-01", "to": "2026-03-29"}) == {"": None}
        assert valid(api, **{"from": "2026-03-30", "to": "2026-03-30"}) == {"": 6}

    def test_an_answer_says_in_words_what_it_rests_on_and_counts_nothing_put_aside(self, api: ContractClient) -> None:
        (first, *_) = ratings(6)
        decide(rating_id=first.pk, state=RatingState.QUARANTINED, reason="Dồn dập", by="x", now=at(9))
        release(today=RELEASED)

        (row,) = rows(api)

        assert (row["rests_on"], row["valid"], row["answered"], row["quarantined"]) == ("published", 5, 5, None)
        assert "đã công bố theo tuần" in row["rests_on_text"]

    def test_officials_of_five_are_told_and_the_rest_is_told_together(self, api: ContractClient) -> None:
        for official, number in (("CB-01", 9), ("CB-02", 6), ("CB-03", 5), ("CB-04", 2), ("CB-05", 3)):
            ratings(number, official=official)
        release(today=RELEASED)

        told = {key: count for key, count in valid(api, by="official").items() if count}

        assert told == {"CB-01": 9, "CB-02": 6, "CB-03": 5, "": 5}
        assert valid(api, official="CB-04") == {"": None}

    @pytest.mark.parametrize(("lowest", "value"), [(6, 6), (0, 4)])
    def test_five_levels_not_numbered_1_to_5_have_no_points_of_the_survey(
        self, api: ContractClient, lowest: int, value: int
    ) -> None:
        a_form_of_five(lowest)
        ratings(5, value=value, form="TINH_MAU")
        ratings(5, value=4)
        release(today=RELEASED)

        below, above = rows(api)[0], api.signed_in(*INSPECTOR).get("/metrics/ratings", LONG).json()["results"][0]

        told = [[(one["numerator"], one["denominator"], one["value"]) for one in row["measures"]]
                for row in (below, above)]  # fmt: skip
        assert told[0] == told[1]
        assert told[0][:2] == [("5", 5, "1.0000"), ("20", 25, "0.8000")]

    def test_nor_have_they_where_they_were_told_with_points_before(self, api: ContractClient) -> None:
        a_form_of_five(6)
        version = RatingFormVersion.objects.get(form__code="TINH_MAU")
        cell = RatingSummary.objects.create(
            unit=a_unit(), step=StepKind.RECEPTION, form_version=version, first_week_date=MONDAY, last_week_date=MONDAY,
            figures={"answered": 5, "dissatisfied": 5, "mean": "0.0000", "criteria": [], "quarantined": None},
        )  # fmt: skip
        RatingPart.objects.create(summary=cell, answered=5, dissatisfied=5, satisfied=5, points=30)

        row = rows(api)[0]

        assert (row["valid"], content(row)["value"]) == (5, "0.0000")
        assert [one["value"] for one in row["measures"][:2]] == [None, None]

    def test_a_form_of_three_levels_is_told_by_how_many_are_not_dissatisfied(self, api: ContractClient) -> None:
        for official, number, value in (("CB-01", 6, 3), ("CB-02", 5, 1), ("CB-03", 4, 1), ("CB-04", 3, 2)):
            ratings(number, official=official, value=value, form="THANH_HOA_3")
        waiting = content(rows(api)[0])
        release(today=RELEASED)

        told = {row["key"]: content(row) for row in rows(api, by="official")}

        assert {key: (one["numerator"], one["denominator"]) for key, one in told.items() if one["denominator"]} == {
            "CB-01": ("6", 6), "CB-02": ("0", 5), "": ("3", 7),
        }  # fmt: skip
        assert (told["CB-03"]["value"], waiting["value"], waiting["interval"]) == (None, None, None)
        whole = content(rows(api)[0])
        assert (whole["value"], whole["interval"] is None, whole["too_few"]) == ("0.5000", False, True)
        (metric,) = rows(api, "/metrics/values", metric="not_dissatisfied_share")
        assert (metric["value"], metric["rests_on"]) == (whole["value"], "published")

    def test_one_small_official_takes_the_smallest_large_one_along(self, api: ContractClient) -> None:
        for official, number in (("CB-01", 9), ("CB-02", 6), ("CB-03", 2)):
            ratings(number, official=official)
        release(today=RELEASED)

        told = {key: count for key, count in valid(api, by="official").items() if count}

        assert told == {"CB-01": 9, "": 8}

    def test_narrowings_can_be_crossed_because_parts_are_what_is_told(self, api: ContractClient) -> None:
        ratings(6, official="CB-01", procedure=0)
        ratings(3, official="CB-01", procedure=1)
        ratings(5, official="CB-02", procedure=1)
        release(today=RELEASED)
        first, second = Procedure.objects.order_by("pk").values_list("code", flat=True)[:2]

        assert valid(api, by="official", procedure=first) | {"CB-02": None} == {"CB-01": None, "CB-02": None}
        assert valid(api, official="CB-02", procedure=second) == {"": 5}
        assert valid(api, official="CB-01") == {"": 9}

    def test_the_official_method_is_broken_down_by_unit_procedure_field_and_channel(self, api: ContractClient) -> None:
        for channel, number, value in (("counter", 6, 1), ("online", 7, 5)):
            ratings(number, channel=channel, value=value, ended_at=at(3))
        release(today=RELEASED)
        asked = {"metric": "satisfaction_qd766_portal"}

        told = {
            by: {
                row["key"]: (row["numerator"], row["denominator"])
                for row in rows(api, "/metrics/values", by=by, **asked)
            }
            for by in ("channel", "unit", "procedure", "field")
        }

        assert told["channel"] == {"counter": ("0", "6"), "online": ("7", "7")}
        assert list(told["unit"].values()) == list(told["procedure"].values()) == [("7", "13")]
        assert a_unit().code in told["unit"]
        inspected = api.signed_in(*INSPECTOR).get("/metrics/values", {**LONG, **asked, "by": "channel"}).json()
        assert {row["key"]: row["numerator"] for row in inspected["results"]} == {"counter": "0", "online": "7"}

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"metric": "satisfaction_survey_share", "by": "unit"}, "not_broken_down"),
            ({"metric": "upheld_complaints_per_1000", "by": "field"}, "not_broken_down"),
            ({"metric": "on_time_legal", "by": "procedure", "grain": "month"}, "one_cut"),
        ],
    )
    def test_what_cannot_be_broken_down_is_refused(self, api: ContractClient, asked: dict[str, str], code: str) -> None:
        answer = api.signed_in(*HEAD).get("/metrics/values", {**LONG, **asked})

        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


class TestParts:
    """A cell is divided into parts of five and more, whatever it holds."""

    labels = st.builds(
        Labels, *(st.one_of(st.none(), st.integers(1, 3)) for _ in range(3)),
        *(st.one_of(st.none(), st.sampled_from("ab")) for _ in range(2)),
    )  # fmt: skip

    @given(st.lists(labels, min_size=FEW, max_size=60))
    def test_every_member_is_in_one_part_and_no_part_is_small(self, members: list[Labels]) -> None:
        parts = parts_of([(labels, place) for place, labels in enumerate(members)])

        assert sorted(place for _, part in parts for place in part) == list(range(len(members)))
        assert min(len(part) for _, part in parts) >= FEW
        for common, part in parts:
            for name, value in common._asdict().items():
                assert value is None or {getattr(members[place], name) for place in part} == {value}

    def test_ratings_put_aside_later_leave_a_part_only_five_at_a_time(self, api: ContractClient) -> None:
        mine, others = ratings(10, official="CB-01"), ratings(10, official="CB-02")
        release(today=RELEASED)

        seen = []
        for rating in (*mine[:4], *others[:4], mine[4], others[4]):
            decide(rating_id=rating.pk, state=RatingState.QUARANTINED, reason="Dồn dập", by="x", now=at(9))
            release(today=RELEASED)
            seen.append(valid(api, by="official"))

        assert seen[7] == {"CB-01": 10, "CB-02": 10}
        assert seen[8] == {"CB-01": 5, "CB-02": 10}
        assert seen[9] == {"CB-01": 5, "CB-02": 5}
        cell = RatingSummary.objects.get()
        assert cell.figures["answered"] == sum(part.answered for part in RatingPart.objects.all()) == 10


class Answer(NamedTuple):
    """What was asked (a window, then every other parameter), and which ratings or parts were counted, as bits."""

    first: dt.date
    last: dt.date
    others: frozenset[tuple[str, str]]
    counted: int


class Trace(NamedTuple):
    """By which measure it is seen what an answer counts: a column of the parts, and how its bits are read of a row.

    `room` is what else must be so large that the figures stay possible.
    """

    form: str
    column: str
    metric: str
    scale: int
    room: str = ""

    def bits(self, told: Mapping[str, Any]) -> int:
        """Return which parts, or ratings, a measure counted."""
        if told["numerator"] is None:
            return 0
        if self.column == "dissatisfied":
            return int(told["denominator"]) - int(told["numerator"])
        return int(Fraction(told["numerator"]) * self.scale)


SCALE = 10_000
POINTS = Trace("MIC_5", "points", "satisfaction_survey_mean", SCALE)
DISLIKES = Trace("THANH_HOA_3", "dissatisfied", "not_dissatisfied_share", 1, room=f", answered = {2**24}")


def a_world(form: str = "MIC_5", levels: int = 5) -> list[Rating]:
    """A unit's five weeks: three officials, three procedures, two channels, two steps, one to four ratings a day."""
    lots, made = random.Random(11), []
    for day in range(7 * WEEKS):
        for _ in range(lots.randint(1, 4)):
            made += ratings(
                1, day=day, official=lots.choice(["CB-01", "CB-02", "CB-03"]), procedure=lots.choice([0, 0, 1, 2]),
                channel=lots.choice(["counter", "online"]), value=lots.randint(1, levels), form=form,
            )  # fmt: skip
    return made


def windows() -> Iterator[tuple[dt.date, dt.date]]:
    edges = [MONDAY + dt.timedelta(days=7 * week + more) for week in range(WEEKS) for more in (0, 1)]
    yield from itertools.combinations(edges, 2)
    yield MONDAY - dt.timedelta(days=30), RELEASED


def questions() -> Iterator[dict[str, str]]:
    procedures = Procedure.objects.order_by("pk").values_list("code", flat=True)[:3]
    narrowed: list[dict[str, str]] = [
        {}, {"official": "CB-01"}, {"step": "reception"}, {"channel": "web"},
        *({"procedure": code} for code in procedures), {"official": "CB-02", "procedure": procedures[0]},
    ]  # fmt: skip
    for by, only in itertools.product(BREAKDOWNS, narrowed):
        yield {"by": by, **only}


def asked_for(reader: ContractClient, spans: Iterable[tuple[dt.date, dt.date]], by: Trace) -> list[Answer]:
    """Ask everything of every window; the sum of points, or of dislikes, tells what each row counted."""
    told = []
    for (first, last), question in itertools.product(spans, list(questions())):
        window = {"from": str(first), "to": str(last), "page_size": "200"}
        answer = reader.get("/metrics/ratings", {**window, **question})
        assert answer.status_code == 200, answer.content
        for row in answer.json()["results"]:
            (measure,) = (one for one in row["measures"] if one["metric"] == by.metric)
            others = {*question.items(), ("key", row["key"])}
            told.append(Answer(first, last, frozenset(others), by.bits(measure)))
        if question == {"by": "none"}:
            asked = {**window, "metric": by.metric}
            (row,) = reader.get("/metrics/values", {k: v for k, v in asked.items() if k != "page_size"}).json()[
                "results"
            ]
            told.append(Answer(first, last, frozenset({("metric", row["metric"])}), by.bits(row)))
    return told


def with_points_of_their_own(
    table: str, column: str, keys: Sequence[Any], *, scale: int = SCALE, room: str = ""
) -> None:
    """Give each row the points 2^place / scale, past all triggers, and all others none."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {column} = 0{room}")
        for place, key in enumerate(keys):
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [Decimal(2**place) / scale, key])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def isolated(told: Iterable[set[int]], sizes: Sequence[int]) -> list[list[int]]:
    """Solve all that is published as equalities; return the groups of fewer than five people that it determines.

    `told` are sets of indivisible groups whose sum is known, `sizes` how many people each group has. A sum over some
    groups can be worked out if and only if its indicator is a linear combination of what is told (exact fractions);
    one group and two together are tried. Larger ones of few people would need a group of few that is told apart.
    """
    basis: list[tuple[int, list[Fraction]]] = []
    for one in {frozenset(groups) for groups in told}:
        row = _reduced([Fraction(group in one) for group in range(len(sizes))], basis)
        if pivot := next((place + 1 for place, value in enumerate(row) if value), 0):
            basis.append((pivot - 1, [value / row[pivot - 1] for value in row]))
    small = [group for group, size in enumerate(sizes) if size < FEW]
    some = [list(chosen) for n in (1, 2) for chosen in itertools.combinations(small, n)]
    few = [chosen for chosen in some if sum(sizes[group] for group in chosen) < FEW]
    return [
        chosen for chosen in few
        if not any(_reduced([Fraction(group in chosen) for group in range(len(sizes))], basis))
    ]  # fmt: skip


def _reduced(row: list[Fraction], basis: Iterable[tuple[int, list[Fraction]]]) -> list[Fraction]:
    for pivot, other in basis:
        if factor := row[pivot]:
            row = [value - factor * more for value, more in zip(row, other, strict=True)]
    return row


def subtracted(told: Sequence[Answer]) -> set[int]:
    """Return what is left when any answer is taken off any other that contains it, as bits."""
    counted = {one.counted for one in told}
    return {one & ~other for one, other in itertools.permutations(counted | {0}, 2) if one & other == other} - {0}


@pytest.mark.slow
@pytest.mark.parametrize("by", [POINTS, DISLIKES], ids=lambda by: by.form)
def test_a_head_who_subtracts_and_solves_everything_isolates_no_group_of_one_to_four(
    own_database: str, by: Trace
) -> None:
    api, made = ContractClient(), a_world(by.form, 5 if by is POINTS else 3)
    for day in range(14, 61, 7):
        release(today=MONDAY + dt.timedelta(days=day))
    parts = list(RatingPart.objects.order_by("pk"))
    members = [SummarisedRating.objects.filter(part=part).count() for part in parts]
    cells = [{parts.index(part) for part in cell.parts.all()} for cell in RatingSummary.objects.all()]
    with_points_of_their_own(
        "feedback_ratingpart", by.column, [part.pk for part in parts], scale=by.scale, room=by.room
    )

    told = asked_for(api.signed_in(*HEAD, boundary=a_unit()), [*windows()][::5], by)

    sets = [{place for place in range(len(parts)) if one.counted >> place & 1} for one in told]
    assert len(parts) > len(cells) > 3
    assert sum(members) > 0.8 * len(made)
    assert min(sum(members[place] for place in _places(left)) for left in subtracted(told)) >= FEW
    people = [place for place, size in enumerate(members) for _ in range(size)]
    named = [{person for person, place in enumerate(people) if place in one} for one in [*sets, *cells]]
    assert isolated(named, [1] * len(people)) == []
    assert len({frozenset(one) for one in sets}) > len(parts)


@pytest.mark.slow
def test_with_the_rule_off_the_same_attack_isolates_single_people(own_database: str) -> None:
    """The control: the inspectorate's own view of the same weeks."""
    api, made = ContractClient(), a_world()[:26]
    with_points_of_their_own("feedback_rating", "overall", [rating.pk for rating in made])

    told = asked_for(api.signed_in(*INSPECTOR), [*windows()][:3], POINTS)

    sets = [{place for place in range(len(made)) if one.counted >> place & 1} for one in told]
    assert 1 in {left.bit_count() for left in subtracted(told)}
    assert any(len(group) == 1 for group in isolated(sets, [1] * len(made)))


def _places(bits: int) -> list[int]:
    return [place for place in range(bits.bit_length()) if bits >> place & 1]
