"""The service as it runs: gunicorn with our configuration, on a free port, and a wire that can be cut."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(*, database: str, workers: int = 1, port: int = 0, **variables: str) -> Iterator[str]:
    """Start the web server on this database; yield its base address, and stop it afterwards. `port` 0: a free one."""
    port = port or free_port()
    counters = tempfile.mkdtemp()
    environment = {
        **os.environ, "DATABASE_URL": database, "PROMETHEUS_MULTIPROC_DIR": counters,
        "LOG_LEVEL": "WARNING", **variables,
    }  # fmt: skip
    environment.pop("DJANGO_SETTINGS_MODULE", None)  # pytest's; a real start has none
    command = ["gunicorn", "-c", "config/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait(server, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)
            shutil.rmtree(counters, ignore_errors=True)


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
    """A TCP proxy in front of a database that can be cut, without a word, and mended."""

    def __init__(self, url: str) -> None:
        found = re.search(r"@([^:/]+):(\d+)/", url)
        assert found
        self._target = (found.group(1), int(found.group(2)))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = url.replace(f"@{found.group(1)}:{found.group(2)}/", f"@127.0.0.1:{self._listener.getsockname()[1]}/")
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._is_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        self._is_cut = True
        for pair in self._pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
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
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError), source, sink:
        while part := source.recv(65536):
            sink.sendall(part)
