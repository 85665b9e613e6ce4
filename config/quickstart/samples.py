"""The sample accounts of a local service, and tokens of them, for `make run`, `make demo` and `make token` only."""

import base64
import json
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pyotp

from config.quickstart.local import STATE

CREDENTIALS = STATE / "samples.json"


def credentials(path: Path = CREDENTIALS) -> dict[str, Any]:
    """Return what `prepare_samples` wrote: {"clients": {name: {...}}, "accounts": {name: {...}}}."""
    known: dict[str, Any] = json.loads(path.read_text())
    return known


def token(name: str, *, base: str) -> str:
    """Sign in as a sample client or person through the public API and return the access token."""
    known = credentials()
    if name in known["clients"]:
        secret = known["clients"][name]["client_secret"]
        basic = base64.b64encode(f"{name}:{secret}".encode()).decode()
        form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
        request = urllib.request.Request(
            f"{base}/api/v1/oauth/token",
            form,
            {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
        )
    else:
        person = known["accounts"][name]
        body = {"username": name, "password": person["password"], "otp": pyotp.TOTP(person["totp_seed"]).now()}
        request = urllib.request.Request(
            f"{base}/api/v1/sessions", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
    with urllib.request.urlopen(request, timeout=10) as answer:
        granted: str = json.load(answer)["access_token"]
    return granted
