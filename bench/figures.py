"""`python -m bench.figures [TRANSACTIONS]`: figures of a unit for a year, and what keeping their counts costs.

The service and its twin hold as many transactions (5,000,000 unless told otherwise) over a year and a hundred units, a
fifth of them rated and told week by week, so that a head's view is measured beside the inspectorate's. First the
service is measured at 50,000 rows, then both at full size.

Floors: what is read from kept counts is held to the floor of the design (15 times the grouping endpoint). What people
said has no kept counts (steps that could be rated, and the official formula, go through the rows): floor 1, our own.
"""

import itertools
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial

from bench import bodies
from bench.client import Request, send
from bench.enlarging import enlarge_service, enlarge_twin, settle_counts
from bench.rounds import Figure, Score, grown, play, play_alone
from bench.stage import PLAIN, PORTS, SERVICE, Stage, stage, told_by
from bench.templates import AMOUNT
from config.database import SUPERUSER

USUAL, SMALL = 5_000_000, 50_000
ROUNDS, MOST_ROUNDS, LONGEST = 3, 5, 60.0
API = "/api/v1"
YEAR = {"from": "2025-07-01", "to": "2026-06-30"}
COUNTS = ("counts_follow_new_transactions", "counts_follow_changed_transactions")
Runs = dict[str, Callable[[], tuple[int, float]]]


def main() -> int:
    """Measure everything and print a line a figure."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else USUAL
    with stage(rows=AMOUNT) as ready:
        unit, _ = enlarge_service(ready, first=0, last=min(SMALL, size))
        at_first = play_alone(Figures(ready, unit, 0), ["metric"], rounds=MOST_ROUNDS)["metric"]
        if size > SMALL:
            enlarge_service(ready, first=SMALL, last=size)
        own = enlarge_twin(ready, size)
        began = time.monotonic()
        done = told_by(ready, "bench.releasing")
        print(f"{done['told']:,} ratings told, {done['sums']:,} sums, in {time.monotonic() - began:.0f} s", flush=True)
        settle_counts(ready)
        print(f"Measuring at {size:,} transactions ...", flush=True)
        ends = time.monotonic() + LONGEST
        measured = play(Figures(ready, unit, own), rounds=ROUNDS, most=MOST_ROUNDS, ends=ends)
        name = f"metric-of-unit-against-{min(SMALL, size):,}-rows"
        measured.append(grown(name, floor=0.75, at_last=measured[0], at_first=at_first))
        _tell(measured)
        _tell(play(Costs(ready), rounds=ROUNDS, most=MOST_ROUNDS, ends=time.monotonic() + LONGEST))
    return 0


def _tell(measured: list[Score]) -> None:
    for score in measured:
        print(score.line_of(ROUNDS), flush=True)


class Figures:
    """A unit's months of a year, over eight connections."""

    AMOUNTS: Mapping[str, int] = {"metric": 400, "province": 120, "live-province": 8}
    FEW, CONNECTIONS = 24, 8
    figures = (
        Figure("metric-of-unit-by-month", "metric", "live", 15),
        Figure("metric-of-province-by-month", "province", "live-province", 15),
        Figure("rating-figures-by-month-of-inspector", "ratings", "live", 1),
        Figure("rating-figures-by-month-of-head", "ratings-of-head", "live", 1),
        Figure("official-satisfaction-of-inspector", "official", "live", 1),
        Figure("official-satisfaction-of-head", "official-of-head", "live", 1),
    )

    def __init__(self, ready: Stage, unit: str, own: int) -> None:
        self.machine, self.unit, self.own = ready.machine, unit, own
        filled = ready.filled[SERVICE]
        self.signed, self.inspector, self.head = (
            {"Authorization": f"Bearer {filled[name]}"} for name in ("token", "inspector", "person")
        )
        self.plain = {"Authorization": f"Token {ready.filled[PLAIN]['token']}"}
        self.run("metric")

    def prepare(self, number: int) -> Runs:
        """Run every second round backwards."""
        names = list(dict.fromkeys(name for figure in self.figures for name in (figure.ours, figure.theirs)))
        return {name: partial(self.run, name) for name in names[:: 1 if number % 2 == 0 else -1]}

    def run(self, name: str) -> tuple[int, float]:
        """Ask one question again and again."""
        request = self._request(name)
        amount = self.AMOUNTS.get(name, self.FEW)
        port = PORTS[PLAIN if name.startswith("live") else SERVICE]
        return amount, send([request] * amount, port=port, connections=self.CONNECTIONS)

    def _request(self, name: str) -> Request:
        days = "&".join(f"{key}={day}" for key, day in YEAR.items())
        values = f"{API}/metrics/values?{days}&grain=month"
        match name:
            case "metric":
                return Request("GET", f"{values}&metric=on_time_legal&unit={self.unit}", 200, headers=self.signed)
            case "province":
                return Request("GET", f"{values}&metric=on_time_legal", 200, headers=self.signed)
            case "official" | "official-of-head":
                reading, signed = ("portal", self.head) if name.endswith("head") else ("union", self.inspector)
                asked = f"{values}&metric=satisfaction_qd766_{reading}&unit={self.unit}"
                return Request("GET", asked, 200, headers=signed)
            case "ratings" | "ratings-of-head":
                signed = self.head if name.endswith("head") else self.inspector
                return Request("GET", f"{API}/metrics/ratings?{days}&by=month&unit={self.unit}", 200, headers=signed)
            case _:
                unit = "" if name == "live-province" else f"&unit={self.own}"
                address = f"/transactions/monthly/?from=2025-07-01T00:00:00Z&to=2026-07-01T00:00:00Z{unit}"
                return Request("GET", address, 200, headers=self.plain)


class Costs:
    """The same writes with the counts kept and without, all on one unit."""

    AMOUNT, ROWS = 240, 1000
    figures = (
        Figure("batch-with-counts", "batch", "batch-without", 0.85),
        Figure("PUT-with-counts", "put", "put-without", 0.7),
        Figure("PUT-by-8-writers-with-counts", "puts", "puts-without", 0.9),
    )

    def __init__(self, ready: Stage) -> None:
        self.machine, self.cluster = ready.machine, ready.cluster
        self.signed = {
            "Authorization": f"Bearer {ready.filled[SERVICE]['token']}", "Content-Type": "application/json",
        }  # fmt: skip
        self.numbers = itertools.count()

    def prepare(self, number: int) -> Runs:
        """Write the bodies of a round; every second one is run backwards."""
        runs: Runs = {}
        for is_kept in (True, False)[:: 1 if number % 2 == 0 else -1]:
            end = "" if is_kept else "-without"
            batches = [self._batch() for _ in range(4)]
            runs[f"batch{end}"] = partial(self._send, batches, self.ROWS, 2, is_kept=is_kept)
            for name, connections in (("put", 1), ("puts", 8)):
                sent = [self._put() for _ in range(self.AMOUNT)]
                runs[f"{name}{end}"] = partial(self._send, sent, 1, connections, is_kept=is_kept)
        return runs

    def _send(self, requests: list[Request], rows: int, connections: int, *, is_kept: bool) -> tuple[int, float]:
        with self.cluster.connect(SUPERUSER, SERVICE) as opened, opened.cursor() as cursor:
            for trigger in COUNTS:
                way = "ENABLE" if is_kept else "DISABLE"
                cursor.execute(f"ALTER TABLE procedures_transaction {way} TRIGGER {trigger}")
            opened.commit()
        return len(requests) * rows, send(requests, port=PORTS[SERVICE], connections=connections)

    def _code(self) -> str:
        return f"000.00.00.H48-260305-{next(self.numbers):07d}"

    def _batch(self) -> Request:
        rows = [bodies.finished(self._code()) for _ in range(self.ROWS)]
        return Request("POST", f"{API}/transactions/batch", 200, bodies.written(rows), self.signed)

    def _put(self) -> Request:
        body = bodies.three_steps(self._code())
        return Request("PUT", f"{API}/transactions/{body.pop('dossier_code')}", 201, bodies.written(body), self.signed)


if __name__ == "__main__":
    sys.exit(main())
