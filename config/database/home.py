"""Where a cluster lives, and the few files that the launcher keeps beside its data.

Usually that is `postgres/` in the state directory. Root runs the server under another account; where that account
cannot reach the state directory or the programs (a home of mode 0700, a pyenv), no mode is changed: the cluster
moves to a directory of its own under /var/lib, named after the state directory, and a small file says where.
"""

import json
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from config.database.accounts import ROOT, Account
from config.database.errors import LauncherError
from config.database.files import write

ELSEWHERE = Path("/var/lib")
LOCK = "database.lock"
SIGNPOST = "database.location"

ROLES = {
    "postgres": "superuser; nobody's daily role",
    "phucvu_owner": "owns the databases and runs migrations",
    "phucvu_app": "the service; owns nothing",
    "phucvu_reader": "reads and cannot write",
}


@dataclass(frozen=True)
class Home:
    """The directory of one cluster."""

    directory: Path

    @property
    def data(self) -> Path:
        """Give PostgreSQL's own directory; it exists only once it is whole."""
        return self.directory / "data"

    @property
    def unfinished(self) -> Path:
        """Give the place in which initdb works."""
        return self.directory / "data.unfinished"

    @property
    def passwords_file(self) -> Path:
        """Give the one file with the passwords of all roles, mode 0600."""
        return self.directory / "passwords.json"

    @property
    def log(self) -> Path:
        """Give the server's log."""
        return self.directory / "server.log"

    @property
    def configuration(self) -> Path:
        """Give the server's settings, written anew at each start."""
        return self.directory / "postgresql.conf"

    @property
    def admission(self) -> Path:
        """Give the rules of who may connect."""
        return self.directory / "pg_hba.conf"

    @property
    def life(self) -> Path:
        """Give the file whose lock is the server's sign of life."""
        return self.directory / "alive.lock"

    @property
    def shelf(self) -> Path:
        """Give the place of a copy of the server's programs."""
        return self.directory / "server"

    @property
    def major(self) -> int:
        """Read which major version of PostgreSQL made the data."""
        return int((self.data / "PG_VERSION").read_text().strip())

    @property
    def port(self) -> int | None:
        """Read the remembered port."""
        return self._record().get("port")

    @property
    def provisioned(self) -> int:
        """Read which edition of our roles and databases the cluster has; 0 is none."""
        return self._record().get("provisioned") or 0

    def remember(self, *, port: int | None = None, provisioned: int | None = None) -> None:
        """Write down what must be known at the next start."""
        new = {key: value for key, value in (("port", port), ("provisioned", provisioned)) if value is not None}
        write(self.directory / "cluster.json", json.dumps(self._record() | new), mode=0o600)

    def passwords(self) -> dict[str, str]:
        """Read the passwords; raises LauncherError when they are lost or not ours to read."""
        try:
            found = json.loads(self.passwords_file.read_text())
            return {role: str(found[role]) for role in ROLES}
        except PermissionError as error:
            message = f"{self.passwords_file} belongs to another user. Run this command as that user or as root."
            raise LauncherError(message) from error
        except (FileNotFoundError, ValueError, KeyError, TypeError) as error:
            message = (
                f"The passwords in {self.passwords_file} are lost. Put the file back from a backup; "
                "if the data may go, run wipe and start again."
            )
            raise LauncherError(message) from error

    def make_passwords(self) -> dict[str, str]:
        """Draw a random password for every role and keep them in one file that only we can read."""
        drawn = {role: secrets.token_urlsafe(24) for role in ROLES}
        write(self.passwords_file, json.dumps(drawn, indent=1), mode=0o600)
        return drawn

    def _record(self) -> dict[str, int]:
        try:
            found = json.loads((self.directory / "cluster.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}  # a port is soon found again, and provisioning twice does no harm
        if not isinstance(found, dict):
            return {}
        return {key: value for key, value in found.items() if isinstance(value, int)}


def existing_home(state: Path) -> Home | None:
    """Find where the cluster of a state directory lives, if there is one.

    Raises LauncherError when the state directory was moved or copied away from its cluster.
    """
    away = away_from(state)
    signpost = state / SIGNPOST
    if signpost.exists() and signpost.read_text().strip() != str(away):
        message = (
            f"{state} was moved or copied: its database lives in {signpost.read_text().strip()}. If it was moved, stop "
            f"that server and rename that directory to {away}; in both cases delete {signpost}."
        )
        raise LauncherError(message)
    if os.geteuid() == ROOT and away.exists():
        return Home(away)
    if signpost.exists() and os.geteuid() != ROOT:
        message = f"The database of {state} was made by root and lives in {away}. Run this command as root."
        raise LauncherError(message)
    beside = state / "postgres"
    return Home(beside) if beside.exists() else None


def make_home(state: Path, account: Account, *, programs_in_reach: bool) -> Home:
    """Make the directory of a new cluster, where `account` can reach it."""
    passage = 0o700 if account.is_ours else 0o711
    if account.is_ours or (programs_in_reach and account.can_enter(state)):
        home = Home(state / "postgres")
    else:
        home = Home(away_from(state))
    home.directory.mkdir()
    home.directory.chmod(passage)
    return home


def put_signpost(state: Path, home: Home) -> None:
    """Say in the state directory where the cluster is, when it is not there."""
    if home.directory.parent != state:
        write(state / SIGNPOST, f"{home.directory}\n", mode=0o644)


def make_state(state: Path) -> None:
    """Make the state directory if it is missing; an existing one keeps its mode."""
    state.parent.mkdir(parents=True, exist_ok=True)
    try:
        state.mkdir()
    except FileExistsError:  # perhaps just now, by another start
        if not state.is_dir():
            raise
    else:
        state.chmod(0o711 if os.geteuid() == ROOT else 0o700)


def away_from(state: Path) -> Path:
    """Name the directory for a cluster that cannot live in its state directory."""
    return ELSEWHERE / ("phucvu-" + sha256(os.fsencode(state)).hexdigest()[:12])
