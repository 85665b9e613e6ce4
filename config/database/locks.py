"""Two file locks: one start at a time, and a sign of life of the server.

# Note [The sign of life]
The server inherits an open, locked file from the launcher, and so does every process it forks. The kernel
lets the lock go when the last of them is gone. A free lock therefore proves that no process of the server is
left, whatever a pid file says, and after `kill -9` of the postmaster it shows that its backends still run.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.database.errors import LauncherError
from config.database.files import open_private
from config.database.waiting import Say, wait_until

LONGEST_WAIT_FOR_ANOTHER_START = 300.0


@contextmanager
def only_one(path: Path, *, say: Say) -> Iterator[None]:
    """Hold the lock that lets one launcher at a time change this cluster; raises LauncherError after 300 s."""
    held = open_private(path, os.O_RDWR)
    try:
        if not wait_until(
            lambda: _try_lock(held),
            limit=LONGEST_WAIT_FOR_ANOTHER_START,
            doing="Waiting for another start or stop of the same database",
            say=say,
        ):
            message = f"Another start or stop has held {path} for five minutes. End that process, then try again."
            raise LauncherError(message)
        yield
    finally:
        os.close(held)


@contextmanager
def sign_of_life(path: Path) -> Iterator[int]:
    """Give a locked file for the server to inherit; see Note [The sign of life]."""
    held = open_private(path, os.O_RDWR)
    try:
        if not _try_lock(held):
            message = f"A process still holds {path}, so the old server is not gone. Run stop, then start again."
            raise LauncherError(message)
        yield held
    finally:
        os.close(held)


def is_lifeless(path: Path) -> bool:
    """Tell whether no process of the server is left."""
    if not path.exists():
        return True
    held = open_private(path, os.O_RDWR)
    try:
        return _try_lock(held)
    finally:
        os.close(held)


def _try_lock(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
