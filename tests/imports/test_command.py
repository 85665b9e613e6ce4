"""`manage.py import_transactions`: a file from the server's own keyboard, with its progress."""

import csv
import io
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from procedures.imports.models import Import
from procedures.transactions.models import Message, Transaction
from tests.builders.imports import a_row, lines, many, sheet
from tests.http.serving import ROOT
from tests.imports.test_interrupted import gaps, wait_for
from units.models import Unit


def ran(file: Path, *words: str) -> tuple[int, str, str]:
    """Run the command here; return its exit status and what it said."""
    said, told = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("import_transactions", str(file), "--source", "motcua-mau", *words, stdout=said, stderr=told)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return status, said.getvalue(), told.getvalue()


def test_a_good_file_ends_with_0_and_once_more_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "hồ sơ.jsonl"
    file.write_bytes(many(3))

    first, again = ran(file), ran(file)

    assert (first[0], again[0]) == (0, 0)
    assert "finished: 3 rows; created 3," in first[1]
    assert "unchanged 3" in again[1]


def test_rejected_rows_end_with_2_and_stand_in_the_report(tmp_path: Path) -> None:
    file, report = tmp_path / "ho-so.jsonl", tmp_path / "report.csv"
    file.write_bytes(lines(a_row(1), a_row(2, procedure="9.999999")))

    status, said, _ = ran(file, "--report", str(report))

    assert status == 2
    assert "rejected 1" in said
    rows = list(csv.reader(report.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert [row[3] for row in rows[1:]] == ["created", "rejected"]


def test_a_file_that_cannot_be_read_is_told_in_vietnamese_with_each_column(tmp_path: Path) -> None:
    file = tmp_path / "ho-so.csv"
    file.write_bytes(sheet(head="ma;status"))

    with pytest.raises(CommandError, match=r"Dữ liệu gửi lên không hợp lệ(.|\n)*/ma: (.|\n)*Thiếu cột “Mã hồ sơ”"):
        ran(file)

    assert Import.objects.count() == 0


def test_a_boundary_may_be_given_and_holds(tmp_path: Path) -> None:
    file = tmp_path / "ho-so.jsonl"
    file.write_bytes(many(1))
    elsewhere = Unit.objects.exclude(code__startswith="gso2024:62").order_by("-pk")[0]

    status, said, _ = ran(file, "--boundary", elsewhere.code)
    with pytest.raises(CommandError, match="Không có đơn vị này"):
        ran(file, "--boundary", "khong-co")

    assert (status, Transaction.objects.count()) == (2, 0)
    assert "rejected 1" in said


@pytest.mark.slow
def test_killed_in_the_middle_the_same_words_go_on(own_database: str, tmp_path: Path) -> None:
    file = tmp_path / "ho-so.jsonl"
    file.write_bytes(many(3000))
    command = [sys.executable, str(ROOT / "manage.py"), "import_transactions", str(file), "--source", "motcua-mau"]
    how: dict[str, Any] = {"env": {**os.environ, "DATABASE_URL": own_database}, "cwd": ROOT}
    with subprocess.Popen(command, **how, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        job = wait_for(_the_import(), 1000)
        first.send_signal(signal.SIGKILL)

    done = subprocess.run(command, **how, capture_output=True, text=True, check=False)

    job.refresh_from_db()
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
    assert (job.state, gaps(job, 3000)) == ("finished", [])
    assert Import.objects.count() == 1


def _the_import() -> Import:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        if job := Import.objects.exclude(state="uploading").first():
            return job
        time.sleep(0.05)
    raise AssertionError("nothing was imported")


@pytest.mark.slow
def test_on_a_terminal_there_is_a_bar(own_database: str, tmp_path: Path) -> None:
    file = tmp_path / "ho-so.jsonl"
    file.write_bytes(many(50))
    command = [sys.executable, str(ROOT / "manage.py"), "import_transactions", str(file), "--source", "motcua-mau"]
    keyboard, screen = pty.openpty()
    termios.tcsetwinsize(screen, (24, 120))
    done = subprocess.run(
        command, env={**os.environ, "DATABASE_URL": own_database}, cwd=ROOT, stdout=subprocess.PIPE, stderr=screen,
        check=False,
    )  # fmt: skip
    os.close(screen)
    shown = os.read(keyboard, 100_000).decode()
    os.close(keyboard)

    assert done.returncode == 0
    assert "100%" in shown
    assert "rows=50" in shown
    assert Message.objects.count() == 50
