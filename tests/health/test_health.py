"""The service tells whether it is ready and how it does, without names or ids."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.db.transaction import atomic

from api.health import readiness
from tests.contract_client import ContractClient
from tests.events.changes import a_transaction


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = readiness.Remembered()
    monkeypatch.setattr("api.health.views.remembered", fresh)
    monkeypatch.setattr("api.health.measures.remembered", fresh)


def test_a_migrated_service_is_ready(api: ContractClient) -> None:
    answer = api.get("/readyz")

    assert answer.status_code == 200
    told = answer.json()
    assert told.pop("routine_overdue_seconds") >= 0
    assert told == {"status": "ready", "database": True, "migrations": True, "feed": True, "event_lag_seconds": 0.0}


def test_a_service_whose_tables_are_older_is_not_ready(own_database: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'api' AND name LIKE '0003%'")

    answer = ContractClient().get("/readyz")

    assert (answer.status_code, answer.json()["migrations"]) == (503, False)


def test_an_answer_is_good_for_a_second(api: ContractClient, django_assert_num_queries: object) -> None:
    api.get("/readyz")

    with django_assert_num_queries(0):  # type: ignore[operator]
        api.get("/readyz")


def test_a_transaction_left_open_shows_as_lag_of_the_feed(own_database: str) -> None:
    with _somebody_leaves_a_transaction_open():
        a_transaction().save()
        held_back = ContractClient().get("/readyz").json()["event_lag_seconds"]

    assert held_back > 0
    assert readiness.look().event_lag_seconds == 0


def test_counters_name_the_route_and_never_what_was_asked_for(api: ContractClient) -> None:
    api.get("/clients/ai-do-rat-rieng")
    api.get("/khong-co-dia-chi-nay")

    text = api.get("/metrics").content.decode()

    assert 'http_requests_total{method="GET",route="/api/v1/clients/<str:client_id>",status="401"}' in text
    assert "http_request_seconds_bucket" in text
    assert "service_ready 1.0" in text
    assert "rieng" not in text
    assert "khong-co" not in text


@contextmanager
def _somebody_leaves_a_transaction_open() -> Iterator[None]:
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            begun.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(10)
    yield
    done.set()
    thread.join()
