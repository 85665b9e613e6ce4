"""A reader of the feed misses nothing and sees nothing that is not his (reliability F10, R21)."""

import datetime as dt
import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.transaction import atomic

from api.events.models import Event
from api.events.queries import START, events_after
from procedures.transactions.models import Transaction
from tests.contract_client import ContractClient, faults, problem
from tests.events.changes import a_transaction
from units.models import Unit

WRITERS, SECONDS = 6, 4.0
Reader = Callable[[], list[int]]


def test_the_feed_tells_cloud_events_and_where_to_go_on(own_database: str) -> None:
    api = ContractClient().machine("events:read", "transactions:read")
    row = a_transaction()
    row.save()

    page = api.get("/events?limit=1").json()
    rest = api.get(f"/events?after={page['after']}").json()

    event = page["events"][0]
    assert (event["specversion"], event["subject"]) == ("1.0", row.dossier_code)
    assert event["type"] == "vn.gov.province.transaction.created.v1"
    assert event["data"]["status"] == "received"
    assert (rest["events"], rest["has_more"]) == ([], False)


def test_going_on_from_where_one_was_repeats_and_skips_nothing(own_database: str) -> None:
    api = ContractClient().machine("events:read", "transactions:read")
    Transaction.objects.bulk_create([a_transaction() for _ in range(25)])
    seen, after = [], ""

    while True:
        page = api.get(f"/events?limit=10&after={after}").json()
        seen += [event["id"] for event in page["events"]]
        after = page["after"]
        if not page["has_more"]:
            break

    assert seen == [str(pk) for pk in Event.objects.order_by("id").values_list("id", flat=True)]


def test_each_event_needs_its_own_scope(own_database: str) -> None:
    a_transaction().save()

    page = ContractClient().machine("events:read").get("/events").json()

    assert page["events"] == []


def test_a_boundary_cuts_the_feed(own_database: str) -> None:
    mine, other = Unit.objects.filter(versions__kind="commune", versions__valid__contains=dt.date(2026, 1, 1))[:2]
    for unit in (mine, other, None):
        a_transaction(receiving_unit=unit, dossier_code=f"cua-{unit and unit.pk}").save()
    api = ContractClient().machine("events:read", "transactions:read", boundary=mine)

    subjects = [event["subject"] for event in api.get("/events").json()["events"]]

    assert subjects == [f"cua-{mine.pk}"]


def test_the_feed_needs_its_scope(api: ContractClient) -> None:
    assert problem(api.machine("transactions:read").get("/events")) == (403, "forbidden")


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("after=abc", ("after", "foreign_cursor")), ("limit=0", ("limit", "out_of_range")),
        ("limit=1001", ("limit", "out_of_range")), ("limit=000000500999999", ("limit", "out_of_range")),
        ("since=1", ("since", "unknown_parameter")),
    ],
)  # fmt: skip
def test_a_position_that_is_not_ours_is_refused(api: ContractClient, query: str, fault: tuple[str, str]) -> None:
    answer = api.machine("events:read").get(f"/events?{query}")

    assert faults(answer) == {fault}


@pytest.mark.slow
def test_six_writers_with_random_commits_and_no_event_is_missed(own_database: str) -> None:
    ours, naive = race(our_reader(), naive_reader())

    everything = set(Event.objects.values_list("id", flat=True))
    assert len(everything) > 200
    assert ours == everything
    assert naive < everything, "the control, id > cursor, must lose rows or this test proves nothing"


def race(*readers: Reader) -> list[set[int]]:
    """Let six writers commit at random moments and the readers poll meanwhile; return what each reader saw."""
    end = time.monotonic() + SECONDS
    threads = [threading.Thread(target=_write_until, args=(end, seed)) for seed in range(WRITERS)]
    seen: list[set[int]] = [set() for _ in readers]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        for reader, known in zip(readers, seen, strict=True):
            known.update(reader())
        time.sleep(0.005)
    wait_until_all_is_told()
    for reader, known in zip(readers, seen, strict=True):
        known.update(reader())
    return seen


def wait_until_all_is_told() -> None:
    """Wait for whoever has still a transaction open, in whatever database of the server: nothing after it is told."""
    later = "SELECT count(*) FROM api_event WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    deadline = time.monotonic() + 60
    with connection.cursor() as cursor:
        cursor.execute(later)
        while cursor.fetchone() != (0,) and time.monotonic() < deadline:
            time.sleep(0.05)
            cursor.execute(later)


def our_reader() -> Reader:
    position = START

    def read() -> list[int]:
        nonlocal position
        page = events_after(position=position, scopes=["transactions:read"], units=None, limit=1000)
        position = page.position
        return [event.id for event in page.events]

    return read


def naive_reader() -> Reader:
    cursor = 0

    def read() -> list[int]:
        nonlocal cursor
        ids = list(Event.objects.filter(id__gt=cursor).order_by("id").values_list("id", flat=True)[:1000])
        cursor = ids[-1] if ids else cursor
        return ids

    return read


def _write_until(end: float, seed: int) -> None:
    dice = random.Random(seed)
    try:
        while time.monotonic() < end:
            with atomic():
                a_transaction().save()
                time.sleep(dice.random() * 0.03)
    finally:
        connection.close()
