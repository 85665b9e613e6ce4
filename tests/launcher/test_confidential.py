"""What citizens wrote never reaches the server's log, even when a statement fails."""

from pathlib import Path

import psycopg2
import pytest

from config.database import OWNER, SUPERUSER, Cluster, ensure_running, stop
from tests.launcher.murder import postmaster_pid

CANARY = "Nguyễn Văn Mẫu 0912345678"

FAILURES = [
    ("INSERT INTO sealed VALUES (%(it)s), (%(it)s)", psycopg2.errors.UniqueViolation),
    ("INSERT INTO sealed VALUES (%(it)s || '!')", psycopg2.errors.CheckViolation),
    ("SELECT %(it)s::date", psycopg2.errors.InvalidDatetimeFormat),
    ("SELEC %(it)s", psycopg2.errors.SyntaxError),
    (
        "DO $$ BEGIN RAISE WARNING '%%', 'Nguyễn Văn Mẫu 0912345678'; RAISE 'end'; END $$",
        psycopg2.errors.RaiseException,
    ),
]


def log_after(cluster: Cluster, role: str, settings: str, statement: str, failure: type[psycopg2.Error]) -> str:
    log = cluster.directory / "server.log"
    begun = log.stat().st_size
    with cluster.connect(role) as connection, connection.cursor() as cursor:
        cursor.execute(settings)
        cursor.execute("CREATE TEMP TABLE sealed (words text PRIMARY KEY CHECK (right(words, 1) <> '!'))")
        with pytest.raises(failure):
            cursor.execute(statement, {"it": CANARY})
    return log.read_bytes()[begun:].decode()


@pytest.mark.parametrize(("statement", "failure"), FAILURES)
def test_a_failed_statement_leaves_no_words_in_the_log(
    cluster: Cluster, statement: str, failure: type[psycopg2.Error]
) -> None:
    assert CANARY not in log_after(cluster, OWNER, "SELECT 1", statement, failure)


@pytest.mark.parametrize(("statement", "failure"), FAILURES)
def test_control_with_usual_settings_the_words_are_in_the_log(
    cluster: Cluster, statement: str, failure: type[psycopg2.Error]
) -> None:
    usual = "SET log_min_messages = warning; SET log_min_error_statement = error; SET log_error_verbosity = default"

    assert CANARY in log_after(cluster, SUPERUSER, usual, statement, failure)


def test_only_the_user_can_read_the_log(cluster: Cluster) -> None:
    assert (cluster.directory / "server.log").stat().st_mode & 0o777 == 0o600


def test_the_server_inherits_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch, rough_state: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", CANARY)

    stop(rough_state)
    data = ensure_running(rough_state).directory / "data"
    environment = Path(f"/proc/{postmaster_pid(data)}/environ").read_text()

    assert "LC_ALL=C" in environment
    assert "SECRET_KEY" not in environment
