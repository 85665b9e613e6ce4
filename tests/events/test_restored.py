"""A feed restored into another server, whose numbers begin anew, loses nothing and lets nobody skip anything."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from api.events import cursors
from api.events.models import Event
from api.events.queries import Position
from api.health import readiness
from procedures.transactions.models import Transaction
from tests.contract_client import ContractClient, problem
from tests.events.changes import a_transaction

AHEAD = 1_000_000_000


@pytest.fixture
def reader(own_database: str) -> ContractClient:
    return ContractClient().machine("events:read", "transactions:read")


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.health.views.remembered", readiness.Remembered())


def restore_into_another_server() -> None:
    """Leave rows as a restore leaves them: numbered by a server that was far ahead of this one."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE procedures_transaction DISABLE TRIGGER procedures_transaction_is_ordered")
        cursor.execute("ALTER TABLE procedures_transaction DISABLE TRIGGER procedures_transaction_tells_updated")
        cursor.execute(f"UPDATE procedures_transaction SET event_order = event_order + {AHEAD}")
        cursor.execute("ALTER TABLE procedures_transaction ENABLE ALWAYS TRIGGER procedures_transaction_is_ordered")
        cursor.execute("ALTER TABLE procedures_transaction ENABLE ALWAYS TRIGGER procedures_transaction_tells_updated")
        cursor.execute(f"UPDATE api_event SET xid = xid + {AHEAD}")


def read(reader: ContractClient, after: str = "") -> tuple[list[tuple[str, str]], str]:
    page: dict[str, Any] = reader.get(f"/events?limit=1000&after={after}").json()
    return [(event["subject"], event["data"]["status"]) for event in page["events"]], page["after"]


def written() -> list[tuple[str, str]]:
    return [(event.subject, event.data["status"]) for event in Event.objects.order_by("id")]


def change(rows: list[Transaction], status: str) -> None:
    for row in rows:
        Transaction.objects.filter(pk=row.pk).update(status=status)


def test_after_the_feed_is_adopted_every_event_of_before_and_after_is_read_in_order(reader: ContractClient) -> None:
    rows = [a_transaction() for _ in range(5)]
    for row in rows:
        row.save()
    change(rows, "processing")
    restore_into_another_server()
    lost, _ = read(reader)
    change(rows[:2], "finished")

    call_command("adopt_feed", verbosity=0)

    restored, after = read(reader)
    change(rows, "returned")
    new, _ = read(reader, after)
    assert lost == [], "the control: without adoption what was restored cannot be read"
    assert len(restored) == 12
    assert restored + new == written()


def test_adopted_twice_it_still_tells_everything_in_order(reader: ContractClient) -> None:
    rows = [a_transaction() for _ in range(3)]
    for row in rows:
        row.save()
    call_command("adopt_feed", verbosity=0)
    change(rows, "finished")
    call_command("adopt_feed", verbosity=0)

    assert read(reader)[0] == written()


def test_a_position_of_before_the_restore_is_refused_and_never_skips_what_is_new(reader: ContractClient) -> None:
    a_transaction().save()
    _, after = read(reader)
    call_command("adopt_feed", verbosity=0)
    a_transaction().save()

    answer = reader.get(f"/events?after={after}")

    assert problem(answer) == (410, "feed-begun-anew")
    assert "after" in answer.json()["detail"]


def test_a_position_beyond_what_this_server_knows_is_refused_before_anybody_adopts(
    reader: ContractClient,
) -> None:
    kept = cursors.written(Position(AHEAD, 1))

    assert problem(reader.get(f"/events?after={kept}")) == (410, "feed-begun-anew")


def test_the_service_is_not_ready_until_the_feed_is_adopted_and_says_how(reader: ContractClient) -> None:
    a_transaction().save()
    restore_into_another_server()

    before = ContractClient().get("/readyz")
    call_command("adopt_feed", verbosity=0)
    after = readiness.look()

    assert (before.status_code, before.json()["feed"]) == (503, False)
    assert "adopt_feed" in before.json()["to_do"]
    assert after.is_ready


def test_adopting_tells_no_event_and_leaves_the_triggers_as_they_were(reader: ContractClient) -> None:
    a_transaction().save()
    restore_into_another_server()
    before = triggers()

    call_command("adopt_feed", verbosity=0)

    assert Event.objects.count() == 1
    assert triggers() == before


def triggers() -> list[Any]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'procedures_transaction'::regclass ORDER BY 1"
        )
        return list(cursor.fetchall())
