"""Whose word counts where senders may tell of one subtree only: by all that was told, whoever told it first.

Source: design, invariant 1, and §5 (a principal is scopes × unit boundary).
"""

import datetime as dt
import itertools
from typing import Any

import pytest

from procedures.transactions.models import ApplicantContact, Message, Transaction
from procedures.transactions.rules.applicants import Contact
from procedures.transactions.rules.messages import Told
from procedures.transactions.services import IncomingMessage
from tests.builders.transactions import (
    FINISHED_AT,
    RECEIVED_AT,
    a_dossier_code,
    a_message,
    a_snapshot,
    a_step,
    tell,
)
from units.models import Unit

HERE, THERE = "gso2024:615", "gso2024:612"
BEGUN: dict[str, Any] = {"source_updated_at": RECEIVED_AT, "status": "received", "ended_at": None}
HOUR = dt.timedelta(hours=1)


def sent(one: Told | IncomingMessage, *, by: str = "", source: str = "motcua-mau") -> str:
    """Send one message by a sender of a unit, or of the whole province; return its outcome, or why it was refused."""
    message = one if isinstance(one, IncomingMessage) else a_message(one)
    boundary = Unit.objects.get(code=by).pk if by else None
    (result,) = tell(message, boundary=boundary, source=source)
    return result.faults[0].code if result.faults else str(result.outcome)


def stands_at(code: str) -> tuple[Any, ...]:
    """Return where a dossier was taken in and is settled, its status and the contacts told of it."""
    names = ("receiving_unit__code", "settling_unit__code", "status", "contacts")
    stands: tuple[Any, ...] = Transaction.objects.values_list(*names).get(dossier_code=code)
    return stands


def in_every_order(*told: tuple[dict[str, Any], str]) -> tuple[list[dict[str, str]], list[tuple[Any, ...]]]:
    """Tell states of a dossier by senders in every order; return the answers by sender, and where it ends each time."""
    answers, ends = [], []
    for order in itertools.permutations(told):
        code = a_dossier_code()
        answers.append({by: sent(a_snapshot(dossier_code=code, **said), by=by) for said, by in order})
        journal = Message.objects.filter(dossier_code=code).order_by("source_updated_at")
        ends.append((stands_at(code), list(journal.values_list("outcome", flat=True).filter(boundary__isnull=False))))
    return answers, ends


def a_state(received: str | None, settled: str | None = None, **said: Any) -> dict[str, Any]:
    return {"receiving_unit_code": received, "settling_unit_code": settled, **said}


def test_who_settles_a_dossier_tells_of_it_whether_he_or_the_province_came_first() -> None:
    answers, ends = in_every_order((a_state(THERE, HERE, **BEGUN), ""), (a_state(THERE, contacts=3), HERE))

    assert answers == [{"": "created", HERE: "updated"}, {HERE: "outside_boundary", "": "created"}]
    assert ends == [((THERE, HERE, "finished", 3), ["updated"])] * 2


def test_nobody_takes_a_dossier_that_was_taken_in_elsewhere_by_coming_first() -> None:
    answers, ends = in_every_order((a_state(THERE, **BEGUN), ""), (a_state(HERE, contacts=3), HERE))

    assert answers == [{"": "created", HERE: "waiting"}, {HERE: "created", "": "updated"}]
    assert ends == [((THERE, None, "received", None), ["waiting"])] * 2


def test_of_two_senders_of_subtrees_it_is_his_who_told_the_older_state() -> None:
    later: dict[str, Any] = {"contacts": 3}

    answers, ends = in_every_order((a_state(THERE, **BEGUN), THERE), (a_state(HERE, **later), HERE))

    assert answers == [{THERE: "created", HERE: "waiting"}, {HERE: "created", THERE: "updated"}]
    assert [end for end, _ in ends] == [(THERE, None, "received", None)] * 2


def test_who_was_handed_a_dossier_tells_of_it_and_who_was_not_waits() -> None:
    handed = a_state(THERE, HERE, **BEGUN)

    _, ends = in_every_order(
        (handed, THERE), (a_state(THERE, HERE, contacts=3), HERE), (a_state(None, None), "gso2024:613")
    )

    assert {end for end, _ in ends} == {(THERE, HERE, "finished", 3)}
    assert {tuple(sorted(outcomes)) for _, outcomes in ends} <= {
        ("created", "updated", "waiting"), ("updated", "updated", "waiting"),
    }  # fmt: skip


def test_no_sender_carries_a_dossier_out_of_its_subtree_or_into_his() -> None:
    code, later = a_dossier_code(), {"source_updated_at": FINISHED_AT + HOUR}
    sent(a_snapshot(dossier_code=code, **a_state(THERE, HERE)))

    out = sent(a_snapshot(dossier_code=code, **a_state("gso2024:613", HERE, **later)), by=HERE)
    into = sent(a_snapshot(dossier_code=code, **a_state(HERE, None, **later)), by=HERE)
    within = sent(a_snapshot(dossier_code=code, **a_state(THERE, HERE, contacts=1, **later)), by=HERE)

    assert (out, into, within) == ("waiting", "waiting", "updated")
    assert stands_at(code) == (THERE, HERE, "finished", 1)


def test_the_first_state_of_a_dossier_that_says_where_it_is_settled_waits_for_where_it_was_taken_in() -> None:
    code = a_dossier_code()

    first = sent(a_snapshot(dossier_code=code, **a_state(THERE, HERE)), by=HERE)
    sent(a_snapshot(dossier_code=code, **a_state(THERE, HERE, **BEGUN)))

    assert first == "waiting"
    assert stands_at(code)[2] == "finished"


def test_a_state_that_waits_is_answered_alike_whether_the_dossier_exists_or_not() -> None:
    exists, absent = a_dossier_code(), a_dossier_code()
    sent(a_snapshot(dossier_code=exists, **a_state(THERE)))
    results = [
        tell(a_message(a_snapshot(dossier_code=code, **a_state(None))), boundary=Unit.objects.get(code=HERE).pk)
        for code in (exists, absent)
    ]

    (known,), (unknown,) = results
    assert (known.outcome, known.faults, known.warnings) == (unknown.outcome, unknown.faults, unknown.warnings)
    assert known.outcome == "waiting"


def test_steps_of_who_no_longer_counts_are_gone_and_come_back() -> None:
    code = a_dossier_code()
    sent(a_snapshot(dossier_code=code, **a_state(HERE, **BEGUN)), by=HERE)
    sent(a_step(code, content="Bước của huyện"), by=HERE)

    def steps() -> int:
        return Transaction.objects.get(dossier_code=code).steps.count()

    before = steps()
    sent(a_snapshot(dossier_code=code, **a_state(THERE, **BEGUN | {"source_updated_at": RECEIVED_AT + HOUR})))
    between = steps()
    sent(a_snapshot(dossier_code=code, **a_state(THERE, HERE)))

    assert (before, between, steps()) == (1, 0, 1)


@pytest.mark.parametrize("first", ["bounded", "free"])
def test_what_was_told_without_a_boundary_once_is_free_whoever_says_it_again(first: str) -> None:
    code = a_dossier_code()
    own, same = a_snapshot(dossier_code=code, **a_state(HERE, **BEGUN)), a_snapshot(dossier_code=code, **a_state(THERE))
    sent(own, by=HERE)

    for by in ("", THERE) if first == "free" else (THERE, ""):
        sent(same, by=by)

    assert stands_at(code) == (THERE, None, "finished", None)


def test_no_contact_is_kept_of_a_state_that_waits_however_often_it_is_told() -> None:
    code = a_dossier_code()
    sent(a_snapshot(dossier_code=code, **a_state(THERE)))
    state = a_snapshot(dossier_code=code, **a_state(HERE, contacts=3))
    message = IncomingMessage(raw=b"{}", told=(state,), contact=Contact("+84912345678"))

    answers = [sent(message, by=HERE) for _ in range(2)]

    assert answers == ["waiting", "unchanged"]
    assert not ApplicantContact.objects.filter(dossier_code=code).exists()
