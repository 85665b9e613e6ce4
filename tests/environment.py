"""Before Django wakes up: a real PostgreSQL, a template database, and one database for each worker.

Loaded by `-p tests.environment`. The service connects as its app role, never as owner or superuser.
"""

import base64
import hashlib
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

from config.database import Cluster, ensure_running, stop
from tests import databases

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# A server for each worker: the event feed waits for the oldest transaction of the whole server, whoever opened it.
STATE = ROOT / ".local" / f"test-database-{WORKER}"
SEEDS = (
    "*/migrations/*.py",
    "config/data/**/*",
    "*/management/commands/*.py",
    "*/services.py",
    "*/services/*.py",
    "*/*/services.py",
    "*/*/services/*.py",
    "*/*/rules/*.py",
)


def prepare() -> None:
    """Set the environment; start the cluster, build the template if the schema or the data changed, clone it."""
    if WORKER == "main" and re.search(r" -n ?(?!0)\w", " ".join(["", *sys.argv])):
        _set("postgresql://nobody@127.0.0.1:1/none", "postgresql://nobody@127.0.0.1:1/none")
        return  # the workers do the tests, each with a server of its own
    cluster = ensure_running(STATE)
    name = f"test_{os.getpid()}"
    _set(cluster.url("phucvu_app", name), cluster.url("phucvu_owner", name))
    template = _template(cluster)
    databases.create(cluster, name, template=template)
    os.environ["TEST_TEMPLATE"], os.environ["TEST_DATABASE"] = template, name


def pytest_unconfigure() -> None:
    """Stop the server of a worker of `make test`; whoever runs single tests finds his own running the next time."""
    if WORKER != "main" and not _are_others_at_work():
        stop(STATE)


def _are_others_at_work() -> bool:
    names = databases.names(ensure_running(STATE))
    numbers = {int(name.split("_")[1]) for name in names if re.fullmatch(r"test_\d+(_own)?", name)}
    return any(Path(f"/proc/{number}").exists() for number in numbers - {os.getpid()})


def _set(app: str, owner: str) -> None:
    settings = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SECRECY_KEYS": "k1:" + base64.b64encode(hashlib.sha256(b"only for tests").digest()).decode(),
        "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "PUBLIC_BASE_URL": "http://testserver",
        "SERVED_OVER_TLS": "false",
        "DATABASE_URL": app,
        "OWNER_DATABASE_URL": owner,
        "RATE_LIMIT_CLIENT": "1000000",
        "RATE_LIMIT_PERSON": "1000000",
        "RATE_LIMIT_CITIZEN": "1000000",
        "RATE_LIMIT_SIGN_IN": "1000000",
        "RATE_LIMIT_ACCOUNT": "1000000",
        "RATE_LIMIT_PUBLIC": "1000000",
        "RATE_LIMIT_UNIT": "1000000",
    }
    os.environ.update(settings)


def _template(cluster: Cluster) -> str:
    files = sorted({file for pattern in SEEDS for file in ROOT.glob(pattern) if file.is_file()})
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    name = f"template_{digest}"
    if name in databases.names(cluster):
        return name
    for old in databases.names(cluster):
        if old.startswith("template_"):
            databases.drop(cluster, old)
    databases.create(cluster, f"building_{digest}")
    environment = {
        **os.environ,
        "DATABASE_URL": cluster.url("phucvu_app", f"building_{digest}"),
        "OWNER_DATABASE_URL": cluster.url("phucvu_owner", f"building_{digest}"),
    }
    for command in (["migrate", "--database", "owner"], ["grant_app_role"], ["load_reference_data"]):
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command, "--verbosity", "0"],
            env=environment,
            check=True,
            cwd=ROOT,
        )
    databases.empty_feed(cluster, f"building_{digest}")
    databases.rename(cluster, f"building_{digest}", name)
    return name


prepare()
