"""The web server's worker: an answer goes out in one packet, and nothing of it is lost."""

import http.client
import socket
from collections.abc import Iterator

import pytest

from config.worker import Waiting
from tests.http.serving import served

HEAD, BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"{}"
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
