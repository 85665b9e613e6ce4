"""The sample accounts of a local service, and tokens of them, for `make run`, `make demo` and `make token` only."""

import base64
import contextlib
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pyotp

from config.quickstart.local import STATE

CREDENTIALS = STATE / "samples.json"
STEP = 30
"""Seconds for which a one-time code lives (RFC 6238)."""


def credentials(path: Path = CREDENTIALS) -> dict[str, Any]:
    """Return what `prepare_samples` wrote: {"clients": {name: {...}}, "accounts": {name: {...}}}."""
    known: dict[str, Any] = json.loads(path.read_text())
    return known


def token(name: str, *, base: str, path: Path = CREDENTIALS) -> str:
    """Sign in as a sample client or person through the public API and return the access token.

    A person's code works once in its 30 seconds: when it was used already, the next one, which a telephone that is
    fast would show, and then the one after it. Raises urllib.error.HTTPError when all are refused.
    """
    known = credentials(path)
    if name in known["clients"]:
        return _granted(_machine(name, known["clients"][name]["client_secret"], base=base))
    person = known["accounts"][name]
    totp = pyotp.TOTP(person["totp_seed"])
    for ahead in (0, STEP):
        with contextlib.suppress(urllib.error.HTTPError):
            return _granted(_person(name, person["password"], totp.at(time.time() + ahead), base=base))
    wait = STEP - time.time() % STEP
    print(f"Waiting {wait:.0f} s for the next one-time code of {name} ...", file=sys.stderr)
    time.sleep(wait)
    return _granted(_person(name, person["password"], totp.at(time.time() + STEP), base=base))


def _machine(name: str, secret: str, *, base: str) -> urllib.request.Request:
    basic = base64.b64encode(f"{name}:{secret}".encode()).decode()
    form = urllib.parse.urlencode({"grant_type": "client_credentials"}).encode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    return urllib.request.Request(f"{base}/api/v1/oauth/token", form, headers)


def _person(name: str, password: str, code: str, *, base: str) -> urllib.request.Request:
    body = json.dumps({"username": name, "password": password, "otp": code}).encode()
    return urllib.request.Request(f"{base}/api/v1/sessions", body, {"Content-Type": "application/json"})


def _granted(request: urllib.request.Request) -> str:
    with urllib.request.urlopen(request, timeout=10) as answer:
        granted: str = json.load(answer)["access_token"]
    return granted
