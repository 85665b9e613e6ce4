"""Fresh state directories with hard names; every server that a test starts is removed with its directory."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.database import Cluster, ensure_running, status, wipe
from config.database.processes import cluster_name, processes, serves


@pytest.fixture
def state() -> Iterator[Path]:
    """Give a state directory that does not exist yet, in a place that everybody can reach."""
    yield from _state()


@pytest.fixture(scope="session")
def shared_state() -> Iterator[Path]:
    """Give the state directory of one cluster for all tests that leave it as they find it."""
    yield from _state()


@pytest.fixture(scope="session")
def rough_state() -> Iterator[Path]:
    """Give the state directory of one cluster for all tests that stop, kill or spoil it; it may be down."""
    yield from _state()


@pytest.fixture(scope="session")
def cluster(shared_state: Path) -> Cluster:
    """Give a running server, for tests that leave it as they find it."""
    return ensure_running(shared_state)


def _state() -> Iterator[Path]:
    top = Path(tempfile.mkdtemp(prefix="launcher-", dir="/tmp"))
    top.chmod(0o755)
    state = top / "máy chủ dữ liệu" / "trạng thái 'mới' $HOME"
    yield state
    directory = status(state).directory
    wipe(state)
    shutil.rmtree(top)
    assert directory is None or left_over(directory / "data") == [], "a server of a test outlived it"


def left_over(data: Path) -> list[str]:
    """Return the command lines of what is left of a server: its postmaster and its backends."""
    name = f"postgres: {cluster_name(data)}: "
    return [p.command_line for p in processes() if serves(p, data) or p.command_line.startswith(name)]


@pytest.fixture(autouse=True)
def _no_choice_of_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
