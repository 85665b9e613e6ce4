"""What is no file of transactions costs little, leaves nothing, and is told in words."""

import datetime as dt
import gzip
import os
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils.timezone import now

from api.access import tokens
from api.access.models import ApiClient
from procedures.errors import FileUnpacksTooFar
from procedures.imports.models import Import, ImportPiece, ImportReportPart
from procedures.imports.rules import PIECE, Layout, Unpacking, rows_of
from procedures.imports.rules.rows import LONGEST_LINE
from procedures.imports.services import forget, working
from procedures.imports.services.accepting import UPLOAD_LEASE
from procedures.transactions.services import receive
from tests.builders.imports import NOW, a_row, an_import, lines, many, packed, sheet, worked_off
from tests.contract_client import ContractClient, problem
from tests.http.serving import exchange, served

MIB = 1024 * 1024


@pytest.fixture
def machine(api: ContractClient) -> ContractClient:
    return api.machine("transactions:write")


@pytest.mark.parametrize(
    ("raw", "kind", "told"),
    [
        (b"", "application/x-ndjson", (400, "file-empty")),
        (b"\xef\xbb\xbf \n", "text/csv", (400, "file-empty")),
        (packed(b""), "application/gzip", (400, "file-empty")),
        (packed(many(9))[:-9], "application/gzip", (400, "file-unreadable")),
        (packed(many(9))[:40] + b"rubbish" * 9, "application/gzip", (400, "file-unreadable")),
        (packed(b'{"a": 1}\n' * 5 * MIB), "application/gzip", (413, "file-unpacks-too-far")),
        ("Mã hồ sơ;x\n".encode("utf-16"), "text/csv", (400, "file-unreadable")),
        (b"dossier_code,status\rA,2\r", "text/csv", (400, "file-unreadable")),
        (b"dossier\r_code,status\nA,2\n", "text/csv", (400, "file-unreadable")),
        (b"{}", "application/json", (415, "unsupported-media-type")),
        (b"{}", "application/zip", (415, "unsupported-media-type")),
    ],
    ids=[
        "empty",
        "blank",
        "empty inside",
        "cut off",
        "damaged",
        "bomb",
        "utf-16",
        "CR alone",
        "CR in a name",
        "json",
        "zip",
    ],
)
def test_what_is_no_file_is_refused_and_leaves_nothing(
    machine: ContractClient, raw: bytes, kind: str, told: tuple[int, str]
) -> None:
    answer = machine.post("/imports", raw, content_type=kind)

    assert problem(answer) == told
    assert (Import.objects.count(), ImportPiece.objects.count()) == (0, 0)


def test_a_bomb_is_refused_after_its_first_harmless_part() -> None:
    unpacking, made = Unpacking(), 0

    with pytest.raises(FileUnpacksTooFar):  # noqa: PT012 - what came before it counts
        for part in unpacking.feed(packed(b"0" * 200 * MIB)):
            made += len(part)

    assert made <= 42 * MIB
    assert len(gzip.decompress(packed(many(2000)))) < 200 * len(packed(many(2000))), "a real file is no bomb"


def test_a_file_beyond_the_limit_is_refused_as_it_comes_or_as_it_unpacks(
    machine: ContractClient, settings: Any
) -> None:
    settings.LARGEST_IMPORT_MIB = 1

    plain = machine.post("/imports", many(5000), content_type="application/x-ndjson")
    inside = machine.post("/imports", packed(many(5000)), content_type="application/gzip")

    assert problem(plain) == problem(inside) == (413, "file-too-large")
    assert "1 MiB" in plain.json()["detail"]


def test_a_caller_has_ten_files_waiting_at_most(machine: ContractClient) -> None:
    answers = [machine.post("/imports", many(n), content_type="application/x-ndjson") for n in range(1, 12)]

    assert [answer.status_code for answer in answers] == [202] * 10 + [409]
    assert problem(answers[-1]) == (409, "too-many-imports")


def test_a_line_without_an_end_spoils_itself_and_is_never_held_whole() -> None:
    raw = b'{"dossier_code": "' + b"x" * 3 * LONGEST_LINE + b'"}\n' + lines(a_row(1))

    done = worked_off(an_import(raw))

    assert (done.rows_done, done.counts) == (2, {"rejected": 1, "created": 1})
    assert done.bytes_done == done.bytes_total == len(raw)


def test_a_mark_that_is_never_closed_does_not_swallow_the_file() -> None:
    row = b'x;"open\r\n'
    file = row * 20_000
    blocks = (file[n : n + PIECE] for n in range(0, len(file), PIECE))

    found = list(rows_of(blocks, at=0, line=1, layout=Layout(";", ("a", "b"))))

    assert sum(one.next_line - one.line for one in found) == 20_000
    assert found[-1].end == len(file)


def test_a_row_that_the_database_cannot_take_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(messages: Any, **how: Any) -> Any:
        if any(b"00003" in message.raw for message in messages):
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT 1/0")  # a real refusal of the database
        return receive(messages, **how)

    monkeypatch.setattr(working, "receive", careless)

    done = worked_off(an_import(many(6)))

    assert done.counts == {"created": 5, "rejected": 1}


def test_an_upload_that_never_ended_is_forgotten_with_its_pieces() -> None:
    job = an_import(many(1))
    Import.objects.filter(pk=job.pk).update(state="uploading", leased_until=NOW + UPLOAD_LEASE)

    early = forget(now=NOW)
    late = forget(now=NOW + 2 * UPLOAD_LEASE)

    assert (early, late, Import.objects.count(), ImportPiece.objects.count()) == (0, 1, 0, 0)


def test_a_report_is_kept_ninety_days_and_the_figures_for_good() -> None:
    worked_off(an_import(many(3)))
    Import.objects.update(ended_at=NOW)

    early = forget(now=NOW + dt.timedelta(days=89))
    late = forget(now=NOW + dt.timedelta(days=91))

    assert (early, late, ImportReportPart.objects.count()) == (0, 1, 0)
    assert Import.objects.get().counts == {"created": 3}


def test_an_upload_that_goes_on_is_nobodys_import_yet(machine: ContractClient) -> None:
    address = machine.post("/imports", many(1), content_type="application/x-ndjson")["Location"]
    Import.objects.update(state="uploading", format="")

    assert machine.get("/imports").json()["results"] == []
    assert problem(machine.get(address)) == (404, "import-unknown")


def test_a_full_disk_is_told_as_such_and_leaves_nothing(own_database: str) -> None:
    machine = ContractClient().machine("transactions:write")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$;"
            "CREATE TRIGGER full_disk BEFORE INSERT ON procedures_importpiece EXECUTE FUNCTION full_disk()"
        )

    answer = machine.post("/imports", many(1), content_type="application/x-ndjson")

    assert problem(answer) == (507, "storage-full")
    assert "đầy" in answer.json()["detail"]
    assert Import.objects.count() == 0


@pytest.mark.slow
def test_over_the_wire_a_large_file_is_never_held_whole_and_one_cut_off_leaves_nothing(own_database: str) -> None:
    client = ApiClient.objects.create(
        client_id="motcua-mau", name="Phần mềm mẫu", scopes=["transactions:write"], source="motcua-mau", created_at=NOW
    )
    token = tokens.issue(scopes=["transactions:write"], client=client, now=now())
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    block = many(3500)[:MIB]
    with served(database=own_database, LARGEST_IMPORT_MIB="256") as base:
        host, port = base.removeprefix("http://").split(":")
        small = _sent(host, int(port), head, iter([many(1)]))
        before = _peak_of_children()
        large = _sent(
            host, int(port), head, (block for _ in range(60)), path="/api/v1/imports/"
        )  # slashes are forgiven
        grown = _peak_of_children() - before
        told = "\r\n".join(f"{name}: {value}" for name, value in head.items())
        request = f"POST /api/v1/imports HTTP/1.1\r\nHost: {host}\r\n{told}\r\nContent-Length: 9999999\r\n\r\n"
        cut, _, body = exchange(base, request.encode(), then=block, shut=True)
        chunked = request.replace("Content-Length: 9999999", "Transfer-Encoding: chunked\r\nConnection: close").encode()
        broken = [exchange(base, chunked, then=then, shut=True) for then in BROKEN_CHUNKS]

    assert (small, large) == (202, 202)
    assert grown < 30 * MIB, f"the worker grew by {grown / MIB:.0f} MiB"
    assert (cut, b"file-cut-off" in body) == (400, True)
    assert [(status, b"file-cut-off" in told) for status, _, told in broken] == [(400, True)] * len(BROKEN_CHUNKS)
    assert Import.objects.count() == 2


BROKEN_CHUNKS = (
    b"ZZ\r\n{}\r\n0\r\n\r\n",  # no size
    b'20\r\n{"dossier_code": "X',  # the end of a chunk did not come
    b'14\r\n{"dossier_code": 17}',  # nor what ends it
)


def _sent(host: str, port: int, head: dict[str, str], blocks: Any, path: str = "/api/v1/imports") -> int:
    """Send a file in chunks, its length untold."""
    with closing(HTTPConnection(host, port, timeout=120)) as wire:
        wire.request("POST", path, body=blocks, headers=head, encode_chunked=True)
        return wire.getresponse().status


def _peak_of_children() -> int:
    """Return the largest memory, in bytes, that any process below this one ever held."""
    peaks, parents = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                told = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
                peaks[folder.name] = 1024 * int(told.get("VmHWM", "0 kB").split()[0])
                parents[folder.name] = told["PPid"].strip()
    mine = {str(os.getpid())}
    while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return max(peaks[pid] for pid in mine - {str(os.getpid())})


def test_a_sheet_larger_than_a_piece_is_cut_in_the_right_places() -> None:
    rows = [f"X-{n};20240311153000;finished;1.004884;{'ệ' * 500}" for n in range(2500)]
    raw = sheet(*rows, head="dossier_code;source_updated_at;status;procedure;settling_unit_name")

    done = worked_off(an_import(raw))

    assert ImportPiece.objects.count() == 0
    assert len(raw) > 3 * PIECE
    assert (done.rows_done, done.lines_done) == (2500, 2501)
    assert set(done.counts) == {"rejected"}, "a name of 500 letters is too long, and every row was read whole"
