"""What a worker has loaded lies in large pages, where the kernel gives some to who asks."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import large_pages
from tests.environment import ROOT

GIVEN = Path("/sys/kernel/mm/transparent_hugepage/enabled")
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


@pytest.mark.skipif(not GIVEN.exists() or "[madvise]" not in GIVEN.read_text(), reason="not given to who asks alone")
def test_what_was_loaded_lies_in_large_pages_and_by_itself_does_not() -> None:
    assert in_large_pages("asked") > 4096
    assert in_large_pages("not asked") == 0  # the control


def test_where_there_are_none_nothing_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(large_pages, "MAPS", tmp_path / "none")

    large_pages.lie_in_large_pages()

    assert list(tmp_path.iterdir()) == []
