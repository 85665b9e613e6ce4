"""A file of transactions: sent, read row by row, reported row by row; sent again it changes nothing."""

import base64
import csv
import hashlib
import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from procedures.imports.models import Import, ImportPiece, ImportReportPart
from procedures.transactions.models import Message, Transaction
from tests.builders.imports import HEAD, a_code, a_row, a_sheet_row, lines, many, packed, sheet
from tests.contract_client import ContractClient, faults, problem

CSV, JSON_LINES, GZIP = "text/csv", "application/x-ndjson", "application/gzip"


@pytest.fixture
def machine(api: ContractClient) -> ContractClient:
    return api.machine("transactions:read", "transactions:write")


def posted(machine: ContractClient, raw: bytes, kind: str = JSON_LINES, **headers: str) -> Any:
    """Send a file."""
    return machine.post("/imports", raw, content_type=kind, headers=headers)


def read(machine: ContractClient, answer: Any) -> dict[str, Any]:
    """Let a worker read what was sent and return how the import stands."""
    call_command("run_jobs", only="imports", stdout=io.StringIO())
    return machine.get(answer["Location"]).json()  # type: ignore[no-any-return]


def report(machine: ContractClient, told: dict[str, Any], **query: str) -> list[dict[str, Any]]:
    """Return the report as JSON Lines."""
    answer: Any = machine.get(told["report"], {"type": "json_lines", **query})
    return [json.loads(line) for line in answer.getvalue().splitlines()]


def state() -> list[tuple[Any, ...]]:
    """Return everything that an import may change but the count of repeats."""
    return [*Transaction.objects.order_by("pk").values_list(),
            *Message.objects.order_by("pk").values_list("pk", "digest", "outcome")]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (many(3), JSON_LINES),
        (packed(many(3)), JSON_LINES),
        (packed(many(3)), GZIP),
        (sheet(*map(a_sheet_row, range(3))), CSV),
        (sheet(*map(a_sheet_row, range(3))).replace(b";", b","), CSV),
        (packed(sheet(*map(a_sheet_row, range(3)))), GZIP),
        (packed(many(1)) + packed(many(3)[len(many(1)) :]), GZIP),
    ],
    ids=["lines", "lines packed", "packed lines", "semicolons", "commas", "packed sheet", "two members"],
)
def test_a_file_of_any_kind_gives_the_same_transactions(machine: ContractClient, raw: bytes, kind: str) -> None:
    answer = posted(machine, raw, kind)
    told = read(machine, answer)

    assert answer.status_code == 202
    assert (told["state"], told["rows_total"], told["counts"]["created"]) == ("finished", 3, 3)
    assert told["sha256"] == hashlib.sha256(raw).hexdigest()
    row = machine.get(f"/transactions/{a_code(1)}").json()
    assert (row["due_at"], row["timeliness"]) == ("2024-03-11T17:00:00+07:00", "on_time")
    assert row["received_at"] == "2024-03-04T08:15:00+07:00"


def test_the_same_file_again_changes_nothing(machine: ContractClient) -> None:
    read(machine, posted(machine, many(5)))
    before = state()

    told = read(machine, posted(machine, many(5)))

    assert told["counts"] == {
        "created": 0, "updated": 0, "unchanged": 5, "stale": 0, "waiting": 0, "rejected": 0,
    }  # fmt: skip
    assert state() == before


def test_the_same_file_sent_twice_before_it_was_read_is_one_import(machine: ContractClient) -> None:
    first, second = posted(machine, many(2)), posted(machine, many(2))

    assert first["Location"] == second["Location"]
    assert Import.objects.count() == 1


def test_each_row_is_reported_with_its_line_its_outcome_and_its_faults(machine: ContractClient) -> None:
    read(machine, posted(machine, lines(a_row(7))))
    older = a_row(7, source_updated_at="2024-03-05T08:00:00+07:00", status="processing", ended_at=None)
    raw = lines(a_row(7), older, a_row(8)) + b"\n[1]\n{\n" + lines(a_row(9, procedure="9.999999"))

    told = read(machine, posted(machine, raw))

    rows = report(machine, told)
    assert [(row["row"], row["line"], row["outcome"]) for row in rows] == [
        (1, 1, "unchanged"), (2, 2, "stale"), (3, 3, "created"), (4, 5, "rejected"), (5, 6, "rejected"),
        (6, 7, "rejected"),
    ]  # fmt: skip
    assert [error["code"] for row in rows for error in row["errors"]] == [
        "not_an_object", "malformed_json", "unknown_procedure",
    ]  # fmt: skip
    assert [row["key"] for row in report(machine, told, outcome="rejected")] == ["", "", a_code(9)]


def test_the_report_opens_as_a_vietnamese_spreadsheet_and_runs_no_formula(machine: ContractClient) -> None:
    told = read(machine, posted(machine, lines(a_row(1, dossier_code="=1+1", procedure="9.9"))))

    answer: Any = machine.get(told["report"])

    raw = answer.getvalue()

    assert raw.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    assert head[2] == "Mã hồ sơ"
    assert (row[1], row[2], row[3], row[5]) == ("1", "'=1+1", "rejected", "unknown_procedure")


def test_a_sheet_may_name_its_columns_in_vietnamese_and_write_words_as_people_do(machine: ContractClient) -> None:
    head = "Mã hồ sơ,THỜI ĐIỂM CẬP NHẬT,Trạng thái,Mã thủ tục,Kênh,Loại người nộp,Số định danh,Số hóa,Số lần liên hệ"
    row = f"{a_code(1)},4/3/2024 8:15,Đang xử lý,1.004884,2,1,999099000001,có,3"

    told = read(machine, posted(machine, sheet(row, head=head), CSV))

    assert told["counts"]["created"] == 1, report(machine, told)
    row_told = machine.get(f"/transactions/{a_code(1)}").json()
    assert (row_told["status"], row_told["channel"]) == ("processing", "online")
    assert (row_told["digitised"], row_told["contacts"]) == (True, 3)
    assert row_told["source_updated_at"] == "2024-03-04T08:15:00+07:00"
    assert row_told["applicant"]["ref"].startswith("citizen_")


def test_a_row_may_tell_a_state_with_a_step_or_a_step_alone(machine: ContractClient) -> None:
    head = f"{HEAD};step_at;step_status;step_content;step_official_name"
    rows = (
        f"{a_sheet_row(1)};04/03/2024 08:15;received;Tiếp nhận hồ sơ;Y Bình Mẫu",
        f"{a_code(1)};;;;;;;;05/03/2024 09:00;processing;Thụ lý hồ sơ;Y Bình Mẫu",
    )

    told = read(machine, posted(machine, sheet(*rows, head=head), CSV))

    assert told["counts"]["rejected"] == 0, report(machine, told)
    steps = machine.get(f"/transactions/{a_code(1)}").json()["steps"]
    assert [step["content"] for step in steps] == ["Tiếp nhận hồ sơ", "Thụ lý hồ sơ"]


def test_null_clears_and_an_empty_cell_says_nothing(machine: ContractClient) -> None:
    read(machine, posted(machine, lines(a_row(1, contacts=2, agencies_contacted=4))))
    head = "dossier_code;source_updated_at;status;procedure;contacts;agencies_contacted"

    read(machine, posted(machine, sheet(f"{a_code(1)};2024-03-12 08:00;returned;1.004884;null;", head=head), CSV))

    told = machine.get(f"/transactions/{a_code(1)}").json()
    assert (told["contacts"], told["agencies_contacted"]) == (None, 4)


def test_a_bad_cell_is_named_by_its_column(machine: ContractClient) -> None:
    row = f"{a_code(1)};31/02/2024;xong;1.004884;khong-co;04-03-2024;11/03/2024;"

    told = read(machine, posted(machine, sheet(row), CSV))

    (row_told,) = report(machine, told)
    assert row_told["line"] == 2
    assert {(error["pointer"], error["code"]) for error in row_told["errors"]} == {
        ("/source_updated_at", "instant_of_file"), ("/status", "invalid_choice"), ("/received_at", "instant_of_file"),
    }  # fmt: skip


def test_a_stray_quotation_mark_spoils_its_own_line_only(machine: ContractClient) -> None:
    rows = [a_sheet_row(1), f'"{a_sheet_row(2)}', *(a_sheet_row(n) for n in range(3, 8)), "chỉ một ô"]

    told = read(machine, posted(machine, sheet(*rows), CSV))

    assert [(row["line"], row["outcome"], *[error["code"] for error in row["errors"]])
            for row in report(machine, told)] == [
        (2, "created"), (3, "rejected", "open_quote"), *((line, "created") for line in range(4, 9)),
        (9, "rejected", "wrong_columns"),
    ]  # fmt: skip


def test_what_makes_a_line_no_row_is_told_in_its_own_words_and_under_its_column(machine: ContractClient) -> None:
    head = f"{HEAD};step_at;step_status;step_content"
    cells = ["x" * 140_000, "một\rhai", "\0"]
    rows = [f"{a_sheet_row(n)};04/03/2024;received;{cell}" for n, cell in enumerate(cells)]

    told = read(machine, posted(machine, sheet(*rows, head=head), CSV))

    seen = report(machine, told)
    assert [[(error["pointer"], error["code"]) for error in row["errors"]] for row in seen] == [
        [("", "cell_too_long")], [("", "stray_line_end")], [("/step_content", "bad_text")],
    ]  # fmt: skip
    assert seen[2]["key"] == a_code(2)


def test_a_quoted_cell_may_hold_line_ends_and_lines_are_still_counted(machine: ContractClient) -> None:
    head = f"{HEAD};step_at;step_status;step_content"
    first = f'{a_sheet_row(1)};04/03/2024;received;"Tiếp nhận ""hồ sơ"";\nhẹn trả"'

    told = read(machine, posted(machine, sheet(first, f"{a_sheet_row(2)};;;", head=head), CSV))

    assert [(row["line"], row["outcome"]) for row in report(machine, told)] == [(2, "created"), (4, "created")]


def test_a_sheet_with_unknown_or_missing_columns_is_refused_before_it_is_taken(machine: ContractClient) -> None:
    answer = posted(machine, sheet(head="ma_ho_so_la;status;status"), CSV)

    assert faults(answer) == {
        ("/ma_ho_so_la", "unknown_column"), ("/status", "column_twice"), ("/dossier_code", "column_missing"),
    }  # fmt: skip
    assert Import.objects.count() == 0


def test_the_template_is_explained_column_by_column_and_is_itself_a_good_file(machine: ContractClient) -> None:
    columns = machine.get("/imports/columns").json()["columns"]
    template = machine.get("/imports/template").content

    told = read(machine, posted(machine, template, CSV))

    assert told["counts"]["created"] == 1, report(machine, told)
    assert all(c["meaning_vi"] and c["meaning_en"] and c["written_vi"] and c["written_en"] for c in columns)
    assert template.decode("utf-8-sig").splitlines()[0].split(";") == [column["name"] for column in columns]


def test_progress_tells_rows_bytes_and_speed(machine: ContractClient) -> None:
    answer = posted(machine, many(4))

    waiting = answer.json()
    done = read(machine, answer)

    assert (waiting["state"], waiting["rows_total"], waiting["seconds_left"]) == ("queued", None, None)
    assert waiting["bytes_total"] == done["bytes_done"] == len(many(4))
    assert done["rows_per_second"] > 0
    assert (done["lines_done"], done["seconds_left"]) == (4, 0)


def test_a_cancelled_import_is_read_no_further_and_its_file_is_gone(machine: ContractClient) -> None:
    answer = posted(machine, many(2))

    cancelled = machine.post(f"{answer['Location']}/cancellation")
    again = machine.post(f"{answer['Location']}/cancellation")
    told = read(machine, answer)

    assert (cancelled.status_code, again.status_code) == (200, 200)
    assert (told["state"], told["rows_done"], ImportPiece.objects.count()) == ("cancelled", 0, 0)


def test_what_is_over_cannot_be_cancelled(machine: ContractClient) -> None:
    answer = posted(machine, many(1))
    read(machine, answer)

    assert problem(machine.post(f"{answer['Location']}/cancellation")) == (409, "import-ended")


def test_the_file_is_sealed_while_it_waits_and_gone_when_it_was_read(machine: ContractClient) -> None:
    raw = lines(a_row(1, applicant={"kind": "citizen", "national_id": "999099000001"}))
    answer = posted(machine, raw)

    kept = b"".join(bytes(piece.sealed) for piece in ImportPiece.objects.all())
    read(machine, answer)

    assert kept
    assert b"999099000001" not in kept
    assert ImportPiece.objects.count() == 0
    assert b"999099000001" not in b"".join(bytes(part.packed) for part in ImportReportPart.objects.all())


def test_a_refused_row_can_be_taken_in_again_from_the_journal(machine: ContractClient) -> None:
    head = "dossier_code;source_updated_at;status;procedure"
    read(machine, posted(machine, sheet(f"{a_code(1)};2024-03-04 08:15;received;9.999999", head=head), CSV))
    (entry,) = machine.get("/journal").json()["results"]

    again = machine.post(f"/journal/{entry['id']}/replay").json()

    assert (entry["outcome"], again["outcome"]) == ("rejected", "rejected")
    assert [(fault["pointer"], fault["code"]) for fault in again["faults"]] == [("/procedure", "unknown_procedure")]


def test_a_row_of_a_file_and_of_a_batch_are_the_same_message(machine: ContractClient) -> None:
    read(machine, posted(machine, sheet(a_sheet_row(1)), CSV))

    (result,) = machine.post("/transactions/batch", [a_row(1)]).json()["results"]

    assert result["outcome"] == "unchanged"


def test_the_digest_of_the_sender_is_held_against_what_came(machine: ContractClient) -> None:
    raw = many(1)
    digest = base64.b64encode(hashlib.sha256(raw).digest()).decode()

    good = posted(machine, raw, **{"Content-Digest": f"sha-256=:{digest}:"})
    bad = posted(machine, raw + b"\n", **{"Content-Digest": f"sha-256=:{digest}:"})
    odd = posted(machine, raw, **{"Content-Digest": "md5=abc"})

    assert good.status_code == 202
    assert problem(bad) == (400, "file-differs")
    assert faults(odd) == {("Content-Digest", "invalid")}
    assert Import.objects.count() == 1


def test_nobody_sees_or_stops_the_files_of_another(machine: ContractClient, api: ContractClient) -> None:
    address = posted(machine, many(1))["Location"]
    stranger = api.machine("transactions:write")

    answers = [stranger.get(address), stranger.get(f"{address}/report"), stranger.post(f"{address}/cancellation")]

    assert [problem(answer) for answer in answers] == [(404, "import-unknown")] * 3
    assert stranger.get("/imports").json()["results"] == []
    assert len(machine.get("/imports?state=queued").json()["results"]) == 1
