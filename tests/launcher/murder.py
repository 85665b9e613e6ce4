"""End servers the hard way, as a power cut or an out-of-memory killer would."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from config.database.processes import cluster_name, find_postmaster, orphans


def postmaster_pid(data: Path) -> int:
    found = find_postmaster(data)
    assert found is not None
    return found.pid


def kill_everything(data: Path) -> None:
    """Send SIGKILL to the postmaster and all its backends, without a pause between them, until none is left.

    Looking once would miss a backend that was born meanwhile; a busy one never notices that its postmaster is gone.
    """
    victims = [postmaster_pid(data), *(process.pid for process in orphans(data))]
    while victims:
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        victims = [process.pid for process in orphans(data)]


def freeze(data: Path, kind: str) -> None:
    """Stop one kind of background process for ever, say the walwriter."""
    title = f"postgres: {cluster_name(data)}: {kind}"
    (pid,) = (process.pid for process in orphans(data) if process.command_line.startswith(title))
    os.kill(pid, signal.SIGSTOP)
