"""Find the processes of one cluster by what they are, never by what a pid file claims.

A pid file outlives its server; by then the number may belong to anybody. So we look at every process: ours is a
`postgres` of the data directory's owner that was started with `-D` and exactly this directory.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

PROC = Path("/proc")
PROGRAM_NAMES = {"postgres", "postmaster"}


@dataclass(frozen=True)
class Process:
    """A living process: its number, its owner, and its command line in one piece.

    Arguments are parted by NUL where the system tells them apart (Linux), else by blanks.
    """

    pid: int
    uid: int
    command_line: str
    parted_by: str


@dataclass(frozen=True)
class Postmaster:
    """The one parent process of a running server."""

    pid: int
    port: int | None


def cluster_name(data: Path) -> str:
    """Name a cluster in the process list, so that its backends can be told from others."""
    return "phucvu-" + sha256(os.fsencode(data)).hexdigest()[:12]


def find_postmaster(data: Path) -> Postmaster | None:
    """Find the running postmaster of this data directory."""
    if not data.exists():
        return None
    owner = data.stat().st_uid
    for process in processes():
        if process.uid == owner and serves(process, data):
            return Postmaster(pid=process.pid, port=_port_of(process))
    return None


def serves(process: Process, data: Path) -> bool:
    """Tell whether a process is the postmaster of a data directory."""
    sep = process.parted_by
    program, _, arguments = process.command_line.partition(sep)
    return program.rpartition("/")[2] in PROGRAM_NAMES and f"{sep}-D{sep}{data}{sep}" in f"{sep}{arguments}{sep}"


def orphans(data: Path) -> list[Process]:
    """List backends of this cluster; without a postmaster they are orphans that still write."""
    owner = data.stat().st_uid
    title = f"postgres: {cluster_name(data)}: "
    return [p for p in processes() if p.uid == owner and p.command_line.startswith(title)]


def end_orphans(data: Path) -> None:
    """Tell what is left of an old server to leave at once; recovery redoes what it had committed.

    That is backends without a postmaster, or a whole server whose directory was deleted under its feet.
    """
    found = find_postmaster(data)
    for pid in [*([found.pid] if found else []), *(process.pid for process in orphans(data))]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)


def processes() -> Iterator[Process]:
    """List the processes that we may see."""
    return _from_proc() if (PROC / "self" / "cmdline").exists() else _from_ps()


def _from_proc() -> Iterator[Process]:
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):  # it ended while we looked
            line = os.fsdecode((entry / "cmdline").read_bytes()).rstrip("\0")
            yield Process(int(entry.name), entry.stat().st_uid, line, "\0")


def _from_ps() -> Iterator[Process]:
    listing = subprocess.run(["ps", "-axww", "-o", "pid=,uid=,command="], capture_output=True, check=True).stdout
    for row in os.fsdecode(listing).splitlines():
        match row.split(maxsplit=2):
            case [pid, uid, line]:
                yield Process(int(pid), int(uid), line, " ")


def _port_of(process: Process) -> int | None:
    sep = process.parted_by
    _, found, rest = process.command_line.partition(f"{sep}-p{sep}")
    port = rest.partition(sep)[0]
    return int(port) if found and port.isdigit() else None
