"""Citizens are counted by network, as the trusted proxy reports it, and no address is kept (reliability V3)."""

import datetime as dt
import logging
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings
from rest_framework.request import Request

from api.errors import ChallengeRequired, TooManyRequests
from api.ratings.rights import OpenRight
from api.throttling import throttles
from api.throttling.models import Bucket
from api.throttling.networks import bucket_of_network, network_of
from api.throttling.throttles import BucketThrottle
from config.database.home import existing_home
from tests.builders.ratings import a_right, a_submission
from tests.contract_client import ContractClient
from tests.environment import STATE
from tests.http.serving import served
from tests.ratings.test_rights import places_of

LIMIT, SENT = 60, 10_000
REAL = "203.0.113.9"
BROWSER = "Canary/7.3 (Telephone)"


def asked(forwarded: str, *, remote: str = "127.0.0.1") -> HttpRequest:
    """Return a citizen's request that claims to come from there, arriving from `remote`."""
    return RequestFactory().post("/api/v1/rating-rights", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR=remote)


def outcomes(requests: list[HttpRequest]) -> tuple[Counter[str], float]:
    """Let the throttle decide each; return what became of them, and how many could have been refilled meanwhile."""
    view: Any = OpenRight()
    told: Counter[str] = Counter()
    began = time.monotonic()
    for one in requests:
        request = Request(one)
        request.user = None  # type: ignore[assignment]
        try:
            BucketThrottle().allow_request(request, view)
            told["allowed"] += 1
        except (TooManyRequests, ChallengeRequired) as error:
            told[type(error).__name__] += 1
    return told, (time.monotonic() - began) * LIMIT / 60


@pytest.fixture(autouse=True)
def _sixty_a_minute(settings: Settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "citizen": LIMIT}


@pytest.mark.parametrize(("proxies", "real"), [(0, ""), (1, f", {REAL}")])
def test_ten_thousand_forged_addresses_are_one_sender(settings: Settings, proxies: int, real: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    forged = [f"{n % 223 + 1}.{n // 250 % 250}.{n % 250}.7{real}" for n in range(SENT)]

    told, refilled = outcomes([asked(address) for address in forged])

    assert LIMIT <= told["allowed"] <= LIMIT + refilled + 1
    assert told["allowed"] + told["TooManyRequests"] == SENT
    assert Bucket.objects.count() == 2  # the network's, and that of all


def test_control_believing_what_the_sender_claims_lets_all_of_them_in(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRUSTED_PROXIES = 1

    def first_hop(request: HttpRequest, *, kind: str) -> bytes:
        return bucket_of_network(asked(request.META["HTTP_X_FORWARDED_FOR"].split(",")[0]), kind=kind)

    monkeypatch.setattr(throttles, "bucket_of_network", first_hop)
    forged = [f"10.{n // 250}.{n % 250}.7, {REAL}" for n in range(1000)]

    told, _ = outcomes([asked(address) for address in forged])

    assert told["allowed"] == 1000


def test_a_sweep_over_the_64s_of_one_line_is_one_sender(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    sweep = [f"2001:db8:1:2{n % 256:02x}::{n:x}" for n in range(2000)]

    told, refilled = outcomes([asked(address) for address in sweep])

    assert LIMIT <= told["allowed"] <= LIMIT + refilled + 1


def test_a_sweep_over_lines_meets_the_limit_of_all(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public": LIMIT}
    sweep = [f"2001:db8:{n:x}:200::1" for n in range(2000)]

    told, refilled = outcomes([asked(address) for address in sweep])

    assert LIMIT <= told["allowed"] <= LIMIT + refilled + 1
    assert told["ChallengeRequired"] == 2000 - told["allowed"]


def test_a_trusted_proxy_tells_the_sender_and_what_he_claims_before_it_is_ignored(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1

    assert network_of(asked(f"1.1.1.1, {REAL}")) == "203.0.113.0/24"
    assert network_of(asked("rubbish")) == "unknown"
    assert network_of(asked(f"{REAL}:51234")) == "203.0.113.0/24"
    assert network_of(asked("[2001:db8:1:2ff::1]:443")) == "2001:db8:1:200::/56"
    assert network_of(asked("2001:db8:1:2ff::1")) == "2001:db8:1:200::/56"
    assert network_of(asked(f"::ffff:{REAL}")) == "203.0.113.0/24"
    assert network_of(asked("fe80::1%eth0")) == "fe80::/56"


def test_two_trusted_proxies_are_counted_from_the_end(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 2

    assert network_of(asked(f"1.1.1.1, {REAL}, 10.0.0.2")) == "203.0.113.0/24"
    assert network_of(asked("10.0.0.2", remote="198.51.100.4")) == "198.51.100.0/24"


def test_the_name_of_a_network_changes_every_day(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    day = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)

    with time_machine.travel(day):
        name, neighbour, use = (
            bucket_of_network(asked(REAL), kind="citizen"),
            bucket_of_network(asked("203.0.113.200"), kind="citizen"),
            bucket_of_network(asked(REAL), kind="sign_in"),
        )
    with time_machine.travel(day + dt.timedelta(days=1)):
        tomorrow = bucket_of_network(asked(REAL), kind="citizen")

    assert name == neighbour
    assert len({name, use, tomorrow}) == 3


@time_machine.travel(dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC), tick=False)
def test_whoever_tries_out_all_networks_of_a_day_finds_none_without_the_servers_key(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    stored = bucket_of_network(asked(REAL), kind="citizen")

    def tried_out() -> set[str]:
        every = [asked(f"203.0.{net}.1") for net in range(256)]
        return {network_of(one) for one in every if bucket_of_network(one, kind="citizen") == stored}

    by_the_server = tried_out()
    settings.SECRECY_KEYS = {"k1": b"not the server's key, 32 bytes .."}
    by_a_thief = tried_out()

    assert by_the_server == {"203.0.113.0/24"}  # the control: day, use and network are all else there is in a name
    assert by_a_thief == set()


def test_neither_address_nor_browser_is_stored_or_logged(
    api: ContractClient, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TRUSTED_PROXIES = 1
    caplog.set_level(logging.DEBUG)
    senders = [
        {"X-Forwarded-For": address, "User-Agent": BROWSER} for address in ("203.0.113.77", "2001:db8:77:7700::7")
    ]

    for sender in senders:
        assert api.once("/ratings", a_submission(a_right()[1], device="d1"), **sender).status_code == 201
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "citizen": 3, "public": 2}
    for sender in senders:
        for path in ("/rating-rights", "/ratings", "/sessions", "/complaints"):
            for _ in range(4):
                api.once(path, {"right": "0" * 26}, **sender)

    hints = ["203.0.113", "2001:db8:77", BROWSER, "127.0.0.1"]
    home = existing_home(STATE)
    assert home is not None
    written = caplog.text + home.log.read_text(errors="replace")
    assert [places_of(hint) for hint in hints] == [set()] * len(hints)
    assert [hint for hint in hints[:3] if hint in written] == []


def test_control_an_address_that_was_stored_is_found(api: ContractClient) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO api_bucket VALUES (%s, 1, true, now())", [b"203.0.113.0/24"])

    assert places_of("203.0.113") == {"api_bucket.key"}


def statuses_of(base: str, *, networks: int, threads: int = 8, each: int = 50) -> Counter[int]:
    """Guess at rights over eight connections, each request from the next network; return what was answered."""
    host, port = base.removeprefix("http://").split(":")

    def guess(thread: int) -> list[int]:
        wire = HTTPConnection(host, int(port), timeout=60)
        told = []
        for n in range(each):
            network = (thread * each + n) % networks
            headers: dict[str, Any] = {
                "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()),
                "X-Forwarded-For": f"6.6.6.6, 10.{network // 250}.{network % 250}.1",
            }  # fmt: skip
            wire.request("POST", "/api/v1/rating-rights", b'{"right": "00000000000000000000000000"}', headers)
            answer = wire.getresponse()
            answer.read()
            told.append(answer.status)
        wire.close()
        return told

    with ThreadPoolExecutor(threads) as pool:
        return Counter(status for told in pool.map(guess, range(threads)) for status in told)


@pytest.mark.slow
def test_four_workers_share_the_allowance_of_a_network_and_that_of_all(own_database: str) -> None:
    limits: dict[str, Any] = {"TRUSTED_PROXIES": "1", "RATE_LIMIT_CITIZEN": "100", "RATE_LIMIT_PUBLIC": "1000000"}
    with served(database=own_database, workers=4, **limits) as base:
        began = time.monotonic()
        of_network = statuses_of(base, networks=1)
        seconds = time.monotonic() - began
    assert 100 <= of_network[410] <= 110 + seconds * 100 / 60
    assert of_network[410] + of_network[429] == 400

    limits = {"TRUSTED_PROXIES": "1", "RATE_LIMIT_CITIZEN": "100", "RATE_LIMIT_PUBLIC": "1000"}
    with served(database=own_database, workers=4, **limits) as base:
        began = time.monotonic()
        of_all = statuses_of(base, networks=400)
        seconds = time.monotonic() - began
    refilled = seconds * 1000 / 60
    assert 90 <= of_all[410] <= 110 + refilled  # a guess costs ten
    assert of_all[410] + of_all[429] == 400
