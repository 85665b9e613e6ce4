"""How busy the machine was, and with whom: read from /proc, in clock ticks."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
IDLE = (3, 4)  # idle, iowait
GUEST = 8  # from here on counted before already
MOST_FOREIGN = 0.08
CALM_WAIT = 3.0
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Reading:
    """Ticks since the machine started: of all processors, busy, ours, and those of ours that serve."""

    total: int
    busy: int
    ours: int
    serving: int


@dataclass(frozen=True)
class Spent:
    """What happened between two readings: the share that others took, and the seconds of processor that serving took.

    `foreign` is None where the machine does not tell (no /proc).
    """

    foreign: float | None
    serving: float

    @property
    def is_disturbed(self) -> bool:
        """Tell whether others took so much that a figure may be theirs."""
        return self.foreign is None or self.foreign > MOST_FOREIGN


@dataclass(frozen=True)
class Machine:
    """This machine, knowing which process trees serve: the web servers and the database server."""

    servers: frozenset[int]

    def read(self) -> Reading | None:
        """Take a reading, or None where there is no /proc."""
        if not (PROC / "stat").exists():
            return None
        fields = [int(word) for word in (PROC / "stat").read_text().splitlines()[0].split()[1 : GUEST + 1]]
        ticks, children = _processes()
        serving = sum(ticks.get(pid, 0) for pid in _trees(self.servers, children))
        ours = sum(ticks.get(pid, 0) for pid in _trees({*self.servers, os.getpid()}, children))
        return Reading(sum(fields), sum(fields) - sum(fields[place] for place in IDLE), ours, serving)

    def since(self, before: Reading | None) -> Spent:
        """Tell what was spent since a reading."""
        after = self.read()
        if before is None or after is None or after.total == before.total:
            return Spent(None, 0.0)
        foreign = (after.busy - before.busy) - (after.ours - before.ours)
        share = max(0.0, foreign / (after.total - before.total))
        return Spent(share, (after.serving - before.serving) / _TICK)

    def wait_for_calm(self) -> None:
        """Wait until others leave the machine alone for a moment, but not long."""
        ends = time.monotonic() + CALM_WAIT
        while time.monotonic() < ends:
            before = self.read()
            time.sleep(0.3)
            if not self.since(before).is_disturbed:
                return


def _processes() -> tuple[dict[int, int], dict[int, list[int]]]:
    """Return the ticks of each process with those of its children that ended, and who is whose child."""
    ticks: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        pid = int(folder.name)
        ticks[pid] = sum(int(word) for word in words[11:15])  # utime, stime, cutime, cstime
        children.setdefault(int(words[1]), []).append(pid)
    return ticks, children


def _trees(roots: Iterable[int], children: dict[int, list[int]]) -> set[int]:
    found: set[int] = set()
    left = list(roots)
    while left:
        pid = left.pop()
        if pid not in found:
            found.add(pid)
            left += children.get(pid, [])
    return found
