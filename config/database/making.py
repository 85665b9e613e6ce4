"""Make a new cluster. It appears under its name only when it is whole, so a crash here costs nothing."""

import os
import shutil
from pathlib import Path

from config.database.accounts import Account
from config.database.binaries import SYSTEM_PACKAGES, Binaries
from config.database.cluster import SUPERUSER
from config.database.errors import LauncherError
from config.database.files import write
from config.database.home import Home
from config.database.waiting import Say

# Code-point order everywhere. Where the system does not know C.UTF-8, letters are at least told from signs by
# macOS's own name for it; plain C comes last, as lower() then leaves Vietnamese capitals alone.
LOCALES = (["--locale=C.UTF-8"], ["--locale=C", "--lc-ctype=UTF-8"], ["--locale=C"])


def make_cluster(home: Home, account: Account, binaries: Binaries, *, say: Say) -> None:
    """Run initdb with random passwords; raises LauncherError with initdb's own words."""
    say(f"Making a new PostgreSQL {binaries.version} cluster in {home.directory}")
    passwords = home.make_passwords()
    password_file = home.directory / "initdb.password"
    try:
        write(password_file, passwords[SUPERUSER] + "\n", mode=0o600)
        if not account.is_ours:
            os.chown(password_file, account.uid, account.gid)
        _initdb(home, account, binaries, password_file)
    finally:
        password_file.unlink(missing_ok=True)
    home.unfinished.rename(home.data)
    _sync(home.directory)


def refuse_other_major(home: Home, binaries: Binaries) -> None:
    """Raise LauncherError when the data was made by another major version than the programs at hand."""
    made_by = home.major
    if made_by == binaries.major:
        return
    fitting = SYSTEM_PACKAGES / str(made_by) / "bin"
    place = fitting if fitting.exists() else f"the bin directory of a PostgreSQL {made_by}"
    message = (
        f"The data in {home.data} was made by PostgreSQL {made_by}, but {binaries.directory} is {binaries.version}. "
        f"Set PG_BIN={place} to go on with it (and pg_dump it from there to change over), or run wipe to begin anew."
    )
    raise LauncherError(message)


def _initdb(home: Home, account: Account, binaries: Binaries, password_file: Path) -> None:
    for locale in LOCALES:
        shutil.rmtree(home.unfinished, ignore_errors=True)
        home.unfinished.mkdir(mode=0o700)
        if not account.is_ours:
            os.chown(home.unfinished, account.uid, account.gid)
        answer = account.run(
            [
                binaries.initdb,
                *("-D", home.unfinished),
                *locale,
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--data-checksums",
                "--no-instructions",
            ]
        )
        if answer.returncode == 0:
            return
        if "locale" not in answer.stderr:
            break
    message = (
        f"initdb could not make a cluster in {home.directory}: {answer.stderr.strip()[-600:]} "
        "Mend that (often: no space left, or a directory that may not be written), then start again."
    )
    raise LauncherError(message)


def _sync(directory: Path) -> None:
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
