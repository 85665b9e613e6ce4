"""Start the web server, wait until it is ready, tell what to do next, stay until it is stopped."""

import contextlib
import http.client
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from config.quickstart.local import ROOT
from config.quickstart.workers import Workers

READY_LIMIT = 60.0
LOOK = 0.5


def serve(variables: dict[str, str], *, port: int, when_ready: Callable[[], None]) -> int:
    """Run gunicorn in the foreground beside two workers; return its exit status. All end with us, however we end."""
    metrics = Path(variables["PROMETHEUS_MULTIPROC_DIR"])
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    command = ["gunicorn", "-c", "config/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    server = subprocess.Popen([sys.executable, "-m", *command], env=variables, cwd=ROOT)
    workers = Workers(variables)
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        _wait_until_ready(server, port)
        when_ready()
        return _stay(server, workers)
    except KeyboardInterrupt:
        return 0  # Ctrl-C is how it is stopped
    finally:
        server.terminate()
        workers.stop()
        server.wait()


def _stay(server: "subprocess.Popen[bytes]", workers: Workers) -> int:
    """Stay until the web server ends, and keep the workers at work; return its exit status."""
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return server.wait(LOOK)
        workers.look()


def require_free(port: int) -> None:
    """Raise SystemExit, with the way out, when we could not listen on the port."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise SystemExit(f"Port {port} is not for ordinary users. Choose another: make run PORT=8010") from error
        except OverflowError as error:
            raise SystemExit(f"There is no port {port}. Choose one from 1024 to 65535: make run PORT=8010") from error
        except OSError as error:
            raise SystemExit(f"Port {port} is taken{_by_whom(port)}, or choose another: make run PORT=8010") from error


def _by_whom(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=2) as answer:
            is_ours = b'"alive"' in answer.read(100)
    except (OSError, http.client.HTTPException):
        is_ours = False
    if is_ours:
        return " by this service, which runs already (perhaps left over from a start that was killed). Use it, stop it"
    return ". Stop what uses it"


def _wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_LIMIT
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit("The web server stopped while starting; its own words stand above.")
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2),
        ):
            return
        time.sleep(0.2)
    raise SystemExit(f"The service did not become ready within {READY_LIMIT:.0f} s; see http://127.0.0.1:{port}/readyz")
