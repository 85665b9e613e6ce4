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


@pytest.mark.parametrize("row", ["{deep}", '{{"right": {deep}, "step": {deep}}}', '{{"comment": {deep}}}'])
@pytest.mark.parametrize(("path", "name"), [("/ratings/batch", "ratings"), ("/rating-rights/batch", "rights")])
def test_what_is_read_of_json_is_never_too_deep_for_what_is_done_with_it(
    api: ContractClient, path: str, name: str, row: str
) -> None:
    machine = api.machine("transactions:write", rate_limit=100_000)
    answers = [
        sent(machine, path, f'{{"{name}": [{row.format(deep="[" * depth + "]" * depth)}]}}')
        for depth in range(760, 900, 2)
    ]

    assert {answer.status_code for answer in answers} == {201, 400}  # 400: too deep to be read at all
    assert all(answer.json()["rejected"] == 1 for answer in answers if answer.status_code == 201)
