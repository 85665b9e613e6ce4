"""An import that is interrupted goes on at its first unacknowledged row, once, for who may still send it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from api.access.models import ApiClient
from api.management.jobs import reading
from procedures.imports.models import Import, ImportChunk, ImportPiece, ImportReportPart
from procedures.imports.queries import report_of
from procedures.imports.services import cutting, work_off, working
from procedures.transactions.models import Message, Transaction
from tests.builders.imports import a_code, a_row, an_import, lines, many, worked_off
from tests.contract_client import ContractClient
from tests.http.serving import ROOT
from units.models import Unit

MANY = 4000


@contextmanager
def a_worker(database: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the worker of `make run` as a process of its own; it is killed at the end, if it still lives."""
    command = [sys.executable, str(ROOT / "manage.py"), "run_jobs", "--only", "imports", "--watch", "0.2"]
    worker = subprocess.Popen(
        command, env={**os.environ, "DATABASE_URL": database}, cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def wait_for(job: Import, rows: int, *, seconds: float = 120) -> Import:
    """Wait until so many rows are done, or it is over."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        job.refresh_from_db()
        if job.is_over or job.rows_done >= rows:
            return job
        time.sleep(0.05)
    raise AssertionError(f"only {job.rows_done} rows were done")


def gaps(job: Import, rows: int) -> list[str]:
    """Return what is wrong with an import of so many good rows, each of a dossier of its own: lost, twice, half."""
    told = [(row["row"], row["line"], row["key"]) for row in report_of(import_id=job.pk)]
    wrong = [] if told == [(n + 1, n + 1, a_code(n)) for n in range(rows)] else ["the report is not row by row"]
    wrong += [] if Transaction.objects.count() == rows else ["transactions are missing"]
    wrong += [] if sum(Message.objects.values_list("times_received", flat=True)) == rows else ["rows were read twice"]
    wrong += [] if sum(job.counts.values()) == job.rows_done == rows else ["the counts do not add up"]
    return wrong


@pytest.mark.slow
def test_after_kill_9_an_import_goes_on_where_it_stood_and_reads_no_row_twice(own_database: str) -> None:
    job = an_import(many(MANY))
    with a_worker(own_database) as first:
        wait_for(job, 1000)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    stood = wait_for(job, 0).rows_done

    with a_worker(own_database):
        done = wait_for(job, MANY + 1)

    assert 1000 <= stood < MANY, "it was killed in the middle"
    assert (done.state, gaps(done, MANY)) == ("finished", [])


@pytest.mark.slow
def test_asked_to_stop_a_worker_ends_its_chunk_and_another_goes_on_at_once(own_database: str) -> None:
    job = an_import(many(MANY))
    with a_worker(own_database) as first:
        wait_for(job, 1000)
        first.terminate()
        assert first.wait(30) == 0
    job.refresh_from_db()

    left = (job.state, ImportChunk.objects.count(), job.rows_done % 1000)
    done = worked_off(job)

    assert left == ("running", 0, 0)
    assert gaps(done, MANY) == []


def test_control_a_lost_part_of_the_report_and_a_row_read_twice_are_noticed() -> None:
    job = worked_off(an_import(many(3)))
    assert gaps(job, 3) == []

    worked_off(an_import(many(3)))
    ImportReportPart.objects.filter(job=job).delete()

    assert gaps(job, 3) == ["the report is not row by row", "rows were read twice"]


def test_a_small_file_does_not_wait_for_the_end_of_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "CHUNK_ROWS", 2)
    monkeypatch.setattr(working, "TURN", 0.0)
    large, small = an_import(many(40)), an_import(lines(a_row(99)))

    turns = [work_off(reading=reading()) for _ in range(4)]

    assert {turn.pk for turn in turns[:2] if turn} == {large.pk, small.pk}


def test_a_sender_who_lost_his_rights_sends_no_further_row(
    api: ContractClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "CHUNK_ROWS", 2)
    machine = api.machine("transactions:write")
    machine.post("/imports", many(6), content_type="application/x-ndjson")

    def take_away(_job: Import) -> None:
        ApiClient.objects.update(scopes=["units:read"])

    done = worked_off(tell=take_away)

    assert (done.state, done.fault, done.rows_done) == ("failed", "rights_changed", 2)
    assert (Transaction.objects.count(), ImportPiece.objects.count()) == (2, 0)


@pytest.mark.parametrize("change", [{"is_active": False}, {"source": "ten-khac"}, {"boundary": "a unit"}], ids=str)
def test_a_sender_who_is_another_now_sends_no_further_row(api: ContractClient, change: dict[str, Any]) -> None:
    machine = api.machine("transactions:write")
    machine.post("/imports", many(2), content_type="application/x-ndjson")
    if "boundary" in change:
        change = {"boundary": Unit.objects.order_by("pk")[0]}
    ApiClient.objects.update(**change)

    done = worked_off()

    assert (done.fault, Transaction.objects.count()) == ("rights_changed", 0)


def test_the_boundary_of_the_sender_holds_for_every_row(api: ContractClient) -> None:
    home = Unit.objects.get(code="gso2025:51")
    machine = api.machine("transactions:write", boundary=Unit.objects.exclude(pk=home.pk).order_by("-pk")[0])
    machine.post("/imports", many(2), content_type="application/x-ndjson")

    done = worked_off()

    assert done.counts == {"rejected": 2}
    assert {fault[1] for row in report_of(import_id=done.pk) for fault in row["faults"]} == {"outside_boundary"}


def test_a_piece_that_was_changed_or_lost_stops_the_import_in_words() -> None:
    first, second = an_import(many(1)), an_import(many(2))
    stolen = ImportPiece.objects.get(job=second).sealed
    ImportPiece.objects.filter(job=first).update(sealed=stolen)
    ImportPiece.objects.filter(job=second).delete()

    told = [worked_off(job).fault for job in (first, second)]

    assert told == ["file_damaged", "file_damaged"]
    assert Transaction.objects.count() == 0


def test_what_breaks_in_our_own_code_stops_that_import_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    job = an_import(many(1))

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work_off(reading=replace(reading(), read=broken))

    job.refresh_from_db()
    assert (job.state, job.fault) == ("failed", "service_failed")
