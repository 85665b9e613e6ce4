"""Forty rights, eight phones on each: the database makes the second rating impossible (reliability F11, V1)."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from feedback.models import Rating, RatingLink
from tests.builders.ratings import a_dossier, a_right, a_submission
from tests.contract_client import ContractClient

RIGHTS, PHONES = 40, 8
pytestmark = pytest.mark.slow


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """Do all the works at the same moment, each with a connection of its own; return what they gave."""
    results: list[object] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int) -> None:
        try:
            gate.wait()
            results[place] = works[place]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_forty_rights_raced_by_eight_phones_each_give_forty_ratings(own_database: str) -> None:
    secrets = [a_right()[1] for _ in range(RIGHTS)]

    def post(secret: str) -> int:
        return int(ContractClient().once("/ratings", a_submission(secret)).status_code)

    told = Counter(code for secret in secrets for code in at_once([lambda s=secret: post(s)] * PHONES))  # type: ignore[misc]

    assert told == {201: RIGHTS, 410: RIGHTS * (PHONES - 1)}
    assert (Rating.objects.count(), RatingLink.objects.count()) == (RIGHTS, RIGHTS)


def test_the_same_request_raced_by_eight_retries_is_one_rating_and_one_answer(own_database: str) -> None:
    body, key = a_submission(a_right()[1]), str(uuid.uuid4())

    def post() -> tuple[int, bytes]:
        answer = ContractClient().once("/ratings", body, key)
        return answer.status_code, answer.content if answer.status_code == 201 else b""

    told = set(at_once([post] * PHONES))

    assert len(told - {(409, b"")}) == 1
    assert Rating.objects.count() == 1


def test_one_rating_sent_by_eight_under_keys_of_their_own_is_one_rating_that_each_is_told_of(own_database: str) -> None:
    """Who was overtaken begins anew, behind who was first, and finds his own rating there."""
    bodies = [a_submission(a_right()[1]) for _ in range(RIGHTS // 8)]

    def post(body: dict[str, Any]) -> bytes:
        answer = ContractClient().once("/ratings", body)
        assert answer.status_code == 201, answer.content
        return bytes(answer.content)

    for body in bodies:
        told = at_once([lambda b=body: post(b)] * PHONES)  # type: ignore[misc]
        assert (len(set(told)), told.count(None)) == (1, 0)
    assert Rating.objects.count() == len(bodies)


def test_a_counter_and_a_right_raced_on_one_step_give_one_rating(own_database: str) -> None:
    transaction = a_dossier()
    secret = a_right(transaction)[1]
    counter = ContractClient().machine("ratings:write", is_trusted_counter=True)
    by_code = a_submission(dossier_code=transaction.dossier_code, step="reception", channel="kiosk")

    told = at_once([
        lambda: ContractClient().once("/ratings", a_submission(secret)).status_code,
        lambda: counter.once("/ratings", by_code).status_code,
    ])  # fmt: skip

    assert sorted(map(str, told)) == ["201", "409"]
    assert Rating.objects.count() == 1


def test_a_counter_that_sends_again_from_its_queue_before_the_first_is_answered_is_told_the_same(
    own_database: str,
) -> None:
    """Another operation and another key: what is known of the first is its id alone."""
    first = ContractClient().machine("ratings:write", is_trusted_counter=True)
    queue = ContractClient()
    queue.credentials(HTTP_AUTHORIZATION=first.authorization)
    told: Counter[object] = Counter()
    for _ in range(RIGHTS // 4):
        body = a_submission(dossier_code=a_dossier().dossier_code, step="reception", channel="kiosk")
        told.update(at_once([
            lambda body=body: first.once("/ratings", body).status_code,  # type: ignore[misc]
            lambda body=body: queue.once("/ratings/batch", {"ratings": [body]}).json()["taken"],  # type: ignore[misc]
        ]))  # fmt: skip

    assert told == {201: RIGHTS // 4, 1: RIGHTS // 4}
    assert Rating.objects.count() == RIGHTS // 4


def test_looking_before_writing_without_a_constraint_would_let_more_through(own_database: str) -> None:
    """The control: the same race on a table that only its readers guard."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE careless (token int); GRANT ALL ON careless TO PUBLIC")

    def look_then_write(token: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM careless WHERE token = %s", [token])
            if cursor.fetchone()[0] == 0:
                cursor.execute("SELECT pg_sleep(0.01)")
                cursor.execute("INSERT INTO careless VALUES (%s)", [token])

    for token in range(RIGHTS):
        at_once([lambda t=token: look_then_write(t)] * PHONES)  # type: ignore[misc]

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM careless")
        assert cursor.fetchone()[0] > RIGHTS
