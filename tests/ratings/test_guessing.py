"""Nobody guesses a right, and no answer tells why one is not good (reliability V2).

Here a sample; `python -m bench.guessing` sends a hundred thousand.
"""

import base64
import datetime as dt
import itertools
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.timezone import now
from pytest_django import Settings

from bench.guesses import guesses
from feedback.ratings.models import Rating, RatingRight
from feedback.ratings.rules.rights import as_issued
from feedback.ratings.services import revoke_right
from procedures.models import Transaction
from procedures.secrecy import keyed_hash
from tests.builders.ratings import a_dossier, a_right, a_submission
from tests.contract_client import ContractClient

SAMPLE = 600


def told(answer: Any) -> tuple[int, str, str]:
    """Return everything that an answer tells, but the number of the request itself."""
    body = json.loads(answer.content)
    body.pop("instance", "")
    headers = {name: value for name, value in answer.headers.items() if name not in {"X-Request-Id", "RateLimit"}}
    return answer.status_code, json.dumps(body), json.dumps(headers, sort_keys=True)


def of_a_key_that_is_gone(settings: Settings) -> str:
    """Return the secret of a right that was issued under a key we no longer hold."""
    ring = settings.SECRECY_KEYS
    settings.SECRECY_KEYS = {"gone": b"\x01" * 16 + b"\x02" * 16, **ring}
    _, secret = a_right()
    settings.SECRECY_KEYS = ring
    return secret


def of_another_form() -> str:
    return a_right(form="FIVE_FACTORS")[1]


def used(api: ContractClient) -> str:
    _, secret = a_right()
    assert api.once("/ratings", a_submission(secret)).status_code == 201
    return secret


def revoked() -> str:
    right, secret = a_right()
    revoke_right(right_id=right.pk, among=Transaction.objects.all(), now=now())
    return secret


def reissued() -> str:
    transaction = a_dossier()
    _, secret = a_right(transaction)
    a_right(transaction)
    return secret


def expired() -> str:
    return a_right(at=now() - dt.timedelta(days=100))[1]


@pytest.mark.slow
def test_no_guess_is_taken_and_all_are_told_the_same(api: ContractClient) -> None:
    real = [a_right()[1] for _ in range(8)]
    rated = Rating.objects.count()

    answers = {
        told(api.once("/ratings", a_submission(guess))) for guess in itertools.islice(guesses(real=real), SAMPLE)
    }

    assert [answer[0] for answer in answers] == [410]
    assert Rating.objects.count() == rated


def test_why_a_right_is_not_good_is_never_told(api: ContractClient, settings: Settings) -> None:
    secrets = [
        "0" * 26, "x", used(api), revoked(), reissued(), expired(), of_another_form(), of_a_key_that_is_gone(settings)
    ]  # fmt: skip

    answers = {told(api.once("/ratings", a_submission(secret))) for secret in secrets}

    assert [answer[0] for answer in answers] == [410]


def test_control_an_answer_that_told_more_would_be_noticed(api: ContractClient) -> None:
    _, secret = a_right()

    assert len({told(api.once("/ratings", a_submission(one))) for one in (secret, "0" * 26)}) == 2


def milliseconds(work: Callable[[], Any]) -> float:
    """Return how long it took."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


@pytest.mark.slow
def test_refusing_takes_as_long_whatever_is_wrong(api: ContractClient) -> None:
    """In turn, so that what else the machine does falls on all alike; the median hides a pause."""
    bad = {"unknown": "0" * 26, "revoked": revoked(), "expired": expired()}
    took: dict[str, list[float]] = {name: [] for name in bad}

    for _ in range(40):
        for name, secret in bad.items():
            body = {"right": secret}
            took[name].append(milliseconds(lambda body=body: api.post("/rating-rights", body)))  # type: ignore[misc]

    medians = {name: statistics.median(times) for name, times in took.items()}
    assert max(medians.values()) < 1.6 * min(medians.values()), medians


def test_a_secret_of_one_server_is_nothing_to_another(api: ContractClient, settings: Settings) -> None:
    _, secret = a_right()
    foreign = {"k1": base64.b64decode("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY=")}
    ours = settings.SECRECY_KEYS

    settings.SECRECY_KEYS = foreign
    refused = api.once("/ratings", a_submission(secret))
    settings.SECRECY_KEYS = ours

    assert refused.status_code == 410
    assert api.once("/ratings", a_submission(secret)).status_code == 201


def test_the_hash_that_is_stored_opens_nothing(api: ContractClient) -> None:
    right, secret = a_right()
    stored = bytes(RatingRight.objects.get(pk=right.pk).secret_hash)

    answers = [
        api.once("/ratings", a_submission(guess))
        for guess in (stored.hex(), base64.b64encode(stored).decode(), keyed_hash("rating-right", "x").hex())
    ]

    assert {answer.status_code for answer in answers} == {410}
    assert as_issued(secret) == secret
