"""Write the launcher's own small files: whole or not at all, and owned by whom they concern."""

import os
import tempfile
from pathlib import Path


def write(path: Path, text: str, *, mode: int) -> None:
    """Replace a file in one step: after a crash it holds the old text or the new, never half of one."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(number, "w", encoding="utf-8") as file:
        os.fchmod(number, mode)
        leave_to_owner(number, path.parent)
        file.write(text)
        file.flush()
        os.fsync(number)
    Path(name).replace(path)


def open_private(path: Path, flags: int) -> int:
    """Open a file that only its owner may read, never through a symbolic link; make it if it is missing."""
    number = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    leave_to_owner(number, path.parent)
    return number


def leave_to_owner(number: int, directory: Path) -> None:
    """Give an open file to the owner of its directory, lest root lock a user out of the user's own cluster."""
    owner = directory.stat()
    if os.geteuid() == 0 and os.fstat(number).st_uid != owner.st_uid:
        os.fchown(number, owner.st_uid, owner.st_gid)
