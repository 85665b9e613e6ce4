"""Bodies sent in chunks: Django reads only as much as Content-Length says, and without help would see none of them."""

import contextlib
import io
import sys
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
BODY_FAULT = "api.body_fault"
"""The key under which api/transport.py finds what was wrong with a body: `cut_off`."""
STREAMED = "api.streamed_body"
"""The key under which api/transactions/imports finds that the length is not known: read until nothing comes."""

PIECE = 1024 * 1024
MOST_THROWN_AWAY = 64 * PIECE


class _AsItComes:
    """A body in chunks whose faults are told as Django knows them (OSError): each server has its own names for them."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """Return what comes next; raises OSError when a chunk is none or did not come whole."""
        return _told_as_os_error(self._stream.read, size)

    def readline(self, size: int = -1) -> bytes:
        """Return the next line; raises as `read` does."""
        return _told_as_os_error(self._stream.readline, size)


def _told_as_os_error(reading: Callable[[int], bytes], size: int) -> bytes:
    try:
        return reading(size)
    except OSError:
        raise
    except Exception as error:
        raise OSError("a chunk is broken") from error


class WholeBody:
    """Take a chunked body in as a whole, up to a limit, before the application sees the request.

    Of a body beyond the limit, which no operation takes, only the length is told: whoever would read it refuses it as
    one that announced so much, once it is known who sends.
    What is sent to the addresses in `streamed` is not taken in but read as it comes, whether it says its length or not.
    """

    def __init__(self, application: Application, *, limit: int, streamed: frozenset[str] = frozenset()) -> None:
        self.application = application
        self.limit = limit
        self.streamed = streamed

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Pass the request on."""
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            if environ.get("PATH_INFO") in self.streamed:
                environ["CONTENT_LENGTH"], environ[STREAMED] = str(sys.maxsize), True
                environ["wsgi.input"] = _AsItComes(environ["wsgi.input"])
            else:
                body = self._taken_in(environ)
                environ["CONTENT_LENGTH"] = str(len(body))
                if len(body) > self.limit:
                    self._let_pass(environ)
                    body = b""
                environ["wsgi.input"] = io.BytesIO(body)
        return self.application(environ, start_response)

    def _let_pass(self, environ: Environ) -> None:
        """Read on for a while: closed in the middle of its sending, a client would never read the refusal."""
        with contextlib.suppress(Exception):
            for _ in range(MOST_THROWN_AWAY // PIECE):
                if not environ["wsgi.input"].read(PIECE):
                    return

    def _taken_in(self, environ: Environ) -> bytes:
        try:
            body: bytes = environ["wsgi.input"].read(self.limit + 1)
        except Exception:  # noqa: BLE001 - each server has its own names for a body that ends too early
            environ[BODY_FAULT] = "cut_off"
            return b""
        return body
