"""Rows of a batch that nobody could have meant: each is refused by itself, and the good ones beside it are taken."""

import json
import uuid
from typing import Any

import pytest

from feedback.models import Rating
from tests.builders.ratings import a_right, a_submission
from tests.contract_client import ContractClient


def sent(client: ContractClient, path: str, body: str) -> Any:
    """Send a text as it is: what no writer of JSON in Python would write."""
    key = {"Idempotency-Key": str(uuid.uuid4())}
    return client.generic("POST", path, body, content_type="application/json", headers=key)


@pytest.mark.parametrize("odd", ["1e400", "-1e400"])
def test_a_number_larger_than_any_costs_its_row_only(api: ContractClient, odd: str) -> None:
    good = json.dumps(a_submission(a_right()[1]))

    answer = sent(api, "/ratings/batch", f'{{"ratings": [{{"form_version": {odd}}}, {odd}, {good}]}}')

    assert answer.status_code == 201, answer.content
    assert [row["outcome"] for row in answer.json()["results"]] == ["rejected", "rejected", "taken"]
    assert Rating.objects.count() == 1
