"""The client both sides are driven by: a few threads, each with one connection that is kept open."""

import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection

ADDRESS = "127.0.0.1"
PATIENCE = 60.0


@dataclass(frozen=True)
class Request:
    """One request, and the status its answer must have."""

    method: str
    path: str
    status: int
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def send(requests: Sequence[Request], *, port: int, connections: int) -> float:
    """Send all requests, shared out among the connections; return the seconds from the first to the last answer.

    Raises SystemExit with the first answer that is not the one expected. On Linux each connection comes from a network
    of its own, as citizens do.
    """
    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as threads:
        for done in [threads.submit(_send, requests[n::connections], port, n) for n in range(connections)]:
            done.result()
    return time.perf_counter() - began


def _send(requests: Sequence[Request], port: int, number: int) -> None:
    source = (f"127.0.{number + 1}.1", 0) if sys.platform == "linux" else None
    connection = HTTPConnection(ADDRESS, port, timeout=PATIENCE, source_address=source)
    for one in requests:
        connection.request(one.method, one.path, one.body, dict(one.headers))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != one.status:
            raise SystemExit(f"{one.method} {one.path}: {answer.status}, not {one.status}\n{body[:2000].decode()}")
    connection.close()
