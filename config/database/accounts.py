"""Under whose name the server runs: PostgreSQL refuses to be root, and we make no accounts."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.database.errors import LauncherError
from config.database.files import open_private

ROOT = 0
UNPRIVILEGED_ACCOUNTS = ("postgres", "_postgres", "nobody")

# Nothing of our own environment: it may hold secrets, and PG* and LC_* variables change what the server does.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Account:
    """A user of this machine, as whom commands can be run."""

    name: str
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Tell whether this process already runs as this account."""
        return self.uid == os.geteuid()

    def run(self, command: Command) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as this account and catch what it prints; raises OSError."""
        return subprocess.run(
            command,
            user=None if self.is_ours else self.uid,
            group=None if self.is_ours else self.gid,
            extra_groups=None if self.is_ours else [],
            cwd="/",
            env=ENVIRONMENT,
            umask=0o077,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    def leave_behind(self, command: Command, *, log: Path, keep_open: int) -> None:
        """Start a command that outlives us: a session of its own, no terminal, output appended to `log`.

        The shell puts it in the background and ends, so it is never our child and leaves no zombie.
        """
        with os.fdopen(open_private(log, os.O_WRONLY | os.O_APPEND), "ab") as output:
            subprocess.run(
                ["/bin/sh", "-c", 'exec "$@" &', "sh", *command],
                user=None if self.is_ours else self.uid,
                group=None if self.is_ours else self.gid,
                extra_groups=None if self.is_ours else [],
                cwd="/",
                env=ENVIRONMENT,
                umask=0o077,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(keep_open,),
                start_new_session=True,
                check=True,
            )

    def can_enter(self, directory: Path) -> bool:
        """Tell by trying, so that access lists and mounts count too."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", directory]).returncode == 0


def account_for_a_new_cluster() -> Account:
    """Choose who will own a new cluster: ourselves, or for root the first account that works."""
    if os.geteuid() != ROOT:
        return account_of(os.geteuid())
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
            account = Account(name, entry.pw_uid, entry.pw_gid)
            account.run(["/bin/sh", "-c", ":"])
        except (KeyError, OSError, subprocess.SubprocessError):
            continue  # not on this machine, or not to be had in this container: the next one
        if account.uid != ROOT:
            return account
    message = (
        "PostgreSQL does not run as root, and this machine has neither a usable account 'postgres' nor 'nobody'. "
        "Run this command as an ordinary user."
    )
    raise LauncherError(message)


def account_of_data(data: Path) -> Account:
    """Choose who runs an existing cluster: whoever owns it; raises LauncherError if we cannot become that user."""
    owner = account_of(data.stat().st_uid)
    if owner.uid == ROOT:
        message = (
            f"The data directory {data} belongs to root, as which PostgreSQL does not run. "
            "Give it back to the account that made it: chown -R postgres DIRECTORY."
        )
        raise LauncherError(message)
    if os.geteuid() not in {ROOT, owner.uid}:
        message = (
            f"The database in {data.parent} belongs to the account {owner.name}. "
            "Run this command as that user or as root, or choose another state directory."
        )
        raise LauncherError(message)
    return owner


def account_of(uid: int) -> Account:
    """Look an account up by its number; a number without an entry (usual in containers) serves too."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Account(str(uid), uid, os.getegid() if uid == os.geteuid() else uid)
    return Account(entry.pw_name, uid, entry.pw_gid)
