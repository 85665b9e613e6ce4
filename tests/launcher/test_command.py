"""The command line, as people and the Makefile use it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from config.database import ensure_running, status
from config.database.waiting import wait_until

ROOT = Path(__file__).parents[2]


def run(state: Path, *words: str, stdin: int | None = subprocess.DEVNULL) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "config.database", "--state", str(state), *words]
    return subprocess.run(command, cwd=ROOT, stdin=stdin, capture_output=True, text=True, check=False)


def answer_wipe(state: Path, answer: bytes) -> "subprocess.CompletedProcess[str]":
    """Run wipe at a terminal at which somebody types."""
    keyboard, terminal = pty.openpty()
    os.write(keyboard, answer)
    try:
        return run(state, "wipe", stdin=terminal)
    finally:
        os.close(keyboard)
        os.close(terminal)


def test_a_cluster_is_started_used_stopped_and_wiped(state: Path) -> None:
    started, running, address = run(state, "start"), run(state, "status"), run(state, "url", "app")
    psycopg2.connect(address.stdout.strip()).close()
    stopped, resting, again = run(state, "stop"), run(state, "status"), run(state, "stop")
    wiped, gone = run(state, "wipe", "--yes"), run(state, "wipe", "--yes")

    assert "PostgreSQL runs on 127.0.0.1:" in started.stdout
    assert started.stderr.count("\n") == 2
    assert (running.returncode, resting.returncode) == (0, 3)
    assert "runs on 127.0.0.1:" in running.stdout
    assert "does not run" in resting.stdout
    assert [stopped.stdout, again.stdout] == ["PostgreSQL is stopped\n", "PostgreSQL was not running\n"]
    assert [wiped.stdout, gone.stdout] == ["The cluster is deleted\n", "There was no cluster\n"]
    assert not (state / "postgres").exists()


@pytest.mark.parametrize("role", ["app", "owner", "reader", "postgres"])
def test_url_prints_the_address_and_nothing_else(shared_state: Path, role: str) -> None:
    ensure_running(shared_state)

    answer = run(shared_state, "url", role)

    assert answer.stdout.startswith(f"postgresql://{'' if role == 'postgres' else 'phucvu_'}{role}:")
    assert answer.stdout.endswith("/phucvu\n")
    assert answer.stderr == ""


def test_url_of_a_server_that_does_not_run_says_how_to_start_it(state: Path) -> None:
    answer = run(state, "url")

    assert (answer.returncode, answer.stdout) == (1, "")
    assert "Start it first" in answer.stderr


@pytest.mark.parametrize("answer", [b"no\n", b"\n", b"y\n"])
def test_wipe_asks_and_takes_only_yes(shared_state: Path, answer: bytes) -> None:
    ensure_running(shared_state)

    refused = answer_wipe(shared_state, answer)

    assert "Nothing was deleted" in refused.stdout
    assert status(shared_state).is_running


def test_wipe_deletes_when_somebody_types_yes(rough_state: Path) -> None:
    ensure_running(rough_state)

    answer = answer_wipe(rough_state, b"yes\n")

    assert "The cluster is deleted" in answer.stdout
    assert not (rough_state / "postgres").exists()


def test_wipe_without_anybody_to_ask_deletes_nothing(shared_state: Path) -> None:
    ensure_running(shared_state)

    answer = run(shared_state, "wipe")

    assert answer.returncode == 1
    assert "Add --yes" in answer.stderr
    assert status(shared_state).is_running


def test_a_failing_start_says_what_is_wrong_and_how_to_mend_it(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", "/không có")

    answer = run(state, "start")

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == (
        "Error: PG_BIN is /không có, but initdb and postgres are not there. Correct PG_BIN or unset it.\n"
    )


def test_a_state_directory_that_cannot_be_is_told_without_a_traceback(state: Path) -> None:
    state.parent.mkdir(parents=True)
    state.write_text("a file")

    answer = run(state / "below", "start")

    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: ")
    assert "Traceback" not in answer.stderr
    state.unlink()


def test_whoever_waits_longer_than_a_second_is_told() -> None:
    said: list[str] = []

    waited = wait_until(lambda: False, limit=1.3, doing="PostgreSQL is starting", say=said.append)

    assert waited is False
    assert said == ["PostgreSQL is starting (1 s)"]
