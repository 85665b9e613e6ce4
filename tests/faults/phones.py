"""A caller with a bad network, and the wires that fail him at the worst moment."""

import http.client
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.http.serving import Wire

COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00Z\x00\x00\x00\x05I"  # and nothing after it
"""PostgreSQL's word that a transaction is durable (CommandComplete)."""
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


@dataclass(frozen=True)
class Heard:
    """What a caller was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def call(base: str, method: str, path: str, body: Any = None, **headers: str) -> Heard:
    """Send one request on a connection of its own; raises OSError or HTTPException when no answer comes."""
    wire = http.client.HTTPConnection(base.removeprefix("http://"), timeout=20)
    try:
        told = {
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        wire.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), told)
        answer = wire.getresponse()
        return Heard(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        wire.close()


def persistently(base: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[Heard, int]:
    """Send the same request until it is answered by something else than 503; return the answer and the failures."""
    failures = 0
    for _ in range(100):
        try:
            heard = call(base, method, path, body, **headers)
        except (OSError, http.client.HTTPException):
            failures += 1
        else:
            if heard.status != http.client.SERVICE_UNAVAILABLE:
                return heard, failures
        time.sleep(0.1)
    raise AssertionError(f"{method} {path} was never answered")


class LossyWire(Wire):
    """A wire between caller and service that can lose an answer whole; `lost` is what the caller never heard."""

    lost = b""
    is_losing = False

    def lose_the_next_answer(self) -> None:
        """Swallow the next answer, then break the connection."""
        self.lost, self.is_losing = b"", True

    @property
    def lost_body(self) -> bytes:
        """The body of the answer that was lost."""
        return self.lost.partition(b"\r\n\r\n")[2]

    def carried(self, part: bytes, *, is_answer: bool) -> bytes | None:
        """Carry everything but the answer to be lost."""
        if not (is_answer and self.is_losing):
            return part
        self.lost += part
        head, _, body = self.lost.partition(b"\r\n\r\n")
        length = LENGTH.search(head + b"\r\n")
        if length is None or len(body) < int(length.group(1)):
            return b""
        self.is_losing = False
        return None


class DeadlyWire(Wire):
    """A wire between service and database that does something when a commit is done and nobody knows it yet."""

    deed: Callable[[], None] | None = None

    def carried(self, part: bytes, *, is_answer: bool) -> bytes | None:
        """Carry everything but the word that the armed commit is done."""
        if self.deed is None or not is_answer or COMMITTED not in part:
            return part
        deed, self.deed = self.deed, None
        deed()
        return None
