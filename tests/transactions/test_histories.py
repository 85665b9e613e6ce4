"""What senders really send ends as a correct receiver ends (config/data/dvcqg/histories.json)."""

import itertools
import random

import pytest

from procedures.calendar.rules import local, supplement_notice_in_time
from procedures.transactions.rules.fold import State, fold
from procedures.vocabulary import Status
from tests.transactions.histories import BAD, calendar, index, instant, messages_of, no_terms

HISTORIES = [name for name in index() if name != BAD]
LABELS = {
    "ended_withdrawn": ("withdrawn", "not_judged"),
    "ended_refused_at_intake": ("refused_at_intake", "not_judged"),
    "ended_refused": ("refused", "not_judged"),
    "unknown (no due date sent)": ("finished", "not_judged"),
    "in_process": ("", "running"),
}


def state_of(history: str) -> State:
    state = fold(messages_of(history), no_terms, calendar())
    assert state is not None
    return state


@pytest.mark.parametrize("history", HISTORIES)
def test_a_history_ends_with_its_status_dates_and_label(history: str) -> None:
    final = index()[history]["final"]

    state = state_of(history)

    label = final["label"]
    assert str(state.status.code) == final["status"]
    assert state.received_at == instant(final["received"])
    assert (state.outcome, state.timeliness.value) == LABELS.get(label, ("finished", label))
    if "due_original" in final:
        assert state.due_at_original == instant(final["due_original"])
    if "due_current" in final:
        assert state.due_at == instant(final["due_current"])
    if "finished" in final:
        assert state.ended_at == instant(final["finished"])
    if "returned" in final:
        assert state.returned_at == instant(final["returned"])
    assert state.supplement_requests == final.get("supplements", 0)
    assert state.extensions == final.get("extensions", 0)
    if "events" in final:
        assert len(state.steps) == final["events"]


@pytest.mark.parametrize("history", HISTORIES)
def test_a_history_ends_the_same_whatever_the_order_and_however_often_it_is_told(history: str) -> None:
    told = messages_of(history)
    straight = state_of(history)

    orders = (
        itertools.permutations(told)
        if len(told) <= 5
        else (random.Random(n).sample(told * 3, 2 * len(told)) + list(told) for n in range(50))
    )

    assert all(fold(order, no_terms, calendar()) == straight for order in orders)


def test_an_apology_before_the_due_day_is_in_time_and_saves_nobody_from_being_late() -> None:
    state = state_of("H03")

    assert state.apology_at == instant("2024-08-20T10:00:00")
    assert state.conduct.apology_on_time is True
    assert state.due_at_legal == instant("2024-08-21T17:00:00")
    assert (state.timeliness, state.national_timeliness) == ("late", "early")


def test_a_second_supplement_is_flagged_and_late_by_the_national_rule() -> None:
    state = state_of("H04")

    first = next(interval for interval in state.intervals if interval.cause == "supplement")
    assert state.received_at is not None
    assert supplement_notice_in_time(state.received_at, first.begins_at, calendar())
    assert "supplement_asked_again" in state.warnings
    assert state.national_timeliness == "late"
    assert state.due_at_legal == instant("2024-11-04T17:00:00")


def test_the_wait_for_a_financial_duty_pauses_the_clock() -> None:
    state = state_of("H12")

    pauses = [(i.cause, i.begins_at, i.ends_at, i.effect) for i in state.intervals if not i.counts]
    assert pauses == [("financial_duty", instant("2024-12-05T09:00:00"), instant("2024-12-19T10:15:00"), "pause")]
    assert state.due_at_legal == instant("2024-12-30T17:00:00")
    assert "due_date_corrected" not in state.warnings


def test_a_transaction_that_moves_to_another_unit_keeps_its_code_and_its_first_unit() -> None:
    state = state_of("H14")

    assert state.reception.unit_code == "000.00.15.H34"
    assert state.settling_unit_name == "UBND xã Đăk Hà"
    assert state.settling_unit_told_at is not None
    assert local(state.settling_unit_told_at).date().isoformat() == "2025-07-18"


def test_a_running_number_of_five_digits_is_flagged() -> None:
    assert "running_number_5_digits" in state_of("H19").warnings


def test_an_end_without_a_date_is_flagged_and_not_judged() -> None:
    state = state_of("H17")

    assert (state.status, state.ended_at) == (Status.RETURNED, None)
    assert {"end_date_missing", "due_date_missing"} <= set(state.warnings)
