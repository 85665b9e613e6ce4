"""`make demo` against the real service: a web server of its own, a database of its own, HTTP only."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from pathlib import Path
from urllib.request import urlopen

import pytest

from config.demo import portal
from config.demo.cast import VENDOR, Cast
from config.demo.client import Api, Unreachable
from config.demo.histories import histories, own_histories
from config.demo.story import Story

ROOT = Path(__file__).resolve().parent.parent.parent
STARTING = 30.0
FIGURE = re.compile(r"(\S.*?) {3,}(\d+) +(\d+) +([\d,]+)(?: %)? .*[✓✗]$")

# The dossier of the reorganisation is one and the same every morning, and rated once, on a form of three levels.
TOLD_ONCE = {"Tỷ lệ phiếu không chọn “không hài lòng” (mọi thang)": 1}


@dataclass(frozen=True)
class Service:
    """A running service and the credentials of its samples."""

    port: int
    samples: Path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def morning(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "config.demo", "--port", str(self.port), "--samples", str(self.samples)]
        return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False, timeout=60)


@pytest.fixture
def service(own_database: str, tmp_path: Path) -> Iterator[Service]:
    """The service as gunicorn runs it, with its samples."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    metrics = tmp_path / "metrics"
    metrics.mkdir()
    variables = {
        **os.environ, "DATABASE_URL": own_database, "OWNER_DATABASE_URL": own_database,
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}", "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }  # fmt: skip
    known = Service(port, tmp_path / "samples.json")
    prepare = [sys.executable, "manage.py", "prepare_samples", "--to", str(known.samples)]
    subprocess.run(prepare, cwd=ROOT, env=variables, check=True, capture_output=True)
    with _serving(port, variables):
        yield known


@contextmanager
def _serving(port: int, variables: dict[str, str]) -> Iterator[None]:
    options = ["-c", "config/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--log-level", "error"]
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", *options], cwd=ROOT, env=variables)
    try:
        _wait(port, until=time.monotonic() + STARTING)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int, *, until: float) -> None:
    while time.monotonic() < until:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/livez", timeout=2):
            return
        time.sleep(0.1)
    raise TimeoutError("the service did not start")


def figures(told: str) -> dict[str, tuple[int, int, Decimal]]:
    """Return numerator, denominator and value of every figure in the story."""
    found = filter(None, map(FIGURE.match, (line.strip() for line in told.splitlines())))
    return {one[1]: (int(one[2]), int(one[3]), Decimal(one[4].replace(",", "."))) for one in found}


def test_a_morning_is_told_twice_with_figures_that_add_up_and_a_wrong_end_is_named(service: Service) -> None:
    first, second = service.morning(), service.morning()

    assert (first.returncode, second.returncode) == (0, 0), first.stdout[-2000:] + second.stdout[-2000:]
    assert "✗" not in first.stdout + second.stdout
    assert ("phiên bản 1" in first.stdout, "phiên bản 2" in second.stdout) == (True, True)
    told = [*histories().values(), *own_histories().values()]
    assert all(history.dossier_code in first.stdout for history in told)
    once, twice = figures(first.stdout), figures(second.stdout)
    assert len(once) == 9
    for title, (numerator, denominator, value) in once.items():
        times = 1000 if "1.000" in title else 100
        assert abs(value - Decimal(numerator * times) / denominator) <= Decimal("0.005"), title
        assert numerator <= denominator
        again = TOLD_ONCE.get(title, 0)
        assert twice[title][:2] == (2 * numerator - again, 2 * denominator - again), title

    _say_something_else(service)
    out = StringIO()
    story = Story(out=out)
    portal.play(story, Cast(service.base, service.samples))

    assert story.ended(seconds=0.0) == 1
    assert [failure.partition(":")[0] for failure in story.failures] == ["1. H01 000.16.30.H34-240304-0001"]
    assert "H01 status: phải là returned, đang là processing" in out.getvalue()


def _say_something_else(service: Service) -> None:
    """Have the one-stop software tell of the first history's dossier what its history does not."""
    vendor = Cast(service.base, service.samples).named(VENDOR)
    state = {"source_updated_at": "2024-06-01T08:00:00+07:00", "status": "processing", "procedure": "1.004884"}
    vendor.put(f"/transactions/{histories()['H01'].dossier_code}", state)


def test_without_a_service_it_says_what_to_start() -> None:
    nobody = Service(port=1, samples=ROOT / "no-such-file")

    told = nobody.morning()

    assert told.returncode == 1
    assert told.stdout.endswith("make run PORT=1\n")
    assert "urlopen" not in told.stdout
    with pytest.raises(Unreachable):
        Api(nobody.base).get("/rating-forms")
