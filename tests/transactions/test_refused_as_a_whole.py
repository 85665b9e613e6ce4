"""What is refused before anything in it is looked at stands in its sender's journal, and a replay takes none of it."""

import json
from typing import Any

import pytest

from api.adapters.dvcqg.parsing import LARGEST_BODY
from api.parsing import USUAL_LIMIT
from api.transactions.batches import LARGEST_BATCH, MOST_ROWS
from procedures.imports.models import Import
from procedures.models import Transaction
from procedures.secrecy import unseal
from procedures.transactions.models import Message
from procedures.transactions.rules.sealing import sealed_for
from tests.adapters.histories import DOSSIERS
from tests.builders.imports import a_row, lines, many, packed, sheet
from tests.builders.transactions import a_dossier_code
from tests.contract_client import ContractClient, problem

JSON, LINES = "application/json", "application/x-ndjson"
CODE = a_dossier_code()


@pytest.fixture
def machine(api: ContractClient) -> ContractClient:
    return api.machine("transactions:write")


def journal(machine: ContractClient) -> list[dict[str, Any]]:
    return machine.get("/journal").json()["results"]  # type: ignore[no-any-return]


def in_short(entry: dict[str, Any]) -> tuple[str, str, list[str], int]:
    return entry["kind"], entry["outcome"], [fault["code"] for fault in entry["faults"]], entry["times_received"]


def body_of(entry: dict[str, Any]) -> bytes:
    kept = Message.objects.get(pk=entry["id"])
    return unseal(bytes(kept.raw_sealed), bound_to=sealed_for(kept.digest))


def replayed(machine: ContractClient, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Have an entry taken in again, by its number and with all others, and return the journal."""
    assert machine.post(f"/journal/{entry['id']}/replay").json() == entry
    assert machine.post("/journal/replay", {}).json()["counts"]["rejected"] == 1
    return journal(machine)


def in_brackets(rows: bytes) -> bytes:
    return b"[" + b",".join(rows.splitlines()) + b"]"


NO_BATCHES = {
    "not to its end": (b'[{"dossier_code": ', JSON, "malformed_json"),
    "no UTF-8": (b'[{"dossier_code": "\xff"}]', JSON, "malformed_json"),
    "one row without brackets": (lines(a_row(1)).strip(), JSON, "malformed_json"),
    "lines that are called an array": (many(2), JSON, "malformed_json"),
    "no row": (b"[]", JSON, "empty"),
    "no line": (b"\n \n", LINES, "empty"),
    "too many rows": (in_brackets(many(MOST_ROWS + 1)), JSON, "too_many_rows"),
    "too many lines": (many(MOST_ROWS + 1), LINES, "too_many_rows"),
}


@pytest.mark.parametrize(("body", "media_type", "why"), NO_BATCHES.values(), ids=NO_BATCHES)
def test_what_is_no_batch_is_one_entry_sealed_as_it_came_and_stays_refused(
    machine: ContractClient, body: bytes, media_type: str, why: str
) -> None:
    for _ in range(2):
        answer = machine.post("/transactions/batch", body, content_type=media_type)
        assert problem(answer) == (400, "invalid")

    (entry,) = journal(machine)
    assert in_short(entry) == ("batch", "rejected", [why], 2)
    assert body_of(entry) == body
    assert replayed(machine, entry) == [entry]
    assert not Transaction.objects.exists()


@pytest.mark.parametrize("body", [b"[{", b" " * (LARGEST_BATCH + 1)])
def test_a_rehearsal_of_what_is_no_batch_is_not_kept_either(machine: ContractClient, body: bytes) -> None:
    answer = machine.post("/transactions/batch?dry_run=true", body, content_type=JSON)

    assert answer.status_code in {400, 413}
    assert journal(machine) == []


def test_a_row_that_reads_as_a_refused_batch_is_another_entry(machine: ContractClient) -> None:
    for body in (b"[]", b"[[]]"):
        machine.post("/transactions/batch", body, content_type=JSON)

    assert [in_short(entry) for entry in journal(machine)] == [
        ("snapshot", "rejected", ["not_an_object"], 1), ("batch", "rejected", ["empty"], 1),
    ]  # fmt: skip


TOO_LARGE = {
    "state": ("put", f"/transactions/{CODE}", USUAL_LIMIT, CODE, "snapshot"),
    "steps": ("post", f"/transactions/{CODE}/steps", USUAL_LIMIT, CODE, "steps"),
    "batch": ("post", "/transactions/batch", LARGEST_BATCH, "", "batch"),
    "letter": ("post", DOSSIERS, LARGEST_BODY, "", "snapshot"),
}


@pytest.mark.parametrize(("method", "path", "limit", "code", "kind"), TOO_LARGE.values(), ids=TOO_LARGE)
def test_of_a_body_that_is_too_large_only_that_it_came_is_kept(
    machine: ContractClient, method: str, path: str, limit: int, code: str, kind: str
) -> None:
    for letter in (b"x", b"y"):
        getattr(machine, method)(path, b'["' + letter * limit + b'"]', content_type=JSON)

    (entry,) = journal(machine)
    assert in_short(entry) == (kind, "rejected", ["too_large"], 2)
    assert (entry["dossier_code"], body_of(entry)) == (code, b"")
    assert replayed(machine, entry) == [entry]


def test_nobody_is_told_of_what_another_sent(api: ContractClient, machine: ContractClient) -> None:
    machine.post("/transactions/batch", b"[", content_type=JSON)
    machine.post("/transactions/batch", b" " * (LARGEST_BATCH + 1), content_type=JSON)

    assert len(journal(machine)) == 2
    assert journal(api.machine("transactions:write", source="noi-khac")) == []


def test_without_the_right_to_send_nothing_is_kept(api: ContractClient) -> None:
    answer = api.machine("transactions:read").post("/transactions/batch", b"[", content_type=JSON)

    assert problem(answer) == (403, "forbidden")
    assert not Message.objects.exists()


def test_steps_that_cannot_be_read_stay_steps_when_they_are_taken_in_again(machine: ContractClient) -> None:
    bodies = (b'{"steps": ', json.dumps({"steps": [], "la": 1}).encode())
    for body in bodies:
        machine.post(f"/transactions/{CODE}/steps", body, content_type=JSON)
    entries = journal(machine)

    again = [machine.post(f"/journal/{entry['id']}/replay").json() for entry in entries]

    assert [one["id"] for one in again] == [entry["id"] for entry in entries]
    assert {entry["kind"] for entry in journal(machine)} == {"steps"}
    assert len(journal(machine)) == len(bodies)


NO_FILES = {
    "empty": (b"", "text/csv", ["file_empty"]),
    "utf-16": ("Mã hồ sơ;x\n".encode("utf-16"), "text/csv", ["file_unreadable"]),
    "cut off inside": (packed(many(9))[:-9], "application/gzip", ["file_unreadable"]),
    "odd columns": (sheet("1;2", head="Nguyễn Văn Mẫu;Người khác"), "text/csv", ["column_missing", "unknown_column"]),
    "too large": (many(5000), LINES, ["file_too_large"]),
    "other than announced": (many(1), LINES, ["file_differs"]),
}


@pytest.mark.parametrize(("body", "media_type", "why"), NO_FILES.values(), ids=NO_FILES)
def test_that_a_file_was_refused_is_in_the_journal_and_nothing_of_it(
    machine: ContractClient, settings: Any, body: bytes, media_type: str, why: list[str]
) -> None:
    settings.LARGEST_IMPORT_MIB = 1
    announced = {"Content-Digest": f"sha-256=:{'A' * 43}=:"} if why == ["file_differs"] else {}

    answer = machine.post("/imports", body, content_type=media_type, headers=announced)

    assert answer.status_code in {400, 413, 422}, answer.content
    (entry,) = journal(machine)
    assert (entry["via"], *in_short(entry)) == ("import", "batch", "rejected", why, 1)
    assert "Mẫu" not in str(entry)
    assert (body_of(entry), Import.objects.count()) == (b"", 0)
    assert replayed(machine, entry) == [entry]


def test_a_file_and_a_batch_that_are_too_large_are_two_entries(machine: ContractClient, settings: Any) -> None:
    settings.LARGEST_IMPORT_MIB = 1
    machine.post("/transactions/batch", b" " * (LARGEST_BATCH + 1), content_type=JSON)
    machine.post("/imports", many(5000), content_type=LINES)

    assert [(entry["via"], *in_short(entry)[2:]) for entry in journal(machine)] == [
        ("import", ["file_too_large"], 1), ("api", ["too_large"], 1),
    ]  # fmt: skip


def test_of_a_large_batch_that_was_refused_only_that_it_came_is_kept(machine: ContractClient) -> None:
    for word in (b"x", b"y"):
        machine.post("/transactions/batch", b'["' + word * USUAL_LIMIT, content_type=JSON)

    (entry,) = journal(machine)
    assert (*in_short(entry), body_of(entry)) == ("batch", "rejected", ["malformed_json"], 2, b"")


def test_what_passes_by_itself_is_no_fault_of_a_file(machine: ContractClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.imports.services.accepting.MOST_UNFINISHED", 0)

    answer = machine.post("/imports", many(1), content_type=LINES)

    assert problem(answer) == (409, "too-many-imports")
    assert journal(machine) == []


def test_what_left_no_body_is_told_apart_by_why_it_was_refused(machine: ContractClient) -> None:
    for body in (b"", b"\xef\xbb\xbf \n", packed(many(9))[:-9]):
        machine.post("/imports", body, content_type="application/gzip")
    for body in (b"", b" " * (USUAL_LIMIT + 1)):
        machine.put(f"/transactions/{CODE}", body, content_type=JSON)

    assert [(entry["dossier_code"], *in_short(entry)[2:]) for entry in journal(machine)] == [
        (CODE, ["too_large"], 1), (CODE, ["required"] * 3, 1),
        ("", ["file_unreadable"], 1), ("", ["file_empty"], 2),
    ]  # fmt: skip
