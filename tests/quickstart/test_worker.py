"""The worker beside the web server: it does what waits, outlives a database that is away, and no parent of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from config.quickstart.workers import Workers
from tests.builders.imports import an_import, many
from tests.http.serving import ROOT, Wire
from tests.imports.test_interrupted import wait_for

COMMAND = [sys.executable, str(ROOT / "manage.py"), "run_jobs", "--watch", "0.2"]
OURS = ["--with-parent", str(os.getpid())]


def is_alive(pid: int) -> bool:
    """Tell whether a process runs (one that ended and is not waited for does not)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as told:  # noqa: PTH123 - no file
            return told.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_a_worker_whose_parent_was_killed_ends_by_itself(own_database: str) -> None:
    begin = f"subprocess.Popen([*{COMMAND!r}, '--with-parent', str(os.getpid())])"
    code = f"import os, subprocess, time; print({begin}.pid, flush=True); time.sleep(600)"
    how: dict[str, Any] = {"env": {**os.environ, "DATABASE_URL": own_database}, "cwd": ROOT}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, **how) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        wait_for(an_import(many(1)), 1)
        parent.send_signal(signal.SIGKILL)

    ends = time.monotonic() + 20
    while is_alive(worker) and time.monotonic() < ends:
        time.sleep(0.1)
    assert not is_alive(worker)


def children(pid: int) -> list[int]:
    """Return the numbers of a process's children."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as told:  # noqa: PTH123 - no file
        return [int(number) for number in told.read().split()]


@contextmanager
def a_crew(database: str) -> Iterator[tuple["subprocess.Popen[bytes]", list[int]]]:
    """Run two workers by one command; give the command and the two."""
    how: dict[str, Any] = {"env": {**os.environ, "DATABASE_URL": database}, "cwd": ROOT}
    with subprocess.Popen([*COMMAND, *OURS, "--workers", "2"], **how, stdout=subprocess.DEVNULL) as crew:
        wait_for(an_import(many(1)), 1)
        yield crew, children(crew.pid)
        crew.terminate()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_crew_that_is_asked_to_stop_stops_with_all_its_workers(own_database: str, number: signal.Signals) -> None:
    with a_crew(own_database) as (crew, two):
        crew.send_signal(number)
        status = crew.wait(30)

    assert (status, len(two), [pid for pid in two if is_alive(pid)]) == (0, 2, [])


@pytest.mark.slow
def test_when_one_of_a_crew_is_killed_the_others_end_and_the_command_says_so(own_database: str) -> None:
    with a_crew(own_database) as (crew, two):
        os.kill(two[0], signal.SIGKILL)
        status = crew.wait(30)

    assert (status, [pid for pid in two if is_alive(pid)]) == (1, [])


@pytest.mark.slow
def test_beside_the_web_server_a_killed_worker_does_not_end_the_work_for_good(own_database: str) -> None:
    workers = Workers({**os.environ, "DATABASE_URL": own_database})
    first = workers.crew
    try:
        wait_for(an_import(many(1)), 1)
        os.kill(children(first.pid)[0], signal.SIGKILL)
        first.wait(30)
        waiting = an_import(many(2))
        ends = time.monotonic() + 60
        while waiting.state != "finished" and time.monotonic() < ends:
            workers.look()
            time.sleep(0.2)
            waiting.refresh_from_db()
    finally:
        workers.stop()

    assert first.returncode == 1, "the control: the crew that was begun has ended"
    assert (waiting.state, waiting.rows_done) == ("finished", 2)


@pytest.mark.slow
def test_a_crew_that_is_killed_leaves_no_worker_behind(own_database: str) -> None:
    with a_crew(own_database) as (crew, two):
        crew.kill()
        crew.wait()
        ends = time.monotonic() + 20
        while any(map(is_alive, two)) and time.monotonic() < ends:
            time.sleep(0.1)

    assert not any(map(is_alive, two))


@pytest.mark.slow
def test_a_worker_whose_parent_was_gone_before_it_was_up_ends_as_well(own_database: str) -> None:
    """The crew was killed at once: whom the worker would find as its parent is whoever takes in orphans."""
    with subprocess.Popen(["true"]) as gone:
        gone.wait()

    worker = subprocess.run(
        [*COMMAND, "--with-parent", str(gone.pid)], env={**os.environ, "DATABASE_URL": own_database}, cwd=ROOT,
        timeout=30, check=False,
    )  # fmt: skip

    assert worker.returncode == 0


@pytest.mark.slow
def test_a_crew_without_a_watch_ends_when_everything_is_read(own_database: str) -> None:
    job = an_import(many(1500))
    command = [sys.executable, str(ROOT / "manage.py"), "run_jobs", "--workers", "2"]
    how: dict[str, Any] = {"env": {**os.environ, "DATABASE_URL": own_database}, "cwd": ROOT}

    done = subprocess.run(command, **how, stdout=subprocess.DEVNULL, check=False)

    job.refresh_from_db()
    assert (done.returncode, job.state, job.rows_done) == (0, "finished", 1500)


@pytest.mark.slow
def test_a_worker_outlives_a_database_that_is_away(own_database: str) -> None:
    wire = Wire(own_database)
    with subprocess.Popen(
        [*COMMAND, *OURS],
        env={**os.environ, "DATABASE_URL": wire.url, "LOG_LEVEL": "ERROR"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    ) as worker:
        wait_for(an_import(many(1)), 1)
        wire.cut()
        waiting = an_import(many(2))
        time.sleep(1)
        wire.mend()
        done = wait_for(waiting, 3, seconds=60)
        worker.terminate()
    wire.close()

    assert (done.state, done.rows_done, worker.returncode) == ("finished", 2, 0)
