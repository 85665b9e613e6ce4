"""The web server's worker, with its refusals told as problems: it would write HTML, and log who sent the request."""

import contextlib
import json
import socket
import struct
from http import HTTPStatus
from typing import Any

from django.utils import translation
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

STATUS: dict[type[Exception], HTTPStatus] = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.ParseException: HTTPStatus.BAD_REQUEST,
}


PATIENCE = 15
"""Seconds without a byte, in either direction. A phone that lost its network would else keep a thread for ever."""


class Worker(ThreadWorker):
    """gunicorn's threaded worker."""

    def enqueue_req(self, conn: Any) -> None:
        """Hand a connection to a thread; the kernel, not Python, keeps the time, so gunicorn's own modes stay."""
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", PATIENCE, 0))
        super().enqueue_req(conn)

    def handle_error(self, _req: Any, client: socket.socket, _addr: Any, exc: Exception) -> None:
        """Answer what is no HTTP (a raw “Đ” in an address, a header too long) or what broke outside the application."""
        status = next((STATUS[kind] for kind in type(exc).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
        self.log.warning("refused before the application: %s", type(exc).__name__)
        with contextlib.suppress(OSError):
            client.sendall(refusal(status))


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
