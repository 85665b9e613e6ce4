"""An exclusion approved before or after a message comes makes no difference.  Source: design, invariant 1."""

import datetime as dt
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from procedures.transactions.models import Transaction
from procedures.transactions.rules.fold import fold
from procedures.transactions.rules.messages import Snapshot, Told
from procedures.transactions.rules.pauses import GrantedPause
from procedures.transactions.services import let_hold, name_dossiers, recounting, request_recount
from tests.builders.transactions import a_dossier_code
from tests.transactions.histories import calendar
from tests.transactions.test_order import terms
from tests.transactions.told import (
    CODE,
    FIRST,
    SOURCES,
    histories,
    rows_of,
    some_histories,
    sorted_history,
    tell_together,
)

OPENING = Snapshot(CODE, FIRST, "received", "1.004884", "000.00.00.H34", received_at=FIRST, source=SOURCES[0],
                   due_at=FIRST + dt.timedelta(days=5))  # fmt: skip
Period = tuple[dt.datetime, dt.datetime]
_references = iter(range(1000, 10**9))


@st.composite
def periods(draw: Any) -> Period:
    begins_at = FIRST + draw(st.integers(-2, 20)) * dt.timedelta(hours=12)
    return begins_at, begins_at + draw(st.integers(1, 10)) * dt.timedelta(hours=12)


def grant(code: str, period: Period) -> Callable[[], None]:
    """Return the approval of an exclusion that names the dossier."""

    def approve() -> None:
        reference = next(_references)
        name_dossiers(reference=reference, dossier_codes=[code], begins_at=period[0], ends_at=period[1])
        let_hold(reference=reference, holds=True)
        request_recount(reference=reference, by="test", now=FIRST)

    return approve


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories, given_periods=st.lists(periods(), max_size=3), data=st.data())
def test_pauses_are_a_set(history: list[Told], given_periods: list[Period], data: st.DataObject) -> None:
    pauses = [GrantedPause(*period, number) for number, period in enumerate(given_periods)]
    again = data.draw(st.permutations([*pauses, *pauses]))
    retold = data.draw(st.permutations(history))

    assert fold(retold, terms, calendar(), pauses=again) == fold(history, terms, calendar(), pauses=pauses)


def _told_and_approved_in_any_order(history: list[Told], told_periods: list[Period], place: random.Random) -> None:
    straight, tangled = a_dossier_code(), a_dossier_code()
    for code in (straight, tangled):
        tell_together([(code, OPENING)])
    acts: list[Callable[[], None]] = [
        lambda one=one: tell_together([(tangled, one)]) for one in history  # type: ignore[misc]
    ]  # fmt: skip
    acts += [grant(tangled, period) for period in told_periods]
    place.shuffle(acts)

    for one in sorted_history(history):
        tell_together([(straight, one)])
    for period in told_periods:
        grant(straight, period)()
    for act in acts:
        act()

    assert rows_of(tangled) == rows_of(straight)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=histories, told_periods=st.lists(periods(), min_size=1, max_size=2), place=st.randoms())
def test_approvals_and_messages_in_any_order_store_the_same_rows(
    history: list[Told], told_periods: list[Period], place: random.Random
) -> None:
    _told_and_approved_in_any_order(history, told_periods, place)


def test_control_an_approval_that_writes_nothing_anew_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "rewrite", lambda **_: 0)

    @settings(
        max_examples=40, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(history=histories, told_periods=st.lists(periods(), min_size=1, max_size=2), place=st.randoms())
    def property_of_order(history: list[Told], told_periods: list[Period], place: random.Random) -> None:
        _told_and_approved_in_any_order(history, told_periods, place)

    with pytest.raises(AssertionError):
        property_of_order()


@pytest.mark.slow
def test_senders_and_deciders_at_the_same_moment_end_as_one_after_the_other(own_database: str) -> None:
    dice = random.Random(7)
    told = {a_dossier_code(): history for history in some_histories(12, dice)}
    for code in told:
        tell_together([(code, OPENING)])
    period = (FIRST + dt.timedelta(days=1), FIRST + dt.timedelta(days=4))
    failures: list[BaseException] = []
    gate = threading.Barrier(4)

    def run(acts: list[Callable[[], None]]) -> None:
        try:
            gate.wait()
            for act in acts:
                act()
        except BaseException as error:  # noqa: BLE001 - told to the main thread
            failures.append(error)
        finally:
            connections.close_all()

    pieces = [
        lambda code=code, one=one: tell_together([(code, one)]) for code, history in told.items() for one in history
    ]
    approvals = [grant(code, period) for code in told]
    threads = [
        threading.Thread(target=run, args=(acts,))
        for acts in (pieces[::2], pieces[1::2], approvals[::2], approvals[1::2])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert failures == []
    assert Transaction.objects.filter(exclusions__gt=0).exists()
    for code, history in told.items():
        straight = a_dossier_code()
        for one in [OPENING, *sorted_history(history)]:
            tell_together([(straight, one)])
        grant(straight, period)()
        assert rows_of(code) == rows_of(straight)
