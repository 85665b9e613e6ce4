"""Before Django wakes up: a real PostgreSQL, a template database, and one database for each worker.

Loaded by `-p tests.environment`. The service connects as its app role, never as owner or superuser.
"""

import base64
import fcntl
import hashlib
import os
import secrets
import subprocess
import sys
from pathlib import Path

from config.database import Cluster, ensure_running
from tests import databases

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".local" / "test-database"
SEEDS = ("*/migrations/*.py", "config/data/**/*", "*/management/commands/*.py", "*/services.py", "*/*/services.py")


def prepare() -> None:
    """Start the cluster, build the template if the schema or the data changed, clone it for this worker."""
    cluster = ensure_running(STATE)
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    settings = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SECRECY_KEYS": "k1:" + base64.b64encode(hashlib.sha256(b"only for tests").digest()).decode(),
        "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "PUBLIC_BASE_URL": "http://testserver",
        "SERVED_OVER_TLS": "false",
        "DATABASE_URL": cluster.url("phucvu_app", name),
        "OWNER_DATABASE_URL": cluster.url("phucvu_owner", name),
        "RATE_LIMIT_CLIENT": "1000000",
        "RATE_LIMIT_PERSON": "1000000",
        "RATE_LIMIT_CITIZEN": "1000000",
        "RATE_LIMIT_SIGN_IN": "1000000",
        "RATE_LIMIT_ACCOUNT": "1000000",
    }
    os.environ.update(settings)
    with (STATE.parent / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = _template(cluster)
        databases.create(cluster, name, template=template)
    os.environ["TEST_TEMPLATE"], os.environ["TEST_DATABASE"] = template, name


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
    databases.rename(cluster, f"building_{digest}", name)
    return name


prepare()
