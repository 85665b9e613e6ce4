"""The service as it runs behind gunicorn: without its database, with chunked, cut-off and crooked requests."""

import contextlib
import datetime as dt
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from api.access import tokens
from api.access.models import ApiClient
from tests.access.credentials import make_client
from tests.http.serving import Wire, exchange, served

NOWHERE = "postgresql://phucvu_app:x@127.0.0.1:1/phucvu"
A_CLIENT = {"client_id": "tung-khuc", "name": "Từng khúc", "scopes": []}


def get(address: str, **headers: str) -> tuple[int, Any, dict[str, Any]]:
    """GET, whatever the status."""
    try:
        request = urllib.request.Request(address, headers=headers)  # noqa: S310 - our own server
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.load(error)


def chunked(
    base: str, body: bytes, *, token: str, end: bytes = b"0\r\n\r\n", path: str = "/clients"
) -> tuple[int, str, bytes]:
    """POST in chunks of 64 KiB, to /clients unless told otherwise."""
    head = (
        f"POST /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
        "Idempotency-Key: khoa-tung-khuc-0001\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    parts = [body[at : at + 65536] for at in range(0, len(body), 65536)]
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts)
    return exchange(base, head.encode(), then=chunks + end, shut=not end)


@pytest.fixture
def token(own_database: str) -> str:
    """Return the token of a machine that may register others."""
    client = make_client("clients:manage").row
    return tokens.issue(scopes=client.scopes, client=client, now=dt.datetime.now(dt.UTC))


@pytest.fixture
def base(own_database: str) -> Iterator[str]:
    """Return the address of a running service."""
    with served(database=own_database) as address:
        yield address


@pytest.mark.slow
def test_without_its_database_the_service_says_so_and_recovers_by_itself(own_database: str, token: str) -> None:
    with contextlib.closing(Wire(own_database)) as wire, served(database=wire.url) as base:
        bearer = {"Authorization": f"Bearer {token}"}
        assert get(f"{base}/api/v1/clients", **bearer)[0] == 200

        wire.cut()
        status, headers, problem = get(f"{base}/api/v1/clients", **bearer)
        ready = get(f"{base}/readyz")[0]
        alive = get(f"{base}/livez")[0]
        wire.mend()

        assert (status, problem["type"].rsplit("/", 1)[1], ready, alive) == (503, "unavailable", 503, 200)
        assert headers["Content-Type"] == "application/problem+json"
        assert headers["Retry-After"] == "5"
        assert get(f"{base}/api/v1/clients", **bearer)[0] == 200


@pytest.mark.slow
def test_a_service_that_never_had_a_database_answers_problems() -> None:
    with served(database=NOWHERE) as base:
        refused = [
            get(f"{base}/api/v1/clients", Authorization="Bearer pv_x"), get(f"{base}/api/v1/rating-forms"),
            get(f"{base}/readyz"), get(f"{base}/khong-co"),
        ]  # fmt: skip

    assert [status for status, _, _ in refused] == [503, 503, 503, 404]
    assert refused[0][2]["title"] == "Hệ thống tạm ngừng"


@pytest.mark.slow
def test_a_body_in_chunks_is_taken_in_whole(base: str, token: str) -> None:
    status, _, body = chunked(base, json.dumps(A_CLIENT).encode(), token=token)

    assert (status, json.loads(body)["client_id"]) == (201, "tung-khuc")


@pytest.mark.slow
@pytest.mark.parametrize("size", [2_000_000, 20_000_000])
def test_a_body_in_chunks_may_be_too_large_as_well(base: str, token: str, size: int) -> None:
    status, head, body = chunked(base, b'"' + b"x" * size + b'"', token=token)

    assert (status, json.loads(body)["type"].rsplit("/", 1)[1]) == (413, "too-large")
    assert "application/problem+json" in head


@pytest.mark.slow
def test_a_batch_in_chunks_that_is_too_large_is_in_the_journal_of_its_sender(own_database: str, base: str) -> None:
    row = make_client("transactions:write").row
    token = tokens.issue(scopes=row.scopes, client=row, now=dt.datetime.now(dt.UTC))

    sent = [chunked(base, b" " * 20_000_000, token=one, path="/transactions/batch")[0] for one in (token, "khong-co")]
    _, _, told = get(f"{base}/api/v1/journal", Authorization=f"Bearer {token}")

    assert sent == [413, 401]
    assert [fault["code"] for entry in told["results"] for fault in entry["faults"]] == ["too_large"]


@pytest.mark.slow
def test_a_body_that_ends_too_early_does_nothing(base: str, token: str) -> None:
    whole = json.dumps(A_CLIENT).encode()
    head = (
        f"POST /api/v1/clients HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: khoa-cat-ngang-0001\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(whole) + 9}\r\n\r\n"
    )

    in_chunks = chunked(base, whole, token=token, end=b"")
    announced = exchange(base, head.encode(), then=whole, shut=True)

    assert [answer[0] for answer in (in_chunks, announced)] == [400, 400]
    assert not ApiClient.objects.filter(client_id="tung-khuc").exists()


@pytest.mark.slow
def test_what_is_no_http_is_refused_as_a_problem_too(base: str) -> None:
    refused = [
        exchange(base, "GET /api/v1/units?q=Đắk HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()),
        exchange(base, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n"),
        exchange(base, b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
        exchange(base, b"rubbish\r\n\r\n"),
        exchange(
            base, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        exchange(base, b"GET /api/v1/clients HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"),
    ]

    assert [status for status, _, _ in refused] == [400, 431, 414, 400, 400, 400]
    for _, head, body in refused:
        assert "application/problem+json" in head
        assert json.loads(body)["type"].endswith("/problems/bad-request")


@pytest.mark.slow
def test_phones_that_fall_silent_do_not_keep_the_threads(base: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    head = b"POST /api/v1/complaint-receipts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    halves = [head + b'Content-Length: 100\r\n\r\n{"', b"GET /livez HTTP/1.1\r\nHost:"] * 4

    with contextlib.ExitStack() as open_ones:
        for half in halves:  # twice as many as the worker has threads
            wire = open_ones.enter_context(socket.create_connection((host, int(port))))
            wire.sendall(half)
        status = get(f"{base}/livez")[0]

    assert status == 200


@pytest.mark.slow
@pytest.mark.parametrize("begun", ["in the head", "in the body"])
def test_phones_that_send_a_byte_now_and_then_do_not_keep_the_threads(base: str, begun: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    line = b"POST /api/v1/complaint-receipts HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    rest = b"X-A: " if begun == "in the head" else b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    is_over = threading.Event()

    def drip(wires: list[socket.socket]) -> None:
        while not is_over.wait(1):
            for wire in wires:
                with contextlib.suppress(OSError):
                    wire.sendall(b" ")

    with contextlib.ExitStack() as open_ones:
        wires = [open_ones.enter_context(socket.create_connection((host, int(port)))) for _ in range(4)]
        for wire in wires:  # as many as the worker has threads
            wire.sendall(line + rest)
        dripping = threading.Thread(target=drip, args=(wires,))
        dripping.start()
        began = time.monotonic()
        status = get(f"{base}/livez")[0]
        took = time.monotonic() - began
        is_over.set()
        dripping.join()

    assert (status, took < 20) == (200, True)


@pytest.mark.slow
def test_a_request_that_comes_slowly_but_comes_is_answered(base: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    body = b'{"receipt_number": "1", "receipt_secret": "' + b"x" * 20_000 + b'"}'
    head = f"POST /api/v1/complaint-receipts HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    with socket.create_connection((host, int(port)), timeout=60) as wire:
        wire.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
        for at in range(0, len(body), 2_000):  # longer than an empty connection is waited for
            wire.sendall(body[at : at + 2_000])
            time.sleep(1.2)
        answer = wire.recv(65536)

    assert answer.startswith(b"HTTP/1.1 400"), answer


@pytest.mark.slow
def test_no_neighbour_says_where_a_request_came_in(base: str) -> None:
    claims = b"Host: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nSCRIPT_NAME: /x\r\nConnection: close\r\n\r\n"
    listed = exchange(base, b"GET /api/v1/rating-forms?page_size=1 HTTP/1.1\r\n" + claims)
    prefixed = exchange(base, b"GET /x/api/v1/rating-forms HTTP/1.1\r\n" + claims)

    assert (listed[0], prefixed[0]) == (200, 404)
    assert "https://" not in listed[1]


@pytest.mark.slow
def test_the_counters_of_all_workers_are_added_up(own_database: str) -> None:
    with served(database=own_database, workers=2) as base:
        for _ in range(30):
            get(f"{base}/livez")
        with urllib.request.urlopen(f"{base}/metrics", timeout=30) as answer:  # noqa: S310 - our own server
            text = answer.read().decode()

    counted = [
        line for line in text.splitlines() if line.startswith("http_requests_total") and 'route="/livez"' in line
    ]
    assert float(counted[0].rsplit(" ", 1)[1]) >= 30
    assert "service_ready 1.0" in text
