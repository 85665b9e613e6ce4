"""The demo's way to the service: HTTP with the standard library, as any foreign program would."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PATIENCE = 30.0
"""Seconds to wait for an answer."""

BUSY = {429, 503}
MOST_TRIES = 4


class Unreachable(Exception):
    """Nobody answers at the address."""


class Unexpected(Exception):
    """The service answered something else than the story needs."""


@dataclass(frozen=True)
class Answer:
    """What the service answered."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        """The document in the body."""
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """The short name of the problem; empty for a success."""
        return str(self.json.get("type", "")).rsplit("/", 1)[-1] if self.status >= 400 else ""  # noqa: PLR2004


@dataclass(frozen=True)
class Api:
    """One caller of the API: `base` without `/api/v1`, and the access token, empty for a citizen."""

    base: str
    token: str = ""

    def get(
        self,
        path: str,
        query: Mapping[str, object] | None = None,
        *,
        may_fail: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Read something; raises Unexpected for a problem unless it may fail."""
        address = f"{path}?{urllib.parse.urlencode(query)}" if query else path
        return self._asked("GET", address, None, dict(headers or {}), may_fail=may_fail)

    def pages(self, path: str, query: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """Read a list to its end."""
        page = self.get(path, query).json
        rows: list[dict[str, Any]] = page["results"]
        while page["next_cursor"]:
            page = self.get(path, {**(query or {}), "cursor": page["next_cursor"]}).json
            rows += page["results"]
        return rows

    def put(self, path: str, document: Any, *, may_fail: bool = False) -> Answer:
        """Say what something is."""
        return self._asked("PUT", path, _written(document), {}, may_fail=may_fail)

    def post(self, path: str, document: Any, *, may_fail: bool = False, key: str = "", match: str = "") -> Answer:
        """Do something once: every POST carries an Idempotency-Key, so that a retry does nothing twice."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4()), **({"If-Match": match} if match else {})}
        return self._asked("POST", path, _written(document), headers, may_fail=may_fail)

    def send(self, path: str, body: bytes) -> Answer:
        """Post bytes as they are, with nothing added: what a foreign sender does."""
        return self._asked("POST", path, body, {}, may_fail=False)

    def _asked(self, method: str, path: str, body: bytes | None, headers: dict[str, str], *, may_fail: bool) -> Answer:
        headers |= {"Accept-Language": "vi", "Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(f"{self.base}/api/v1{path}", body, headers, method=method)
        for tries_left in reversed(range(MOST_TRIES)):
            answer = _answer_to(request)
            if answer.status not in BUSY or not tries_left:
                break
            time.sleep(float(answer.headers.get("Retry-After", 1)))
        if answer.status >= 400 and not may_fail:  # noqa: PLR2004 - where errors begin
            raise Unexpected(f"{method} {path}: {answer.status} {answer.body.decode(errors='replace')[:600]}")
        return answer


def _answer_to(request: urllib.request.Request) -> Answer:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.read(), dict(answer.headers))
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, refusal.read(), dict(refusal.headers))
    except OSError as error:
        raise Unreachable(str(getattr(error, "reason", error))) from error


def _written(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
