"""What was done once stays done once, whatever dies between the commit and the answer (reliability F12, R3)."""

import contextlib
import datetime as dt
import os
import signal
import uuid
from collections.abc import Callable
from http.client import HTTPException
from typing import Any, NamedTuple

import pytest
from django.db.models import Model

from api.access import tokens
from feedback.complaints.models import Complaint
from feedback.ratings.models import Rating, RatingRight
from procedures.transactions.models import Transaction
from tests.access.credentials import make_client
from tests.builders.ratings import a_dossier, a_right, a_submission
from tests.builders.transactions import PROCEDURE, a_dossier_code
from tests.faults.phones import DeadlyWire, LossyWire, call, persistently
from tests.http.serving import running

A_COMPLAINT = {
    "categories": ["ATT-02"], "statement": "Quát người dân, không hướng dẫn.",
    "subjects": [{"description": "Cán bộ ở cửa số 3"}], "identity": {"mode": "anonymous"},
}  # fmt: skip
A_STATE = {
    "source_updated_at": "2024-03-04T08:20:00+07:00", "procedure": PROCEDURE, "status": "received",
    "received_at": "2024-03-04T08:15:00+07:00",
}  # fmt: skip


class Work(NamedTuple):
    """A request, and what it makes a row of."""

    method: str
    path: str
    body: dict[str, Any]
    makes: type[Model]
    is_by_machine: bool = False

    def headers(self) -> dict[str, str]:
        client = make_client("transactions:read", "transactions:write", source="motcua-mau").row
        token = tokens.issue(scopes=client.scopes, client=client, now=dt.datetime.now(dt.UTC))
        return {"Idempotency_Key": str(uuid.uuid4())} | (
            {"Authorization": f"Bearer {token}"} if self.is_by_machine else {}
        )

    def rows(self) -> int:
        return self.makes._default_manager.count()


def a_complaint() -> Work:
    return Work("POST", "/complaints", A_COMPLAINT, Complaint)


def a_rating() -> Work:
    return Work("POST", "/ratings", a_submission(a_right()[1]), Rating)


def a_right_to_rate() -> Work:
    path = f"/transactions/{a_dossier().dossier_code}/rating-rights"
    return Work("POST", path, {"step": "reception", "form": "THANH_HOA_3"}, RatingRight, is_by_machine=True)


def a_state() -> Work:
    return Work("PUT", f"/transactions/{a_dossier_code()}", A_STATE, Transaction, is_by_machine=True)


KEYED = [a_complaint, a_rating, a_right_to_rate]


@pytest.mark.slow
@pytest.mark.parametrize("of_kind", KEYED)
def test_an_answer_lost_on_the_way_is_given_again_byte_for_byte(own_database: str, of_kind: Callable[[], Work]) -> None:
    work = of_kind()
    headers, before = work.headers(), work.rows()
    with running(database=own_database) as service, contextlib.closing(LossyWire(service.base)) as wire:
        wire.lose_the_next_answer()
        with pytest.raises((OSError, HTTPException)):
            call(wire.url, work.method, work.path, work.body, **headers)
        lost = wire.lost_body
        done = work.rows() - before

        again, _ = persistently(wire.url, work.method, work.path, work.body, **headers)
        third, _ = persistently(wire.url, work.method, work.path, work.body, **headers)

    assert (done, work.rows() - before) == (1, 1)
    assert again.status == third.status == 201
    assert again.body == third.body == lost
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.slow
@pytest.mark.parametrize("of_kind", [*KEYED, a_state])
def test_a_worker_killed_between_commit_and_answer_costs_nothing(
    own_database: str, of_kind: Callable[[], Work]
) -> None:
    work = of_kind()
    headers, before = work.headers(), work.rows()
    with contextlib.closing(DeadlyWire(own_database)) as wire, running(database=wire.url) as service:
        call(service.base, "GET", "/rating-forms?page_size=1")
        (victim,) = service.workers()
        wire.deed = lambda: os.kill(victim, signal.SIGKILL)
        with pytest.raises((OSError, HTTPException)):
            call(service.base, work.method, work.path, work.body, **headers)
        done = work.rows() - before

        again, _ = persistently(service.base, work.method, work.path, work.body, **headers)

        assert victim not in service.workers()
    assert (done, work.rows() - before) == (1, 1), "it was durable already, though nobody was told"
    if work.method == "PUT":
        assert (again.status, again.document["outcome"]) == (200, "unchanged")
    else:
        assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")


@pytest.mark.slow
def test_control_with_another_key_a_retry_files_a_second_complaint(own_database: str) -> None:
    work = a_complaint()
    with running(database=own_database) as service, contextlib.closing(LossyWire(service.base)) as wire:
        wire.lose_the_next_answer()
        with pytest.raises((OSError, HTTPException)):
            call(wire.url, work.method, work.path, work.body, **work.headers())

        persistently(wire.url, work.method, work.path, work.body, **work.headers())

    assert work.rows() == 2
