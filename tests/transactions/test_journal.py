"""The journal tells a client what it sent in the last 90 days, and then the bodies are destroyed."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from api.access import tokens
from api.access.models import ApiClient
from procedures.catalogue.services import ProcedureFacts, put_procedure
from procedures.secrecy import seal, unseal
from procedures.transactions.models import Message, Step, Transaction
from procedures.transactions.queries import journal_of
from procedures.transactions.rules.content import digest_of
from procedures.transactions.rules.sealing import sealed_for
from procedures.transactions.services import forget_bodies, forgetting
from tests.adapters.histories import DOSSIERS, PROGRESS, histories, sent_with
from tests.builders.transactions import NOW, a_dossier_code, a_message, a_snapshot, tell
from tests.contract_client import ContractClient, problem
from tests.transactions.test_api import A_STATE

DAY = dt.timedelta(days=1)
ME = "client:motcua-mau"
MISSING = "9.999999"


def enter_the_procedure() -> None:
    """Mend the catalogue: enter the procedure that the messages were refused for."""
    facts = ProcedureFacts(name="Thủ tục mẫu", field="Hộ tịch", valid_from=dt.date(2020, 1, 1), source="test")
    put_procedure(code=MISSING, facts=facts, by="test", now=NOW)


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


class TestReplayingMany:
    """Once the catalogue is mended, everything that was refused for it is taken in by a few calls."""

    def test_what_was_refused_for_one_reason_is_taken_in_and_the_rest_stays_refused(self, api: ContractClient) -> None:
        machine, codes, other = (
            api.machine("transactions:write"),
            [a_dossier_code() for _ in range(3)],
            a_dossier_code(),
        )
        for code in codes:
            machine.put(f"/transactions/{code}", A_STATE | {"procedure": MISSING})
        machine.put(f"/transactions/{other}", A_STATE | {"receiving_unit": "khong-co"})
        enter_the_procedure()

        told = machine.post("/journal/replay", {"fault": "unknown_procedure"}).json()

        assert (told["counts"]["created"], told["counts"]["rejected"], told["has_more"]) == (3, 0, False)
        assert {row.dossier_code for row in Transaction.objects.all()} == set(codes)
        refused = machine.get("/journal?outcome=rejected").json()["results"]
        assert [entry["dossier_code"] for entry in refused] == [other]
        taken = machine.get(f"/journal?dossier_code={codes[0]}").json()["results"]
        assert [(entry["outcome"], entry["faults"]) for entry in taken] == [("created", [])]

    def test_so_many_at_once_and_then_from_where_it_stopped(
        self, api: ContractClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("procedures.transactions.services.replaying.MOST_REPLAYED", 2)
        machine, codes = api.machine("transactions:write"), [a_dossier_code() for _ in range(5)]
        for code in codes:
            machine.put(f"/transactions/{code}", A_STATE | {"procedure": MISSING})
        enter_the_procedure()
        asked: dict[str, int] = {}
        sizes = []

        while True:
            told = machine.post("/journal/replay", asked).json()
            sizes.append(sum(told["counts"].values()))
            if not told["has_more"]:
                break
            asked = {"after": told["after"]}

        assert sizes == [2, 2, 1]
        assert Transaction.objects.count() == 5

    def test_what_is_still_wrong_stays_refused_and_is_passed_over(self, api: ContractClient) -> None:
        machine = api.machine("transactions:write")
        machine.put(f"/transactions/{a_dossier_code()}", A_STATE | {"procedure": MISSING})

        told = machine.post("/journal/replay", {}).json()
        again = machine.post("/journal/replay", {"after": told["after"]}).json()

        assert told["counts"]["rejected"] == 1
        assert sum(again["counts"].values()) == 0
        assert again["after"] == told["after"]

    def test_nobody_replays_what_another_client_sent(self, api: ContractClient) -> None:
        api.machine("transactions:write").put(f"/transactions/{a_dossier_code()}", A_STATE | {"procedure": MISSING})
        enter_the_procedure()

        told = api.machine("transactions:write", source="noi-khac").post("/journal/replay", {}).json()

        assert sum(told["counts"].values()) == 0
        assert not Transaction.objects.exists()


class TestReplayedAsSent:
    """A replay never takes a message for something that it was not sent as."""

    STEP = {"at": "2024-03-05T09:00:00+07:00", "status": "stopped"}

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("put", "/transactions/" + 101 * "Z", A_STATE),
            ("put", "/transactions/HS-9103", A_STATE | {"dossier_code": "HS-9104"}),
            ("post", "/transactions/HS-9103/steps", A_STATE),
            ("put", "/transactions/HS-9103", {"steps": [STEP]}),
        ],
        ids=["a number that is none", "another dossier", "a state as steps", "steps as a state"],
    )
    def test_what_was_refused_for_its_form_stays_refused(
        self, api: ContractClient, method: str, path: str, body: dict[str, object]
    ) -> None:
        machine = api.machine("transactions:write")
        assert problem(getattr(machine, method)(path, body)) == (400, "invalid")

        told = machine.post("/journal/replay", {}).json()

        assert told["counts"]["rejected"] == 1
        assert not Transaction.objects.exists()

    def test_rows_of_a_batch_refused_together_are_in_the_journal_and_are_not_taken_one_by_one(
        self, api: ContractClient
    ) -> None:
        machine, codes = api.machine("transactions:write"), [a_dossier_code() for _ in range(2)]
        rows = [A_STATE | {"dossier_code": codes[0]}, A_STATE | {"dossier_code": codes[1], "procedure": MISSING}]
        assert problem(machine.post("/transactions/batch?atomic=true", rows)) == (400, "invalid")
        enter_the_procedure()

        told = machine.post("/journal/replay", {}).json()

        assert (told["counts"]["rejected"], Transaction.objects.count()) == (2, 0)
        seen = [machine.get(f"/journal?dossier_code={code}").json()["results"] for code in codes]
        assert [[fault["code"] for fault in one["faults"]] for (one,) in seen] == [
            ["refused_together"], ["unknown_procedure", "refused_together"],
        ]  # fmt: skip
        machine.post("/transactions/batch?atomic=true", rows)
        assert Transaction.objects.count() == 2


class TestReadAsAnother:
    """A message that is understood otherwise than the first time is another message; the first says nothing more."""

    def test_a_row_that_was_misread_is_read_again_and_counts_once(self, api: ContractClient) -> None:
        machine, history = api.machine("transactions:write"), histories()["H01"]
        sent_with([one for one in history.letters if one.path == DOSSIERS][:1], machine)
        sent_with([one for one in history.letters if one.path == PROGRESS][:1], machine)
        kept = Message.objects.get(kind="steps")
        misread = {"steps": [{**kept.content["steps"][0], "status": "supplement_requested"}]}
        Message.objects.filter(pk=kept.pk).update(
            outcome="rejected", faults=[{"pointer": "/MaTTHC", "code": "unknown_procedure", "value": ""}],
            content=misread, digest=digest_of(misread),
            raw_sealed=seal(unseal(bytes(kept.raw_sealed), bound_to=sealed_for(kept.digest)),
                            bound_to=sealed_for(digest_of(misread))),
        )  # fmt: skip

        replayed = machine.post(f"/journal/{kept.pk}/replay").json()
        sent_with([one for one in history.letters if one.path == DOSSIERS], machine)

        old = machine.get("/journal").json()["results"]
        assert replayed["id"] != kept.pk
        assert [(one["outcome"], one["faults"]) for one in old if one["id"] == kept.pk] == [("unchanged", [])]
        assert Transaction.objects.get(dossier_code=history.dossier_code).supplement_requests == 0
        assert "supplement_requested" not in Step.objects.values_list("status", flat=True)


def test_the_database_sorts_no_documents_for_its_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'procedures_message'::regclass AND attstattarget = 0"
        )
        assert cursor.fetchall() == [("content",)]


@pytest.mark.parametrize("path", ["", "/steps"])
def test_a_body_that_cannot_be_read_is_in_the_journal(api: ContractClient, path: str) -> None:
    machine = api.machine("transactions:write")
    send = machine.post if path else machine.put
    body = b'{"status": '

    assert problem(send(f"/transactions/{a_dossier_code()}{path}", body, content_type="application/json"))[0] == 400

    (told,) = machine.get("/journal").json()["results"]
    assert (told["outcome"], [fault["code"] for fault in told["faults"]]) == ("rejected", ["malformed_json"])
    kept = Message.objects.get(pk=told["id"])
    assert unseal(bytes(kept.raw_sealed), bound_to=sealed_for(kept.digest)) == body
