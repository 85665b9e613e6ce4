"""Every change tells itself, whoever writes it and however: the tables have the triggers, not the code."""

from typing import Any

import pytest
from django.db import connection
from django.db.transaction import atomic, savepoint, savepoint_rollback

from api.events.models import Event
from procedures.transactions.models import Transaction
from tests.events.changes import a_transaction


def told() -> list[tuple[str, str, Any]]:
    return list(Event.objects.order_by("id").values_list("type", "subject", "data"))


def test_a_new_transaction_tells_itself_in_the_same_database_transaction() -> None:
    row = a_transaction()
    row.save()

    code = row.dossier_code
    event = Event.objects.get()
    assert (event.type, event.subject, event.scope) == ("transaction.created", code, "transactions:read")
    assert event.data == {"dossier_code": code, "status": "received", "timeliness": "running"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        assert event.xid == cursor.fetchone()[0]


def test_a_change_by_raw_sql_tells_itself() -> None:
    row = a_transaction()
    row.save()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procedures_transaction SET status = 'finished' WHERE id = %s", [row.pk])

    assert told()[1] == (
        "transaction.updated", row.dossier_code,
        {"dossier_code": row.dossier_code, "status": "finished", "timeliness": "running"},
    )  # fmt: skip


def test_a_batch_tells_each_of_its_rows_in_order() -> None:
    rows = Transaction.objects.bulk_create([a_transaction() for _ in range(50)])
    Transaction.objects.filter(pk__in=[row.pk for row in rows[:20]]).update(status="processing")

    codes = [row.dossier_code for row in rows]
    assert [(kind, subject) for kind, subject, _ in told()] == [
        *(("transaction.created", code) for code in codes),
        *(("transaction.updated", code) for code in codes[:20]),
    ]


def test_an_upsert_tells_what_it_made_and_what_it_changed() -> None:
    known = a_transaction()
    known.save()
    new = a_transaction()
    again = a_transaction(dossier_code=known.dossier_code, status="finished")

    Transaction.objects.bulk_create(
        [again, new], update_conflicts=True, update_fields=["status"], unique_fields=["dossier_code"]
    )

    kinds = {(kind, subject) for kind, subject, _ in told()[1:]}
    assert kinds == {("transaction.updated", known.dossier_code), ("transaction.created", new.dossier_code)}


def test_a_write_that_changes_nothing_tells_nothing() -> None:
    row = a_transaction()
    row.save()

    Transaction.objects.update(status="received")

    assert len(told()) == 1


def test_what_is_rolled_back_was_never_told() -> None:
    point = savepoint()
    a_transaction().save()
    savepoint_rollback(point)

    assert told() == []


def test_the_outbox_only_grows() -> None:
    a_transaction().save()

    for statement in ("UPDATE api_event SET type = 'x'", "DELETE FROM api_event", "TRUNCATE api_event"):
        with pytest.raises(Exception, match="permission denied"), atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
