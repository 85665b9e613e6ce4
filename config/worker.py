"""The web server's worker, with its refusals told as problems: it would write HTML, and log who sent the request."""

import contextlib
import errno
import json
import math
import socket
import struct
import time
from http import HTTPStatus
from typing import Any

from django.utils import translation
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from config.large_pages import lie_in_large_pages
from config.threads import Threads

STATUS: dict[type[Exception], HTTPStatus] = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.ParseException: HTTPStatus.BAD_REQUEST,
}


PATIENCE = 15
"""Seconds without a byte, in either direction. A phone that lost its network would else keep a thread for ever."""
HEAD_START = 10
SLOWEST = 1024
"""A request may be waited for so many seconds, and one more for each so many bytes that came: a byte now and then would
else keep a thread as well. The slowest network that a telephone still has is some times faster."""

WARM = 50
"""Requests after which a worker has in its memory nearly all that it will ever have."""

COURTESY = 0.001
"""Seconds that a busy worker leaves a new client to the idle ones: whoever is quickest to accept would else take two
clients on one processor while another is free."""


class Waiting(socket.socket):
    """A connection on which a request is waited for only while it comes on; what we do meanwhile does not count.

    The head of an answer waits as well, for its body: gunicorn sends them one by one, in two packets.
    """

    waited = 0.0
    received = 0
    patience = 0
    head = b""

    def begin(self) -> None:
        """Wait for a new request."""
        self.waited, self.received = 0.0, 0

    def recv(self, *how: Any) -> bytes:
        """Return what comes next; raises ConnectionResetError when the request is too slow."""
        left = HEAD_START + self.received / SLOWEST - self.waited
        if left <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "the request comes too slowly")
        self._be_patient(min(math.ceil(left), PATIENCE))
        began = time.monotonic()
        try:
            part = super().recv(*how)
        finally:
            self.waited += time.monotonic() - began
        self.received += len(part)
        return part

    def _be_patient(self, seconds: int) -> None:
        """Wait at most so long for the next byte; the kernel is told when that changes."""
        if seconds != self.patience:
            _wait_at_most(self, socket.SO_RCVTIMEO, seconds)
            self.patience = seconds

    def sendall(self, data: Any, *how: Any) -> None:
        """Send what waits and this, in one packet if it fits; a head by itself waits."""
        if not self.head and data.startswith(b"HTTP/1.") and data.endswith(b"\r\n\r\n"):
            self.head = data
            return
        whole, self.head = self.head + data if self.head else data, b""
        super().sendall(whole, *how)

    def sendfile(self, *what: Any, **how: Any) -> int:
        """Send what waits, and a file."""
        self.send_head()
        return super().sendfile(*what, **how)

    def send_head(self) -> None:
        """Send the head of an answer, if it waits."""
        if self.head:
            self.sendall(b"")


class Worker(ThreadWorker):
    """gunicorn's threaded worker."""

    alive: bool
    nr: int
    is_settled = False

    def init_process(self) -> None:
        """Begin; what is configured is kept where Python looks first: gunicorn asks for it at every request."""
        self.cfg.__dict__ |= {name: setting.get() for name, setting in self.cfg.settings.items()}
        self.threads = Threads(self.cfg.threads)
        super().init_process()

    def notify(self) -> None:
        """Tell the master that this worker lives, as it does every second; once it is warm, settle its memory."""
        super().notify()
        if self.nr >= WARM and not self.is_settled:
            self.is_settled = True
            lie_in_large_pages()

    def is_parent_alive(self) -> bool:
        """Tell whether somebody looks after this worker; one that nobody does must not stay with a client either.

        `alive` is only ever cleared: a signal to stop may come while the parent is looked for.
        """
        if not super().is_parent_alive():
            self.alive = False
        return self.alive

    def accept(self, listener: socket.socket) -> None:
        """Take a new client, who is left for a moment to another worker if this one has something to do."""
        if self.threads.having or self.threads.wanting:
            time.sleep(COURTESY)
        super().accept(listener)

    def enqueue_req(self, conn: Any) -> None:
        """Hand a connection to a thread; the kernel, not Python, keeps the time, so gunicorn's own modes stay."""
        if not isinstance(conn.sock, Waiting):
            conn.sock = Waiting(fileno=conn.sock.detach())
            _wait_at_most(conn.sock, socket.SO_SNDTIMEO, PATIENCE)
        self.threads.want(conn)
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Read a request and answer it, in a thread; and the next ones of a client who asks again at once."""
        with self.threads.had_by(conn):
            while True:
                conn.sock.begin()
                is_kept = super().handle(conn)
                is_read_ahead = is_kept is True and conn.parser.unreader.buf.getvalue()
                if is_kept is not True or is_read_ahead or not self.alive or not self.threads.stay_with(conn):
                    return is_kept

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request; a head that nothing followed is sent before anything else is read."""
        try:
            return super().handle_request(req, conn)
        finally:
            with contextlib.suppress(OSError):
                conn.sock.send_head()

    def handle_error(self, _req: Any, client: socket.socket, _addr: Any, exc: Exception) -> None:
        """Answer what is no HTTP (a raw “Đ” in an address, a header too long) or what broke outside the application."""
        status = next((STATUS[kind] for kind in type(exc).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
        self.log.warning("refused before the application: %s", type(exc).__name__)
        with contextlib.suppress(OSError):
            client.sendall(refusal(status))


def _wait_at_most(connection: socket.socket, option: int, seconds: int) -> None:
    connection.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, 0))


def refusal(status: HTTPStatus) -> bytes:
    """Return a whole HTTP answer; in Vietnamese, because the request's language could not be read."""
    from api.problems import MALFORMED, MEDIA_TYPE, SERVER_ERROR, body_of  # noqa: PLC0415 - wants Django awake

    problem = SERVER_ERROR if status == HTTPStatus.INTERNAL_SERVER_ERROR else MALFORMED
    with translation.override("vi"):
        body = json.dumps({**body_of(problem), "status": int(status)}, ensure_ascii=False).encode()
    head = [
        f"HTTP/1.1 {int(status)} {status.phrase}",
        "Connection: close",
        f"Content-Type: {MEDIA_TYPE}",
        "Content-Language: vi",
        "X-Content-Type-Options: nosniff",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body
