"""Under whose name the server runs, for root and for ordinary users, and what is never changed for it."""

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.database import LauncherError, ensure_running, status, stop, wipe
from config.database import accounts as accounts_module
from config.database.binaries import copy_binaries, find_binaries
from config.database.home import ELSEWHERE, SIGNPOST, away_from
from tests.launcher.murder import postmaster_pid
from tests.launcher.other_user import as_nobody

by_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up root; run these tests once as root")

PASSWD = Path("/etc/passwd")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def owner_of(pid: int) -> str:
    return pwd.getpwuid(Path(f"/proc/{pid}").stat().st_uid).pw_name


@pytest.fixture
def closed() -> Iterator[Path]:
    """Give a directory of mode 0700, as a home is."""
    directory = Path(tempfile.mkdtemp(prefix="launcher-closed-", dir=Path.home()))
    yield directory
    wipe(directory / "state")
    shutil.rmtree(directory)


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the server where everybody can run it."""
    shelf = Path(tempfile.mkdtemp(prefix="launcher-programs-", dir="/tmp")) / "server"
    monkeypatch.setenv("PG_BIN", str(copy_binaries(find_binaries(), shelf)))
    shelf.parent.chmod(0o755)
    yield
    shutil.rmtree(shelf.parent)


def test_the_server_never_runs_as_root(shared_state: Path) -> None:
    pid = postmaster_pid(ensure_running(shared_state).directory / "data")

    owner = owner_of(pid)

    assert owner != "root"
    assert os.geteuid() == 0 or owner == pwd.getpwuid(os.geteuid()).pw_name


@by_root
@pytest.mark.parametrize("wanted", ["postgres", "nobody"])
def test_root_lends_the_server_to_an_account_that_exists(
    state: Path, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if wanted == "nobody":
        monkeypatch.setattr(accounts_module, "UNPRIVILEGED_ACCOUNTS", ("no-such-account", "nobody"))
    expected = wanted if wanted in {entry.pw_name for entry in pwd.getpwall()} else "nobody"
    before = PASSWD.read_bytes()

    cluster = ensure_running(state)

    assert owner_of(postmaster_pid(cluster.directory / "data")) == expected
    assert PASSWD.read_bytes() == before


@by_root
def test_under_a_closed_directory_the_cluster_lives_elsewhere_and_no_mode_changes(closed: Path) -> None:
    state = closed / "state"
    state.mkdir(mode=0o750)
    above = [state, closed, *closed.parents]
    before = [mode(directory) for directory in above]

    cluster = ensure_running(state)

    assert cluster.directory == away_from(state)
    assert cluster.directory.parent == ELSEWHERE
    assert (state / SIGNPOST).read_text().strip() == str(cluster.directory)
    assert mode(closed) == 0o700
    assert [mode(directory) for directory in above] == before
    assert mode(cluster.directory / "passwords.json") == 0o600
    assert mode(cluster.directory / "data") == 0o700


@by_root
def test_a_cluster_elsewhere_is_found_again_stopped_and_wiped(closed: Path) -> None:
    state = closed / "state"
    first = ensure_running(state)
    shutil.rmtree(state)

    second = ensure_running(state)

    assert (second.directory, second.passwords) == (first.directory, first.passwords)
    assert stop(state) is True
    assert wipe(state) is True
    assert not first.directory.exists()
    assert sorted(path.name for path in state.iterdir()) == ["database.lock"]


@by_root
def test_programs_that_the_account_cannot_reach_are_copied(
    state: Path, closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = copy_binaries(find_binaries(), closed / "server")
    monkeypatch.setenv("PG_BIN", str(hidden))

    cluster = ensure_running(state)
    stop(state)
    (copy,) = (cluster.directory / "server").iterdir()
    made = copy.stat().st_ctime_ns
    again = ensure_running(state)

    assert cluster.directory == again.directory == away_from(state)
    running = Path(f"/proc/{status(state).pid}/exe").readlink()
    assert running.is_relative_to(copy)
    assert copy.stat().st_ctime_ns == made
    assert mode(closed) == 0o700


@by_root
def test_a_moved_state_directory_is_told_where_its_cluster_is(closed: Path) -> None:
    state = closed / "state"
    lives_in = ensure_running(state).directory
    moved = closed / "moved"
    shutil.copytree(state, moved)

    with pytest.raises(LauncherError, match=f"was moved or copied: its database lives in {lives_in}"):
        ensure_running(moved)


@by_root
@pytest.mark.usefixtures("programs")
def test_an_ordinary_user_has_a_cluster_and_root_may_help_with_it(state: Path) -> None:
    state.mkdir(parents=True)
    nobody = pwd.getpwnam("nobody")
    os.chown(state, nobody.pw_uid, nobody.pw_gid)

    by_user = as_nobody(lambda: ensure_running(state))
    user_saw = as_nobody(lambda: status(state))
    stop(state)
    by_root_now = ensure_running(state)
    user_again = as_nobody(lambda: ensure_running(state))

    assert user_saw.is_running
    assert by_user.port == by_root_now.port == user_again.port
    assert owner_of(postmaster_pid(state / "postgres" / "data")) == "nobody"
    assert {path.owner() for path in (state, *state.rglob("*"))} == {"nobody"}
    assert mode(state / "postgres") == 0o700
    assert as_nobody(lambda: stop(state)) is True


@by_root
@pytest.mark.usefixtures("programs")
def test_another_users_cluster_is_refused_with_the_way_out(state: Path) -> None:
    ensure_running(state)

    with pytest.raises((LauncherError, PermissionError)):
        as_nobody(lambda: ensure_running(state))

    assert status(state).is_running
