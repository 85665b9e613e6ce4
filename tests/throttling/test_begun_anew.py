"""Where what went ahead was refused, or its connection died, all is as if it had been asked first."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection

from api.access import tokens
from api.access.models import ApiClient
from api.throttling.ahead import let_go_ahead
from config.postgresql.ahead import Ahead
from procedures.models import Dossier, Transaction
from procedures.prepared import forget_ahead, forget_lost_ahead
from tests.contract_client import ContractClient, problem
from tests.faults.test_what_waits import three_steps
from tests.throttling.test_going_ahead import LET_IN, PATH, known_machine, put, revoke

CODE = "000.00.00.H48-240304-{:04d}"


def change_something() -> None:
    """Let nothing that is remembered of a machine hold any more, though it may what it might."""
    ApiClient.objects.update(name="Tên khác")


def end_connection(database: str) -> None:
    """End this thread's connection as an administrator does."""
    with psycopg2.connect(database) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 3000)", [connection.connection.info.backend_pid])


def time_zone() -> str:
    """Return by which clock this thread's connection tells times: Django sets it to UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW TimeZone")
        return str(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def _nothing_is_left(own_database: str) -> Iterator[None]:
    """Leave nothing to the next test, nor a connection that was not set up."""
    yield
    forget_ahead()


@pytest.fixture
def _dying(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the connection die between the look whether it lives and the first message."""
    plain = Ahead.put

    def put_and_die(self: Ahead, *args: Any, **named: Any) -> None:
        monkeypatch.setattr(Ahead, "put", plain)
        plain(self, *args, **named)
        end_connection(own_database)

    monkeypatch.setattr(Ahead, "put", put_and_die)


def test_a_connection_that_died_in_the_message_is_told_and_the_next_one_is_set_up(
    own_database: str, request: pytest.FixtureRequest
) -> None:
    machine = known_machine()
    put(machine, 1)
    received_at = Transaction.objects.get().received_at
    request.getfixturevalue("_dying")

    answer = put(machine, 2)

    assert problem(answer) == (503, "unavailable")
    assert Transaction.objects.get().received_at == received_at
    assert time_zone() == "UTC"


def test_a_new_connection_is_set_up_before_anything_goes_ahead_on_it(own_database: str) -> None:
    connection.ensure_connection()
    let_go_ahead(LET_IN, {"said": "59"})
    connection.close()
    connection.ensure_connection()
    forget_ahead()

    assert time_zone() == "UTC"


def test_who_swallows_the_death_of_a_connection_gets_nowhere_on_the_next(own_database: str) -> None:
    connection.ensure_connection()
    let_go_ahead(LET_IN, {"said": "59"})
    end_connection(own_database)
    for _ in range(2):
        with pytest.raises(OperationalError):
            Dossier.objects.create(code="MOT")
        connection.close()

    forget_lost_ahead()

    assert Dossier.objects.count() == 0


@pytest.mark.parametrize("is_begun_anew", [False, True])
def test_of_a_batch_that_was_cut_off_nothing_is_taken(own_database: str, *, is_begun_anew: bool) -> None:
    machine = known_machine()
    first, second = (json.dumps({"dossier_code": CODE.format(n), **three_steps(str(n))}).encode() for n in (1, 2))
    if is_begun_anew:
        change_something()

    answer = machine.generic(
        "POST", "/transactions/batch", b"", content_type="application/x-ndjson",
        **{"wsgi.input": io.BytesIO(first + b"\n"), "CONTENT_LENGTH": str(len(first + second) + 1)},
    )  # fmt: skip

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "cut_off")
    assert Transaction.objects.count() == 0


class Broken(io.RawIOBase):
    """A body of which nothing comes."""

    def read(self, _size: int = -1) -> bytes:
        """Raise as a server does whose client is gone."""
        raise OSError("gone")


def test_a_body_that_broke_is_the_senders_fault_also_when_begun_anew(own_database: str) -> None:
    machine = known_machine()
    change_something()

    answer = machine.generic(
        "PUT", PATH.format(1), b"", content_type="application/json", **{"wsgi.input": Broken(), "CONTENT_LENGTH": "9"}
    )

    assert answer.status_code == 400


def test_who_is_forgotten_by_another_thread_meanwhile_is_asked_first(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetful(dict[bytes, Any]):
        """Forgets all as soon as it was asked whether it knows somebody."""

        def __contains__(self, key: object) -> bool:
            is_known = super().__contains__(key)
            self.clear()
            return is_known

    machine = known_machine()
    monkeypatch.setattr(tokens, "_known", Forgetful(tokens._known))

    assert machine.get("/transactions?page_size=1").status_code == 200


def test_the_log_names_nobody_as_exporting_who_was_not_let_in(
    own_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    machine: ContractClient = known_machine()
    revoke()

    assert machine.get("/transactions/export?format=csv").status_code == 401
    assert "exported" not in caplog.text
