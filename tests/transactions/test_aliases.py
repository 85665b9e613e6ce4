"""A dossier told under two numbers is one dossier, whichever came first.  Source: Note [Aliases]."""

import itertools
import random
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.errors import AliasIsDossier, AliasOfAlias
from procedures.transactions.models import Message, Step, Transaction
from procedures.transactions.queries.kept import known_of
from procedures.transactions.rules.messages import Snapshot
from procedures.transactions.services import receiving, tell_alias
from tests.adapters.histories import DOSSIERS, PROGRESS, histories
from tests.builders.transactions import NOW, a_dossier_code, a_message, a_snapshot, a_step, tell
from tests.contract_client import ContractClient, faults, problem
from tests.transactions.test_api import A_STATE
from tests.transactions.test_convergence import at_once
from tests.transactions.told import SOURCES, everything_of, sorted_history, source_of, tell_all
from tests.transactions.told import histories as invented
from units.models import Unit

SOURCE = "motcua-mau"
A_STEP = {"at": "2024-03-05T09:00:00+07:00", "status": "processing", "content": "Chuyển xử lý"}


def name(code: str, dossier_code: str, source: str = SOURCE) -> bool:
    """Tell through the service that a number stands for a dossier."""
    return tell_alias(source=source, code=code, dossier_code=dossier_code, by="client:motcua-mau", now=NOW)


def steps_of(dossier_code: str) -> list[str]:
    return list(
        Step.objects.filter(transaction__dossier_code=dossier_code).order_by("at").values_list("content", flat=True)
    )


@pytest.fixture
def machine(api: ContractClient) -> ContractClient:
    return api.machine("transactions:write", "transactions:read")


class TestJoining:
    def test_progress_under_the_senders_own_number_joins_as_soon_as_it_is_told_whose_it_is(
        self, machine: ContractClient
    ) -> None:
        letter, number = histories()["H01"].letters, "KT-HS-2024/000777"
        progress = next(one for one in letter if one.path == PROGRESS)
        body = progress.body.replace(histories()["H01"].dossier_code.encode(), number.encode())
        machine.post(DOSSIERS, letter[0].body, content_type="application/json")
        waiting = machine.post(PROGRESS, body, content_type="application/json").json()["ket_qua"][0]

        answer = machine.put(f"/transactions/{histories()['H01'].dossier_code}/aliases/{number}", {})

        told = machine.get(f"/transactions/{histories()['H01'].dossier_code}").json()
        assert (waiting["outcome"], answer.status_code) == ("waiting", 201)
        assert told["aliases"] == [{"code": number, "source": SOURCE}]
        assert len(told["steps"]) == 1
        entry = machine.get(f"/journal?dossier_code={number}").json()["results"][0]
        assert (entry["outcome"], entry["sent_as"], entry["dossier_code"]) == (
            "updated", number, histories()["H01"].dossier_code,
        )  # fmt: skip

    def test_what_is_told_under_the_other_number_afterwards_is_told_of_the_dossier(
        self, machine: ContractClient
    ) -> None:
        code, other = a_dossier_code(), a_dossier_code()
        machine.put(f"/transactions/{code}/aliases/{other}", {})

        machine.put(f"/transactions/{other}", A_STATE)
        sent = [machine.once(f"/transactions/{other}/steps", {"steps": [A_STEP]}).json() for _ in range(2)]
        batch = machine.post("/transactions/batch", [{"dossier_code": other, **A_STATE}]).json()["results"][0]

        assert [one["outcome"] for one in sent] == ["updated", "unchanged"]
        assert (batch["key"], batch["outcome"]) == (other, "unchanged")
        assert [row.dossier_code for row in Transaction.objects.all()] == [code]
        assert steps_of(code) == ["Chuyển xử lý"]

    def test_a_dossier_is_looked_up_by_either_number(self, machine: ContractClient) -> None:
        code, other = a_dossier_code(), a_dossier_code()
        machine.put(f"/transactions/{code}", A_STATE)
        machine.put(f"/transactions/{code}/aliases/{other}", {})

        told = [machine.post(DOSSIERS, {"service": "TraCuuHoSo", "mahoso": one}).json() for one in (code, other, "x")]

        assert [answer["result"] for answer in told] == [[{"MaHoSo": code}], [{"MaHoSo": other}], []]

    def test_the_same_number_of_another_source_is_another_dossier(self) -> None:
        code, other = a_dossier_code(), a_dossier_code()
        tell(a_message(a_snapshot(dossier_code=code)))
        tell(a_message(a_snapshot(dossier_code=other)), source="cong-mau")

        name(other, code)
        tell(a_message(a_step(other, content="Của phần mềm")))
        tell(a_message(a_step(other, content="Của cổng")), source="cong-mau")

        assert (steps_of(code), steps_of(other)) == (["Của phần mềm"], ["Của cổng"])

    def test_a_refused_message_is_replayed_under_the_number_it_was_sent_under(self, machine: ContractClient) -> None:
        code, other = a_dossier_code(), a_dossier_code()
        number = machine.put(f"/transactions/{other}", A_STATE | {"receiving_unit": "khong-co"})
        entry = machine.get("/journal").json()["results"][0]
        machine.put(f"/transactions/{code}/aliases/{other}", {})

        replayed = machine.post(f"/journal/{entry['id']}/replay").json()

        assert problem(number) == (400, "invalid")
        assert (replayed["id"], replayed["outcome"], replayed["dossier_code"]) == (entry["id"], "rejected", code)

    def test_told_again_it_changes_nothing(self, machine: ContractClient) -> None:
        code, other = a_dossier_code(), a_dossier_code()
        machine.put(f"/transactions/{code}", A_STATE)

        told = [machine.put(f"/transactions/{code}/aliases/{other}", {}).status_code for _ in range(3)]

        assert told == [201, 200, 200]
        assert Transaction.objects.get().version == 2

    def test_a_number_told_of_the_wrong_dossier_takes_its_messages_along_when_it_is_told_of_the_right_one(self) -> None:
        wrong, right, other = (a_dossier_code() for _ in range(3))
        tell(a_message(a_snapshot(dossier_code=wrong)), a_message(a_snapshot(dossier_code=right)))
        tell(a_message(a_step(other, content="Chuyển xử lý")), a_message(a_step(wrong, content="Của nó")))
        name(other, wrong)
        before = steps_of(wrong)

        name(other, right)

        assert sorted(before) == ["Chuyển xử lý", "Của nó"]
        assert (steps_of(wrong), steps_of(right)) == (["Của nó"], ["Chuyển xử lý"])


class TestRefused:
    def test_a_number_that_is_a_dossier_of_its_own_is_no_alias(self, machine: ContractClient) -> None:
        code, other = a_dossier_code(), a_dossier_code()
        for one in (code, other):
            machine.put(f"/transactions/{one}", A_STATE)

        answer = machine.put(f"/transactions/{code}/aliases/{other}", {})

        assert problem(answer) == (409, "alias-is-dossier")
        assert Message.objects.filter(dossier_code=other, sent_as="").count() == 1
        assert machine.get(f"/transactions/{code}").json()["aliases"] == []

    def test_an_alias_stands_for_a_dossier_and_for_nothing_else(self, machine: ContractClient) -> None:
        a, b, c = (a_dossier_code() for _ in range(3))
        machine.put(f"/transactions/{a}/aliases/{b}", {})

        told = [
            machine.put(f"/transactions/{dossier}/aliases/{code}", {}) for dossier, code in ((a, a), (b, c), (c, a))
        ]

        assert [problem(answer) for answer in told] == [(409, "alias-of-alias")] * 3

    def test_a_number_that_is_too_long_and_a_body_are_refused(self, machine: ContractClient) -> None:
        long = machine.put(f"/transactions/{a_dossier_code()}/aliases/{'9' * 101}", {})
        filled = machine.put(f"/transactions/{a_dossier_code()}/aliases/x", {"a": 1})

        assert faults(long) == {("/code", "max_length")}
        assert faults(filled) == {("/a", "unknown_field")}

    def test_nobody_learns_from_it_whether_a_dossier_of_others_exists(self, api: ContractClient) -> None:
        theirs, free = a_dossier_code(), a_dossier_code()
        tell(a_message(a_snapshot(dossier_code=theirs)), source="cong-mau")
        here = Unit.objects.get(code="gso2024:612")
        naming, named = (
            api.machine("transactions:write", boundary=here, source=one) for one in ("noi-khac", "noi-nua")
        )

        as_alias = [naming.put(f"/transactions/{a_dossier_code()}/aliases/{one}", {}) for one in (theirs, free)]
        as_dossier = [named.put(f"/transactions/{one}/aliases/{a_dossier_code()}", {}) for one in (theirs, free)]

        assert [answer.status_code for answer in (*as_alias, *as_dossier)] == [201] * 4

    def test_the_service_says_which_it_was(self) -> None:
        code = a_dossier_code()
        tell(a_message(a_snapshot(dossier_code=code)))

        with pytest.raises(AliasOfAlias):
            name(code, code)
        with pytest.raises(AliasIsDossier):
            name(code, a_dossier_code())


MANY: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck)}


class TestAnyOrder:
    """When the alias is told makes no difference, before, between or after the messages."""

    @settings(max_examples=40, database=None, derandomize=True, **MANY)
    @given(history=invented, place=st.integers(0, 12), seed=st.integers(0, 99))
    def test_an_alias_told_at_any_time_ends_as_if_there_were_one_number(
        self, history: list[Any], place: int, seed: int
    ) -> None:
        straight, code, other = (a_dossier_code() for _ in range(3))
        pieces = list({repr(one): one for one in history}.values())
        random.Random(seed).shuffle(pieces)

        for number, one in enumerate([*pieces, None]):
            if number == min(place, len(pieces)):
                for source in SOURCES:
                    name(other, code, source)
            if one is not None:
                sent = code if isinstance(one, Snapshot) else other
                tell(a_message(one._replace(dossier_code=sent)), source=source_of(one), via="dvcqg")

        tell_all(sorted_history(pieces), dossier_code=straight)
        assert everything_of(code) == everything_of(straight)

    def test_every_order_of_states_steps_and_the_alias_ends_alike(self) -> None:
        ends = []
        for order in itertools.permutations(("state", "step", "later step", "alias")):
            code, other = a_dossier_code(), a_dossier_code()
            doings: dict[str, Callable[[], object]] = {
                "state": partial(tell, a_message(a_snapshot(dossier_code=code))),
                "step": partial(tell, a_message(a_step(other))),
                "later step": partial(tell, a_message(a_step(other, content="Chuyển xử lý"))),
                "alias": partial(name, other, code),
            }
            for doing in order:
                doings[doing]()
            ends.append(everything_of(code))

        assert all(end == ends[0] for end in ends)
        assert len(ends[0]["rows"][1]) == 2


def steps_after_a_race(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name a number at the moment when a step sent under it has just been found to have no alias; return the steps."""
    code, other = a_dossier_code(), a_dossier_code()
    tell(a_message(a_snapshot(dossier_code=code)))

    def name_apart() -> None:
        name(other, code)
        connections.close_all()

    naming = threading.Thread(target=name_apart)

    def known_and_named(**asked: Any) -> Any:
        known = known_of(**asked)
        if not naming.ident:
            naming.start()
            naming.join(timeout=1)
        return known

    monkeypatch.setattr(receiving, "known_of", known_and_named)
    tell(a_message(a_step(other)))
    naming.join()
    return steps_of(code)


def test_a_step_told_while_its_number_is_named_is_not_lost(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert steps_after_a_race(monkeypatch) == ["Tiếp nhận hồ sơ"]


def test_control_without_holding_the_numbers_it_would_be(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "lock_dossiers", lambda _codes: None)

    assert steps_after_a_race(monkeypatch) == []


def test_many_at_once_name_and_tell_and_nothing_is_lost(own_database: str) -> None:
    codes = [(a_dossier_code(), a_dossier_code()) for _ in range(40)]
    for code, _ in codes:
        tell(a_message(a_snapshot(dossier_code=code)))

    def tell_singly() -> None:
        for _, other in codes:
            tell(a_message(a_step(other)))

    def tell_together() -> None:
        tell(*(a_message(a_step(other, content="Chuyển xử lý")) for _, other in codes))

    def name_backwards() -> None:
        for code, other in reversed(codes):
            name(other, code)

    failures = at_once(tell_singly, tell_together, name_backwards)

    assert failures == []
    assert [len(steps_of(code)) for code, _ in codes] == [2] * len(codes)
