"""What citizens rate by right about one unit has a limit of its own, asked last (threat T8)."""

import threading
from typing import Any

import pytest
from django.db import connections
from pytest_django import Settings

from api.throttling.models import HOLDS_WHAT_IS_TAKEN
from feedback.ratings.models import Rating
from tests.builders.ratings import a_dossier, a_right, a_submission, a_unit
from tests.contract_client import ContractClient, problem

LIMIT = 3


@pytest.fixture(autouse=True)
def _three_a_minute(settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "unit": LIMIT}


def rate(api: ContractClient, *, nth: int = 0, **overrides: Any) -> Any:
    """Rate the reception of a dossier of the nth unit."""
    _, secret = a_right(a_dossier(unit=a_unit(nth)))
    return api.once("/ratings", a_submission(secret, **overrides))


def test_one_rating_too_many_about_a_unit_is_told_to_come_later_and_not_taken(api: ContractClient) -> None:
    statuses = [rate(api).status_code for _ in range(LIMIT + 1)]

    assert statuses == [201] * LIMIT + [429]
    assert Rating.objects.count() == LIMIT
    assert problem(rate(api)) == (429, "too-many-requests")


def test_another_unit_has_an_allowance_of_its_own(api: ContractClient) -> None:
    for _ in range(LIMIT + 1):
        rate(api)

    assert rate(api, nth=1).status_code == 201


def test_a_right_that_came_too_early_is_still_good_later(api: ContractClient, settings: Settings) -> None:
    for _ in range(LIMIT):
        rate(api)
    _, secret = a_right(a_dossier(unit=a_unit()))
    body = a_submission(secret)
    assert api.once("/ratings", body).status_code == 429

    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "unit": 60_000}
    threading.Event().wait(0.1)

    assert api.once("/ratings", body).status_code == 201


def test_what_is_refused_and_what_is_sent_again_is_not_counted(api: ContractClient) -> None:
    _, secret = a_right(a_dossier(unit=a_unit()))
    body = a_submission(secret)
    for _ in range(LIMIT + 1):
        assert api.once("/ratings", a_submission("0" * 26)).status_code == 410
        assert api.once("/ratings", body).status_code == 201

    assert [rate(api).status_code for _ in range(LIMIT)] == [201] * (LIMIT - 1) + [429]


def test_what_counters_send_is_not_counted(api: ContractClient) -> None:
    counter = api.machine("ratings:write", is_trusted_counter=True)

    for _ in range(LIMIT + 2):
        code = a_dossier(unit=a_unit()).dossier_code
        assert counter.once("/ratings", a_submission(dossier_code=code, step="reception")).status_code == 201

    assert rate(api).status_code == 201


def test_without_its_constraint_a_bucket_would_owe_what_is_taken(own_database: str, api: ContractClient) -> None:
    """The control: nobody waits for an answer, so it is the constraint that refuses."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE api_bucket DROP CONSTRAINT {HOLDS_WHAT_IS_TAKEN}")

    assert [rate(api).status_code for _ in range(LIMIT + 2)] == [201] * (LIMIT + 2)
