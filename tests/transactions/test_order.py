"""The state of a transaction is a function of the set of its messages.  Source: design, invariant 1."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.calendar.rules import Effect, Limit, LimitUnit
from procedures.transactions.rules import fold as folding
from procedures.transactions.rules.fold import fold
from procedures.transactions.rules.messages import Told
from procedures.transactions.rules.terms import Terms
from tests.builders.transactions import a_snapshot, a_step
from tests.transactions.histories import calendar
from tests.transactions.told import at_of, histories, sorted_history

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

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(history=histories)
    def test_an_older_snapshot_never_takes_a_later_status_back(self, history: list[Told]) -> None:
        state = fold(history, terms, calendar())
        if state is None:
            return
        latest = max(map(at_of, history))

        assert state.status in {one.status for one in history if at_of(one) == latest}

    @pytest.mark.parametrize("is_first_by_code", [True, False])
    def test_an_official_told_once_by_code_and_once_by_a_name_that_is_his_code_is_told_by_code(
        self, *, is_first_by_code: bool
    ) -> None:
        state, code = a_snapshot(), "CB-11"
        told = [a_step(state.dossier_code, official_code=code), a_step(state.dossier_code, official_name=code)]

        folded = fold([state, *(told if is_first_by_code else reversed(told))], terms, calendar())

        assert folded is not None
        assert [(one.told.official_code, one.told.official_name) for one in folded.steps] == [(code, code)]
