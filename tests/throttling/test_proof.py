"""Under pressure citizens are asked for a little work; it is good once, here, and now (reliability V4)."""

import base64
import copy
import datetime as dt
import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from api.throttling import proof
from api.throttling.models import SpentProof
from api.throttling.proof import admits, new_challenge
from feedback.ratings.models import Rating
from tests.builders.ratings import a_right, a_submission
from tests.contract_client import ContractClient, problem
from tests.throttling.solving import challenge_of, payload, solved

NOBODYS = {"right": "0" * 26}
ROUTE = "POST /api/v1/ratings"


@pytest.fixture
def pressure(api: ContractClient, settings: Settings) -> None:
    """Let citizens' ratings be more than the service takes without asking for work."""
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public": 1}
    api.post("/rating-rights", NOBODYS)


def test_without_pressure_nobody_is_asked_for_work(api: ContractClient) -> None:
    _, secret = a_right()

    assert api.once("/ratings", a_submission(secret)).status_code == 201
    assert not SpentProof.objects.exists()


def test_under_pressure_a_rating_is_asked_for_work_and_taken_with_it(api: ContractClient, pressure: None) -> None:
    _, secret = a_right()
    body = a_submission(secret)

    refused = api.once("/ratings", body)
    answer = api.once("/ratings", body, **{"X-Altcha": solved(refused.json()["challenge"])})

    assert problem(refused) == (429, "challenge-required")
    assert refused["Retry-After"] == "60"
    assert refused.json()["title"] == "Cần giải một phép tính nhỏ"
    assert answer.status_code == 201


@pytest.mark.parametrize("rows", [1, 4])
def test_guesses_bring_on_the_challenge_ten_times_sooner_singly_and_in_batches(
    api: ContractClient, settings: Settings, rows: int
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public": 80}
    body = a_submission("0" * 26) if rows == 1 else {"ratings": [a_submission("0" * 26) for _ in range(rows)]}
    path = "/ratings" if rows == 1 else "/ratings/batch"

    guessed = 0
    while (answer := api.once(path, body)).status_code != 429:
        guessed += rows

    assert problem(answer) == (429, "challenge-required")
    assert guessed == 8


def test_a_solution_is_good_once_whoever_brings_it_again(api: ContractClient, pressure: None) -> None:
    header = solved(challenge_of(api, "/ratings", a_submission(a_right()[1])))

    statuses = [api.once("/ratings", a_submission(a_right()[1]), **{"X-Altcha": header}).status_code for _ in range(5)]

    assert statuses == [201, 429, 429, 429, 429]
    assert Rating.objects.count() == 1


def test_control_without_a_memory_of_what_was_spent_it_is_good_for_ever(
    api: ContractClient, pressure: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "_spend", lambda *_args, **_named: True)
    header = solved(challenge_of(api, "/ratings", a_submission(a_right()[1])))

    statuses = [api.once("/ratings", a_submission(a_right()[1]), **{"X-Altcha": header}).status_code for _ in range(5)]

    assert statuses == [201] * 5


def test_of_eight_who_bring_one_solution_at_once_one_is_let_in(own_database: str) -> None:
    header = solved(new_challenge(route=ROUTE))

    def bring(_number: int) -> bool:
        try:
            return admits(header, route=ROUTE)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as thieves:
        assert sum(thieves.map(bring, range(8))) == 1


def test_what_is_spent_stays_spent_when_the_rating_itself_is_refused(api: ContractClient, pressure: None) -> None:
    header = solved(challenge_of(api, "/ratings", a_submission("0" * 26)))
    refused = api.once("/ratings", a_submission("0" * 26), **{"X-Altcha": header})

    answer = api.once("/ratings", a_submission(a_right()[1]), **{"X-Altcha": header})

    assert problem(refused) == (410, "right-not-usable")
    assert problem(answer) == (429, "challenge-required")


@pytest.mark.parametrize(
    "change",
    [
        {"expiresAt": 4_102_444_800}, {"expiresAt": None}, {"cost": 1}, {"keyPrefix": ""}, {"keyPrefix": "0"},
        {"keyLength": 1}, {"algorithm": "SHA-256"}, {"nonce": "00" * 16}, {"salt": "00" * 16},
        {"keySignature": "00" * 32}, {"memoryCost": 1},
    ],
    ids=str,
)  # fmt: skip
def test_a_challenge_whose_terms_were_changed_admits_nobody(change: dict[str, Any]) -> None:
    told = new_challenge(route=ROUTE)
    told["parameters"] |= change

    assert not admits(solved(told), route=ROUTE)
    assert not SpentProof.objects.exists()


def test_terms_and_signature_of_two_challenges_do_not_fit_together() -> None:
    one, other = new_challenge(route=ROUTE), new_challenge(route=ROUTE)

    assert not admits(solved({**one, "signature": other["signature"]}), route=ROUTE)
    assert not admits(solved({**one, "signature": one["signature"].upper()}), route=ROUTE)
    assert not admits(solved({**one, "signature": None}), route=ROUTE)


def test_a_solution_for_one_address_opens_no_other() -> None:
    header = solved(new_challenge(route="POST /api/v1/rating-rights"))
    moved = copy.deepcopy(payload(new_challenge(route="POST /api/v1/rating-rights")))
    moved.challenge.parameters.data = {"route": ROUTE}

    assert not admits(header, route=ROUTE)
    assert not admits(moved.to_base64(), route=ROUTE)
    assert admits(header, route="POST /api/v1/rating-rights")


def test_a_guess_is_no_solution() -> None:
    told = payload(new_challenge(route=ROUTE))
    counter, key = told.solution.counter, told.solution.derived_key
    for told.solution.counter, told.solution.derived_key in ((counter + 1, key), (counter, "00" * 32), (-1, key)):
        assert not admits(told.to_base64(), route=ROUTE)


def test_a_solution_is_good_for_five_minutes() -> None:
    told = dt.datetime.now(dt.UTC)
    headers = [solved(new_challenge(route=ROUTE)) for _ in range(2)]

    with time_machine.travel(told + dt.timedelta(seconds=290)):
        assert admits(headers[0], route=ROUTE)
    with time_machine.travel(told + dt.timedelta(seconds=310)):
        assert not admits(headers[1], route=ROUTE)


def rubbish() -> list[str]:
    """Return headers that are no solutions."""
    odd = {"algorithm": [], "nonce": [], "salt": [], "cost": [], "data": {"route": ROUTE}, "expiresAt": float("nan")}
    documents: list[Any] = [
        [], {}, 1, None, {"challenge": [], "solution": []}, {"challenge": {"parameters": {}}, "solution": {}},
        {"challenge": {"parameters": {"data": {"route": ROUTE}}}},
        {"challenge": {"parameters": odd}, "solution": {"counter": {}, "derivedKey": 1}},
    ]  # fmt: skip
    coded = [base64.b64encode(json.dumps(document).encode()).decode() for document in documents]
    deep = base64.b64encode(b"[" * 3000).decode()
    return [*coded, deep, "x" * 5000, "===", "{}", "bmljaHQganNvbg==", "\u00e9"]


@pytest.mark.parametrize("header", rubbish(), ids=range(len(rubbish())))
def test_rubbish_for_a_solution_is_answered_with_a_challenge(api: ContractClient, header: str) -> None:
    answer = api.once("/ratings", a_submission(a_right()[1]), **{"X-Altcha": header})

    assert problem(answer) == (429, "challenge-required")


@pytest.mark.parametrize("path", ["/rating-rights", "/ratings", "/ratings/batch"])
def test_every_door_by_which_ratings_come_in_asks_for_work(api: ContractClient, pressure: None, path: str) -> None:
    assert problem(api.once(path, NOBODYS)) == (429, "challenge-required")
    assert problem(api.put(f"/ratings/{uuid.uuid4()}", NOBODYS)) == (429, "challenge-required")


def test_whoever_signs_in_and_whoever_only_reads_is_never_asked(api: ContractClient, pressure: None) -> None:
    counter = api.machine("ratings:write", is_trusted_counter=True)
    body = a_submission(a_right()[1])

    assert counter.once("/ratings", body).status_code == 201
    assert api.get("/rating-forms/THANH_HOA_3").status_code == 200


def test_twenty_ratings_of_one_phone_count_as_twenty_unless_it_did_the_work(
    api: ContractClient, settings: Settings
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public": 10}
    body = {"ratings": [a_submission(a_right()[1]) for _ in range(20)]}

    refused = api.once("/ratings/batch", body)
    answer = api.once("/ratings/batch", body, **{"X-Altcha": solved(refused.json()["challenge"])})

    assert problem(refused) == (429, "challenge-required")
    assert answer.json()["taken"] == 20


def asked_after(api: ContractClient, settings: Settings, send: Callable[[], Any]) -> int:
    """Return how many requests are let in of an allowance of forty for all."""
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public": 40}
    return [send().status_code == 429 for _ in range(45)].index(True)


def test_what_is_refused_brings_on_the_work_ten_times_sooner(api: ContractClient, settings: Settings) -> None:
    assert asked_after(api, settings, lambda: api.post("/rating-rights", NOBODYS)) in {4, 5, 6, 7, 8, 9, 10}


def test_control_what_is_good_costs_one_each(api: ContractClient, settings: Settings) -> None:
    _, secret = a_right()

    assert asked_after(api, settings, lambda: api.post("/rating-rights", {"right": secret})) in {40, 41}


def test_what_was_spent_is_kept_hashed_and_forgotten_after_it_expired(api: ContractClient) -> None:
    told = new_challenge(route=ROUTE)
    assert admits(solved(told), route=ROUTE)
    assert told["signature"] not in bytes(SpentProof.objects.get().key).hex()

    call_command("clear_expired", verbosity=0)
    assert SpentProof.objects.exists()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)):
        call_command("clear_expired", verbosity=0)

    assert not SpentProof.objects.exists()
