"""Where it is played: an own database server under .local/bench-database, the service, and its plain twin."""

import base64
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from psycopg2 import sql

from bench.bodies import OFFICIALS
from bench.client import ADDRESS
from bench.complaining import multiply_complaints
from bench.filling import TEMPLATES
from bench.machine import Machine
from bench.multiplying import multiply, multiply_plain, settle
from bench.templates import AMOUNT
from config.database import OWNER, SUPERUSER, Cluster, ensure_running, status, stop
from config.database.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local" / "bench-database"
SERVICE, PLAIN = "bench_service", "bench_plain"
PORTS = {SERVICE: free_port(8471), PLAIN: free_port(8472)}
"""Others, when these are taken."""
CONFIGURATIONS = {SERVICE: "config/gunicorn.conf.py", PLAIN: "bench/plain/gunicorn.conf.py"}
READY_LIMIT = 60.0
UNLIMITED = "100000000"
LIMITS = ("CLIENT", "PERSON", "CITIZEN", "SIGN_IN", "ACCOUNT", "PUBLIC", "UNIT")


@dataclass(frozen=True)
class Stage:
    """Both sides, running: `filled` is what each begins with (bench.filling, bench.plain.filling)."""

    cluster: Cluster
    machine: Machine
    filled: dict[str, dict[str, Any]]
    environments: dict[str, dict[str, str]]
    at_end: ExitStack
    rows: int


@contextmanager
def stage(*, rows: int) -> Iterator[Stage]:
    """Make both databases anew, fill them with so many transactions, start both web servers; at the end stop them."""
    with _started() as (cluster, at_end, metrics):
        environments = {SERVICE: _environment_of_service(cluster, metrics), PLAIN: _environment_of_twin(cluster)}
        filled = {SERVICE: _filled_service(cluster, environments[SERVICE]), PLAIN: _filled_twin(cluster, environments)}
        _multiply(cluster, rows, units=filled[SERVICE]["units"])
        servers = [
            _serve(SERVICE, environments[SERVICE], at_end),
            _serve(PLAIN, environments[PLAIN], at_end),
        ]
        for name, path in ((SERVICE, "/readyz"), (PLAIN, "/ratings/")):
            _wait_until_ready(f"http://{ADDRESS}:{PORTS[name]}{path}")
        postmaster = status(STATE).pid or 0
        yield Stage(cluster, Machine(frozenset({postmaster, *servers})), filled, environments, at_end, rows)


@contextmanager
def service_alone(**variables: str) -> Iterator[Stage]:
    """Make the service's database anew, fill it, start its web server with these variables on top; stop it at last.

    Without one, each limit is what it is in production.
    """
    with _started() as (cluster, at_end, metrics):
        environment = _environment_of_service(cluster, metrics)
        filled = {SERVICE: _filled_service(cluster, environment)}
        usual = {name: value for name, value in environment.items() if not name.startswith("RATE_LIMIT_")}
        server = _serve(SERVICE, usual | variables, at_end)
        _wait_until_ready(f"http://{ADDRESS}:{PORTS[SERVICE]}/readyz")
        machine = Machine(frozenset({status(STATE).pid or 0, server}))
        yield Stage(cluster, machine, filled, {SERVICE: usual | variables}, at_end, AMOUNT)


@contextmanager
def _started() -> Iterator[tuple[Cluster, ExitStack, str]]:
    """Start the database server; yield it, what is done at the end, and a folder for the workers' counters."""
    _say("Starting the database server of the benchmark")
    was_running = status(STATE).is_running
    cluster = ensure_running(STATE, say=_say)
    with ExitStack() as at_end:
        if not was_running:
            at_end.callback(stop, STATE)
        yield cluster, at_end, at_end.enter_context(TemporaryDirectory(prefix="bench-metrics-"))


def told_by(ready: Stage, module: str) -> dict[str, Any]:
    """Run a module of ours in the service's environment; return the JSON that it prints."""
    return _printed(module, ready.environments[SERVICE])


def _environment_of_service(cluster: Cluster, metrics: str) -> dict[str, str]:
    """Production's settings; allowances are counted as always, but wide, as one machine plays everybody."""
    return {
        **os.environ,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SECRECY_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": ADDRESS,
        "PUBLIC_BASE_URL": f"http://{ADDRESS}:{PORTS[SERVICE]}",
        "SERVED_OVER_TLS": "false",
        "PROMETHEUS_MULTIPROC_DIR": metrics,
        "STATIC_ROOT": metrics,
        "DATABASE_URL": cluster.url("app", SERVICE),
        "OWNER_DATABASE_URL": cluster.url("owner", SERVICE),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **{f"RATE_LIMIT_{kind}": UNLIMITED for kind in LIMITS},
    }


def _environment_of_twin(cluster: Cluster) -> dict[str, str]:
    return {
        **os.environ,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATABASE_URL": cluster.url("owner", PLAIN),
        "DJANGO_SETTINGS_MODULE": "bench.plain.settings",
    }


def _filled_service(cluster: Cluster, environment: dict[str, str]) -> dict[str, Any]:
    _make_anew(cluster, SERVICE)
    for command in (
        ["migrate", "--database", "owner", "--verbosity", "0"],
        ["grant_app_role"],
        ["load_reference_data"],
    ):
        _say(f"Service: {command[0]}")
        _output_of([str(ROOT / "manage.py"), *command], environment)
    _say("Service: transactions, and rights to rate them")
    return _printed("bench.filling", environment)


def _filled_twin(cluster: Cluster, environments: dict[str, dict[str, str]]) -> dict[str, Any]:
    _make_anew(cluster, PLAIN)
    _say("Plain twin: tables and transactions")
    return _printed("bench.plain.filling", environments[PLAIN])


def _multiply(cluster: Cluster, rows: int, *, units: Sequence[str]) -> None:
    """Bring both sides to about so many transactions, ours to as many complaints."""
    for name in (SERVICE, PLAIN):
        _say(f"{name}: {rows} rows")
        with cluster.connect(SUPERUSER, name) as opened:
            opened.autocommit = False
            if name == SERVICE:
                multiply(opened, templates=f"{TEMPLATES}%", copies=max(1, rows // AMOUNT - 1))
                multiply_complaints(opened, rows=rows, units=units, officials=OFFICIALS)
            else:
                multiply_plain(opened, rows=rows)
            settle(opened)


def _make_anew(cluster: Cluster, name: str) -> None:
    with cluster.connect(SUPERUSER, "postgres") as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    cluster.create_database(name, OWNER)


def _printed(module: str, environment: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_output_of(["-m", module], environment))
    return told


def _output_of(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *words], env=environment, cwd=ROOT, text=True, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def _serve(name: str, environment: dict[str, str], at_end: ExitStack) -> int:
    """Start gunicorn and return its process: each side by its own configuration, with as many workers and threads."""
    command = ["-m", "gunicorn", "-c", CONFIGURATIONS[name], "--bind", f"{ADDRESS}:{PORTS[name]}"]
    server = subprocess.Popen([sys.executable, *command, "--log-level", "warning"], env=environment, cwd=ROOT)
    at_end.callback(server.wait)
    at_end.callback(server.terminate)
    return server.pid


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + READY_LIMIT
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"{address} did not become ready within {READY_LIMIT:.0f} s")


def _say(text: str) -> None:
    print(f"{text} ...", flush=True)
