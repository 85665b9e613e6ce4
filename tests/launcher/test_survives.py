"""What the launcher survives: crashes, stale files, strangers on its port and under its process number."""

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest

from config.database import OWNER, Cluster, LauncherError, ensure_running, status, stop, wipe
from config.database.locks import is_lifeless
from config.database.processes import Process, orphans, processes, serves
from config.database.serving import START_LIMIT
from config.database.waiting import wait_until
from tests.launcher.murder import freeze, kill_everything, postmaster_pid


class Writer(threading.Thread):
    """A client that commits row after row and notes every commit that the server acknowledged."""

    def __init__(self, cluster: Cluster, number: int, *, synchronous_commit: str) -> None:
        super().__init__(daemon=True)
        self.cluster, self.number, self.synchronous_commit = cluster, number, synchronous_commit
        self.acknowledged: list[tuple[int, int]] = []
        self.enough = threading.Event()

    def run(self) -> None:
        with suppress(psycopg2.Error), self.cluster.connect(OWNER) as connection, connection.cursor() as cursor:
            cursor.execute(f"SET synchronous_commit = {self.synchronous_commit}")
            while True:
                row = (self.number, len(self.acknowledged))
                cursor.execute("INSERT INTO written VALUES (%s, %s)", row)
                self.acknowledged.append(row)
                if len(self.acknowledged) == 200:
                    self.enough.set()


def lost_by_a_crash_under_writes(state: Path, *, synchronous_commit: str) -> int:
    cluster = ensure_running(state)
    data = cluster.directory / "data"
    with cluster.connect(OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS written; CREATE TABLE written (writer int, number int)")
    freeze(data, "walwriter")  # else it may save what a careless commit left in memory
    writers = [Writer(cluster, number, synchronous_commit=synchronous_commit) for number in range(4)]
    for writer in writers:
        writer.start()
    assert all(writer.enough.wait(30) for writer in writers)

    kill_everything(data)
    for writer in writers:
        writer.join(10)
    restarted = ensure_running(state)

    with restarted.connect(OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT writer, number FROM written")
        found = set(cursor.fetchall())
    return len({row for writer in writers for row in writer.acknowledged} - found)


def test_a_crash_under_writes_loses_nothing_that_was_acknowledged(rough_state: Path) -> None:
    assert lost_by_a_crash_under_writes(rough_state, synchronous_commit="on") == 0


def test_control_the_crash_would_show_a_careless_server(rough_state: Path) -> None:
    assert lost_by_a_crash_under_writes(rough_state, synchronous_commit="off") > 0


def test_a_backend_that_outlives_its_postmaster_is_gone_before_the_restart(rough_state: Path) -> None:
    cluster = ensure_running(rough_state)
    data = cluster.directory / "data"
    busy = threading.Thread(target=loop_for_ever, args=(cluster,), daemon=True)
    busy.start()
    assert wait_until(lambda: any("DO" in p.command_line for p in orphans(data)), limit=10, doing="", say=print)
    (orphan,) = (process.pid for process in orphans(data) if "DO" in process.command_line)
    killed = postmaster_pid(data)
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: not status(rough_state).is_running, limit=10, doing="", say=print)
    held_by_the_orphan = not is_lifeless(cluster.directory / "alive.lock")

    ensure_running(rough_state)

    busy.join(10)
    assert held_by_the_orphan
    assert not busy.is_alive()
    assert orphan not in {process.pid for process in orphans(data)}
    assert postmaster_pid(data) != killed


def loop_for_ever(cluster: Cluster) -> None:
    """Keep a backend busy; should the tests themselves be killed, it gives up after a minute."""
    with suppress(psycopg2.Error), cluster.connect(OWNER) as connection, connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '60s'")
        cursor.execute("DO $$ BEGIN LOOP END LOOP; END $$")


@pytest.mark.parametrize("end", [stop, wipe])
def test_a_backend_that_outlives_its_postmaster_is_ended_by_stop_and_by_wipe(
    state: Path, end: Callable[[Path], bool]
) -> None:
    cluster = ensure_running(state)
    data = cluster.directory / "data"
    busy = threading.Thread(target=loop_for_ever, args=(cluster,), daemon=True)
    busy.start()
    assert wait_until(lambda: any("DO" in p.command_line for p in orphans(data)), limit=10, doing="", say=print)
    (orphan,) = (process.pid for process in orphans(data) if "DO" in process.command_line)
    os.kill(postmaster_pid(data), signal.SIGKILL)
    assert wait_until(lambda: not status(state).is_running, limit=10, doing="", say=print)
    outlived = orphan in {process.pid for process in orphans(data)}

    was_running = end(state)

    busy.join(10)
    assert outlived
    assert was_running is (end is wipe)
    assert not any(p.pid == orphan and p.command_line for p in processes()), "a zombie has no command line"


@pytest.fixture
def stranger(state: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a process of the server's own account that has nothing to do with us."""
    owner = (ensure_running(state).directory / "data").stat().st_uid
    user = owner if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "600"], user=user) as process:
        yield process
        process.kill()


def test_a_stranger_under_the_old_process_number_is_never_signalled(
    state: Path, stranger: "subprocess.Popen[bytes]"
) -> None:
    data = ensure_running(state).directory / "data"
    pid_file = data / "postmaster.pid"
    kill_everything(data)
    _, _, rest = pid_file.read_text().partition("\n")
    pid_file.write_text(f"{stranger.pid}\n{rest}")

    believed_running = [status(state).is_running, stop(state)]
    ensure_running(state)
    wipe(state)

    assert believed_running == [False, False]
    assert stranger.poll() is None


@pytest.mark.parametrize("text", ["", "rác", "123", "-1\n", "999999999999999999999\n\x00\n"], ids=repr)
def test_a_spoilt_pid_file_of_a_dead_server_is_no_obstacle(rough_state: Path, text: str) -> None:
    data = ensure_running(rough_state).directory / "data"
    kill_everything(data)
    (data / "postmaster.pid").write_text(text)

    ensure_running(rough_state)

    assert status(rough_state).is_running


def test_a_spoilt_pid_file_of_a_living_server_hides_it_from_nobody(rough_state: Path) -> None:
    first = ensure_running(rough_state)
    pid = status(rough_state).pid
    (first.directory / "data" / "postmaster.pid").write_text("rác")

    again = ensure_running(rough_state)

    assert (again.port, status(rough_state).pid) == (first.port, pid)
    assert stop(rough_state) is True


def test_a_taken_port_is_left_to_its_holder_and_the_new_one_is_remembered(rough_state: Path) -> None:
    first = ensure_running(rough_state).port
    stop(rough_state)
    with socket.create_server(("127.0.0.1", first)):
        second = ensure_running(rough_state).port
    stop(rough_state)

    third = ensure_running(rough_state).port

    assert second != first
    assert third == second


def test_a_start_waits_120_seconds_and_then_leaves_the_server_running(rough_state: Path) -> None:
    pid = postmaster_pid(ensure_running(rough_state).directory / "data")
    os.kill(pid, signal.SIGSTOP)

    with pytest.raises(LauncherError, match="run start again to go on waiting"):
        ensure_running(rough_state, limit=1)
    os.kill(pid, signal.SIGCONT)

    ensure_running(rough_state)
    assert status(rough_state).pid == pid
    assert START_LIMIT == 120


def test_data_of_another_major_version_is_refused_with_the_way_out(rough_state: Path) -> None:
    data = ensure_running(rough_state).directory / "data"
    stop(rough_state)
    right = (data / "PG_VERSION").read_text()
    (data / "PG_VERSION").write_text("14\n")

    with pytest.raises(LauncherError, match=r"made by PostgreSQL 14.*Set PG_BIN=.*PostgreSQL 14.*or run wipe"):
        ensure_running(rough_state)

    (data / "PG_VERSION").write_text(right)
    assert ensure_running(rough_state).port


def test_a_crash_while_the_cluster_is_made_costs_nothing(state: Path) -> None:
    unfinished = state / "postgres" / "data.unfinished"
    unfinished.mkdir(parents=True)
    for directory in (state.parent, state, state / "postgres"):
        directory.chmod(0o755)
    (unfinished / "PG_VERSION").write_text("18\n")

    cluster = ensure_running(state)

    assert cluster.directory == state / "postgres"
    assert not unfinished.exists()


def test_a_state_directory_deleted_under_a_running_server_gives_a_new_one(state: Path) -> None:
    pid = postmaster_pid(ensure_running(state).directory / "data")
    shutil.rmtree(state)

    ensure_running(state)

    assert status(state).pid not in {None, pid}
    assert wait_until(lambda: not Path(f"/proc/{pid}/cwd").exists(), limit=10, doing="", say=print)


def test_lost_passwords_are_told_with_the_way_out(rough_state: Path) -> None:
    file = ensure_running(rough_state).directory / "passwords.json"
    hidden = file.rename(file.with_name("hidden.json"))

    with pytest.raises(LauncherError, match=r"are lost\. Put the file back"):
        ensure_running(rough_state)

    hidden.rename(file)
    assert ensure_running(rough_state).port


DATA = Path("/srv/máy chủ/data")


@pytest.mark.parametrize(
    ("command_line", "is_ours"),
    [
        (f"/opt/bin/postgres\0-D\0{DATA}\0-p\0012345", True),
        (f"postgres\0-D\0{DATA}", True),
        (f"/opt/bin/postgres\0-D\0{DATA}2", False),
        (f"/opt/bin/postgres\0-D\0/other{DATA}", False),
        (f"/opt/bin/pg_ctl\0-D\0{DATA}", False),
        (f"vim\0-D\0{DATA}", False),
        ("postgres: phucvu-0123456789ab: walwriter ", False),
        ("", False),
    ],
)
def test_only_a_postgres_on_exactly_our_directory_is_ours(command_line: str, *, is_ours: bool) -> None:
    joined = command_line.replace("\0", " ")

    assert serves(Process(1, 1, command_line, "\0"), DATA) is is_ours
    assert serves(Process(1, 1, joined, " "), DATA) is is_ours
