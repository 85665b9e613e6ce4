"""The client both sides are driven by: a few threads, each with one connection that is kept open.

It shares the processors with what it measures. So what is to be sent is written before the clock starts, and of an
answer it reads the status and the length alone: Python's own client costs as much as half of a light request.
"""

import socket
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

ADDRESS = "127.0.0.1"
PATIENCE = 60.0
_PIECE = 256 * 1024


@dataclass(frozen=True)
class Request:
    """One request, and the status its answer must have."""

    method: str
    path: str
    status: int
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def written(self) -> bytes:
        """Return it as it goes over the wire."""
        headers = {"Host": ADDRESS, "Accept-Encoding": "identity", **self.headers}
        if self.body is not None:
            headers["Content-Length"] = str(len(self.body))
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + (self.body or b"")


def send(requests: Sequence[Request], *, port: int, connections: int) -> float:
    """Send all requests, shared out among the connections; return the seconds from the first to the last answer.

    Raises SystemExit with the first answer that is not the one expected. On Linux each connection comes from a network
    of its own, as citizens do.
    """
    shares = [[(one, one.written()) for one in requests[number::connections]] for number in range(connections)]
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as threads:
        for done in [threads.submit(_send, share, port, number) for number, share in enumerate(shares)]:
            done.result()
    return time.perf_counter() - began


def _send(share: Sequence[tuple[Request, bytes]], port: int, number: int) -> None:
    with ExitStack() as at_end:
        wire = None
        for request, written in share:
            if wire is None:
                wire = at_end.enter_context(_connected(port, number))
            wire.sendall(written)
            head, body = _answer(wire)
            if not head.startswith(b"HTTP/1.1 %d " % request.status):
                raise SystemExit(
                    f"{request.method} {request.path}: {head.decode()}\n{body[:2000].decode(errors='replace')}"
                )
            if b"\r\nconnection: close" in head.lower():
                wire.close()
                wire = None


def _connected(port: int, number: int) -> socket.socket:
    source = (f"127.0.{number + 1}.1", 0) if sys.platform == "linux" else None
    wire = socket.create_connection((ADDRESS, port), timeout=PATIENCE, source_address=source)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def _answer(wire: socket.socket) -> tuple[bytes, bytes]:
    """Return the head and the body of an answer that says its length; raises SystemExit without one."""
    came = b""
    while b"\r\n\r\n" not in came:
        came += _part(wire)
    head, body = came.split(b"\r\n\r\n", 1)
    _, named, after = head.lower().partition(b"\r\ncontent-length:")
    if not named:
        raise SystemExit(f"An answer without its length: {head.decode()}")
    parts, left = [body], int(after.split(b"\r\n", 1)[0]) - len(body)
    while left > 0:
        parts.append(_part(wire))
        left -= len(parts[-1])
    return head, b"".join(parts)


def _part(wire: socket.socket) -> bytes:
    part = wire.recv(_PIECE)
    if not part:
        raise SystemExit("The server ended the connection within an answer")
    return part
