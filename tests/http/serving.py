"""The service as it runs: gunicorn with our configuration, on a free port, and a wire that can be cut."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_END = 45
"""Seconds: a server may take its graceful timeout (config/gunicorn.conf.py, 30) before it ends a worker by force."""


@dataclass(frozen=True)
class Service:
    """A running service: its address, its parent process, and where it logs."""

    base: str
    pid: int
    log: Path

    def workers(self) -> list[int]:
        """Return the numbers of its workers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(number) for number in children.split()]


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(*, database: str, workers: int = 1, port: int = 0, **variables: str) -> Iterator[Service]:
    """Start the web server on this database; stop it afterwards. `port` 0: a free one."""
    port = port or free_port()
    command = ["gunicorn", "-c", "config/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    with tempfile.TemporaryDirectory() as folder:
        log, counters = Path(folder) / "log", Path(folder) / "counters"
        counters.mkdir()
        environment = {
            **os.environ, "DATABASE_URL": database, "PROMETHEUS_MULTIPROC_DIR": str(counters),
            "LOG_LEVEL": "WARNING", **variables,
        }  # fmt: skip
        environment.pop("DJANGO_SETTINGS_MODULE", None)  # pytest's; a real start has none
        with log.open("wb") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", *command], env=environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            _wait(server, port)
            yield Service(f"http://127.0.0.1:{port}", server.pid, log)
        finally:
            server.terminate()
            server.wait(LONGEST_END)


@contextlib.contextmanager
def served(*, database: str, workers: int = 1, port: int = 0, **variables: str) -> Iterator[str]:
    """Start the web server on this database; yield its base address, and stop it afterwards."""
    with running(database=database, workers=workers, port=port, **variables) as service:
        yield service.base


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


def exchange(base: str, request: bytes, *, then: bytes = b"", shut: bool = False) -> tuple[int, str, bytes]:
    """Send raw bytes; return status, headers and body of the answer."""
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as wire:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            wire.sendall(request)
            wire.sendall(then)
            if shut:
                wire.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while part := wire.recv(65536):
                answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), head.decode("latin-1"), body


class Wire:
    """A TCP proxy in front of a server (its URL) that can be cut, without a word, and mended."""

    def __init__(self, url: str) -> None:
        found = re.search(r"(?:@|//)([\w.]+):(\d+)(?=/|$)", url)
        assert found
        self._target = (found.group(1), int(found.group(2)))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"{url[: found.start(1)]}127.0.0.1:{self._listener.getsockname()[1]}{url[found.end(2) :]}"
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._is_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def carried(self, part: bytes, *, is_answer: bool) -> bytes | None:
        """Return what goes on of what came; None breaks the connection at both ends."""
        return part

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self._is_cut = True
        for pair in self._pairs:
            _break(*pair)
        self._pairs.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self._is_cut = False

    def close(self) -> None:
        """Stop for good."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                near.close()
                continue
            far = socket.create_connection(self._target)
            self._pairs.append((near, far))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink, sink is near), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:  # noqa: FBT001 - a thread's
        with contextlib.suppress(OSError), source, sink:
            while part := source.recv(65536):
                going_on = self.carried(part, is_answer=is_answer)
                if going_on is None:
                    break
                sink.sendall(going_on)
            _break(source, sink)


def _break(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
