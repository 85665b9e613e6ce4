"""The launcher's command line: python -m config.database start|stop|status|url|wipe."""

import argparse
import sys
from pathlib import Path

from config.database.cluster import DATABASE, full_name
from config.database.errors import LauncherError
from config.database.launcher import ensure_running, status, stop, wipe

DEFAULT_STATE = Path(__file__).resolve().parents[2] / ".local" / "database"
NOT_RUNNING = 3


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return the exit status: 0 done, 1 failed, 3 not running."""
    wanted = _parser().parse_args(arguments)
    commands = {"start": _start, "stop": _stop, "status": _status, "url": _url, "wipe": _wipe}
    try:
        return commands[wanted.command](wanted)
    except LauncherError as error:
        _say(f"Error: {error}")
    except OSError as error:
        _say(f"Error: {error}. Check that this path can be read and written by you, and that the disk is not full.")
    except KeyboardInterrupt:
        _say("Interrupted. Run the same command again: it goes on where this one ended.")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m config.database", description="The embedded PostgreSQL.")
    parser.add_argument("--state", type=Path, default=DEFAULT_STATE, help="state directory (default: %(default)s)")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("start", help="start the server, or find it running")
    commands.add_parser("stop", help="stop the server")
    commands.add_parser("status", help="tell whether it runs; exit status 3 if not")
    url = commands.add_parser("url", help="print the address of a database, password included")
    url.add_argument("role", nargs="?", default="app", help="app (default), owner, reader or postgres")
    url.add_argument("--database", default=DATABASE, help="default: %(default)s")
    removal = commands.add_parser("wipe", help="delete the cluster with all its data")
    removal.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _start(wanted: argparse.Namespace) -> int:
    cluster = ensure_running(wanted.state, say=_say)
    print(f"PostgreSQL runs on 127.0.0.1:{cluster.port}, its files are in {cluster.directory}")
    return 0


def _stop(wanted: argparse.Namespace) -> int:
    print("PostgreSQL is stopped" if stop(wanted.state, say=_say) else "PostgreSQL was not running")
    return 0


def _status(wanted: argparse.Namespace) -> int:
    found = status(wanted.state)
    if found.is_running:
        print(
            f"PostgreSQL {found.major} runs on 127.0.0.1:{found.port} (process {found.pid}), files: {found.directory}"
        )
        return 0
    where = f", files: {found.directory}" if found.directory else "; there is no cluster yet"
    print(f"PostgreSQL does not run{where}")
    return NOT_RUNNING


def _url(wanted: argparse.Namespace) -> int:
    full_name(wanted.role)  # a slip of the pen is told before anything starts
    if not status(wanted.state).is_running:
        message = "PostgreSQL does not run. Start it first: python -m config.database start."
        raise LauncherError(message)
    print(ensure_running(wanted.state, say=_say).url(wanted.role, wanted.database))
    return 0


def _wipe(wanted: argparse.Namespace) -> int:
    found = status(wanted.state)
    if not wanted.yes:
        prompt = f"Delete {found.directory or wanted.state} with all its databases? Type yes: "
        if not sys.stdin.isatty():
            message = (
                "wipe deletes all databases and asks first, but nobody is there to answer. Add --yes if you mean it."
            )
            raise LauncherError(message)
        if input(prompt).strip() != "yes":
            print("Nothing was deleted")
            return 1
    print("The cluster is deleted" if wipe(wanted.state, say=_say) else "There was no cluster")
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
