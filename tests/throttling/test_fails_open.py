"""Where the database counts nothing, whoever may ask is answered."""

import pytest
from django.db import connections

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
