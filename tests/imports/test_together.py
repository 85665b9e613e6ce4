"""Several workers read one file at once: every row once, whatever happens to one of them."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.utils.timezone import now

from api.management.jobs import reading
from procedures.imports.models import Import, ImportChunk
from procedures.imports.queries import report_of
from procedures.imports.services import cancel, cutting, forget, work_off, working
from procedures.transactions.models import Message, Transaction
from procedures.transactions.services import receive
from tests.builders.imports import HEAD, a_code, a_row, a_sheet_row, an_import, lines, many, sheet
from tests.idempotency.crowds import at_once
from tests.imports.test_interrupted import a_worker, gaps, wait_for

MANY = 6000


def alone(work: Callable[[], Any]) -> Any:
    """Do something over a connection of its own, to its end."""
    return at_once(1, lambda _: work())[0]


def read_between(job: Import, meanwhile: Callable[[], Any]) -> Import | None:
    """Read an import; in the midst of its first chunk something else happens, over another connection."""
    usual, is_first = reading(), True

    def read(*row: Any) -> Any:
        nonlocal is_first
        if is_first:
            is_first = False
            alone(meanwhile)
        return usual.read(*row)

    return work_off(reading=replace(usual, read=read), import_id=job.pk)


@pytest.mark.slow
@pytest.mark.parametrize("number", [2, 3])
def test_several_processes_read_one_file_every_row_once_and_in_order(own_database: str, number: int) -> None:
    job = an_import(many(MANY))
    with ExitStack() as crew:
        for _ in range(number):
            crew.enter_context(a_worker(own_database))
        together = 0
        while not job.is_over:
            together = max(together, ImportChunk.objects.filter(job=job).count())
            time.sleep(0.02)
            job.refresh_from_db()

    assert (job.state, gaps(job, MANY)) == ("finished", [])
    assert together >= 2, "they read at the same time"
    assert (job.bytes_done, job.lines_done, ImportChunk.objects.count()) == (job.bytes_total, MANY, 0)


@pytest.mark.slow
def test_when_one_of_two_is_killed_the_other_reads_its_rows_and_nothing_is_lost_or_doubled(own_database: str) -> None:
    job = an_import(many(MANY))
    with a_worker(own_database), a_worker(own_database) as killed:
        wait_for(job, 1000)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        stood = wait_for(job, 0).rows_done
        done = wait_for(job, MANY + 1)

    assert 1000 <= stood < MANY, "it was killed in the middle"
    assert (done.state, gaps(done, MANY), ImportChunk.objects.count()) == ("finished", [], 0)


@pytest.mark.slow
def test_two_files_are_read_by_two_processes_at_once(own_database: str) -> None:
    first = an_import(many(2000))
    second = an_import(lines(*(a_row(n, dossier_code=a_code(n, "000.16.30.H34-240305")) for n in range(2000))))
    with a_worker(own_database), a_worker(own_database):
        done = [wait_for(job, 2001) for job in (first, second)]

    assert [(job.state, job.counts) for job in done] == [("finished", {"created": 2000})] * 2
    assert sum(Message.objects.values_list("times_received", flat=True)) == Transaction.objects.count() == 4000


def test_many_at_once_give_the_same_transactions_though_they_tell_of_the_same_dossiers_and_people(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "CHUNK_ROWS", 20)
    rows = [
        a_row(
            n * 7 % 40, status="processing", ended_at=None, contacts=n,
            source_updated_at=f"2024-03-05T{8 + n // 60:02d}:{n % 60:02d}:00+07:00",
            applicant={"kind": "citizen", "national_id": f"9990990000{n * 3 % 50:02d}"},
        )
        for n in range(400)
    ]  # fmt: skip
    job = an_import(lines(*rows))

    at_once(4, lambda _: work_off(reading=reading()))

    job.refresh_from_db()
    newest = {row["dossier_code"]: row["contacts"] for row in sorted(rows, key=lambda row: row["source_updated_at"])}
    assert (job.state, job.rows_done, job.counts.get("rejected", 0)) == ("finished", 400, 0)
    assert [row["row"] for row in report_of(import_id=job.pk)] == list(range(1, 401))
    assert dict(Transaction.objects.values_list("dossier_code", "contacts")) == newest


def test_a_sheet_with_line_ends_in_its_cells_is_cut_between_its_rows(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "CHUNK_ROWS", 3)
    rows = [f'{a_sheet_row(n)};04/03/2024;received;"Tiếp nhận\n""hồ sơ"""' for n in range(20)]
    job = an_import(sheet(*rows, "", "", head=f"{HEAD};step_at;step_status;step_content"))

    at_once(3, lambda _: work_off(reading=reading()))

    job.refresh_from_db()
    assert (job.state, job.counts, job.bytes_done) == ("finished", {"created": 20}, job.bytes_total)
    told = [(row["row"], row["line"], row["key"]) for row in report_of(import_id=job.pk)]
    assert told == [(n + 1, 2 + 2 * n, a_code(n)) for n in range(20)]


def test_what_one_reads_no_other_takes_though_he_takes_all_the_rest(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "CHUNK_ROWS", 2)
    job = an_import(many(6))
    stood: list[int] = []

    def overtake() -> None:
        assert work_off(reading=reading()) is not None
        stood.append(Import.objects.get().rows_done)
        assert work_off(reading=reading()) is None, "nothing is left for him"

    done = read_between(job, overtake)

    assert stood == [4]
    assert done
    assert (done.state, gaps(done, 6)) == ("finished", [])


def test_control_without_the_lock_of_the_chunk_rows_are_taken_twice(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "CHUNK_ROWS", 2)
    monkeypatch.setattr(working, "TURN", 0.0)
    monkeypatch.setattr(working, "hold", lambda _chunk: True)
    job = an_import(many(6))

    with pytest.raises(IntegrityError, match="a_row_is_reported_once"):  # the last wall: the key of the report
        read_between(job, lambda: work_off(reading=reading()))

    job.refresh_from_db()
    assert (job.state, job.fault) == ("failed", "service_failed")


def test_a_worker_that_says_nothing_any_more_loses_its_rows_to_another(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "CHUNK_ROWS", 2)
    monkeypatch.setattr(cutting, "SILENCE", 0.5)
    job = an_import(many(6))

    def hang() -> None:
        while not Import.objects.get().is_over:
            work_off(reading=reading())
            time.sleep(0.1)

    with pytest.raises(OperationalError):
        read_between(job, hang)

    connection.close()
    job.refresh_from_db()
    assert (job.state, gaps(job, 6)) == ("finished", [])


def test_the_rows_of_a_dead_worker_come_before_new_ones(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "CHUNK_ROWS", 2)
    job = an_import(many(6))
    dead = cutting.next_chunk(import_id=job.pk, may_go_on=lambda _: True, now=now())[1]
    assert dead
    assert dead.chunk.first_row == 1
    seen: list[tuple[int, int]] = []

    work_off(reading=reading(tell=lambda at: seen.append((at.rows_done, report_of_first(at)))))

    job.refresh_from_db()
    assert seen == [(2, 1), (4, 1), (6, 1)]
    assert gaps(job, 6) == []


def report_of_first(job: Import) -> int:
    """Return the number of the first row that is reported."""
    return int(next(iter(report_of(import_id=job.pk)))["row"])


def test_rows_that_are_being_read_while_the_import_is_cancelled_do_not_count(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "CHUNK_ROWS", 2)
    job = an_import(many(6))

    read_between(job, lambda: cancel(import_id=job.pk, client_id="operator", now=now()))

    job.refresh_from_db()
    assert (job.state, job.rows_done, Transaction.objects.count()) == ("cancelled", 0, 0)
    assert ImportChunk.objects.count() == 0


def test_a_chunk_whose_reader_was_killed_as_the_import_ended_is_forgotten(own_database: str) -> None:
    job = an_import(many(2))
    cutting.next_chunk(import_id=job.pk, may_go_on=lambda _: True, now=now())
    Import.objects.update(state="cancelled")

    forget(now=now())

    assert ImportChunk.objects.count() == 0


def crossing(first: int, second: int) -> Callable[..., Any]:
    """Return a `receive` that takes two locks, a moment apart, in an order of its own."""

    def careless(messages: Any, **how: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [first])
            time.sleep(0.3)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [second])
        return receive(messages, **how)

    return careless


def crossed(job: Import, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let two read an import who wait for each other in a circle; return what each came to."""
    turns = iter([crossing(1, 2), crossing(2, 1)])

    def in_turn(*of: Any, **how: Any) -> Any:
        return next(turns, receive)(*of, **how)

    monkeypatch.setattr(cutting, "CHUNK_ROWS", 2)
    monkeypatch.setattr(working, "receive", in_turn)

    def one(_index: int) -> Any:
        try:
            return work_off(reading=reading(), import_id=job.pk)
        except OperationalError as error:
            return type(error.__cause__).__name__

    return at_once(2, one)


def test_two_who_wait_for_each_other_in_a_circle_both_get_on(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = an_import(many(4))

    crossed(job, monkeypatch)

    job.refresh_from_db()
    assert (job.state, gaps(job, 4)) == ("finished", [])


def test_control_who_is_not_let_try_again_gives_up(own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "TRIES", 1)
    job = an_import(many(4))

    told = crossed(job, monkeypatch)

    assert "DeadlockDetected" in told
