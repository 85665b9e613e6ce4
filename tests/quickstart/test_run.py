"""`make run`: it tells what is in its way, keeps what is there, and leaves no server behind."""

import http.server
import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from config.quickstart import local, prepare, samples, serve
from tests.http.serving import ROOT, served

A_ROW = "INSERT INTO procedures_field (code, name, national_code) VALUES ('mau', 'Lĩnh vực mẫu', '')"


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give a state folder of this test alone."""
    monkeypatch.setattr(local, "STATE", tmp_path / ".local")
    monkeypatch.setattr(local, "SECRETS", tmp_path / ".local" / "settings.json")
    return tmp_path / ".local"


@pytest.fixture
def port() -> Iterator[int]:
    """Give a port on which somebody else answers."""
    stranger = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=stranger.serve_forever, daemon=True).start()
    yield stranger.server_address[1]
    stranger.shutdown()
    stranger.server_close()


def quickstart(*words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", *words]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **variables}, text=True, capture_output=True, check=False
    )


def test_a_taken_port_is_told_before_anything_is_done(port: int) -> None:
    answer = quickstart("config.quickstart", "--port", str(port), "run")

    assert answer.returncode == 1
    assert answer.stderr == f"Port {port} is taken. Stop what uses it, or choose another: make run PORT=8010\n"
    assert answer.stdout == ""


@pytest.mark.slow
def test_a_port_taken_by_ourselves_is_told_as_such(own_database: str) -> None:
    with served(database=own_database) as base, pytest.raises(SystemExit, match="by this service, which runs already"):
        serve.require_free(int(base.rsplit(":", 1)[1]))


def test_a_port_that_cannot_be_is_told() -> None:
    with pytest.raises(SystemExit, match="There is no port 70000"):
        serve.require_free(70_000)


def test_a_database_that_cannot_start_is_told_without_a_traceback(tmp_path: Path) -> None:
    variables = {key: value for key, value in os.environ.items() if "DATABASE_URL" not in key}
    command = [sys.executable, "-m", "config.quickstart", "do", "true"]
    variables["PG_BIN"] = str(tmp_path)

    answer = subprocess.run(command, cwd=_copy(tmp_path), env=variables, text=True, capture_output=True, check=False)

    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: PG_BIN is ")
    assert "Traceback" not in answer.stderr


def test_starts_at_once_agree_on_their_secrets(state: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: local.environment(with_database=False)["SECRET_KEY"], range(8)))

    assert len(set(told)) == 1
    assert stat.S_IMODE((state / "settings.json").stat().st_mode) == 0o600
    assert [file.name for file in state.iterdir()] == ["settings.json"]


@pytest.mark.slow
def test_preparing_again_keeps_what_is_there(
    own_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path / "samples.json"
    steps = [(title, [str(credentials) if "samples.json" in word else word for word in words])
             for title, words in prepare.STEPS]  # fmt: skip
    monkeypatch.setattr(prepare, "STEPS", steps)
    variables = {
        **os.environ, "DATABASE_URL": own_database, "STATIC_ROOT": str(tmp_path / "static"),
        "OWNER_DATABASE_URL": own_database.replace(*_owner()),
    }  # fmt: skip
    prepare.prepare(variables)
    with connection.cursor() as cursor:
        cursor.execute(A_ROW)
    before, known = _counts(), samples.credentials(credentials)

    prepare.prepare(variables)

    assert _counts() == before
    assert samples.credentials(credentials) == known


@pytest.mark.slow
def test_a_failure_after_the_start_leaves_no_server_behind(
    own_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    variables = {**os.environ, "DATABASE_URL": own_database, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics")}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]

    with pytest.raises(FileNotFoundError):
        serve.serve(variables, port=free, when_ready=(tmp_path / "none").unlink)

    serve.require_free(free)


def test_a_step_that_fails_says_why_and_stops(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "STEPS", [("One", ["no_such_command"]), ("Two", ["check"])])

    with pytest.raises(SystemExit, match="no_such_command"):
        prepare.prepare(dict(os.environ))

    assert "One ... failed" in capsys.readouterr().out


def test_a_token_of_nobody_names_those_there_are(tmp_path: Path) -> None:
    answer = quickstart("config.quickstart.token", "--port", "1")

    assert answer.returncode == 1
    assert answer.stderr.startswith(("There are no sample accounts yet", "Whose? make token AS="))


def _copy(tmp_path: Path) -> Path:
    """Return a folder with a quickstart whose state nobody shares."""
    folder = tmp_path / "clone"
    for name in ("database", "quickstart"):
        shutil.copytree(ROOT / "config" / name, folder / "config" / name)
    return folder


def _owner() -> tuple[str, str]:
    own = os.environ["DATABASE_URL"].split("@")[0]
    return own, os.environ["OWNER_DATABASE_URL"].split("@")[0]


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts
