"""Bring the server up, and see whether it is."""

from pathlib import Path
from time import monotonic

from config.database.accounts import Account
from config.database.binaries import Binaries
from config.database.cluster import SUPERUSER, Cluster
from config.database.configuration import command_to_serve, write_configuration
from config.database.errors import LauncherError
from config.database.home import Home
from config.database.locks import is_lifeless, sign_of_life
from config.database.ports import free_port
from config.database.processes import end_orphans, find_postmaster
from config.database.waiting import Say, wait_until

START_LIMIT = 120.0
TRIES = 5
PATIENCE_WITH_ORPHANS = 3.0
LARGEST_LOG_BYTES = 10_000_000
PORT_TAKEN = "could not create any TCP/IP sockets"


def serve(home: Home, account: Account, binaries: Binaries, *, limit: float, say: Say) -> Cluster:
    """Start the server and return when it answers; raises LauncherError when it does not within `limit` seconds."""
    ends = monotonic() + limit
    await_silence(home, limit=limit, say=say)
    for _ in range(TRIES):
        (home.data / "postmaster.pid").unlink(missing_ok=True)  # nobody is left whom it could mean
        port = free_port(home.port)
        home.remember(port=port)
        written = _begin_log(home.log)
        say(f"Starting PostgreSQL {binaries.version} on port {port}")
        write_configuration(home)
        with sign_of_life(home.life) as life:
            command = command_to_serve(binaries.postgres, home, port=port)
            account.leave_behind(command, log=home.log, keep_open=life)
        cluster = Cluster(port, home.directory, home.passwords())
        if wait_until_ready(home, cluster, limit=ends - monotonic(), say=say):
            return cluster
        said = _read_from(home.log, written)
        if PORT_TAKEN not in said:
            break  # else somebody was faster to that port: take another
    message = f"PostgreSQL did not start. It said: {_last_lines(said)}. The whole log is {home.log}."
    raise LauncherError(message)


def wait_until_ready(home: Home, cluster: Cluster, *, limit: float, say: Say) -> bool:
    """Wait until the server answers; return False when it has ended instead.

    A server that needs longer is left running (it may be recovering): raises LauncherError that says so.
    """
    ready = False

    def settled() -> bool:
        nonlocal ready
        ready = _says_ready(home.data) and _answers(home, cluster)
        return ready or not is_alive(home)

    if not wait_until(settled, limit=limit, doing="PostgreSQL is starting", say=say):
        message = (
            f"PostgreSQL does not answer yet after {limit:.0f} s, perhaps because it is recovering. "
            f"It is left running: look into {home.log}, and run start again to go on waiting."
        )
        raise LauncherError(message)
    return ready


def is_alive(home: Home) -> bool:
    """Tell whether any process of the server is left; see Note [The sign of life]."""
    return not is_lifeless(home.life) or find_postmaster(home.data) is not None


def await_silence(home: Home, *, limit: float, say: Say) -> None:
    """Wait until no process of an earlier server is left; after three seconds it is told to end.

    Two servers, or a server and an orphan, on the same data would destroy it.
    """
    doing = "Waiting for the last processes of the old server"
    if wait_until(lambda: not is_alive(home), limit=PATIENCE_WITH_ORPHANS, doing=doing, say=say):
        return
    end_orphans(home.data)
    if not wait_until(lambda: not is_alive(home), limit=limit, doing=doing, say=say):
        message = (
            f"Processes of an earlier server still use {home.data}. "
            "End them (they are called 'postgres:' in the process list), then start again."
        )
        raise LauncherError(message)


def _says_ready(data: Path) -> bool:
    """Read the server's own word, to spare its log attempts that must fail. An unreadable file is no objection."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return False
    status = lines[7].strip() if len(lines) > 7 else "ready"  # noqa: PLR2004  # the eighth line, since PostgreSQL 10
    return status == "ready"


def _answers(home: Home, cluster: Cluster) -> bool:
    import psycopg2  # noqa: PLC0415  # see Cluster.connect

    try:
        with cluster.connect(SUPERUSER, "postgres"):
            return True
    except psycopg2.OperationalError as error:
        if "password authentication failed" in str(error):
            message = (
                f"The server does not accept the passwords in {home.passwords_file}. Put the right file back from a "
                "backup; if the data may go, run wipe and start again."
            )
            raise LauncherError(message) from error
        return False


def _begin_log(log: Path) -> int:
    """Keep the log from growing for ever; return where this start's words will begin."""
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".log.old"))
    return log.stat().st_size if log.exists() else 0


def _read_from(log: Path, start: int) -> str:
    return log.read_bytes()[start:].decode(errors="replace")


def _last_lines(said: str) -> str:
    return " / ".join(line.strip() for line in said.strip().splitlines()[-3:]) or "nothing"
