"""The journal tells a client what it sent in the last 90 days, and then the bodies are destroyed."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command

from api.access import tokens
from api.access.models import ApiClient
from procedures.transactions.models import Message, Transaction
from procedures.transactions.queries import journal_of
from procedures.transactions.services import forget_bodies, forgetting
from tests.builders.transactions import NOW, a_dossier_code, a_message, a_snapshot, tell
from tests.contract_client import ContractClient, problem
from tests.transactions.test_api import A_STATE

DAY = dt.timedelta(days=1)
ME = "client:motcua-mau"


def test_the_journal_tells_of_what_was_last_received_in_ninety_days() -> None:
    (old,), (again,) = tell(a_message(a_snapshot())), tell(a_message(resent := a_snapshot()))
    tell(a_message(resent), now=NOW + DAY)

    seen = journal_of(client_id=ME, now=NOW + 90 * DAY + dt.timedelta(hours=1))

    assert [one.pk for one in seen] == [again.message_id]
    assert old.message_id in [one.pk for one in journal_of(client_id=ME, now=NOW + 90 * DAY)]


def test_the_journal_is_narrowed_by_outcome_dossier_and_days(api: ContractClient) -> None:
    machine, code, bad = api.machine("transactions:write"), a_dossier_code(), a_dossier_code()
    with time_machine.travel(dt.datetime(2026, 3, 1, 3, tzinfo=dt.UTC)):
        token = tokens.issue(scopes=["transactions:write"], client=ApiClient.objects.get(), now=dt.datetime.now(dt.UTC))
        early = machine._holding(token)
        early.put(f"/transactions/{code}", A_STATE)
    with time_machine.travel(dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)):
        token = tokens.issue(scopes=["transactions:write"], client=ApiClient.objects.get(), now=dt.datetime.now(dt.UTC))
        machine = machine._holding(token)
        machine.put(f"/transactions/{bad}", A_STATE | {"procedure": "9.999999"})
        asked = ["outcome=rejected", f"dossier_code={code}", "received_from=2026-03-02", "received_to=2026-03-01", ""]

        told = [machine.get(f"/journal?{one}").json()["results"] for one in asked]

    assert [[row["dossier_code"] for row in rows] for rows in told] == [[bad], [code], [bad], [code], [bad, code]]


def test_each_client_of_a_source_finds_what_it_sent_itself(api: ContractClient) -> None:
    first, second = api.machine("transactions:write"), api.machine("transactions:write")
    stranger, code = api.machine("transactions:write", source="noi-khac"), a_dossier_code()

    sent = [one.put(f"/transactions/{code}", A_STATE).json()["message_id"] for one in (first, second, second)]
    told = [one.get("/journal").json()["results"] for one in (first, second, stranger)]

    assert [[row["id"] for row in rows] for rows in told] == [sent[:1], sent[1:2], []]
    assert told[1][0]["times_received"] == 3
    assert problem(stranger.post(f"/journal/{sent[0]}/replay")) == (404, "message-unknown")
    assert second.post(f"/journal/{sent[0]}/replay").status_code == 200


class TestForgetting:
    """After 90 days the body as received is destroyed; what it said, and so the transaction, stays."""

    def test_a_body_is_destroyed_after_ninety_days_and_what_it_said_stays(self) -> None:
        code = a_dossier_code()
        (result,) = tell(a_message(a_snapshot(dossier_code=code)))
        before = Message.objects.get(pk=result.message_id or 0)

        kept = forget_bodies(now=NOW + 90 * DAY)
        destroyed = forget_bodies(now=NOW + 90 * DAY + dt.timedelta(seconds=1))

        after = Message.objects.get(pk=result.message_id or 0)
        assert (kept, destroyed, bytes(after.raw_sealed)) == (0, 1, b"")
        assert (after.content, after.outcome, after.digest) == (before.content, before.outcome, before.digest)
        (stale,) = tell(a_message(a_snapshot(dossier_code=code, source_updated_at=NOW - 9 * DAY, contacts=1)))
        assert stale.outcome == "updated"
        assert Transaction.objects.get(dossier_code=code).status == "finished"

    def test_a_message_received_again_is_kept_for_another_ninety_days(self) -> None:
        message = a_message(a_snapshot())
        tell(message)
        tell(message, now=NOW + 60 * DAY)

        assert [forget_bodies(now=NOW + days * DAY) for days in (91, 150, 151)] == [0, 0, 1]

    def test_many_bodies_are_destroyed_in_batches_and_an_interruption_loses_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(forgetting, "BATCH", 2)
        messages = [a_message(a_snapshot()) for _ in range(5)]
        tell(*messages)
        tell(messages[1], now=NOW + DAY)
        told: list[int] = []

        done = forget_bodies(now=NOW + 90 * DAY + dt.timedelta(hours=1), progress=told.append)

        assert (done, told[-1], len(told)) == (4, 4, 3)
        assert Message.objects.exclude(raw_sealed=b"").count() == 1

    def test_the_daily_command_destroys_them(self) -> None:
        tell(a_message(a_snapshot()))

        call_command("clear_expired")

        assert [bytes(raw) for raw in Message.objects.values_list("raw_sealed", flat=True)] == [b""]

    def test_a_refused_message_that_was_understood_is_replayed_without_its_body(self, api: ContractClient) -> None:
        machine, code = api.machine("transactions:write"), a_dossier_code()
        machine.put(f"/transactions/{code}", A_STATE | {"receiving_unit": "gso2024:612", "procedure": "9.999999"})
        kept = Message.objects.get()
        Message.objects.update(raw_sealed=b"", content={**kept.content, "snapshots": [
            {**kept.content["snapshots"][0], "procedure_code": "1.004884"}]})  # fmt: skip

        replayed = machine.post(f"/journal/{kept.pk}/replay").json()

        assert (replayed["outcome"], Transaction.objects.get(dossier_code=code).status) == ("created", "finished")
