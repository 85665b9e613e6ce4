"""The web server's worker: an answer goes out in one packet and nothing of it is lost; a thread stays where it may."""

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from config.threads import Threads
from config.worker import Waiting
from tests.http.serving import running, served

HEAD, BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"{}"
LONG = 10_000
"""Milliseconds that nobody would wait for."""
LIVE = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


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
    connection.close()

    assert statuses.count(200) == 27  # OPTIONS is refused


@pytest.mark.slow
def test_requests_that_come_together_are_each_answered(base: tuple[str, int]) -> None:
    with socket.create_connection(base, timeout=10) as wire:
        wire.sendall(LIVE * 5)
        answers = b""
        while answers.count(b"HTTP/1.1 200") < 5:
            answers += wire.recv(65536)

    assert answers.count(b"HTTP/1.1 200") == 5


@dataclass(eq=False)
class Client:
    """A connection, as gunicorn hands it about."""

    sock: socket.socket


def asked(*, after: Callable[[Threads, socket.socket], None]) -> bool:
    """Return whether a thread that stays with a client finds that it asks again, when this happens meanwhile."""
    threads, (near, far) = Threads(1), socket.socketpair()
    with near, far, threads.had_by(first := Client(sock=near)):
        meanwhile = threading.Timer(0.1, after, (threads, far))
        meanwhile.start()
        began = time.monotonic()
        found = threads.stay_with(first)
        meanwhile.join()
        assert found or time.monotonic() - began < LONG / 1000 / 2, "it was to be called back"
        return found


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.threads.STAY", LONG)


@pytest.mark.usefixtures("_patient")
def test_a_thread_stays_with_a_client_that_asks_again() -> None:
    assert asked(after=lambda _threads, client: client.sendall(LIVE))


@pytest.mark.usefixtures("_patient")
def test_a_thread_that_is_wanted_goes() -> None:
    assert not asked(after=lambda threads, _client: threads.want(object()))


@pytest.mark.usefixtures("_patient")
def test_a_thread_that_is_wanted_already_does_not_stay() -> None:
    threads, (near, far) = Threads(1), socket.socketpair()
    with near, far, threads.had_by(first := Client(sock=near)):
        threads.want(object())
        assert not threads.stay_with(first)


@pytest.mark.usefixtures("_patient")
def test_a_call_that_was_answered_sends_nobody_away() -> None:
    threads, (near, far) = Threads(1), socket.socketpair()
    with near, far, threads.had_by(first := Client(near)):
        threads.staying.add(first)
        for _ in range(3):
            threads.want(second := Client(far))
            threads.wanting.discard(second)
        far.sendall(LIVE)
        assert threads.stay_with(first)


def test_a_thread_stays_where_another_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.threads.STAY", 300)
    threads, (near, far) = Threads(2), socket.socketpair()
    with near, far, threads.had_by(first := Client(sock=near)):
        second = Client(sock=far)

        def come_and_go() -> None:
            threads.want(second)
            with threads.had_by(second):
                far.sendall(LIVE)

        meanwhile = threading.Timer(0.1, come_and_go)
        meanwhile.start()
        assert threads.stay_with(first), "the other thread was free"
        meanwhile.join()


@pytest.mark.slow
def test_a_worker_whose_master_died_sends_a_busy_client_away(own_database: str) -> None:
    with running(database=own_database) as service:
        host, port = service.base.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as wire:
            os.kill(service.pid, signal.SIGKILL)
            ends = time.monotonic() + 20
            answer = b"HTTP"
            while answer and b"onnection: close" not in answer:
                assert time.monotonic() < ends, "the worker stays with its client"
                wire.sendall(LIVE)
                answer = wire.recv(65536)


@pytest.mark.slow
def test_more_clients_than_threads_are_all_answered(base: tuple[str, int]) -> None:
    wires = [socket.create_connection(base, timeout=10) for _ in range(24)]
    with ExitStack() as at_end:
        for wire in wires:
            at_end.enter_context(wire)
        for _ in range(5):
            for wire in wires:
                wire.sendall(LIVE)
            for wire in wires:
                answer = wire.recv(65536)
                assert answer.startswith(b"HTTP/1.1 200")
                assert b"onnection: close" not in answer
