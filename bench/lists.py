"""Lists, search and files over many transactions, against the twin over as many.

The caller sees the province through a boundary, the twin's sees everything; the twin counts every list, as page numbers
must. Both are asked for a page of 50. Complaints are shown to somebody who may not know of all of them.
"""

import io
import itertools
import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

from bench.bodies import OFFICIALS
from bench.client import ADDRESS, Request, send
from bench.rounds import Figure
from bench.stage import PLAIN, PORTS, SERVICE, Stage
from config.database import OWNER

Runs = dict[str, Callable[[], tuple[int, float]]]
API, COMPLAINTS = "/api/v1/transactions", "/api/v1/complaints"
PIECE = 1024 * 1024
DEEP = 100_000
SEARCHES = ("cap giay phep", "dang ky khai sinh", "260226-01", "xuat khau", "251229-0", "ho chieu")

MONTHS, DELAYS = ("2025-10", "2025-12", "2026-01", "2026-03"), ("1", "2", "10", "30")
GROWN = {"list-broad": "broad", "complaints-broad-seen": "complaints-broad"}
"""The figures whose runs are held against themselves over few rows too: pages that are full at either size."""


class Lists:
    """Pages of fifty over eight connections."""

    AMOUNT, CONNECTIONS, WARM_UP = 120, 8, 60
    figures = (
        Figure("list-narrow-bounded", "narrow", "plain-narrow", 2.5),
        Figure("list-broad", "broad", "plain-broad", 8),
        Figure("list-deep-to-first-page", "deep", "first", 0.8),
        Figure("list-search-to-narrow", "search", "narrow", 0.3),
        Figure("list-report-month", "report-month", "plain-broad", 8),
        Figure("list-overdue-by-days", "overdue", "plain-broad", 8),
        Figure("list-official-of-a-step", "official", "plain-broad", 8),
        Figure("complaints-narrow-seen", "complaints-narrow", "plain-narrow", 2.5),
        Figure("complaints-broad-seen", "complaints-broad", "plain-broad", 8),
        Figure("complaints-deep-to-first-page", "complaints-deep", "complaints-broad", 0.8),
    )

    def __init__(self, stage: Stage) -> None:
        self.machine = stage.machine
        ours, plain = stage.filled[SERVICE], stage.filled[PLAIN]
        self.signed = {"Authorization": f"Bearer {ours['person']}"}
        self.plain = {"Authorization": f"Token {plain['token']}"}
        self.units, self.plain_units = itertools.cycle(ours["units"]), itertools.cycle(plain["units"])
        self.searches, self.months = itertools.cycle(SEARCHES), itertools.cycle(MONTHS)
        self.delays, self.officials = itertools.cycle(DELAYS), itertools.cycle(OFFICIALS)
        place = min(DEEP, stage.rows // 10)
        self.deep = _deep_cursor(f"{API}?ordering=received", self.signed, place)
        self.deep_complaints = _deep_cursor(f"{COMPLAINTS}?class=petition", self.signed, place)
        for run in self._runs(self.WARM_UP).values():
            run()

    def prepare(self, number: int) -> Runs:
        """Write the requests of a round; every second one is run backwards."""
        runs = list(self._runs(self.AMOUNT).items())
        return dict(runs[:: 1 if number % 2 == 0 else -1])

    def _runs(self, amount: int) -> Runs:
        makers: dict[str, Callable[[], Request]] = {
            "plain-narrow": lambda: self._theirs(unit=next(self.plain_units), status="processing"),
            "narrow": lambda: self._ours(under=next(self.units), status="processing"),
            "search": lambda: self._ours(q=next(self.searches)),
            "first": lambda: self._ours(ordering="received"),
            "deep": lambda: self._ours(ordering="received", cursor=self.deep),
            "broad": lambda: self._ours(status="finished"),
            "report-month": lambda: self._ours(report_month=next(self.months)),
            "overdue": lambda: self._ours(overdue_by=next(self.delays)),
            "official": lambda: self._ours(official=next(self.officials)),
            "complaints-narrow": lambda: self._complaints(under=next(self.units)),
            "complaints-broad": lambda: self._complaints(**{"class": "petition"}),
            "complaints-deep": lambda: self._complaints(**{"class": "petition", "cursor": self.deep_complaints}),
            "plain-broad": lambda: self._theirs(status="finished"),
        }
        few = {"plain-broad": max(8, amount // 6)}
        return {
            name: partial(
                self._send,
                [make() for _ in range(few.get(name, amount))],
                PLAIN if name.startswith("plain") else SERVICE,
            )
            for name, make in makers.items()
        }

    def _send(self, requests: list[Request], side: str) -> tuple[int, float]:
        return len(requests), send(requests, port=PORTS[side], connections=self.CONNECTIONS)

    def _ours(self, **query: str) -> Request:
        return Request("GET", f"{API}?{urlencode(query)}", 200, headers=self.signed)

    def _complaints(self, **query: str) -> Request:
        return Request("GET", f"{COMPLAINTS}?{urlencode(query)}", 200, headers=self.signed)

    def _theirs(self, **query: object) -> Request:
        return Request("GET", f"/transactions/?{urlencode(query)}", 200, headers=self.plain)


class Files:
    """The whole list as CSV, over one connection; COPY of the same rows over one."""

    figures = (Figure("export-csv-to-copy", "csv", "copy", 0.3),)

    def __init__(self, stage: Stage) -> None:
        self.machine, self.stage = stage.machine, stage
        self.signed = {"Authorization": f"Bearer {stage.filled[SERVICE]['token']}"}

    def prepare(self, number: int) -> Runs:
        """Do both in turn."""
        runs = [("csv", self._csv), ("copy", self._copy)]
        return dict(runs[:: 1 if number % 2 == 0 else -1])

    def _csv(self) -> tuple[int, float]:
        began, lines = time.perf_counter(), 0
        for piece in _pieces(f"{API}/export?format=csv", self.signed):
            lines += piece.count(b"\r\n")
        return lines, time.perf_counter() - began

    def _copy(self) -> tuple[int, float]:
        began = time.perf_counter()
        with self.stage.cluster.connect(OWNER, SERVICE) as opened, opened.cursor() as cursor:
            cursor.copy_expert("COPY procedures_transaction TO STDOUT WITH (FORMAT csv)", _Nowhere())
            return int(cursor.rowcount), time.perf_counter() - began


class _Nowhere(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return len(data)  # type: ignore[arg-type]


def _pieces(path: str, headers: dict[str, str]) -> Iterator[bytes]:
    request = urllib.request.Request(f"http://{ADDRESS}:{PORTS[SERVICE]}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310 - our own address
        while piece := answer.read(PIECE):
            yield piece


def _deep_cursor(path: str, headers: dict[str, str], place: int) -> str:
    """Walk so many rows into the list and return the cursor of the next page."""
    cursor, seen = "", 0
    while seen < place:
        query = urlencode({"page_size": "500", **({"cursor": cursor} if cursor else {})})
        page = json.loads(b"".join(_pieces(f"{path}&{query}", headers)))
        cursor, seen = page["next_cursor"], seen + len(page["results"])
    return cursor
