"""Lists as files: what Excel reads is what the list says, and a file nobody waits for is made no further."""

import csv
import datetime as dt
import gzip
import io
import re
import socket
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import DatabaseError, connections
from django.db.transaction import atomic

from api.access.models import ApiClient
from api.access.tokens import issue
from procedures.calendar.rules import ZONE
from procedures.transactions.models import Transaction
from procedures.transactions.queries import copying, exporting
from procedures.vocabulary import ConductSignal, Timeliness, TransactionWarning
from tests.builders.exclusions import a_late_dossier, excluded
from tests.builders.ratings import a_unit
from tests.builders.transactions import FINISHED_AT, NOW, RECEIVED_AT, a_transaction
from tests.contract_client import ContractClient, faults
from tests.http.serving import served
from tests.transactions.copies import copies

MINUTE = dt.timedelta(minutes=1)
IN_OTHER_WORDS = {
    "applicant", "procedure", "field", "receiving_unit", "settling_unit", "apology_due", "version", "calendar_version",
    "source_updated_at",
}  # fmt: skip
"""What a list tells and a file has under other names, or is of no use in a report."""


@pytest.fixture
def reader(api: ContractClient) -> ContractClient:
    return api.machine("transactions:read")


def lines_of(answer: Any) -> list[list[str]]:
    """Return the rows of a CSV file, as Excel splits them."""
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def book_of(answer: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def one_line(reader: ContractClient) -> dict[str, str]:
    """Return the one row of a CSV file by its headings."""
    _about, headings, row = lines_of(reader.get("/transactions/export?format=csv"))
    return dict(zip(headings, row, strict=True))


def told(sheet: Any, row: int) -> dict[str, Any]:
    """Return a row of a sheet by its headings."""
    return {heading.value: cell.value for heading, cell in zip(sheet[1], sheet[row], strict=False)}


def test_a_csv_file_opens_in_excel_with_vietnamese_letters_and_dates(reader: ContractClient) -> None:
    one = a_transaction()

    answer = reader.get("/transactions/export?format=csv")

    about, headings, row = lines_of(answer)
    line = dict(zip(headings, row, strict=True))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].endswith('.csv"')
    assert answer.content.endswith(b"\r\n")
    assert "Bộ lọc: không có" in about[0]
    assert (line["Mã hồ sơ"], line["Đơn vị tiếp nhận"]) == (one.dossier_code, "Tỉnh Kon Tum")
    assert (line["Tiếp nhận lúc"], line["Nộp lúc"]) == ("2024-03-04 08:15:00", "")
    assert (line["Trạng thái"], line["Tiến độ"], line["Kênh"]) == ("Đã xử lý xong", "đúng hạn", "Trực tiếp")


def test_a_workbook_holds_real_dates_and_numbers(reader: ContractClient) -> None:
    one = a_transaction(paid_online=True, contacts=2)

    answer = reader.get("/transactions/export?format=xlsx")

    book = book_of(answer)
    row = told(book["Giao dịch"], 2)
    assert book.sheetnames == ["Về tệp này", "Giao dịch"]
    assert row["Tiếp nhận lúc"] == RECEIVED_AT.replace(tzinfo=None)
    assert row["Kết thúc lúc"] == FINISHED_AT.replace(tzinfo=None)
    assert row["Chênh so với hạn (phút)"] == -90
    assert [type(row[name]) for name in ("Mã hồ sơ", "Tiếp nhận lúc", "Số lần gia hạn", "Nộp lúc")] == [
        str, dt.datetime, int, type(None),
    ]  # fmt: skip
    assert (row["Mã hồ sơ"], row["Tên thủ tục"][:8], row["Thanh toán trực tuyến"]) == (
        one.dossier_code,
        "Thủ tục ",
        "có",
    )
    assert book["Giao dịch"]["M2"].number_format == "dd/mm/yyyy hh:mm"


def test_a_file_tells_how_it_was_narrowed_when_and_as_of_which_day_units_are_named(reader: ContractClient) -> None:
    a_transaction()

    about = book_of(reader.get("/transactions/export?format=xlsx&status=finished&q=khai sinh"))["Về tệp này"]

    said = {row[0].value: row[1].value for row in about.iter_rows()}
    assert said["Bộ lọc"] == "status=finished; q=khai sinh"
    assert said["Tên đơn vị"].startswith("như vào ngày")
    assert re.fullmatch(r"\d{2}/\d{2}/\d{4} \d{2}:\d{2} \(\+07:00\)", said["Lập lúc"])


def test_a_file_holds_what_the_list_holds_in_its_order(reader: ContractClient) -> None:
    codes = [a_transaction(received_at=RECEIVED_AT + n * MINUTE).dossier_code for n in range(3)]
    a_transaction(channel="online")
    never = a_transaction(received_at=None, due_at=None, ended_at=None, status="registered").dossier_code

    listed = [
        row["dossier_code"] for row in reader.get("/transactions?channel=counter&ordering=received").json()["results"]
    ]
    files = [
        reader.get(f"/transactions/export?format={kind}&channel=counter&ordering=received") for kind in ("csv", "xlsx")
    ]

    assert listed == [*reversed(codes), never]
    assert [row[0] for row in lines_of(files[0])[2:]] == listed
    assert [cell.value for cell in book_of(files[1])["Giao dịch"]["A"][1:]] == listed


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_shows_units_as_then_or_as_now_as_the_list_does_and_says_which(
    reader: ContractClient, kind: str
) -> None:
    """One commune was carried to one heir on 2025-07-01, the other was divided and keeps its name."""
    for unit in ("gso2024:23425", "gso2024:21142"):
        a_transaction(receiving_unit_code=unit, settling_unit_code=unit)

    def units(organisation: str) -> tuple[str, set[tuple[Any, ...]]]:
        answer = reader.get("/transactions/export", {"format": kind, "organisation": organisation})
        if kind == "csv":
            about, headings, *rows = lines_of(answer)
            named = [dict(zip(headings, row, strict=True)) for row in rows]
            first = about[0]
        else:
            book = book_of(answer)
            sheet = book.worksheets[1]
            named = [told(sheet, number) for number in range(2, sheet.max_row + 1)]
            first = " | ".join(f"{row[0].value}: {row[1].value}" for row in book.worksheets[0].iter_rows())
        wanted = ("Mã đơn vị tiếp nhận", "Đơn vị giải quyết", "Mã đơn vị tiếp nhận lúc đó")
        return first, {tuple(row.get(name) or "" for name in wanted) for row in named}

    listed = reader.get("/transactions", {"organisation": "now"}).json()
    (then_said, then), (now_said, as_now) = units("then"), units("now")

    assert {code for code, _, _ in then} == {"gso2024:23425", "gso2024:21142"}
    assert {(code, was) for code, _, was in as_now} == {("gso2025:23425", "gso2024:23425"), ("gso2024:21142", "")}
    assert {(code, name) for code, name, _ in as_now} == {
        (row["receiving_unit"]["code"], row["settling_unit"]["name"]) for row in listed["results"]
    }
    assert ("như vào ngày" in then_said, "theo đơn vị hiện nay" in now_said) == (True, True)
    (left,) = listed["organisation"]["not_carried"]
    assert left["name"] in now_said


def test_a_file_says_what_an_exclusion_changed(reader: ContractClient) -> None:
    """Beside the due date and the label stands what both were before, as in the list."""
    unit, dossier = a_unit(), a_late_dossier()
    excluded(unit, dossier)
    listed = reader.get(f"/transactions/{dossier.dossier_code}").json()

    line = one_line(reader)

    assert (listed["timeliness_before_exclusions"], listed["timeliness"]) == ("late", "on_time")
    assert (line["Số lần được loại trừ"], line["Tiến độ khi chưa loại trừ"]) == ("1", Timeliness.LATE.label)
    assert (line["Tiến độ"], line["Hạn theo luật"]) == (Timeliness.ON_TIME.label, "2026-03-13 17:00:00")
    assert line["Hạn khi chưa loại trừ"] == "2026-03-11 17:00:00"


def test_a_file_says_how_the_office_behaved_in_words(reader: ContractClient) -> None:
    """Late without an apology as of today, though it still runs; what is strange about it in words."""
    a_transaction(dossier_code="HS-1", status="processing", ended_at=None)

    with time_machine.travel(dt.datetime(2024, 3, 20, 9, tzinfo=ZONE), tick=False):
        line = one_line(ContractClient().machine("transactions:read"))

    assert line["Đang phải xin lỗi"] == "có"
    assert line["Dấu hiệu cần xem xét"] == ConductSignal.LATE_WITHOUT_APOLOGY.label
    assert TransactionWarning.DOSSIER_CODE_SHAPE.label in line["Cảnh báo"].split("; ")
    assert line["Xin lỗi đúng hạn"] == line["Báo bổ sung đúng hạn"] == ""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_of_nothing_is_whole(reader: ContractClient, kind: str) -> None:
    a_transaction()

    answer = reader.get("/transactions/export", {"format": kind, "official": "khong-co", "ordering": "received"})

    assert answer.status_code == 200
    rows = lines_of(answer)[2:] if kind == "csv" else list(book_of(answer)["Giao dịch"].values)[1:]
    assert rows == []


def test_a_file_has_every_fact_that_the_list_tells(reader: ContractClient) -> None:
    """What the list tells that is no name, code or part of another stands in the file under its own heading."""
    a_transaction()
    (row,) = reader.get("/transactions").json()["results"]
    columns = " ".join(one.sql for one in exporting.columns(now=NOW, in_english=True))

    missing = {name for name in row if f"t.{name}" not in columns and name not in IN_OTHER_WORDS}

    assert missing == set()


@pytest.mark.parametrize("code", ["=1+1", "+84", "-2", "@SUM(A1)", '=cmd|"/c calc"!A1'])
def test_no_text_of_a_sender_becomes_a_formula(reader: ContractClient, code: str) -> None:
    a_transaction(dossier_code=code, settling_unit_code=None, settling_unit_name='Tên "lạ"; <b>&</b>')

    line = lines_of(reader.get("/transactions/export?format=csv"))[2]
    sheet = book_of(reader.get("/transactions/export?format=xlsx"))["Giao dịch"]

    assert line[0] == f"'{code}"
    assert (sheet["A2"].value, sheet["A2"].data_type) == (code, "s")
    assert line[8] == sheet["I2"].value == 'Tên "lạ"; <b>&</b>'


def test_control_a_text_that_is_only_quoted_is_a_formula_to_excel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(exporting._CSV, exporting.Kind.TEXT, exporting._CSV[exporting.Kind.OURS])
    a_transaction(dossier_code="=1+1")

    answer = ContractClient().machine("transactions:read").get("/transactions/export?format=csv")

    assert lines_of(answer)[2][0] == "=1+1"


def test_english_readers_get_english_headings_and_codes(reader: ContractClient) -> None:
    a_transaction()

    answer = reader.get("/transactions/export?format=csv", headers={"Accept-Language": "en"})

    _about, headings, row = lines_of(answer)
    line = dict(zip(headings, row, strict=True))
    assert (line["Dossier code"][:3], line["Status"], line["Timeliness"]) == ("000", "finished", "on_time")


def test_accept_chooses_where_no_format_is_named_and_another_format_is_refused(reader: ContractClient) -> None:
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    assert reader.get("/transactions/export", headers={"Accept": xlsx})["Content-Type"] == xlsx
    assert reader.get("/transactions/export", headers={"Accept": "*/*"})["Content-Type"].startswith("text/csv")
    assert faults(reader.get("/transactions/export?format=pdf")) == {("format", "unknown_value")}
    assert faults(reader.get("/transactions/export?cursor=x")) == {("cursor", "unknown_parameter")}


def test_rows_go_on_to_the_next_sheet(reader: ContractClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("procedures.transactions.queries.exporting", "api.transactions.workbooks"):
        monkeypatch.setattr(f"{module}.SHEET_ROWS", 2)
    codes = [a_transaction().dossier_code for _ in range(5)]

    book = book_of(reader.get("/transactions/export?format=xlsx"))

    told_of = [[cell.value for cell in sheet["A"][1:]] for sheet in book.worksheets[1:]]
    assert told_of == [codes[4:2:-1], codes[2:0:-1], codes[:1]]


class TestThroughTheServer:
    """The real worker: compressed where that helps, and no further than the client listens."""

    AMOUNT = 60_000

    @pytest.fixture
    def base(self, own_database: str) -> Any:
        copies(a_transaction().pk, self.AMOUNT)
        client = ApiClient.objects.create(
            client_id="tai-ve", name="Phần mềm mẫu", scopes=["transactions:read"], created_at=dt.datetime.now(dt.UTC)
        )
        self.token = issue(scopes=["transactions:read"], client=client, now=dt.datetime.now(dt.UTC))
        with served(database=own_database) as address:
            yield address

    def ask(self, base: str, query: str, **headers: str) -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{base}/api/v1/transactions/export?{query}", headers={"Authorization": f"Bearer {self.token}", **headers}
        )
        return urllib.request.urlopen(request, timeout=60)  # noqa: S310

    @pytest.mark.slow
    def test_csv_is_compressed_a_workbook_is_not_and_both_are_whole(self, base: str) -> None:
        with self.ask(base, "format=csv", **{"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(answer.read()).count(b"\r\n") == self.AMOUNT + 3
        with self.ask(base, "format=xlsx&channel=counter", **{"Accept-Encoding": "gzip"}) as answer:
            assert answer.headers["Content-Encoding"] is None
            book = zipfile.ZipFile(io.BytesIO(answer.read()))
        assert book.read("xl/worksheets/sheet2.xml").count(b"<row ") == self.AMOUNT + 2

    @pytest.mark.slow
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_nothing_is_read_for_a_client_that_went_away(self, base: str, kind: str) -> None:
        host, port = base.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as wire:
            wire.sendall(
                f"GET /api/v1/transactions/export?format={kind} HTTP/1.1\r\nHost: {host}\r\n"
                f"Authorization: Bearer {self.token}\r\n\r\n".encode()
            )
            assert wire.recv(100).startswith(b"HTTP/1.1 200")
            assert self.soon(is_read=True)

        assert self.soon(is_read=False)

    def soon(self, *, is_read: bool) -> bool:
        """Tell whether a list comes to be read, or to be read no more."""
        deadline = time.monotonic() + 20
        while self.is_read() != is_read and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.is_read() == is_read

    @staticmethod
    def is_read() -> bool:
        """Tell whether anybody, or a process that helps him, is in the middle of a list."""
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'procedures_transaction'::regclass"
                " AND pid <> pg_backend_pid())"
            )
            return bool(cursor.fetchone()[0])


def test_the_rows_are_passed_on_in_pieces(reader: ContractClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        a_transaction(now=NOW)
    whole = "".join(_rows())
    monkeypatch.setattr(copying, "PIECE", 100)

    pieces = list(_rows())

    assert len(pieces) == 5
    assert "".join(pieces) == whole


def test_every_letter_arrives_as_it_was_sent(reader: ContractClient) -> None:
    name = "Phòng \\n Mẫu\t\\ \r\n \\. \b\v\f \u2028"
    a_transaction(now=NOW, settling_unit_code=None, settling_unit_name=name)

    (row,) = csv.reader(io.StringIO("".join(_rows()), newline=""), delimiter=";")

    assert name in row


def test_who_stops_reading_leaves_the_connection_in_order(reader: ContractClient) -> None:
    a_transaction(now=NOW)
    texts = copying.copied("SELECT repeat('x', 1000) FROM generate_series(1, 1000000)")

    with pytest.raises(DatabaseError), atomic():  # noqa: PT012 - it is refused when the transaction goes on
        next(texts)
        texts.close()
        Transaction.objects.count()

    assert Transaction.objects.count() == 1


def test_what_the_database_refuses_is_raised(reader: ContractClient) -> None:
    with pytest.raises(Exception, match="division by zero"), atomic():
        list(copying.copied("SELECT (1 / (n - 5000))::text FROM generate_series(1, 9000) AS n"))


def _rows() -> Iterator[str]:
    return exporting.csv_rows(
        Transaction.objects.get_queryset(), ordering=("-id",),
        told=exporting.columns(now=dt.datetime(2024, 4, 1, tzinfo=ZONE), in_english=False),
    )  # fmt: skip
