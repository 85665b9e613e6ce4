"""A busy worker leaves a new client to an idle one; where all are busy he is taken all the same."""

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from config.threads import Threads
from config.worker import COURTESY, Worker
from tests.http.serving import Service, running

LIVE = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
HALF = LIVE[:-2]
"""A request that is still coming: it keeps its thread, and so its worker busy."""
NEWCOMERS = 8


class Alone(Worker):
    """A worker without a process: it takes clients and has nothing behind it."""

    def __init__(self) -> None:
        self.threads = Threads(1)
        self.cfg = SimpleNamespace()
        self.nr_conns = 0
        self.taken: list[socket.socket] = []

    def enqueue_req(self, conn: object) -> None:
        """Note who was taken."""
        self.taken.append(conn.sock)  # type: ignore[attr-defined]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Return a socket on which one client waits."""
    with socket.create_server(("127.0.0.1", 0)) as ours:
        ours.setblocking(False)
        with socket.create_connection(ours.getsockname()):
            yield ours


@pytest.mark.parametrize("which", ["having", "wanting"])
def test_while_a_busy_worker_waits_an_idle_one_takes_the_client(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    busy, idle = Alone(), Alone()
    getattr(busy.threads, which).add(object())
    waited = []

    def meanwhile(seconds: float) -> None:
        waited.append(seconds)
        idle.accept(listener)

    monkeypatch.setattr("config.worker.time", SimpleNamespace(sleep=meanwhile))
    busy.accept(listener)

    assert (len(idle.taken), len(busy.taken), waited) == (1, 0, [COURTESY])
    idle.taken[0].close()


def test_where_no_worker_is_idle_a_busy_one_takes_the_client(listener: socket.socket) -> None:
    busy = Alone()
    busy.threads.having.add(object())

    busy.accept(listener)

    assert len(busy.taken) == 1
    busy.taken[0].close()


def test_control_an_idle_worker_takes_the_client_at_once(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = Alone()
    waited: list[float] = []
    monkeypatch.setattr("config.worker.time", SimpleNamespace(sleep=waited.append))

    idle.accept(listener)

    assert (len(idle.taken), waited) == (1, [])
    idle.taken[0].close()


def come_to(service: Service) -> socket.socket:
    """Return a new connection to the service."""
    host, port = service.base.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def worker_of(service: Service, wire: socket.socket) -> int:
    """Return which worker has the other end of a connection, as soon as one took it."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        number = f"socket:[{_number_of_other_end(wire)}]"
        for pid in service.workers():
            if number in set(_open_files(pid)):
                return pid
        time.sleep(0.01)
    raise AssertionError("nobody took the client")


def _number_of_other_end(wire: socket.socket) -> str:
    ours, theirs = (f"{one[1]:04X}" for one in (wire.getsockname(), wire.getpeername()))
    rows = [row.split() for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return next((row[9] for row in rows if (row[1][-4:], row[2][-4:]) == (theirs, ours)), "")


def _open_files(pid: int) -> Iterator[str]:
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            yield str(file.readlink())


def taken_by(service: Service) -> int:
    """Return which worker takes, and answers, a client who comes now."""
    with come_to(service) as wire:
        worker = worker_of(service, wire)
        assert answered(wire).startswith(b"HTTP/1.1 200")
        return worker


def answered(wire: socket.socket) -> bytes:
    """Return the whole answer to a request that ends its connection."""
    wire.sendall(LIVE)
    return b"".join(iter(lambda: wire.recv(65536), b""))


@pytest.mark.slow
def test_clients_who_come_while_one_worker_is_busy_all_go_to_the_other(own_database: str) -> None:
    courteous = "--worker-class tests.http.courteous.Worker"
    with running(database=own_database, workers=2, GUNICORN_CMD_ARGS=courteous) as service, come_to(service) as slow:
        slow.sendall(HALF)
        busy = worker_of(service, slow)
        assert any(taken_by(service) != busy for _ in range(NEWCOMERS)), "the other one did not start"

        by = {taken_by(service) for _ in range(NEWCOMERS)}

        assert len(service.workers()) == 2
        assert by == set(service.workers()) - {busy}


@pytest.mark.slow
def test_where_every_worker_is_busy_a_client_is_answered_all_the_same(own_database: str) -> None:
    with running(database=own_database, workers=1) as service, come_to(service) as slow, come_to(service) as wire:
        slow.sendall(HALF)

        assert answered(wire).startswith(b"HTTP/1.1 200")
