"""What a worker has in its memory lies in large pages, where the kernel gives some to who asks."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import large_pages
from config.worker import WARM
from tests.environment import ROOT
from tests.faults.phones import call
from tests.http.serving import running

GIVEN = Path("/sys/kernel/mm/transparent_hugepage/enabled")
ENOUGH = 4096
"""So many kB, two large pages, can have come by asking alone."""
HOLDER = """
import sys
from pathlib import Path
from config.large_pages import lie_in_large_pages
held = [str(number) for number in range(300_000)]
if sys.argv[1] == "asked":
    lie_in_large_pages()
assert held[1234] == "1234"
print(next(line.split()[1] for line in Path("/proc/self/smaps_rollup").read_text().splitlines() if "AnonHuge" in line))
"""


def in_large_pages(how: str) -> int:
    """Return how many kB of a process that holds many things are in large pages."""
    done = subprocess.run([sys.executable, "-c", HOLDER, how], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout)


only_where_given_to_who_asks = pytest.mark.skipif(
    not GIVEN.exists() or "[madvise]" not in GIVEN.read_text(), reason="not given to who asks alone"
)


@only_where_given_to_who_asks
def test_what_was_loaded_lies_in_large_pages_and_by_itself_does_not() -> None:
    assert in_large_pages("asked") > ENOUGH
    assert in_large_pages("not asked") == 0  # the control


@pytest.mark.slow
@only_where_given_to_who_asks
def test_a_worker_settles_when_it_is_warm(own_database: str) -> None:
    with running(database=own_database) as service:
        (worker,) = service.workers()
        asked_once = large_pages_of(worker)
        for _ in range(WARM):
            call(service.base, "GET", "/rating-forms?page_size=1")
        ends = time.monotonic() + 20
        while large_pages_of(worker) <= ENOUGH and time.monotonic() < ends:
            time.sleep(0.2)
        settled = large_pages_of(worker)

    assert asked_once == 0
    assert settled > ENOUGH


def large_pages_of(pid: int) -> int:
    """Return how many kB of a process are in large pages."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in told if "AnonHuge" in line)


def test_where_there_are_none_nothing_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(large_pages, "MAPS", tmp_path / "none")

    large_pages.lie_in_large_pages()

    assert list(tmp_path.iterdir()) == []
