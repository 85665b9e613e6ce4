"""The worker beside the web server: it does what waits, outlives a database that is away, and no parent of its own."""

import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.builders.imports import an_import, many
from tests.http.serving import ROOT, Wire
from tests.imports.test_interrupted import wait_for

COMMAND = [sys.executable, str(ROOT / "manage.py"), "run_jobs", "--watch", "0.2", "--with-parent"]


def is_alive(pid: int) -> bool:
    """Tell whether a process runs (one that ended and is not waited for does not)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as told:  # noqa: PTH123 - no file
            return told.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_a_worker_whose_parent_was_killed_ends_by_itself(own_database: str) -> None:
    code = f"import subprocess, time; print(subprocess.Popen({COMMAND!r}).pid, flush=True); time.sleep(600)"
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


@pytest.mark.slow
def test_a_worker_outlives_a_database_that_is_away(own_database: str) -> None:
    wire = Wire(own_database)
    with subprocess.Popen(
        COMMAND, env={**os.environ, "DATABASE_URL": wire.url, "LOG_LEVEL": "ERROR"}, cwd=ROOT, stdout=subprocess.DEVNULL
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
