"""What a started server is and promises."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from config.database import APP, OWNER, READER, SUPERUSER, Cluster, LauncherError, ensure_running, status, stop
from config.database.ports import HIGHEST_PORT, LOWEST_PORT
from tests.launcher.murder import postmaster_pid

ROOT = Path(__file__).parents[2]


def ask(cluster: Cluster, query: str, role: str = SUPERUSER, database: str = "phucvu") -> object:
    with cluster.connect(role, database) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
        assert row is not None
        return row[0]


def test_a_second_start_finds_the_running_server(shared_state: Path, cluster: Cluster) -> None:
    before = status(shared_state)

    again = ensure_running(shared_state)

    assert (again.port, again.passwords) == (cluster.port, cluster.passwords)
    assert status(shared_state) == before


def test_three_starts_at_once_give_one_server(state: Path) -> None:
    command = [sys.executable, "-m", "config.database", "--state", str(state), "start"]

    starts = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {start.communicate(timeout=60)[0] for start in starts}

    assert [start.returncode for start in starts] == [0, 0, 0]
    assert len(said) == 1
    assert str(status(state).port) in said.pop()


def test_the_server_outlives_the_launcher_in_a_session_of_its_own(rough_state: Path) -> None:
    command = [sys.executable, "-m", "config.database", "--state", str(rough_state), "start"]
    stop(rough_state)
    launcher = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    launcher.wait(60)

    pid = status(rough_state).pid

    assert launcher.returncode == 0
    assert pid is not None
    assert os.getsid(pid) not in {os.getsid(0), launcher.pid}
    assert ask(ensure_running(rough_state), "SELECT 1") == 1


def test_the_passwords_are_random_and_only_the_user_can_read_them(cluster: Cluster) -> None:
    file = cluster.directory / "passwords.json"

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.stat().st_uid == os.geteuid()
    assert json.loads(file.read_text()) == dict(cluster.passwords)
    assert min(map(len, cluster.passwords.values())) >= 32
    assert not any(password in repr(cluster) for password in cluster.passwords.values())


def test_no_password_is_left_in_any_other_file(cluster: Cluster) -> None:
    beside = [path for path in cluster.directory.iterdir() if path.is_file() and path.name != "passwords.json"]

    texts = [path.read_text(errors="replace") for path in beside]

    assert "initdb.password" not in {path.name for path in beside}
    assert not any(password in text for password in cluster.passwords.values() for text in texts)


@pytest.mark.parametrize("role", [SUPERUSER, OWNER, APP, READER])
def test_nobody_comes_in_without_the_right_password(cluster: Cluster, role: str) -> None:
    impostor = Cluster(cluster.port, cluster.directory, dict.fromkeys(cluster.passwords, "wrong"))

    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"), impostor.connect(role):
        pass

    assert ask(cluster, "SELECT session_user::text", role) == role


def test_passwords_are_kept_as_scram_verifiers(cluster: Cluster) -> None:
    query = "SELECT bool_and(rolpassword LIKE 'SCRAM-SHA-256$%') FROM pg_authid WHERE rolcanlogin"

    assert ask(cluster, query) is True


def test_the_server_listens_on_this_machine_only_and_on_no_socket_file(cluster: Cluster) -> None:
    with socket.socket() as elsewhere:
        listens_elsewhere = elsewhere.connect_ex(("127.0.0.2", cluster.port)) == 0

    assert not listens_elsewhere
    assert ask(cluster, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(cluster, "SHOW unix_socket_directories") == ""
    assert not [path for path in cluster.directory.rglob("*") if path.is_socket()]


def test_the_port_is_below_those_that_the_kernel_gives_to_clients(cluster: Cluster) -> None:
    assert LOWEST_PORT <= cluster.port <= HIGHEST_PORT
    assert (LOWEST_PORT, HIGHEST_PORT) == (10_000, 32_000)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("log_min_error_statement", "panic"),
        ("log_error_verbosity", "terse"),
        ("log_parameter_max_length", "0"),
        ("jit", "off"),
        ("random_page_cost", "1.1"),
        ("TimeZone", "Asia/Ho_Chi_Minh"),
        ("max_connections", "100"),
        ("shared_buffers", "256MB"),
        ("max_wal_size", "2GB"),
        ("client_encoding", "UTF8"),
        ("server_encoding", "UTF8"),
    ],
)
def test_the_server_runs_with_our_settings(cluster: Cluster, setting: str, value: str) -> None:
    assert ask(cluster, f"SHOW {setting}") == value


def test_vietnamese_capitals_are_lowered(cluster: Cluster) -> None:
    assert ask(cluster, "SELECT lower('ĐẶNG THỊ MẪU')") == "đặng thị mẫu"


def test_the_owner_owns_the_database_and_may_make_tables(cluster: Cluster) -> None:
    owner = "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = 'phucvu'"

    made = ask(
        cluster, "CREATE TABLE of_the_owner (id int); SELECT has_table_privilege('of_the_owner', 'SELECT')", OWNER
    )

    assert made is True
    assert ask(cluster, owner) == OWNER
    assert ask(cluster, "DROP TABLE of_the_owner; SELECT 1", OWNER) == 1


@pytest.mark.parametrize("role", [APP, READER])
@pytest.mark.parametrize(
    "statement", ["CREATE TABLE mine (id int)", "CREATE TEMP TABLE mine (id int)", "CREATE ROLE me"]
)
def test_the_other_roles_make_nothing(cluster: Cluster, role: str, statement: str) -> None:
    with pytest.raises(psycopg2.Error, match=r"permission denied|read-only transaction"):
        ask(cluster, f"SET default_transaction_read_only = off; {statement}; SELECT 1", role)


def test_the_reader_cannot_write_even_where_it_was_granted_to(cluster: Cluster) -> None:
    ask(cluster, "CREATE TABLE granted (id int); GRANT ALL ON granted TO phucvu_reader, phucvu_app; SELECT 1", OWNER)

    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        ask(cluster, "INSERT INTO granted VALUES (1) RETURNING id", READER)

    assert ask(cluster, "INSERT INTO granted VALUES (1) RETURNING id", APP) == 1
    assert ask(cluster, "DROP TABLE granted; SELECT 1", OWNER) == 1


def test_a_new_database_has_the_extensions_and_belongs_to_the_owner(cluster: Cluster) -> None:
    cluster.create_database("thử nghiệm", OWNER)
    cluster.create_database("thử nghiệm", OWNER)

    extensions = ask(cluster, "SELECT array_agg(extname::text ORDER BY extname) FROM pg_extension", APP, "thử nghiệm")

    assert extensions == ["btree_gist", "pg_trgm", "plpgsql", "unaccent"]
    assert ask(cluster, "CREATE TABLE mine (id int); SELECT 1", OWNER, "thử nghiệm") == 1
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(cluster, "CREATE TABLE mine_too (id int); SELECT 1", APP, "thử nghiệm")


def test_the_owner_may_make_databases_as_a_test_runner_does(cluster: Cluster) -> None:
    assert ask(cluster, "SELECT rolcreatedb AND NOT rolsuper FROM pg_roles WHERE rolname = 'phucvu_owner'") is True
    with cluster.connect(OWNER, "postgres") as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE test_phucvu")

        unaccented = ask(cluster, "SELECT unaccent('Huế')", OWNER, "test_phucvu")
        cursor.execute("DROP DATABASE test_phucvu")

    assert unaccented == "Hue"


def test_a_database_of_another_owner_is_refused(cluster: Cluster) -> None:
    with pytest.raises(LauncherError, match="belongs to postgres"):
        cluster.create_database("template1", OWNER)


def test_the_url_names_role_port_and_database(cluster: Cluster) -> None:
    url = cluster.url("app", "phucvu")

    assert re.fullmatch(rf"postgresql://phucvu_app:[\w-]{{32}}@127\.0\.0\.1:{cluster.port}/phucvu", url)
    assert url == cluster.url(APP) == cluster.url()
    with pytest.raises(LauncherError, match="no role admin"):
        cluster.url("admin")


def test_a_stopped_server_starts_again_with_its_data_its_port_and_its_passwords(rough_state: Path) -> None:
    first = ensure_running(rough_state)
    ask(first, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id; SELECT 1", OWNER)

    stopped = stop(rough_state)
    second = ensure_running(rough_state)

    assert stopped is True
    assert (second.port, second.passwords) == (first.port, first.passwords)
    assert ask(second, "SELECT count(*) FROM kept", OWNER) == 1000


def test_stop_rolls_back_what_is_open_and_may_be_repeated(rough_state: Path) -> None:
    data = ensure_running(rough_state).directory / "data"
    with ensure_running(rough_state).connect(OWNER) as left_open, left_open.cursor() as cursor:
        cursor.execute("BEGIN; CREATE TABLE never (id int)")

        answers = [stop(rough_state), stop(rough_state)]

    assert answers == [True, False]
    assert not (data / "postmaster.pid").exists()


def test_a_first_start_tells_what_it_does_and_draws_its_own_passwords(state: Path, cluster: Cluster) -> None:
    said: list[str] = []

    other = ensure_running(state, say=said.append)

    assert [text.split()[0] for text in said] == ["Making", "Starting"]
    assert postmaster_pid(state / "postgres" / "data") == status(state).pid
    assert len({*cluster.passwords.values(), *other.passwords.values()}) == 8
