"""`python -m bench.guessing [guesses]`: a hundred thousand rights nobody was given, sent to the running service.

Limits are away, as one sender plays all: what is shown is that no guess is taken, that all answers have the same bytes,
and that they take as long as those about rights that were used.
"""

import itertools
import json
import statistics
import sys
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

from bench import bodies
from bench.client import ADDRESS
from bench.guesses import guesses
from bench.stage import LIMITS, PORTS, SERVICE, UNLIMITED, service_alone

GUESSES, CONNECTIONS, USED_EVERY = 100_000, 6, 10
PATH = "/api/v1/ratings"


def main(amount: int = GUESSES) -> None:
    """Print how many were taken, how many answers there were, and how long each kind took."""
    with service_alone(**{f"RATE_LIMIT_{kind}": UNLIMITED for kind in LIMITS}) as stage:
        real = stage.filled[SERVICE]["secrets"]
        used, issued = real[:50], real[50:250]
        assert {status for status, _, _ in _sent(used)} == {201}
        asked = [(guess, False) for guess in itertools.islice(guesses(real=issued), amount)]
        for place in range(0, len(asked), USED_EVERY):
            asked.insert(place, (used[place % len(used)], True))
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            parts = [asked[n::CONNECTIONS] for n in range(CONNECTIONS)]
            answers = list(threads.map(lambda part: _sent([secret for secret, _ in part]), parts))
    told = [
        (answer, is_used)
        for part, some in zip(parts, answers, strict=True)
        for (_, is_used), answer in zip(part, some, strict=True)
    ]
    bodies_told = Counter(body for (_, body, _), _ in told)
    times = {kind: [seconds for (_, _, seconds), is_used in told if is_used == kind] for kind in (False, True)}
    medians = {kind: statistics.median(values) for kind, values in times.items()}
    taken = sum(status != 410 for (status, _, _), _ in told)
    print(f"{amount} guesses: {taken} accepted, {len(bodies_told)} different answers (limit 1)")
    print(f"median time of a guess {medians[False] / medians[True]:.2f} of that of a used right (limit 0.8 to 1.25)")


def _sent(secrets: list[str]) -> list[tuple[int, str, float]]:
    wire = HTTPConnection(ADDRESS, PORTS[SERVICE], timeout=60)
    told = []
    for secret in secrets:
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        body = bodies.written(bodies.rating(str(uuid.uuid4()), secret))
        began = time.perf_counter()
        wire.request("POST", PATH, body, headers)
        answer = wire.getresponse()
        document = json.loads(answer.read())
        seconds = time.perf_counter() - began
        document.pop("instance", None)
        told.append((answer.status, json.dumps(document, sort_keys=True), seconds))
    wire.close()
    return told


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else GUESSES)
