"""`python -m bench.flood [seconds]`: a thousand junk requests a second beside five honest ratings.

Three times: junk of one network, junk of twenty thousand networks, and, for the control, the latter with all limits
away. The service runs with production's limits behind one trusted proxy, which this program plays. An honest phone does
the work it is asked for; told are its answers' p95, that of a whole rating with the work done, and how many got in.
The verdict is of the honest: a whole rating's p95 of a second at most, and 99 in 100 and more taken.
"""

import asyncio
import itertools
import json
import multiprocessing
import random
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

import altcha

from bench import bodies
from bench.client import ADDRESS
from bench.stage import LIMITS, PORTS, SERVICE, UNLIMITED, Stage, service_alone

JUNK_A_SECOND, HONEST_A_SECOND = 1000, 5
SECONDS = 60
LONGEST_MS, FEWEST_TAKEN = 1000, 0.99
CONNECTIONS, NETWORKS = 32, 20_000
PATH = "/api/v1/ratings"
ASKED = 429


@dataclass
class Told:
    """What the honest saw: seconds of each answer, and of each rating that was taken."""

    answers: list[float] = field(default_factory=list)
    ratings: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    challenges: int = 0


def main(seconds: int = SECONDS) -> None:
    """Print a line a scenario."""
    print(f"{JUNK_A_SECOND} junk requests/s beside {HONEST_A_SECOND} honest ratings/s for {seconds} s each")
    with service_alone(TRUSTED_PROXIES="1") as stage:
        secrets = iter(stage.filled[SERVICE]["secrets"])
        _warm_up(secrets)
        print(_line("junk of one network", *_played(stage, secrets, seconds, networks=1)))
        print(_line(f"junk of {NETWORKS} networks", *_played(stage, secrets, seconds, networks=NETWORKS)))
    with service_alone(TRUSTED_PROXIES="1", **{f"RATE_LIMIT_{kind}": UNLIMITED for kind in LIMITS}) as stage:
        secrets = iter(stage.filled[SERVICE]["secrets"])
        _warm_up(secrets)
        print(_line("control: no limits", *_played(stage, secrets, seconds, networks=NETWORKS)))


def _played(
    stage: Stage, secrets: Iterator[str], seconds: int, *, networks: int
) -> tuple[Told, "Counter[int]", float, float]:
    results: Any = multiprocessing.Queue()
    flood = multiprocessing.Process(target=_flood, args=(results, seconds + 1, networks))
    before = stage.machine.read()
    flood.start()
    time.sleep(1)  # the honest come into a flood that is under way
    told = Told()
    with ThreadPoolExecutor(4 * HONEST_A_SECOND) as phones:
        began = time.monotonic()
        for number in range(seconds * HONEST_A_SECOND):
            time.sleep(max(0.0, began + number / HONEST_A_SECOND - time.monotonic()))
            phones.submit(_rate, told, next(secrets), f"198.{18 + number % 2}.{number // 2 % 256}.9")
    junk, rate = results.get()
    flood.join()
    return told, junk, rate, stage.machine.since(before).serving


def _line(name: str, told: Told, junk: "Counter[int]", rate: float, serving: float) -> str:
    asked = sum(told.statuses.values())
    outcome = ", ".join(f"{status} × {count}" for status, count in junk.most_common(4))
    taken, whole = told.statuses[201] / max(asked, 1), _p95(told.ratings)
    verdict = "kept" if whole <= LONGEST_MS and taken >= FEWEST_TAKEN else "MISSED"
    return (
        f"{name}: {verdict}; p95 {whole:.0f} ms ({LONGEST_MS}), {taken:.1%} taken ({FEWEST_TAKEN:.0%})\n"
        f"  honest: {told.statuses[201]} of {asked} taken, answer p95 "
        f"{_p95(told.answers):.0f} ms, whole rating p95 {whole:.0f} ms, {told.challenges} did the work\n"
        f"  junk: {rate:.0f}/s sent ({outcome}); {1000 * serving / max(sum(junk.values()), 1):.2f} ms of the servers' "
        f"processors a junk request"
    )


def _p95(seconds: list[float]) -> float:
    return 1000 * sorted(seconds)[int(0.95 * (len(seconds) - 1))] if seconds else float("nan")


def _rate(told: Told, secret: str, address: str) -> None:
    """Rate as a phone does, with the work that it is asked for."""
    began = time.perf_counter()
    body = bodies.written(bodies.rating(str(uuid.uuid4()), secret))
    headers = {
        "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()), "X-Forwarded-For": address,
    }  # fmt: skip
    status, document = _answer(told, body, headers)
    for _ in range(2):
        if status == ASKED and "challenge" in document:
            told.challenges += 1
            status, document = _answer(told, body, {**headers, "X-Altcha": _solved(document["challenge"])})
    told.statuses[status] += 1
    if status == 201:
        told.ratings.append(time.perf_counter() - began)


def _answer(told: Told, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
    began = time.perf_counter()
    try:
        connection = HTTPConnection(ADDRESS, PORTS[SERVICE], timeout=30)
        connection.request("POST", PATH, body, headers)
        answer = connection.getresponse()
        document = json.loads(answer.read())
        connection.close()
    except OSError:
        return 0, {}
    told.answers.append(time.perf_counter() - began)
    return answer.status, document


def _solved(challenge: dict[str, Any]) -> str:
    wanted = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(wanted)
    assert solution is not None
    return altcha.Payload(wanted, solution).to_base64()


def _warm_up(secrets: Iterator[str]) -> None:
    told = Told()
    for number in range(40):
        _rate(told, next(secrets), f"198.51.{number}.7")
    assert told.statuses[201] == 40, told.statuses


def _flood(results: Any, seconds: int, networks: int) -> None:
    """Send junk at the rate wanted, over connections that are kept open; tell the statuses, and the rate reached."""
    statuses: Counter[int] = Counter()
    began = time.monotonic()
    asyncio.run(_send_junk(statuses, seconds, networks))
    results.put((statuses, sum(statuses.values()) / (time.monotonic() - began)))


async def _send_junk(statuses: "Counter[int]", seconds: int, networks: int) -> None:
    began, numbers = time.monotonic(), itertools.count()

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection(ADDRESS, PORTS[SERVICE])
        while (number := next(numbers)) < seconds * JUNK_A_SECOND:
            due = began + number / JUNK_A_SECOND
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if time.monotonic() > began + seconds + 1:
                break
            try:
                writer.write(_junk(networks))
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
                )
                await reader.readexactly(length)
                statuses[int(head[9:12])] += 1
                if b"connection: close" in head.lower():
                    raise ConnectionResetError
            except (OSError, asyncio.IncompleteReadError, StopIteration):
                writer.close()
                reader, writer = await asyncio.open_connection(ADDRESS, PORTS[SERVICE])
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(CONNECTIONS)))


def _junk(networks: int) -> bytes:
    network = random.randrange(networks)
    secret = "".join(random.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=26))
    body = bodies.written(bodies.rating(str(uuid.uuid4()), secret))
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {ADDRESS}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {uuid.uuid4()}\r\nX-Forwarded-For: 10.{network // 256}.{network % 256}.9\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    threading.stack_size(512 * 1024)
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
