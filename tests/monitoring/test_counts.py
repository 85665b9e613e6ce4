"""The counts that are kept up to date equal a full recount, after any mix of writes."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.models import EndedCount
from feedback.monitoring.metrics.charging import ALWAYS, Charged, charged_units
from feedback.monitoring.metrics.counting import Bucket, Question, _ended, _recounted
from feedback.monitoring.services import fold_counts
from procedures.models import Transaction
from tests.builders.figures import ENDS, another_department, served, the_department
from units.models import Unit
from units.vocabulary import OrganisationView, Viewer

MONTHS = [Bucket("", dt.date(2024, month, 1), dt.date(2024, month + 1, 1)) for month in range(1, 12)]
TODAY = dt.date(2026, 11, 22)


def questions() -> list[Question]:
    """The whole, each department, and the old province as then and as now."""
    units = [the_department(), another_department()]
    places = [
        Charged(everything=True, unit=None, units=[], days=[]),
        *(Charged(everything=False, unit=unit, units=[unit.pk], days=[ALWAYS]) for unit in units),
        *(
            charged_units(unit_code="gso2024:62", viewer=Viewer(boundary=None, official=None), view=view, today=TODAY)
            for view in OrganisationView
        ),
    ]
    return [Question(MONTHS, place, None, None, tells_pending=False) for place in places]


def differences() -> list[Any]:
    """What the kept counts and a full recount tell differently."""
    return [
        (kept, counted)
        for question in questions()
        for kept, counted in zip(_ended(question), _recounted(question), strict=True)
        if tuple(kept[:-1]) != tuple(counted[:-1]) or set(kept[-1] or ()) != set(counted[-1] or ())
    ]


days = st.dates(dt.date(2024, 2, 1), dt.date(2024, 5, 30)).map(
    lambda day: dt.datetime(day.year, day.month, day.day, 16, 30, tzinfo=dt.UTC)
)
judged = st.sampled_from(["early", "on_time", "late"])
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "ended_at": days,
    "timeliness": judged,
    "national_timeliness": st.sampled_from(["early", "on_time", "late", "not_judged"]),
    "excluded": st.tuples(st.sampled_from([1, 2]), judged),
    "included": st.none(),
    "settling_unit": st.sampled_from([None, 0, 1]),
    "receiving_unit": st.sampled_from([None, 0, 1]),
    "reopened": st.none(),
    "deleted": st.none(),
    "folded": st.none(),
}
changes = st.sampled_from(sorted(CHANGES)).flatmap(
    lambda name: st.tuples(st.just(name), CHANGES[name], st.sets(st.integers(0, 4)))
)


def write(name: str, value: Any, rows: list[int], units: list[Unit]) -> None:
    """Change some transactions, in one statement, past all services."""
    chosen = Transaction.objects.filter(pk__in=rows)
    match name:
        case "folded":
            fold_counts()
        case "deleted":
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM procedures_clockinterval WHERE transaction_id = ANY(%s)", [rows])
                cursor.execute("DELETE FROM procedures_step WHERE transaction_id = ANY(%s)", [rows])
                cursor.execute("DELETE FROM procedures_transaction WHERE id = ANY(%s)", [rows])
        case "reopened":
            chosen.update(ended_at=None, timeliness="running", national_timeliness="running")
        case "excluded":
            chosen.update(exclusions=value[0], timeliness_before_exclusions=value[1])
        case "included":
            chosen.update(exclusions=0, timeliness_before_exclusions="", due_at_before_exclusions=None)
        case "settling_unit" | "receiving_unit":
            chosen.update(**{name: None if value is None else units[value]})
        case "timeliness":
            chosen.exclude(ended_at=None).update(timeliness=value)
        case _:
            chosen.update(**{name: value})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(changes, min_size=1, max_size=12))
def test_kept_counts_equal_a_recount_after_any_mix_of_writes(done: list[tuple[str, Any, set[int]]]) -> None:
    units = [the_department(), another_department()]
    rows = [served(ended, unit=units[number % 2]).pk for number, ended in enumerate([*ENDS, "late", "early"])]

    for name, value, chosen in done:
        write(name, value, [rows[number] for number in chosen], units)

        assert differences() == []


def test_kept_counts_equal_a_recount_when_exclusions_moved_labels_and_when_they_fell(db: None) -> None:
    late, early, kept = (served(ended) for ended in ("late", "early", "late"))
    whole = questions()[0]

    write("excluded", (1, "late"), [late.pk], [])
    write("timeliness", "on_time", [late.pk], [])
    write("excluded", (2, "early"), [early.pk], [])
    write("excluded", (1, "late"), [kept.pk], [])
    moved, differ = _ended(whole)[2][2:], differences()
    write("ended_at", ENDS["late"] + dt.timedelta(days=40), [late.pk], [])
    elsewhere = differences()
    write("included", None, [late.pk, early.pk, kept.pk], [])
    write("timeliness", "late", [late.pk], [])

    assert (differ, elsewhere, differences()) == ([], [], [])
    # ended; good, judged by law; by the portal; good, judged without exclusions; excluded, changed
    assert (*moved[:3], *moved[5:9]) == (3, 2, 3, 1, 3, 3, 1)


@pytest.mark.parametrize("count", ["legal_good_before", "legal_judged_before", "excluded", "changed"])
def test_the_control_each_count_of_exclusions_that_is_wrong_is_found_out(db: None, count: str) -> None:
    late = served("late")
    write("excluded", (1, "early"), [late.pk], [])
    before = differences()

    EndedCount.objects.update(**{count: F(count) + 1})

    assert before == []
    assert differences() != []


def test_a_message_that_corrects_a_transaction_late_moves_the_counts(db: None) -> None:
    told = served("early")
    served("late", dossier_code=told.dossier_code, source_updated_at=ENDS["late"] + dt.timedelta(days=9))

    assert Transaction.objects.get(pk=told.pk).timeliness == "late"
    assert differences() == []


def test_the_control_a_count_written_past_the_triggers_is_found_out(db: None) -> None:
    served("early")
    EndedCount.objects.create(
        charged=the_department().pk, day=dt.date(2024, 3, 5), calendar_id=1, ended=1, legal_good=0, legal_judged=0,
        national_good=0, national_judged=0, legal_good_before=0, legal_judged_before=0, excluded=0, changed=0,
    )  # fmt: skip

    assert differences() != []


def test_folding_leaves_one_row_for_many_and_no_row_for_nothing(db: None) -> None:
    gone = served("late")
    for _ in range(3):
        served("early")
    write("reopened", None, [gone.pk], [])

    fold_counts()

    assert differences() == []
    assert list(EndedCount.objects.values_list("ended", "legal_good", "is_sum")) == [(3, 3, True)]


@pytest.mark.slow
def test_eight_writers_on_one_unit_and_two_that_fold_lose_no_count(own_database: str) -> None:
    rows = [served("early").pk for _ in range(8)]

    def in_own_connection(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connections.close_all()

    def relabel(row: int) -> None:
        for number in range(20):
            Transaction.objects.filter(pk=row).update(timeliness=["late", "on_time", "early"][number % 3])

    def fold() -> None:
        for _ in range(30):
            fold_counts()

    work = [*(lambda row=row: relabel(row) for row in rows), fold, fold]
    with ThreadPoolExecutor(len(work)) as threads:
        list(threads.map(in_own_connection, work))

    assert differences() == []
