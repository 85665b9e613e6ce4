"""A batch: its two forms, its bounds, all or nothing, and only a rehearsal."""

from typing import Any

import pytest

from api.transactions.batches import LARGEST_BATCH, MOST_ROWS
from procedures.transactions.models import Dossier, Message, Transaction
from tests.builders.imports import a_code, a_row, lines, many
from tests.contract_client import ContractClient, faults, problem

LINES = "application/x-ndjson"


@pytest.fixture
def machine(api: ContractClient) -> ContractClient:
    return api.machine("transactions:write", "transactions:read")


def sent(machine: ContractClient, raw: bytes, query: str = "", kind: str = LINES) -> Any:
    """Send a batch as it is."""
    return machine.post(f"/transactions/batch{query}", raw, content_type=kind)


def kept() -> tuple[int, int, int]:
    """Return how many transactions, numbers and messages there are."""
    return Transaction.objects.count(), Dossier.objects.count(), Message.objects.count()


def test_a_thousand_rows_are_taken_and_one_more_is_refused_in_both_forms(machine: ContractClient) -> None:
    most = sent(machine, many(MOST_ROWS))
    lines_too_many = sent(machine, many(MOST_ROWS + 1))
    array_too_many = sent(machine, b"[" + b",".join(many(MOST_ROWS + 1).splitlines()) + b"]", kind="application/json")

    assert most.json()["counts"]["created"] == MOST_ROWS
    assert faults(lines_too_many) == faults(array_too_many) == {("", "too_many_rows")}


def test_eight_mebibytes_are_taken_and_one_byte_more_is_refused_in_both_forms(machine: ContractClient) -> None:
    row = lines(a_row(1))
    full = row + b" " * (LARGEST_BATCH - len(row))
    array = b"[" + row.strip() + b"]"
    full_array = array + b" " * (LARGEST_BATCH - len(array))

    assert sent(machine, full).status_code == sent(machine, full_array, kind="application/json").status_code == 200
    for raw, kind in ((full, LINES), (full_array, "application/json")):
        answer = sent(machine, raw + b" ", kind=kind)
        assert problem(answer) == (413, "too-large")
        assert str(LARGEST_BATCH) in answer.json()["detail"]


OLDER, NEWER = "2024-03-10T09:00:00+07:00", "2024-03-11T16:00:00+07:00"
"""Before and after the state that is kept (tests/builders/imports.py)."""


def a_row_of_each_outcome() -> bytes:
    """Return a row for each of what may become of one, once rows 1 to 3 are kept."""
    return lines(
        a_row(1),
        a_row(2, source_updated_at=NEWER, contacts=1),
        a_row(3, source_updated_at=OLDER, status="processing", ended_at=None),
        a_row(4),
        a_row(5, procedure="9.999999"),
    )


EACH = ["unchanged", "updated", "stale", "created", "rejected"]


def test_each_row_is_told_whether_it_was_new_newer_older_known_or_refused(machine: ContractClient) -> None:
    sent(machine, lines(*map(a_row, (1, 2, 3))))
    rehearsed = sent(machine, a_row_of_each_outcome(), "?dry_run=true").json()
    before = kept()

    told = sent(machine, a_row_of_each_outcome()).json()
    again = sent(machine, a_row_of_each_outcome()).json()

    assert [(row["index"], row["outcome"]) for row in told["results"]] == list(enumerate(EACH))
    assert [row["key"] for row in told["results"]] == [a_code(number) for number in range(1, 6)]
    assert told["counts"] == dict.fromkeys(EACH, 1) | {"waiting": 0}
    assert [row["outcome"] for row in rehearsed["results"]] == EACH
    assert (before[0], kept()[0]) == (3, 4)
    assert [row["outcome"] for row in again["results"]] == [*["unchanged"] * 4, "rejected"]


def test_what_is_updated_says_the_newer_and_what_is_stale_only_fills_gaps(machine: ContractClient) -> None:
    sent(machine, lines(*map(a_row, (1, 2, 3))))

    sent(machine, a_row_of_each_outcome())

    stood = {row.dossier_code: row for row in Transaction.objects.all()}
    assert (stood[a_code(2)].contacts, stood[a_code(3)].status) == (1, "finished")
    assert stood[a_code(3)].ended_at == stood[a_code(1)].ended_at is not None


def test_of_one_batch_the_newer_state_counts_in_either_order(machine: ContractClient) -> None:
    older, newer = a_row(1, contacts=2), a_row(1, source_updated_at=NEWER, contacts=1)

    told = [sent(machine, lines(*rows)).json()["results"] for rows in ((older, newer), (newer, older))]

    assert [[row["outcome"] for row in rows] for rows in told] == [["created", "updated"], ["unchanged", "unchanged"]]
    assert Transaction.objects.get().contacts == 1


@pytest.mark.parametrize("query", ["?atomic=true", "?atomic=true&dry_run=true"])
def test_all_or_nothing_names_each_bad_row_by_its_place(machine: ContractClient, query: str) -> None:
    raw = lines(a_row(1), a_row(2, procedure="9.999999"), a_row(3)) + b"{\n"

    answer = sent(machine, raw, query)

    assert problem(answer) == (400, "invalid")
    assert faults(answer) == {("/1/procedure", "unknown_procedure"), ("/3", "malformed_json")}
    assert Transaction.objects.count() == 0
    assert Message.objects.count() == (0 if "dry_run" in query else 4), "every row stands in the journal"


def test_all_or_nothing_takes_all_when_all_are_good(machine: ContractClient) -> None:
    rehearsed = sent(machine, many(3), "?atomic=true&dry_run=true").json()
    before = kept()
    taken = sent(machine, many(3), "?atomic=true").json()

    assert before == (0, 0, 0)
    assert rehearsed["counts"] == taken["counts"]
    assert taken["counts"]["created"] == 3


def test_a_rehearsal_tells_each_row_and_writes_nothing(machine: ContractClient) -> None:
    sent(machine, lines(a_row(1)))
    before = kept()
    raw = lines(a_row(1), a_row(2), a_row(3, status="xong"))

    told = sent(machine, raw, "?dry_run=true").json()

    assert [row["outcome"] for row in told["results"]] == ["unchanged", "created", "rejected"]
    assert kept() == before
    assert Message.objects.get().times_received == 1


def test_blank_lines_are_no_rows_and_a_batch_of_them_is_empty(machine: ContractClient) -> None:
    told = sent(machine, b"\n\r\n" + lines(a_row(1)) + b"\r\n \n").json()

    assert [(row["index"], row["outcome"]) for row in told["results"]] == [(0, "created")]
    assert faults(sent(machine, b"\n \n")) == {("", "empty")}


@pytest.mark.parametrize("query", ["?atomic=maybe", "?atomic=", "?dryrun=true"])
def test_a_word_that_is_no_answer_is_refused_before_anything_is_taken(machine: ContractClient, query: str) -> None:
    answer = sent(machine, many(1), query)

    assert answer.status_code in {200, 400}
    assert (answer.status_code == 200) == (query == "?atomic="), "an empty parameter is as good as none"
    assert kept()[0] == (1 if query == "?atomic=" else 0)


BOM = b"\xef\xbb\xbf"


def test_a_byte_order_mark_spoils_no_row(machine: ContractClient) -> None:
    as_lines = sent(machine, BOM + lines(a_row(1), a_row(2)))
    array = BOM + b"[" + lines(a_row(3)).strip() + b"]"
    as_array = sent(machine, array, kind="application/json")

    assert [answer.json()["counts"]["created"] for answer in (as_lines, as_array)] == [2, 1]


@pytest.mark.parametrize("kind", [LINES, "application/json"])
def test_an_empty_body_is_no_batch_and_no_success(machine: ContractClient, kind: str) -> None:
    answer = sent(machine, b"", kind=kind)

    assert problem(answer) == (400, "invalid")
    assert faults(answer) == {("", "empty")}


@pytest.mark.parametrize(
    "bad",
    [
        b'{"contacts": 1' + b"0" * 5000 + b"}", b"9" * 5000, b'{"a": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"a": "], [", "b": 1' + b"0" * 5000 + b', "c": "\\\\"}',
    ],
    ids=["a number too large", "nothing but that", "too deep", "brackets in texts"],
)  # fmt: skip
def test_a_row_that_cannot_be_read_spoils_itself_alone(machine: ContractClient, bad: bytes) -> None:
    good = [lines(a_row(n)).strip() for n in (1, 2)]

    answer = sent(machine, b"[" + b", ".join([good[0], bad, good[1]]) + b"]", kind="application/json")

    assert answer.status_code == 200
    assert [row["outcome"] for row in answer.json()["results"]] == ["created", "rejected", "created"]
    assert [one["code"] for one in answer.json()["results"][1]["errors"]] == ["malformed_json"]


def test_a_text_that_never_ends_is_read_once_and_no_more(machine: ContractClient) -> None:
    raw = b"[" + b"[" * 20_000 + b'"' + b'\\"' * 500_000  # read anew from each quotation mark it would take an hour

    answer = sent(machine, raw, kind="application/json")

    assert problem(answer) == (400, "invalid")
    assert faults(answer) == {("", "malformed_json")}


@pytest.mark.parametrize("flag", ["paid_online", "digitised", "electronic_result"])
def test_an_empty_text_is_neither_yes_nor_no_and_clears_nothing(machine: ContractClient, flag: str) -> None:
    sent(machine, lines(a_row(1, **{flag: True})))

    (told,) = sent(machine, lines(a_row(1, source_updated_at=NEWER, **{flag: ""}))).json()["results"]

    assert [(one["pointer"], one["code"]) for one in told["errors"]] == [(f"/{flag}", "invalid")]
    assert getattr(Transaction.objects.get(), flag) is True


def test_the_steps_of_one_moment_stand_in_one_order_whichever_came_first(machine: ContractClient) -> None:
    told = [
        {"at": "2024-03-05T09:00:00+07:00", "status": status, "content": content}
        for status, content in (("processing", "Chuyển thẩm định"), ("supplement_requested", "Yêu cầu bổ sung"),
                                ("processing", "Thẩm định"))
    ]  # fmt: skip
    shown = []
    for number, order in enumerate((told, told[::-1], told[1:] + told[:1])):
        sent(machine, lines(a_row(number)))
        for step in order:
            machine.post(f"/transactions/{a_code(number)}/steps", {"steps": [step]})
        steps = machine.get(f"/transactions/{a_code(number)}").json()["steps"]
        shown.append([step["content"] for step in steps if step["at"] == "2024-03-05T09:00:00+07:00"])

    assert shown[0] == shown[1] == shown[2]
    assert shown[0][-1] == "Yêu cầu bổ sung"  # as where the transaction stands


def test_a_step_tells_nobodys_numbers_and_is_one_step_however_it_came(machine: ContractClient) -> None:
    sent(machine, lines(a_row(1)))
    step = {"at": "2024-03-05T09:00:00+07:00", "status": "processing"}
    said = "Gọi ông A 0912345678, CCCD 062099000001, a@b.com, phiếu 12/PXL"
    for content in (said, "Gọi ông A […], CCCD […], […], phiếu 12/PXL"):
        machine.post(f"/transactions/{a_code(1)}/steps", {"steps": [step | {"content": content}]})

    answer = machine.get(f"/transactions/{a_code(1)}")

    assert [one["content"] for one in answer.json()["steps"] if one["status"] == "processing"] == [
        "Gọi ông A […], CCCD […], […], phiếu 12/PXL"
    ]


@pytest.mark.parametrize("number", ["062099000011", "0912 345 678", "+84912345678", "a@b.com"])
def test_a_number_put_into_a_wrong_field_is_not_quoted_back(machine: ContractClient, number: str) -> None:
    (told,) = sent(machine, lines(a_row(1, procedure=number))).json()["results"]
    (kept_fault,) = Message.objects.get().faults

    assert [one["code"] for one in told["errors"]] == ["unknown_procedure"]
    assert number not in str(told["errors"])
    assert kept_fault["value"] == ""
