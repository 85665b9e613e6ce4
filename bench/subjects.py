"""What is measured: single requests against the twin's, batches against COPY and against themselves sent again."""

import itertools
import json
import uuid
from collections.abc import Callable, Sequence
from functools import partial

from bench import bodies
from bench.client import Request, send
from bench.copying import copier
from bench.rounds import Figure
from bench.stage import PLAIN, PORTS, SERVICE, Stage

Runs = dict[str, Callable[[], tuple[int, float]]]
API = "/api/v1"
FIRST = "000.00.00.H48-2603090-"
"""How the dossier codes of the first batch begin."""


class Requests:
    """Single requests over eight connections."""

    AMOUNT, CONNECTIONS, WARM_UP = 250, 8, 60
    figures = (
        Figure("POST-rating-by-right", "rating", "plain-post", 1.8),
        Figure("PUT-transaction-three-steps", "put", "plain-post", 1.0),
        Figure("POST-complaint-sealed", "complaint", "plain-post", 0.8),
        Figure("GET-transaction", "get", "plain-get", 2),
    )

    def __init__(self, stage: Stage) -> None:
        self.machine = stage.machine
        ours, plain = stage.filled[SERVICE], stage.filled[PLAIN]
        self.signed = {"Authorization": f"Bearer {ours['token']}", "Content-Type": "application/json"}
        self.plain = {"Authorization": f"Token {plain['token']}", "Content-Type": "application/json"}
        self.secrets, self.codes = iter(ours["secrets"]), itertools.cycle(ours["codes"])
        self.plain_ids = itertools.cycle(plain["ids"])
        self.numbers = itertools.count()
        for run in self._runs(self.WARM_UP).values():
            run()

    def prepare(self, number: int) -> Runs:
        """Write the bodies of a round; every second one is run backwards."""
        runs = list(self._runs(self.AMOUNT).items())
        return dict(runs[:: 1 if number % 2 == 0 else -1])

    def _runs(self, amount: int) -> Runs:
        makers = {
            "plain-post": self._plain_post, "rating": self._rating, "put": self._put, "complaint": self._complaint,
            "plain-get": self._plain_get, "get": self._get,
        }  # fmt: skip
        return {
            name: partial(
                self._send, [make() for _ in range(amount)], PORTS[PLAIN if name.startswith("plain") else SERVICE]
            )
            for name, make in makers.items()
        }

    def _send(self, requests: Sequence[Request], port: int) -> tuple[int, float]:
        return len(requests), send(requests, port=port, connections=self.CONNECTIONS)

    def _plain_post(self) -> Request:
        body = bodies.written(bodies.plain_rating(next(self.plain_ids)))
        return Request("POST", "/ratings/", 201, body, self.plain)

    def _plain_get(self) -> Request:
        return Request("GET", f"/transactions/{next(self.plain_ids)}/", 200, headers=self.plain)

    def _rating(self) -> Request:
        body = bodies.written(bodies.rating(str(uuid.uuid4()), next(self.secrets)))
        return Request("POST", f"{API}/ratings", 201, body, _keyed())

    def _complaint(self) -> Request:
        return Request("POST", f"{API}/complaints", 201, bodies.written(bodies.complaint()), _keyed())

    def _put(self) -> Request:
        code = f"000.00.00.H48-260302-{next(self.numbers):06d}"
        body = bodies.three_steps(code)
        del body["dossier_code"]
        return Request("PUT", f"{API}/transactions/{code}", 201, bodies.written(body), self.signed)

    def _get(self) -> Request:
        return Request("GET", f"{API}/transactions/{next(self.codes)}", 200, headers=self.signed)


def _keyed() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}


class Batches:
    """Batches of a thousand transactions, half of them known, over two connections; COPY over one."""

    AMOUNT, CONNECTIONS, ROWS = 4, 2, 1000
    figures = (
        Figure("batch-new-and-known", "batch", "copy", 0.4),
        Figure("batch-sent-again", "again", "batch", 1.0),
    )

    def __init__(self, stage: Stage) -> None:
        self.machine = stage.machine
        self.signed = {"Authorization": f"Bearer {stage.filled[SERVICE]['token']}", "Content-Type": "application/json"}
        first = [bodies.finished(f"{FIRST}{n:04d}") for n in range(self.ROWS)]
        self._send([self._batch(first)])  # warms up, and makes the rows that COPY writes
        self.copier = stage.at_end.enter_context(copier(stage.cluster, SERVICE, pattern=f"{FIRST}%"))

    def prepare(self, number: int) -> Runs:
        """Make half of the transactions known, and write the batches."""
        prefixes = [f"000.00.00.H48-2603{10 + number}{one}-" for one in range(self.AMOUNT)]
        known = [bodies.running(f"{prefix}{n:04d}") for prefix in prefixes for n in range(self.ROWS // 2)]
        self._send([self._batch(known[n : n + self.ROWS]) for n in range(0, len(known), self.ROWS)])
        sent = [self._batch([bodies.finished(f"{prefix}{n:04d}") for n in range(self.ROWS)]) for prefix in prefixes]
        copy, ours = (
            {"copy": self._copied(number)},
            {"batch": partial(self._send, sent), "again": partial(self._send, sent)},
        )
        return copy | ours if number % 2 == 0 else ours | copy

    def _batch(self, rows: Sequence[object]) -> Request:
        return Request("POST", f"{API}/transactions/batch", 200, bodies.written(rows), self.signed)

    def _send(self, requests: Sequence[Request]) -> tuple[int, float]:
        rows = sum(len(json.loads(request.body or b"[]")) for request in requests)
        return rows, send(requests, port=PORTS[SERVICE], connections=self.CONNECTIONS)

    def _copied(self, number: int) -> Callable[[], tuple[int, float]]:
        prefixes = [f"000.00.00.H49-2603{10 + number}{one}-" for one in range(self.AMOUNT)]
        for prefix in prefixes:
            self.copier.write(self.copier.staged(prefix=prefix, most=self.ROWS // 2, salt="known"))
        sent = [self.copier.staged(prefix=prefix, most=self.ROWS, salt="sent") for prefix in prefixes]
        return lambda: (self.AMOUNT * self.ROWS, sum(self.copier.write(one) for one in sent))
