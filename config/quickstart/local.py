"""The local environment: one state folder, secrets made once, the embedded database unless DATABASE_URL is set."""

import base64
import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path

from config.database import APP, OWNER, ensure_running

ROOT = Path(__file__).resolve().parent.parent.parent
STATE = ROOT / ".local"
SECRETS = STATE / "settings.json"


def environment(*, port: int = 8000, with_database: bool = True) -> dict[str, str]:
    """Return the variables of a local service; secrets are made at the first call and kept (mode 0600)."""
    known = _secrets()
    variables = {
        **os.environ,
        **known,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "SERVED_OVER_TLS": "false",
        "STATIC_ROOT": str(STATE / "static"),
        "PROMETHEUS_MULTIPROC_DIR": str(STATE / "metrics" / str(port)),
    }
    if "DATABASE_URL" not in os.environ:
        addresses = (
            _embedded() if with_database else dict.fromkeys((APP, OWNER), "postgresql://nobody@127.0.0.1:1/none")
        )
        variables["DATABASE_URL"], variables["OWNER_DATABASE_URL"] = addresses[APP], addresses[OWNER]
    return variables


def _embedded() -> dict[str, str]:
    cluster = ensure_running(STATE / "database", say=lambda text: print(text, flush=True))
    return {role: cluster.url(role) for role in (APP, OWNER)}


def _secrets() -> dict[str, str]:
    """Return this folder's own secrets."""
    if not SECRETS.exists():
        STATE.mkdir(exist_ok=True)
        made = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "SECRECY_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        number, draft = tempfile.mkstemp(dir=STATE, prefix="settings.")  # mode 0600
        with os.fdopen(number, "w") as file:
            json.dump(made, file)
            file.flush()
            os.fsync(number)
        with contextlib.suppress(FileExistsError):  # another start was quicker: its secrets hold
            os.link(draft, SECRETS)
        Path(draft).unlink()
    kept: dict[str, str] = json.loads(SECRETS.read_text())
    return kept
