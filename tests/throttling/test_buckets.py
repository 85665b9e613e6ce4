"""A limit is a limit, however many processes answer and whatever the sender claims to be (reliability V3)."""

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from api.throttling import buckets
from api.throttling.buckets import take
from api.throttling.models import HOLDS_WHAT_IS_TAKEN
from procedures.prepared import Prepared
from tests.contract_client import ContractClient

PROCESSES, TAKEN_EACH, LIMIT = 4, 100, 60
WORKER = """
import json, sys
import django
django.setup()
from api.throttling.buckets import take
shared = sys.argv[1] == "shared"
allowed = 0
if shared:
    allowed = sum(take(key=b"k" * 32, per_minute=60)[0] for _ in range(100))
else:
    left = 60  # what a cache of the process's own would hold
    for _ in range(100):
        allowed, left = (allowed + 1, left - 1) if left else (allowed, left)
print(json.dumps(allowed))
"""


def allowed_by_processes(kind: str, url: str) -> int:
    """Take 100 times in each of four processes; return how often it was allowed."""
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", WORKER, kind]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(PROCESSES)]
    return sum(json.loads(process.communicate(timeout=120)[0]) for process in running)


@pytest.mark.slow
def test_four_processes_share_one_bucket(own_database: str) -> None:
    began = time.monotonic()

    allowed = allowed_by_processes("shared", own_database)

    refilled = (time.monotonic() - began) * LIMIT / 60
    assert LIMIT <= allowed <= LIMIT + refilled + 1


@pytest.mark.slow
def test_control_counting_in_each_process_lets_four_times_as_many_through(own_database: str) -> None:
    assert allowed_by_processes("alone", own_database) == PROCESSES * LIMIT


def test_a_bucket_is_exact_under_threads(own_database: str) -> None:
    def some(_index: int) -> int:
        try:
            return sum(take(key=b"t" * 32, per_minute=LIMIT)[0] for _ in range(25))
        finally:
            connection.close()

    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        allowed = sum(pool.map(some, range(8)))

    assert LIMIT <= allowed <= LIMIT + (time.monotonic() - began) * LIMIT / 60 + 1


def test_buckets_fill_again(own_database: str) -> None:
    key = b"f" * 32
    assert [take(key=key, per_minute=600)[0] for _ in range(601)].count(False) <= 1

    threading.Event().wait(0.3)

    assert take(key=key, per_minute=600)[0]


def put_into_the_future(key: bytes, *, tokens: float) -> None:
    """Leave a bucket as it is when the server's clock is put back by a minute."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_bucket (key, tokens, was_allowed, refilled_at) "
            "VALUES (%s, %s, true, clock_timestamp() + interval '1 minute')",
            [key, tokens],
        )


@pytest.mark.parametrize(("tokens", "is_allowed"), [(0, False), (1.5, True)])
def test_a_clock_that_is_put_back_opens_no_bucket(tokens: float, is_allowed: bool) -> None:  # noqa: FBT001 - a parameter
    """Nor does it leave one in debt, which would be an error, and who cannot be counted is let in."""
    put_into_the_future(b"k" * 32, tokens=tokens)

    assert take(key=b"k" * 32, per_minute=60).is_allowed is is_allowed


def test_without_a_least_time_the_database_would_count_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    since = "EXTRACT(EPOCH FROM clock_timestamp() - b.refilled_at)"
    own = buckets._INTO.format(key="%(own)s", capacity="%(own_capacity)s", count="%(count)s", source="", since=since)
    unsafe = Prepared("take_without_a_least_time", own, own="bytea", own_capacity="float8", count="float8")
    monkeypatch.setattr(buckets, "_TAKE", unsafe)
    put_into_the_future(b"k" * 32, tokens=0)

    with pytest.raises(IntegrityError, match=HOLDS_WHAT_IS_TAKEN):
        take(key=b"k" * 32, per_minute=60)


def test_a_client_may_have_an_allowance_of_its_own(api: ContractClient) -> None:
    client = api.machine("clients:manage", rate_limit=3)

    assert [client.get("/clients").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
