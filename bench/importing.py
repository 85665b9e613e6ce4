"""A file of transactions, sent and read to its end: rows a second against COPY, and the memory of a worker."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import bodies
from bench.client import ADDRESS, Request, send
from bench.copying import copier
from bench.machine import PROC, Machine
from bench.rounds import Figure
from bench.stage import PORTS, ROOT, SERVICE, Stage

API = "/api/v1"
FIRST = "000.00.00.H48-2603050-"
CHUNK, SMALL = 1000, 10_000
MOST_MEMORY = 1.3
LOOK = 0.1
WORKERS = 2


class Imports:
    """One import of `rows` new transactions by the workers of a deployment; COPY writes as many over one connection."""

    figures = (Figure("import-of-a-file", "import", "copy", 0.4),)

    def __init__(self, stage: Stage, *, rows: int) -> None:
        self.stage, self.rows, self.machine = stage, rows, stage.machine
        self.token = {"Authorization": f"Bearer {stage.filled[SERVICE]['token']}"}
        self.folder = Path(stage.at_end.enter_context(TemporaryDirectory(prefix="bench-import-")))
        first = bodies.written([bodies.finished(f"{FIRST}{n:04d}") for n in range(CHUNK)])
        head = {**self.token, "Content-Type": "application/json"}
        send(
            [Request("POST", f"{API}/transactions/batch", 200, first, head)], port=PORTS[SERVICE], connections=1
        )  # makes the rows that COPY writes
        self.copier = stage.at_end.enter_context(copier(stage.cluster, SERVICE, pattern=f"{FIRST}%"))
        self.memory = {SMALL: self._memory_of(self._file("small", SMALL))}

    def prepare(self, _number: int) -> dict[str, Callable[[], tuple[int, float]]]:
        """Write the file, and start the workers whose time and memory count."""
        file = self._file("large", self.rows)
        workers = self.stage.at_end.enter_context(self._workers())
        self.machine = Machine(self.stage.machine.servers | {workers.pid})
        return {"copy": self._copied, "import": lambda: self._imported(file, workers)}

    def told_memory(self) -> str:
        """Return the line of the second promise, in MiB of the largest worker's peak."""
        small, large = self.memory[SMALL], self.memory[self.rows]
        ratio = f"import-peak-memory {large / small:.2f} (at most {MOST_MEMORY:g})"
        return f"{ratio:<46}{large / 1024:.0f} MiB with {self.rows:,} rows to {small / 1024:.0f} MiB with {SMALL:,}"

    def _imported(self, file: Path, workers: "subprocess.Popen[bytes]") -> tuple[int, float]:
        began = time.perf_counter()
        self._read_to_its_end(self._sent(file))
        seconds = time.perf_counter() - began
        self.memory[self.rows] = _peak(workers)
        return self.rows, seconds

    def _memory_of(self, file: Path) -> int:
        with self._workers() as workers:
            self._read_to_its_end(self._sent(file))
            return _peak(workers)

    def _copied(self) -> tuple[int, float]:
        """Write as many rows; what is written is made ready outside of what is measured."""
        seconds = 0.0
        for number in range(self.rows // CHUNK):
            staged = self.copier.staged(prefix=f"000.00.00.H47-{number:06d}-", most=CHUNK, salt="import")
            seconds += self.copier.write(staged)
        return self.rows // CHUNK * CHUNK, seconds

    def _file(self, name: str, rows: int) -> Path:
        file = self.folder / f"{name}.jsonl"
        with file.open("w", encoding="utf-8") as out:
            for number in range(rows):
                row = bodies.finished(f"000.00.00.H46-{name}-{number:07d}")
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return file

    def _sent(self, file: Path) -> str:
        head = {**self.token, "Content-Type": "application/x-ndjson", "Content-Length": str(file.stat().st_size)}
        with closing(_wire()) as wire, file.open("rb") as body:
            wire.request("POST", f"{API}/imports", body=body, headers=head)
            answer = wire.getresponse()
            told = json.load(answer)
            assert answer.status == 202, told
            return str(told["id"])

    def _read_to_its_end(self, import_id: str) -> None:
        with closing(_wire()) as wire:
            told: dict[str, Any] = {"state": "queued"}
            while told["state"] in {"queued", "running"}:
                time.sleep(LOOK)
                wire.request("GET", f"{API}/imports/{import_id}", headers=self.token)
                told = json.load(wire.getresponse())
        assert told["state"] == "finished", told
        assert told["counts"]["created"] == told["rows_done"], told

    @contextmanager
    def _workers(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Run fresh workers, as many as a deployment has (compose.yaml)."""
        command = [sys.executable, str(ROOT / "manage.py"), "run_jobs", "--workers", str(WORKERS), "--only", "imports"]
        environment = self.stage.environments[SERVICE]
        workers = subprocess.Popen([*command, "--watch", "0.1"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            yield workers
        finally:
            workers.terminate()
            workers.wait()


def _wire() -> HTTPConnection:
    return HTTPConnection(ADDRESS, PORTS[SERVICE], timeout=300, blocksize=1024 * 1024)


def _peak(workers: "subprocess.Popen[bytes]") -> int:
    """Return the largest memory, in KiB, that one of them ever held; 1 where the machine does not tell."""
    kept = PROC / str(workers.pid) / "task" / str(workers.pid) / "children"
    if not kept.exists():
        return 1
    return max(_peak_of(int(pid)) for pid in kept.read_text().split())


def _peak_of(pid: int) -> int:
    told = (PROC / str(pid) / "status").read_text()
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmHWM"))
