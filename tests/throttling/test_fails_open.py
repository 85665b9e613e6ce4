"""Where the database counts nothing, whoever may ask is answered."""

import pytest
from django.db import connection, connections

from tests.builders.ratings import a_right, a_submission
from tests.contract_client import ContractClient


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_request_that_cannot_be_counted_is_allowed(own_database: str, *, is_signed_in: bool) -> None:
    client = ContractClient().machine("units:read") if is_signed_in else ContractClient()
    path = "/units" if is_signed_in else "/rating-forms"
    counted = client.get(path)
    with connections["owner"].cursor() as cursor:
        cursor.execute("REVOKE INSERT, UPDATE ON api_bucket FROM phucvu_app")

    answer = client.get(path)

    assert (counted.status_code, answer.status_code) == (200, 200)


def test_where_what_lets_in_cannot_be_prepared_whoever_asks_is_answered(own_database: str) -> None:
    machine = ContractClient().machine("units:read")
    counted = machine.get("/units")
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE api_bucket RENAME TO another")
    connection.close()

    assert (counted.status_code, machine.get("/units").status_code) == (200, 200)


def test_where_nothing_can_go_ahead_whoever_asks_is_asked_for_first(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, citizen = ContractClient().machine("units:read"), ContractClient()
    known = machine.get("/units")
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)

    again, rating = machine.get("/units"), citizen.once("/ratings", a_submission(a_right()[1]))

    assert (known.status_code, again.status_code, rating.status_code) == (200, 200, 201)
    assert {"RateLimit"} <= set(again.headers) & set(rating.headers)
