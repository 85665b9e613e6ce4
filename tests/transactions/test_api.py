"""Transactions over HTTP: told by machines, read by those who may, and bad input that breaks nothing."""

import json
from typing import Any

import pytest
from django.core.management import call_command

from procedures.transactions.models import Message, Transaction
from tests.builders.transactions import a_dossier_code, a_transaction
from tests.contract_client import ContractClient, faults, problem
from units.models import Unit

A_STATE: dict[str, Any] = {
    "source_updated_at": "2024-03-11T15:30:00+07:00",
    "status": "finished",
    "procedure": "1.004884",
    "receiving_unit": "gso2024:62",
    "settling_unit": "QCVN102:000.00.00.H34",
    "channel": "counter",
    "applicant": {"kind": "citizen", "national_id": "999099000001"},
    "received_at": "2024-03-04T08:15:00+07:00",
    "due_at": "2024-03-11T17:00:00+07:00",
    "ended_at": "2024-03-11T15:30:00+07:00",
}
A_STEP = {"at": "2024-03-04T08:15:00+07:00", "status": "received", "content": "Tiếp nhận hồ sơ"}


@pytest.fixture
def machine(api: ContractClient) -> ContractClient:
    return api.machine("transactions:read", "transactions:write")


def test_a_state_creates_a_transaction_and_the_same_state_again_changes_nothing(machine: ContractClient) -> None:
    code = a_dossier_code()

    first = machine.put(f"/transactions/{code}", A_STATE | {"steps": [A_STEP]})
    second = machine.put(f"/transactions/{code}", {"steps": [A_STEP]} | A_STATE)

    assert (first.status_code, first.json()["outcome"]) == (201, "created")
    assert (second.status_code, second.json()["outcome"]) == (200, "unchanged")
    assert second.json()["message_id"] == first.json()["message_id"]


def test_a_transaction_is_told_with_names_of_its_day_and_without_the_number_of_its_applicant(
    machine: ContractClient,
) -> None:
    code = a_dossier_code()
    machine.put(f"/transactions/{code}", A_STATE | {"steps": [A_STEP]})

    answer = machine.get(f"/transactions/{code}")

    told = answer.json()
    assert "999099000001" not in answer.content.decode()
    assert told["applicant"]["ref"].startswith("citizen_")
    assert told["receiving_unit"] == {"code": "gso2024:62", "name": "Tỉnh Kon Tum"}
    assert (told["source"], told["timeliness"], told["outcome"]) == ("motcua-mau", "on_time", "finished")
    assert [step["content"] for step in told["steps"]] == ["Tiếp nhận hồ sơ"]
    assert machine.get(f"/transactions/{code}", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_number_of_an_applicant_stands_nowhere_in_clear(machine: ContractClient) -> None:
    machine.put(f"/transactions/{a_dossier_code()}", A_STATE)
    machine.put(f"/transactions/{a_dossier_code()}", A_STATE | {"procedure": "9.999999"})

    rows = [*Message.objects.values_list(), *Transaction.objects.values_list()]

    assert len(rows) == 3
    assert not any(b"999099000001" in bytes(v) if isinstance(v, memoryview) else "999099000001" in str(v)
                   for row in rows for v in row)  # fmt: skip


def test_null_clears_what_was_said_and_absence_does_not(machine: ContractClient) -> None:
    code = a_dossier_code()
    machine.put(f"/transactions/{code}", A_STATE | {"contacts": 2})

    later = {"source_updated_at": "2024-03-12T08:00:00+07:00", "status": "returned", "procedure": "1.004884"}
    machine.put(f"/transactions/{code}", later | {"contacts": None})

    told = machine.get(f"/transactions/{code}").json()
    assert (told["status"], told["contacts"], told["channel"]) == ("returned", None, "counter")


def test_steps_may_come_before_their_transaction_and_twice(machine: ContractClient) -> None:
    code = a_dossier_code()

    early = machine.post(f"/transactions/{code}/steps", {"steps": [A_STEP]})
    machine.put(f"/transactions/{code}", A_STATE)
    again = machine.post(f"/transactions/{code}/steps", {"steps": [A_STEP]})
    more = machine.post(f"/transactions/{code}/steps", {"steps": [A_STEP | {"content": "Chuyển xử lý"}]})

    assert (early.json()["outcome"], again.json()["outcome"]) == ("waiting", "unchanged")
    assert (more.status_code, more.json()["outcome"]) == (201, "updated")
    assert len(machine.get(f"/transactions/{code}/timeline").json()["steps"]) == 2


def test_the_clock_tells_each_day_and_is_understood_in_both_languages(machine: ContractClient) -> None:
    code = a_dossier_code()
    machine.put(f"/transactions/{code}", A_STATE)

    told = machine.get(f"/transactions/{code}/clock").json()
    english = machine.get(f"/transactions/{code}/clock", headers={"Accept-Language": "en"}).json()

    assert [day["date"] for day in told["counted"] if day["counts"]] == [
        "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08", "2024-03-11",
    ]  # fmt: skip
    assert told["explanation"] != english["explanation"]
    assert [interval["cause"] for interval in told["intervals"]] == ["processing"]


def test_a_clock_that_never_started_says_so(machine: ContractClient) -> None:
    code = a_dossier_code()
    state = {"source_updated_at": "2024-03-04T08:00:00+07:00", "status": "registered", "procedure": "1.004884"}
    machine.put(f"/transactions/{code}", state)

    assert machine.get(f"/transactions/{code}/clock").json()["is_started"] is False


def test_the_list_is_narrowed_by_what_the_caller_asks(machine: ContractClient) -> None:
    a_transaction()
    other = a_transaction(
        receiving_unit_code="gso2024:615", settling_unit_code=None, channel="online", status="processing", ended_at=None
    )

    def found(query: str) -> list[str]:
        answer = machine.get(f"/transactions?{query}")
        assert answer.status_code == 200, answer.content
        return [row["dossier_code"] for row in answer.json()["results"]]

    assert len(found("")) == 2
    for query in (
        "channel=online", "status=processing", "timeliness=running_late", "under=gso2024:615",
        f"q={other.dossier_code}", "received_from=2024-03-04&received_to=2024-03-04&channel=online",
    ):  # fmt: skip
        assert found(query) == [other.dossier_code], query
    assert found("field=khong-co") == found("received_to=2024-03-03") == []
    assert len(found("ended_from=2024-03-11&ended_to=2024-03-11")) == 1
    assert len(found("procedure=1.004884&due_date_differs=false")) == 2
    assert problem(machine.get("/transactions?stats=1")) == (400, "invalid")


def test_a_caller_with_a_boundary_sees_only_his_subtree(api: ContractClient) -> None:
    mine, other = a_transaction(receiving_unit_code="gso2024:615", settling_unit_code=None), a_transaction()
    district = api.machine("transactions:read", boundary=Unit.objects.get(code="gso2024:615"))

    assert [row["dossier_code"] for row in district.get("/transactions").json()["results"]] == [mine.dossier_code]
    for path in ("", "/timeline", "/clock"):
        assert problem(district.get(f"/transactions/{other.dossier_code}{path}")) == (404, "transaction-unknown")


def test_a_batch_tells_of_each_row_and_a_bad_row_blocks_no_other(machine: ContractClient) -> None:
    good, flagged = A_STATE | {"dossier_code": a_dossier_code()}, A_STATE | {"dossier_code": "HS/2024/77"}
    rows = [good, flagged, good, A_STATE | {"dossier_code": a_dossier_code(), "procedure": "9.999999"}, {"x": 1}, 7]

    told = machine.post("/transactions/batch", rows).json()

    assert told["counts"] == {
        "created": 2, "updated": 0, "unchanged": 1, "stale": 0, "waiting": 0, "rejected": 3,
    }  # fmt: skip
    assert [(r["index"], r["outcome"], [e["pointer"] for e in r["errors"]][:1]) for r in told["results"]] == [
        (0, "created", []), (1, "created", []), (2, "unchanged", []), (3, "rejected", ["/procedure"]),
        (4, "rejected", ["/source_updated_at"]), (5, "rejected", [""]),
    ]  # fmt: skip
    assert "dossier_code_shape" in told["results"][1]["warnings"]
    assert Message.objects.filter(outcome="rejected").count() == 3


def test_a_batch_may_come_as_json_lines(machine: ContractClient) -> None:
    lines = [json.dumps(A_STATE | {"dossier_code": a_dossier_code()}), '{"half":', "", "[]"]

    answer = machine.post("/transactions/batch", "\n".join(lines).encode(), content_type="application/x-ndjson")

    assert [row["outcome"] for row in answer.json()["results"]] == ["created", "rejected", "rejected"]


def test_a_batch_may_be_all_or_nothing_or_a_rehearsal(machine: ContractClient) -> None:
    rows = [
        A_STATE | {"dossier_code": a_dossier_code()},
        A_STATE | {"dossier_code": a_dossier_code(), "procedure": "9"},
    ]

    rehearsed = machine.post("/transactions/batch?dry_run=true", rows)
    refused = machine.post("/transactions/batch?atomic=true", rows)
    taken = machine.post("/transactions/batch?atomic=true", rows[:1])

    assert rehearsed.json()["counts"]["created"] == 1
    assert (problem(refused), faults(refused)) == ((400, "invalid"), {("/1/procedure", "unknown_procedure")})
    assert (taken.json()["counts"]["created"], Transaction.objects.count()) == (1, 1)


def test_what_was_refused_for_an_unknown_procedure_is_replayed_once_it_is_known(
    machine: ContractClient, api: ContractClient
) -> None:
    code = a_dossier_code()
    refused = machine.put(f"/transactions/{code}", A_STATE | {"procedure": "9.999999"})
    assert faults(refused) == {("/procedure", "unknown_procedure")}
    (entry,) = machine.get("/journal?outcome=rejected").json()["results"]
    still = machine.post(f"/journal/{entry['id']}/replay")
    assert still.json()["outcome"] == "rejected"

    keeper = api.signed_in("procedures:write")
    facts = {"name": "Thủ tục mẫu", "field": "Hộ tịch", "valid_from": "2024-01-01"}
    assert keeper.put("/procedures/9.999999", facts).status_code == 201
    replayed = machine.post(f"/journal/{entry['id']}/replay")

    assert (replayed.status_code, replayed.json()["outcome"]) == (200, "created")
    assert machine.get(f"/transactions/{code}").json()["procedure"]["code"] == "9.999999"
    assert machine.post(f"/journal/{entry['id']}/replay").json()["outcome"] == "created"


def test_what_could_not_be_read_is_kept_as_what_it_was_sent_as_for_each_dossier(machine: ContractClient) -> None:
    codes = sorted(a_dossier_code() for _ in range(2))
    for code in codes:
        machine.put(f"/transactions/{code}", {"typing_error": 1})
        machine.post(f"/transactions/{code}/steps", {"steps": [{"at": "x"}]})
    machine.post("/transactions/batch", [A_STATE | {"dossier_code": codes[0], "typing_error": 1}])

    kept = [(entry["kind"], entry["dossier_code"]) for entry in machine.get("/journal").json()["results"]]

    assert sorted(kept) == sorted([("snapshot", codes[0])] + [(k, c) for k in ("snapshot", "steps") for c in codes])


def test_the_journal_is_the_callers_own(machine: ContractClient, api: ContractClient) -> None:
    machine.put(f"/transactions/{a_dossier_code()}", A_STATE)
    (entry,) = machine.get("/journal").json()["results"]
    other = api.machine("transactions:write", source="khac-mau")

    assert other.get("/journal").json()["results"] == []
    assert problem(other.post(f"/journal/{entry['id']}/replay")) == (404, "message-unknown")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"received_at": "1800-03-04T08:15:00+07:00"}, ("/received_at", "range")),
        ({"due_at": "3000-03-04T08:15:00+07:00"}, ("/due_at", "range")),
        ({"received_at": "2024-03-04T08:15:00+23:16"}, ("/received_at", "offset")),
        ({"received_at": "2024-03-04T08:15:00"}, ("/received_at", "offset")),
        ({"received_at": "2024-02-30T08:15:00+07:00"}, ("/received_at", "no_such_instant")),
        ({"received_at": 20240304081500}, ("/received_at", "offset")),
        ({"source_updated_at": "2099-01-01T00:00:00+07:00"}, ("/source_updated_at", "in_future")),
        ({"status": "11"}, ("/status", "invalid_choice")),
        ({"status": {"code": 2}}, ("/status", "invalid_choice")),
        ({"procedure": {"code": "1.004884"}}, ("/procedure", "invalid")),
        ({"procedure": None}, ("/procedure", "null")),
        ({"contacts": 99_999_999}, ("/contacts", "max_value")),
        ({"receiving_unit": "000.99.99.H34"}, ("/receiving_unit", "unknown_unit")),
        ({"steps": [A_STEP | {"unit": "nowhere"}]}, ("/steps/0/unit", "unknown_unit")),
        ({"steps": [A_STEP, {"at": "x"}]}, ("/steps/1/at", "offset")),
        ({"steps": {"at": "x"}}, ("/steps", "not_a_list")),
        ({"applicant": []}, ("/applicant", "invalid")),
        ({"typing_error": 1}, ("/typing_error", "unknown_field")),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_written_but_the_journal(
    machine: ContractClient, said: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = machine.put(f"/transactions/{a_dossier_code()}", A_STATE | said)

    assert problem(answer) == (400, "invalid")
    assert wrong in faults(answer)
    assert (Transaction.objects.count(), Message.objects.filter(outcome="rejected").count()) == (0, 1)


@pytest.mark.parametrize(
    "body",
    [
        b'{"status": NaN}', b'{"status": "\\u0000"}', b'{"status": "\\ud800"}', b'{"status": "\xff"}', b"[", b"",
        b"[" * 100_000, b'{"contacts": 1' + b"0" * 5000 + b"}", b"null", b'"text"', b"[[[[]]]]",
    ],
)  # fmt: skip
def test_a_body_that_is_no_clean_json_is_a_problem_and_never_a_failure(machine: ContractClient, body: bytes) -> None:
    for method, path in (
        ("put", f"/transactions/{a_dossier_code()}"),
        ("post", f"/transactions/{a_dossier_code()}/steps"),
    ):
        answer = getattr(machine, method)(path, body, content_type="application/json")
        assert problem(answer) == (400, "invalid"), (path, body[:30])
    batch = machine.post("/transactions/batch", body, content_type="application/json")
    assert batch.status_code in {200, 400}
    rows = machine.post("/transactions/batch", b"[" + body + b"]", content_type="application/json")
    assert rows.status_code in {200, 400}
    if rows.status_code == 200:
        assert rows.json()["counts"]["rejected"] == 1
    assert Transaction.objects.count() == 0


def test_text_that_cannot_be_stored_spoils_only_its_row(machine: ContractClient) -> None:
    good = json.dumps(A_STATE | {"dossier_code": a_dossier_code()})
    bad = ['{"dossier_code": "a\\u0000"}', '{"status": "\\ud800"}', '{"contacts": NaN}', '{"contacts": 1e999}']

    answer = machine.post(
        "/transactions/batch", f"[{good}, {', '.join(bad)}]".encode(), content_type="application/json"
    )

    assert [row["outcome"] for row in answer.json()["results"]] == ["created", *["rejected"] * 4]


def test_a_body_of_ten_megabytes_is_too_large(machine: ContractClient) -> None:
    body = b'[{"dossier_code": "' + b"x" * 10_000_000 + b'"}]'

    assert problem(machine.post("/transactions/batch", body, content_type="application/json")) == (413, "too-large")
    assert problem(machine.put("/transactions/x", body, content_type="application/json")) == (413, "too-large")


def test_a_batch_holds_a_thousand_rows_and_no_more(machine: ContractClient) -> None:
    answer = machine.post("/transactions/batch", [{}] * 1001)

    assert faults(answer) == {("", "too_many_rows")}


@pytest.mark.parametrize("code", ["HS/2024/77", "mã hồ sơ", "a" * 101, "..", "%2e%2e", "a\x01b"])
def test_any_dossier_code_is_answered(machine: ContractClient, code: str) -> None:
    answer = machine.put(f"/transactions/{code}", A_STATE)

    assert answer.status_code in {201, 400, 404}


def test_reading_and_writing_are_granted_apart(api: ContractClient) -> None:
    reader, writer = api.machine("transactions:read"), api.machine("transactions:write")
    code = a_transaction().dossier_code

    assert problem(reader.put(f"/transactions/{code}", A_STATE)) == (403, "forbidden")
    assert problem(writer.get(f"/transactions/{code}")) == (403, "forbidden")
    assert problem(api.get("/transactions")) == (401, "unauthenticated")


def test_loading_reference_data_again_disturbs_no_transaction() -> None:
    made = a_transaction()

    call_command("load_reference_data", verbosity=0)

    assert Transaction.objects.get(pk=made.pk).digest == made.digest
