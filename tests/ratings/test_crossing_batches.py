"""Two queues of ratings that name the same things in different orders never stand in each other's way."""

import threading
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.transaction import atomic
from psycopg2.errors import DeadlockDetected
from pytest_django import Settings

from api.idempotency.models import StoredAnswer
from api.throttling.buckets import take
from feedback.models import Rating
from feedback.ratings.queries import held_right
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit
from tests.contract_client import ContractClient, problem
from tests.idempotency.crowds import at_once

EACH = 4


def a_queue(*units: int) -> list[dict[str, Any]]:
    """Return ratings by right about units, so many of each."""
    return [a_submission(a_right(a_dossier(unit=a_unit(nth)))[1]) for nth in units for _ in range(EACH)]


@pytest.mark.slow
def test_batches_that_cross_units_are_both_taken(own_database: str) -> None:
    for _ in range(3):
        queues = [a_queue(0, 1), a_queue(1, 0)]

        answers = at_once(2, lambda phone: ContractClient().once("/ratings/batch", {"ratings": queues[phone]}))  # noqa: B023 - done before the next

        assert [(answer.status_code, answer.json()["taken"]) for answer in answers] == [(201, 2 * EACH)] * 2


@pytest.mark.slow
def test_batches_that_cross_rights_are_both_answered_and_each_right_is_used_once(own_database: str) -> None:
    for _ in range(3):
        queue = a_queue(0, 1)
        queues = [queue, [{**row, "id": str(uuid.uuid4())} for row in reversed(queue)]]

        answers = at_once(2, lambda phone: ContractClient().once("/ratings/batch", {"ratings": queues[phone]}))  # noqa: B023

        assert sorted((answer.status_code, answer.json()["taken"]) for answer in answers) == [(201, 0), (201, 2 * EACH)]


def test_control_buckets_taken_in_the_order_of_the_sender_throw_one_of_two_out(own_database: str) -> None:
    both_hold_one = threading.Barrier(2)
    keys = [b"a" * 32, b"b" * 32]

    def careless(phone: int) -> Exception | None:
        mine = keys if phone == 0 else keys[::-1]
        try:
            with atomic():
                take(key=mine[0], per_minute=100)
                both_hold_one.wait(10)
                take(key=mine[1], per_minute=100)
        except DatabaseError as error:
            return error
        return None

    (thrown,) = [error for error in at_once(2, careless) if error is not None]

    assert isinstance(thrown, OperationalError)
    assert isinstance(thrown.__cause__, DeadlockDetected)


def test_who_is_thrown_out_of_a_deadlock_is_told_to_come_again_and_then_is_taken(own_database: str) -> None:
    body, key = {"ratings": a_queue(0)}, str(uuid.uuid4())
    first, *_, last = sorted(row["right"] for row in body["ratings"])
    is_held = threading.Event()

    def cross(_index: int) -> Any:
        with atomic():
            hold(last)
            is_held.set()
            wait_for_a_waiter()
            hold(first)

    def phone(_index: int) -> Any:
        is_held.wait(10)
        return ContractClient().once("/ratings/batch", body, key)

    _, refused = at_once(2, lambda index: (cross, phone)[index](index))

    assert problem(refused) == (503, "unavailable")
    assert int(refused["Retry-After"]) > 0
    assert ContractClient().once("/ratings/batch", body, key).json()["taken"] == EACH


def hold(secret: str) -> None:
    """Lock the right of a secret, as a careless program would."""
    assert held_right(secret=secret) is not None


def wait_for_a_waiter() -> None:
    """Wait until somebody waits for a row in this database."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.05)
    raise AssertionError("nobody ever waited")


class TestOneUnitTooMany:
    """A batch that is more than a unit's allowance is told to come again whole, under the same key."""

    def test_nothing_of_it_is_taken_or_kept(self, api: ContractClient, settings: Settings) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "unit": EACH + 1}
        api.once("/ratings/batch", {"ratings": a_queue(0)})
        body, key = {"ratings": a_queue(1, 0)}, str(uuid.uuid4())

        refused = api.once("/ratings/batch", body, key)

        assert problem(refused) == (429, "too-many-requests")
        assert int(refused["Retry-After"]) > 0
        assert (Rating.objects.count(), StoredAnswer.objects.count()) == (EACH, 1)
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "unit": 60_000}
        threading.Event().wait(0.1)
        assert api.once("/ratings/batch", body, key).json()["taken"] == 2 * EACH

    def test_what_waits_longer_than_the_allowance_is_large_is_taken_by_a_full_bucket(
        self, api: ContractClient, settings: Settings
    ) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "unit": EACH - 1}

        assert api.once("/ratings/batch", {"ratings": a_queue(0)}).json()["taken"] == EACH
        assert problem(api.once("/ratings/batch", {"ratings": a_queue(0)})) == (429, "too-many-requests")
