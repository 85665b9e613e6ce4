"""Whatever the order, the repetition, the way in and the number of writers: the same end.  Source: design, invariant 1.

The end is everything that is stored of a dossier: row, steps, clock, which messages count, and the last event that the
feed tells of it. It is compared with that of the sorted history, sent message by message.
"""

import datetime as dt
import itertools
import random
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from django.db import connections
from django.db.transaction import atomic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.transactions.models import Message, Transaction
from procedures.transactions.rules.boundaries import Word
from procedures.transactions.rules.messages import Told
from procedures.transactions.rules.sources import RankOf, Telling
from procedures.transactions.services import boundaries, counting, receiving
from tests.builders.transactions import NOW, a_dossier_code, a_message, a_snapshot, tell
from tests.transactions.told import (
    SOURCES,
    WAYS,
    Rights,
    everything_of,
    histories,
    rights,
    some_histories,
    sorted_history,
    tell_all,
)

MANY: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}
Piece = tuple[str, Told]


@st.composite
def retold(draw: Any) -> tuple[list[Told], list[Told]]:
    """Return a history with its corrections, and the same in another order with messages sent again."""
    history = draw(histories)
    again = draw(st.lists(st.sampled_from(history), max_size=4))
    return history, draw(st.permutations([*history, *again]))


tellings = st.lists(retold(), min_size=6, max_size=6)
cuts = st.lists(st.tuples(st.integers(1, 9), st.sampled_from(WAYS)), min_size=1)


def ends_differ(told: list[tuple[list[Told], list[Told]]], cut: list[tuple[int, Any]], granted: Rights) -> bool:
    """Send histories entangled and cut up, and in order and alone; tell whether their ends differ."""
    straight, tangled = ([a_dossier_code() for _ in told] for _ in range(2))
    turns = itertools.zip_longest(*(again for _, again in told))
    pieces = [(code, one) for turn in turns for code, one in zip(tangled, turn, strict=True) if one is not None]

    for size, way in itertools.cycle(cut):
        way(pieces[:size], rights=granted)
        pieces = pieces[size:]
        if not pieces:
            break
    for code, (history, _) in zip(straight, told, strict=True):
        tell_all(sorted_history(history), dossier_code=code, rights=granted)

    return [everything_of(code) for code in tangled] != [everything_of(code) for code in straight]


@pytest.mark.slow
@settings(max_examples=40, **MANY)
@given(told=tellings, cut=cuts, granted=rights)
def test_order_repetition_two_senders_and_every_way_in_end_as_the_sorted_history(
    told: list[tuple[list[Told], list[Told]]], cut: list[tuple[int, Any]], granted: Rights
) -> None:
    assert not ends_differ(told, cut, granted)


def first_come(tellings: Iterable[Telling], _rank_of: RankOf) -> str | None:
    """Name the source that arrived first: the rule we do not have."""
    return next((one.source for one in tellings if not one.may_overwrite), None)


def as_it_stands(words: Sequence[Word]) -> set[int]:
    """Let count what touches what came before it: the other rule we do not have."""
    count: set[int] = set()
    for number, word in enumerate(words):
        named = frozenset[int]().union(*(words[one].of_states for one in count))
        if word.subtree is None or word.subtree.touches(named or word.homes):
            count.add(number)
    return count


def _no_keeper_loses(counted: counting.Counted, waiting: Any) -> None:
    """Forget to note in the journal which messages count no more."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "name", "broken"),
    [
        (counting, "keeper_of", first_come),
        (boundaries, "counting_words", as_it_stands),
        (receiving, "settle_kept", _no_keeper_loses),
    ],
    ids=["first come, first served", "boundaries of the dossier as it stands", "a journal that is not kept up"],
)
def test_a_rule_that_looks_at_arrival_is_found_out(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, broken: Callable[..., Any]
) -> None:
    """The controls: with one function replaced the same property fails."""
    monkeypatch.setattr(place, name, broken)

    differences: list[bool] = []

    @settings(max_examples=25, database=None, derandomize=True, **MANY)
    @given(told=tellings, cut=cuts, granted=rights)
    def the_property(told: list[tuple[list[Told], list[Told]]], cut: list[tuple[int, Any]], granted: Rights) -> None:
        if not any(differences):
            differences.append(ends_differ(told, cut, granted))

    the_property()

    assert any(differences)


WRITERS, DOSSIERS = 8, 12


def at_once(*works: Callable[[], None]) -> list[BaseException]:
    """Do works at the same moment, each on a connection of its own; return what went wrong."""
    failures: list[BaseException] = []
    gate = threading.Barrier(len(works))

    def worker(work: Callable[[], None]) -> None:
        try:
            gate.wait()
            work()
        except BaseException as error:  # noqa: BLE001 - told to the main thread
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    return failures


@pytest.mark.slow
@pytest.mark.parametrize(
    "granted",
    [Rights(), Rights(SOURCES[1]), Rights("", {SOURCES[1]: "gso2024:62"})],
    ids=["no right to overwrite", "one may overwrite", "one has a boundary"],
)
def test_eight_writers_of_the_same_dossiers_end_as_the_sorted_history(own_database: str, granted: Rights) -> None:
    told = {a_dossier_code(): history for history in some_histories(DOSSIERS, random.Random(61))}
    pieces = [(code, one) for code, history in told.items() for one in history]

    def write(seed: int) -> None:
        own = random.Random(seed)
        mine = own.sample(pieces, len(pieces))
        while mine:
            size, way = own.randrange(1, 9), own.choice(WAYS)
            way(mine[:size], rights=granted)
            mine = mine[size:]

    failures = at_once(*(lambda seed=seed: write(seed) for seed in range(WRITERS)))

    assert failures == []
    assert Message.objects.count() >= len(pieces)
    assert Transaction.objects.count() > 0
    for code, history in told.items():
        straight = a_dossier_code()
        tell_all(sorted_history(history), dossier_code=straight, rights=granted)
        end = everything_of(code)
        assert end == everything_of(straight)
        assert (end["last_event"] is None) == (end["rows"][0] == [])


def two_at_once() -> tuple[int, list[BaseException]]:
    """Let two writers tell each a half of the same new dossiers at once.

    Return how many dossiers lost a half, and what broke.
    """
    codes = [a_dossier_code() for _ in range(15)]

    def half(**said: Any) -> Callable[[], None]:
        def work() -> None:
            for code in codes:
                tell(a_message(a_snapshot(dossier_code=code, **said)))

        return work

    failures = at_once(half(contacts=1), half(agencies_contacted=2, status="processing", ended_at=None))
    whole = Transaction.objects.filter(dossier_code__in=codes, contacts=1, agencies_contacted=2)
    return len(codes) - whole.count(), failures


def test_two_writers_of_a_new_dossier_lose_nothing(own_database: str) -> None:
    assert two_at_once() == (0, [])


def test_without_the_lock_on_the_dossier_something_is_lost(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(receiving, "lock_dossiers", lambda _codes: None)

    assert any(two_at_once() != (0, []) for _ in range(4))


def last_event_in_the_feed() -> str:
    """Let a writer with a lower number write a dossier after one with a higher; return the status told last of it."""
    first, both = a_dossier_code(), a_dossier_code()

    def state(code: str, hour: int, status: str) -> None:
        at = NOW - dt.timedelta(days=1) + dt.timedelta(hours=hour)
        tell(a_message(a_snapshot(dossier_code=code, source_updated_at=at, status=status, ended_at=None)))

    with atomic():
        state(first, 1, "received")  # has its number now
        assert at_once(lambda: state(both, 1, "received")) == []
        state(both, 2, "processing")
    return str(everything_of(both)["last_event"][0]["status"])


def test_the_last_event_of_a_dossier_is_of_its_last_writer_whoever_had_his_number_first(own_database: str) -> None:
    assert last_event_in_the_feed() == "processing"


def test_events_under_the_writers_own_number_are_found_out(own_database: str) -> None:
    """The control: the trigger that remembers the highest number is taken away."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION procedures_transaction_ordered() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN NEW.event_order := pg_current_xact_id()::text::bigint; RETURN NEW; END $$"
        )

    assert last_event_in_the_feed() == "received"
