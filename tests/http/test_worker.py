"""The web server's worker: an answer in one packet, and a thread that stays with a client for a moment."""

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from config.worker import STAY, Waiting, Worker
from tests.http.serving import served

HEAD, BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"{}"
LIVE = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
THREADS = 4
"""Of the one worker that is served here (config/gunicorn.conf.py)."""


def ends(kind: type[socket.socket] = Waiting) -> tuple[socket.socket, socket.socket]:
    """Return both ends of a connection on which each packet is one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.settimeout(0.2)
    return kind(fileno=ours.detach()), theirs


def packets(kind: type[socket.socket], *parts: bytes) -> list[bytes]:
    """Return the packets in which these parts go out."""
    ours, theirs = ends(kind)
    with ours, theirs:
        for part in parts:
            ours.sendall(part)
        return [theirs.recv(1000) for _ in range(len(parts) if kind is socket.socket else 1)]


def test_the_head_of_an_answer_goes_with_its_body() -> None:
    assert packets(Waiting, HEAD, BODY) == [HEAD + BODY]
    assert packets(socket.socket, HEAD, BODY) == [HEAD, BODY]  # the control


def test_a_head_without_a_body_is_not_lost() -> None:
    ours, theirs = ends()
    with ours, theirs:
        ours.sendall(HEAD)
        with pytest.raises(TimeoutError):
            theirs.recv(1000)
        ours.send_head()  # type: ignore[attr-defined]
        assert theirs.recv(1000) == HEAD


def test_a_body_that_looks_like_a_head_is_sent() -> None:
    assert packets(Waiting, HEAD, HEAD) == [HEAD + HEAD]


def a_worker(*, permits: int, queued: int = 0) -> SimpleNamespace:
    """Return what the worker asks before a thread stays."""
    return SimpleNamespace(queued=[None] * queued, alive=True, may_stay=threading.Semaphore(permits))


def stays(worker: SimpleNamespace, *, is_followed: bool) -> bool:
    """Tell whether a thread of this worker serves the next request of a client."""
    ours, theirs = ends()
    with ours, theirs:
        if is_followed:
            theirs.sendall(LIVE)
        return Worker._is_followed(worker, SimpleNamespace(sock=ours))  # type: ignore[arg-type]


def test_a_thread_stays_with_who_sends_on_unless_others_wait_or_it_is_the_last() -> None:
    assert stays(a_worker(permits=1), is_followed=True)
    assert not stays(a_worker(permits=1), is_followed=False)
    assert not stays(a_worker(permits=1, queued=1), is_followed=True)
    assert not stays(a_worker(permits=0), is_followed=True)


def test_who_stayed_may_stay_again() -> None:
    worker = a_worker(permits=1)

    assert [stays(worker, is_followed=True) for _ in range(3)] == [True] * 3


@pytest.fixture
def base(own_database: str) -> Iterator[tuple[str, int]]:
    """Return where a running service is."""
    with served(database=own_database) as address:
        host, port = address.removeprefix("http://").split(":")
        yield host, int(port)


@pytest.mark.slow
def test_requests_on_one_connection_are_answered_one_after_the_other(base: tuple[str, int]) -> None:
    connection = http.client.HTTPConnection(*base, timeout=30)
    statuses = []
    for number in range(40):
        connection.request(("GET", "HEAD", "OPTIONS")[number % 3], "/livez")
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
        if number % 10 == 0:
            time.sleep(STAY * 2 / 1000)  # long enough for the thread to go
    connection.close()

    assert statuses.count(200) >= 27  # OPTIONS is refused


@pytest.mark.slow
def test_requests_that_come_together_are_each_answered(base: tuple[str, int]) -> None:
    with socket.create_connection(base, timeout=10) as wire:
        wire.sendall(LIVE * 5)
        answers = b""
        while answers.count(b"HTTP/1.1 200") < 5:
            answers += wire.recv(65536)

    assert answers.count(b"HTTP/1.1 200") == 5


@pytest.mark.slow
def test_clients_that_go_on_and_on_do_not_keep_the_threads(base: tuple[str, int]) -> None:
    is_over = threading.Event()

    def go_on() -> None:
        connection = http.client.HTTPConnection(*base, timeout=30)
        with contextlib.closing(connection):
            while not is_over.is_set():
                connection.request("GET", "/livez")
                connection.getresponse().read()

    busy = [threading.Thread(target=go_on) for _ in range(THREADS * 2)]
    for one in busy:
        one.start()
    waits = []
    for _ in range(10):
        began = time.monotonic()
        with socket.create_connection(base, timeout=10) as wire:
            wire.sendall(LIVE)
            assert wire.recv(65536).startswith(b"HTTP/1.1 200")
        waits.append(time.monotonic() - began)
    is_over.set()
    for one in busy:
        one.join()

    assert max(waits) < 2
