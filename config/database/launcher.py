"""Start, find, stop and remove the embedded PostgreSQL of one state directory."""

import os
import shutil
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from config.database.accounts import account_for_a_new_cluster, account_of_data
from config.database.binaries import are_in_reach, binaries_for
from config.database.cluster import EDITION, Cluster, provision
from config.database.errors import LauncherError
from config.database.home import LOCK, SIGNPOST, Home, existing_home, make_home, make_state, put_signpost
from config.database.locks import only_one
from config.database.making import make_cluster, refuse_other_major
from config.database.processes import find_postmaster
from config.database.serving import START_LIMIT, await_silence, is_alive, serve, wait_until_ready
from config.database.waiting import Say, say_nothing, wait_until

STOP_LIMIT = 120.0


@dataclass(frozen=True)
class Status:
    """What is known of a cluster without asking it. `port` is the remembered one when it does not run."""

    directory: Path | None
    major: int | None
    pid: int | None
    port: int | None

    @property
    def is_running(self) -> bool:
        """Tell whether the server runs."""
        return self.pid is not None


def ensure_running(state: Path, *, limit: float = START_LIMIT, say: Say = say_nothing) -> Cluster:
    """Give the running cluster of a state directory; start it, and make it, if need be. Idempotent.

    Any number of processes may call it at once. It returns when the server answers; the server outlives us.
    `limit` is in seconds. Raises LauncherError, whose text tells how to mend it, and OSError.
    """
    state = _resolved(state)
    make_state(state)
    with only_one(state / LOCK, say=say):
        cluster, home = _running(state, limit=limit, say=say)
        if home.provisioned < EDITION:
            provision(cluster)
            home.remember(provisioned=EDITION)
        return cluster


def stop(state: Path, *, say: Say = say_nothing) -> bool:
    """Shut our own server down fast: open transactions are rolled back, the data is flushed.

    Idempotent; returns whether it was running. What a killed server left behind is ended as well. Raises LauncherError
    when it does not end within 120 s.
    """
    state = _resolved(state)
    if not state.exists():
        return False
    with only_one(state / LOCK, say=say):
        home = existing_home(state)
        return home is not None and _stop(home, say=say)


def status(state: Path) -> Status:
    """Tell whether the server runs, and where."""
    home = existing_home(_resolved(state))
    if home is None or not home.data.exists():
        return Status(None, None, None, None)
    found = find_postmaster(home.data)
    if found is None:
        return Status(home.directory, home.major, None, home.port)
    return Status(home.directory, home.major, found.pid, found.port)


def wipe(state: Path, *, say: Say = say_nothing) -> bool:
    """Stop the server and delete the cluster with all its databases; return whether there was one.

    The state directory itself stays, with everything in it that is not ours.
    """
    state = _resolved(state)
    if not state.exists():
        return False
    with only_one(state / LOCK, say=say):
        home = existing_home(state)
        if home is None:
            return False
        _stop(home, say=say)
        shutil.rmtree(home.directory)
        (state / SIGNPOST).unlink(missing_ok=True)
        return True


def _running(state: Path, *, limit: float, say: Say) -> tuple[Cluster, Home]:
    ends = monotonic() + limit
    home = existing_home(state)
    if home is not None and (found := find_postmaster(home.data)):
        cluster = Cluster(found.port or home.port or 0, home.directory, home.passwords())
        if wait_until_ready(home, cluster, limit=limit, say=say):
            return cluster, home
    if home is not None and home.data.exists():
        account = account_of_data(home.data)
    else:
        account = account_for_a_new_cluster()
        home = home or make_home(state, account, programs_in_reach=are_in_reach(account))
        put_signpost(state, home)
    if not account.can_enter(home.directory):
        message = (
            f"The account {account.name}, under which the database runs, cannot enter {home.directory}. "
            "Give it passage (chmod o+x on the directories above), or start with another state directory."
        )
        raise LauncherError(message)
    binaries = binaries_for(account, home.shelf, say=say)
    if not home.data.exists():
        make_cluster(home, account, binaries, say=say)
    refuse_other_major(home, binaries)
    return serve(home, account, binaries, limit=ends - monotonic(), say=say), home


def _stop(home: Home, *, say: Say) -> bool:
    found = find_postmaster(home.data)
    if found is None:
        if home.data.exists():
            await_silence(home, limit=STOP_LIMIT, say=say)
        return False
    with suppress(ProcessLookupError):
        os.kill(found.pid, signal.SIGINT)
    if not wait_until(lambda: not is_alive(home), limit=STOP_LIMIT, doing="PostgreSQL is stopping", say=say):
        message = f"PostgreSQL (process {found.pid}) does not stop. Look into {home.log}, then run stop again."
        raise LauncherError(message)
    return True


def _resolved(state: Path) -> Path:
    return state.expanduser().resolve()
