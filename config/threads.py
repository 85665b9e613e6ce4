"""A worker's threads: who has one may keep it for a moment, as long as nobody else wants it."""

import contextlib
import os
import select
import socket
from collections.abc import Iterator
from typing import Any

STAY = 50
"""Milliseconds that a thread stays with a client who may ask again at once (a proxy, a sender with a queue).

To hand the connection to the poller and back to a thread costs a tenth of a light request."""


class Threads:
    """Which connections want one of a worker's threads and which have one, so that none stays where nothing comes."""

    def __init__(self, amount: int) -> None:
        self.amount = amount
        self.wanting: set[Any] = set()
        self.having: set[Any] = set()
        self.staying: set[Any] = set()
        self._called, self._call = os.pipe()
        for end in (self._called, self._call):
            os.set_blocking(end, False)

    def want(self, conn: Any) -> None:
        """Note that a connection wants a thread; if none is free, call back one that stays with a client."""
        self.wanting.add(conn)
        if self.staying and len(self.wanting) + len(self.having) > self.amount:
            with contextlib.suppress(BlockingIOError):
                os.write(self._call, b"!")

    @contextlib.contextmanager
    def had_by(self, conn: Any) -> Iterator[None]:
        """Note that a connection has a thread."""
        self.having.add(conn)
        self.wanting.discard(conn)
        try:
            yield
        finally:
            self.having.discard(conn)

    def stay_with(self, conn: Any) -> bool:
        """Stay with a client for a moment, until it asks again or the thread is wanted; return whether it asked."""
        self.staying.add(conn)
        try:
            return not self.wanting and self._asks(conn.sock)
        finally:
            self.staying.discard(conn)

    def _asks(self, client: socket.socket) -> bool:
        poll = select.poll()
        poll.register(client, select.POLLIN)
        poll.register(self._called, select.POLLIN)
        while True:
            ready = {number for number, _ in poll.poll(STAY)}
            if self._called not in ready:
                return bool(ready)
            with contextlib.suppress(BlockingIOError):
                os.read(self._called, 1)
            if self.wanting:  # else whoever called has a thread by now
                return False
