"""Who goes ahead is let in with what he asks, or nothing of it is done (api/throttling/ahead.py)."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, DataError, connection, connections
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from api.access import tokens
from api.access.models import AccessToken, ApiClient
from api.idempotency.models import StoredAnswer
from api.throttling.ahead import RefusedAheadError, let_go_ahead
from api.throttling.buckets import TELL_LEFT, taking_or_failing
from config.postgresql.ahead import Ahead
from feedback.ratings.models import Rating
from procedures.models import Dossier, Transaction
from procedures.prepared import Prepared, forget_ahead, told_ahead
from tests.builders.ratings import a_right, a_submission
from tests.contract_client import ContractClient, problem
from tests.faults.test_what_waits import three_steps

PATH = "/transactions/000.00.00.H48-240304-{:04d}"
UNCHECKED = Prepared(
    "admit_ahead_unchecked",
    taking_or_failing(key="%(own)s", count="1") + f"RETURNING {TELL_LEFT}",
    own="bytea",
    capacity="float8",
    mark="text",
)
REFUSED = Prepared("refused_ahead", "SELECT 1 / (%(nothing)s - %(nothing)s)", nothing="int")
LET_IN = Prepared(
    "let_in_ahead", "SELECT set_config('application_name', %(mark)s || %(said)s, false)", said="text", mark="text"
)


def known_machine(**fields: Any) -> ContractClient:
    """Return a machine that this process has let in before."""
    machine = ContractClient().machine("transactions:write", "transactions:read", **fields)
    assert machine.get("/transactions?page_size=1").status_code == 200
    return machine


def put(machine: ContractClient, number: int) -> Any:
    """Send a dossier with three steps."""
    return machine.put(PATH.format(number), three_steps(str(number)))


def left(answer: Any) -> int:
    """Return what is said to be left of the allowance."""
    return int(answer["RateLimit"].split("r=")[1].split(";")[0])


def trips(seen: CaptureQueriesContext) -> int:
    """Return how often the database was spoken to: a beginning goes with what is asked first."""
    return sum(query["sql"] != "BEGIN" for query in seen)


def revoke() -> None:
    """Make every token worthless, as another process does."""
    AccessToken.objects.update(revoked_at="2026-03-04T00:00:00Z")


def take_the_scope() -> None:
    """Leave every machine but reading."""
    ApiClient.objects.update(scopes=["transactions:read"])


def switch_off() -> None:
    """Switch every machine off."""
    ApiClient.objects.update(is_active=False)


@pytest.mark.parametrize(("change", "told"), [
    (revoke, (401, "unauthenticated")), (switch_off, (401, "unauthenticated")), (take_the_scope, (403, "forbidden")),
])  # fmt: skip
def test_what_is_taken_away_is_gone_with_the_next_request_and_nothing_of_it_is_done(
    own_database: str, change: Callable[[], None], told: tuple[int, str]
) -> None:
    machine = known_machine()
    put(machine, 1)
    change()

    answer = put(machine, 2)

    assert problem(answer) == told
    assert (Transaction.objects.count(), Dossier.objects.count()) == (1, 1)


def test_control_without_the_look_at_the_token_a_revoked_one_writes(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = known_machine()
    revoke()
    monkeypatch.setattr(tokens, "_AHEAD", UNCHECKED)

    assert put(machine, 2).status_code == 201


def test_a_right_that_is_widened_holds_with_the_next_request_whose_body_is_read_again(own_database: str) -> None:
    machine = ContractClient().machine("transactions:read", "transactions:write")
    ApiClient.objects.update(scopes=["transactions:read"])
    assert problem(put(machine, 1)) == (403, "forbidden")
    ApiClient.objects.update(scopes=["transactions:read", "transactions:write"])

    answer = put(machine, 1)

    assert (answer.status_code, Transaction.objects.get().steps.count()) == (201, 3)


@pytest.mark.parametrize("body", ["{", '{"status": 1}'])
def test_what_asks_nothing_of_the_database_is_let_in_before_it_is_answered(own_database: str, body: str) -> None:
    machine = known_machine(rate_limit=5)
    refused = machine.put(PATH.format(1), body, content_type="application/json")
    revoke()

    unknown = machine.put(PATH.format(1), body, content_type="application/json")

    assert (refused.status_code, left(refused)) == (400, 3)
    assert problem(unknown) == (401, "unauthenticated")


def test_an_allowance_is_exact_for_many_who_go_ahead_at_once(own_database: str) -> None:
    began, known = time.monotonic(), known_machine(rate_limit=30)
    together = threading.Barrier(8)

    def sent(number: int) -> list[int]:
        machine = ContractClient()
        machine.credentials(HTTP_AUTHORIZATION=known.authorization)
        together.wait()
        try:
            return [put(machine, 100 * number + one).status_code for one in range(8)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        statuses = [status for each in threads.map(sent, range(1, 9)) for status in each]

    refilled = (time.monotonic() - began) * 30 / 60
    taken = statuses.count(201)
    assert set(statuses) == {201, 429}
    assert 29 <= taken <= 29 + refilled, "one of thirty was taken by who is known now"
    assert Transaction.objects.count() == taken


def test_a_citizen_without_allowance_does_nothing_and_is_told_so(own_database: str, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "citizen": 1}
    api = ContractClient()
    first, second = (api.once("/ratings", a_submission(a_right()[1])) for _ in range(2))

    assert (first.status_code, left(first)) == (201, 0)
    assert problem(second) == (429, "too-many-requests")
    assert (Rating.objects.count(), StoredAnswer.objects.count()) == (1, 1)


def test_of_two_buckets_none_is_taken_from_where_one_is_empty(own_database: str, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public": 1}
    api = ContractClient()
    first, second = (api.once("/ratings", a_submission(a_right()[1])) for _ in range(2))

    assert (first.status_code, problem(second)) == (201, (429, "challenge-required"))
    assert Rating.objects.count() == 1


def test_a_request_is_two_round_trips_and_a_reading_one(own_database: str) -> None:
    machine = known_machine()
    put(machine, 1)
    put(machine, 2)  # prepares
    machine.get(PATH.format(1))

    with CaptureQueriesContext(connection) as seen:
        put(machine, 3)
        written = trips(seen)
        machine.get(PATH.format(1))

    assert (written, trips(seen) - written) == (2, 1)


def test_what_fails_after_it_was_let_in_is_not_begun_anew(own_database: str) -> None:
    with connection.cursor() as cursor:
        let_go_ahead(LET_IN, {"said": "59"})
        with pytest.raises(DataError):
            cursor.execute("SELECT 1 / 0")
    assert told_ahead() == "59"


@pytest.mark.parametrize("is_asked_in_a_savepoint", [True, False])
def test_what_fails_behind_it_within_a_transaction_is_told_as_it_is(*, is_asked_in_a_savepoint: bool) -> None:
    connection.ensure_connection()
    let_go_ahead(LET_IN, {"said": "59"})

    with pytest.raises(DataError), atomic(savepoint=is_asked_in_a_savepoint), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")

    assert told_ahead() == "59"
    connection.set_rollback(False)


@pytest.mark.parametrize("name", ["", "phục vụ", "a\tb\x7f", "a" * 24 + " 1 x", "n 1 ", "%(mark)s'" * 12])
def test_it_is_known_what_came_of_it_whatever_the_operator_calls_the_connection(
    own_database: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections[DEFAULT_DB_ALIAS], "ahead", Ahead(name))
    connection.close()

    let_go_ahead(REFUSED, {"nothing": 1})
    with pytest.raises(RefusedAheadError):
        Dossier.objects.count()
    forget_ahead()
    let_go_ahead(LET_IN, {"said": "59"})
    with connection.cursor() as cursor, pytest.raises(DataError):
        cursor.execute("SELECT 1 / 0")

    assert told_ahead() == "59"
    connection.close()


def test_what_was_refused_ahead_is_refused_whoever_asks_until_it_is_forgotten(own_database: str) -> None:
    let_go_ahead(REFUSED, {"nothing": 1})
    for _ in range(2):
        with pytest.raises(RefusedAheadError):
            Dossier.objects.create(code="MOT")
    with pytest.raises(RefusedAheadError):
        told_ahead()

    forget_ahead()

    assert Dossier.objects.count() == 0


def test_a_connection_that_died_takes_nothing_with_it(own_database: str) -> None:
    connection.ensure_connection()
    let_go_ahead(REFUSED, {"nothing": 1})
    connection.close()

    with pytest.raises(RefusedAheadError):
        Dossier.objects.count()
    forget_ahead()
