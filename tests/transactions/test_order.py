"""The state of a transaction is a function of the set of its messages.  Source: design, invariant 1."""

import itertools
import random
import threading
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.calendar.rules import Effect, Limit, LimitUnit
from procedures.transactions.models import Message, Transaction
from procedures.transactions.rules import fold as folding
from procedures.transactions.rules.fold import fold
from procedures.transactions.rules.messages import Told
from procedures.transactions.rules.terms import Terms
from tests.builders.transactions import a_dossier_code
from tests.transactions.histories import calendar
from tests.transactions.told import at_of, histories, rows_of, some_histories, sorted_history, tell_all, tell_together

TERMS = Terms(Limit(5, LimitUnit.WORKING_DAY), LimitUnit.WORKING_DAY, Effect.RESTART)


def terms(_code: str, _day: Any) -> Terms:
    return TERMS


@st.composite
def tellings(draw: Any) -> tuple[list[Told], list[Told]]:
    """Return a history, and the same in another order with repetitions."""
    history = draw(histories)
    again = draw(st.lists(st.sampled_from(history), max_size=4))
    return history, draw(st.permutations([*history, *again]))


class TestOrder:
    """Any order and any repetition give the state of the sorted history."""

    @settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
    @given(telling=tellings())
    def test_any_order_and_repetition_fold_to_the_same_state(self, telling: tuple[list[Told], list[Told]]) -> None:
        history, retold = telling

        assert fold(retold, terms, calendar()) == fold(sorted_history(history), terms, calendar())

    def test_a_fold_in_order_of_arrival_is_found_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The control: with the one line that orders snapshots taken away, the same property fails."""
        monkeypatch.setattr(folding, "in_order", tuple)

        @settings(max_examples=600, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(telling=tellings())
        def property_of_order(telling: tuple[list[Told], list[Told]]) -> None:
            history, retold = telling
            assert fold(retold, terms, calendar()) == fold(sorted_history(history), terms, calendar())

        with pytest.raises(AssertionError):
            property_of_order()

    @pytest.mark.slow
    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tellings=st.lists(tellings(), min_size=10, max_size=10), sizes=st.lists(st.integers(1, 9), min_size=1))
    def test_any_order_repetition_and_cut_into_batches_store_the_same_rows(
        self, tellings: list[tuple[list[Told], list[Told]]], sizes: list[int]
    ) -> None:
        """Ten dossiers at once, five hundred in all: alone and in order, or entangled and cut into batches."""
        straight, tangled = ([a_dossier_code() for _ in tellings] for _ in range(2))
        ordered = [sorted_history(history) for history, _ in tellings]
        turns = itertools.zip_longest(*(retold for _, retold in tellings))
        pieces = [(code, one) for turn in turns for code, one in zip(tangled, turn, strict=True) if one is not None]

        tell_together([(code, one) for code, history in zip(straight, ordered, strict=True) for one in history])
        for size in itertools.cycle(sizes):
            batch, pieces = pieces[:size], pieces[size:]
            tell_together(batch)
            if not pieces:
                break

        assert [rows_of(code) for code in tangled] == [rows_of(code) for code in straight]

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(history=histories)
    def test_an_older_snapshot_never_takes_a_later_status_back(self, history: list[Told]) -> None:
        state = fold(history, terms, calendar())
        if state is None:
            return
        latest = max(map(at_of, history))

        assert state.status in {one.status for one in history if at_of(one) == latest}


WRITERS, DOSSIERS, BATCH = 8, 12, 7


@pytest.mark.slow
def test_eight_writers_of_the_same_dossiers_end_as_the_sorted_history(own_database: str) -> None:
    told = {a_dossier_code(): history for history in some_histories(DOSSIERS, random.Random(61))}
    failures: list[BaseException] = []
    gate = threading.Barrier(WRITERS)

    def write(seed: int) -> None:
        own = random.Random(seed)
        try:
            gate.wait()
            pieces = [(code, one) for code, history in told.items() for one in history]
            own.shuffle(pieces)
            for place in range(0, len(pieces), BATCH):
                tell_together(pieces[place : place + BATCH])
        except BaseException as error:  # noqa: BLE001 - told to the main thread
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert failures == []
    distinct = sum(map(len, told.values()))
    counted = Message.objects.values_list("times_received", flat=True)
    assert (len(counted), set(counted)) == (distinct, {WRITERS})
    assert Transaction.objects.count() > 0
    for code, history in told.items():
        straight = a_dossier_code()
        tell_all(sorted_history(history), dossier_code=straight)
        assert rows_of(code) == rows_of(straight)
