"""`python -m config.quickstart run|do`."""

import argparse
import os
import sys

from config.database import LauncherError
from config.quickstart.local import environment
from config.quickstart.prepare import prepare
from config.quickstart.serve import require_free, serve
from config.quickstart.tour import tell


def main() -> int:
    """Read the words of the command line and do what they say."""
    parser = argparse.ArgumentParser(prog="python -m config.quickstart")
    parser.add_argument("--port", type=int, default=8000)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("run", help="prepare everything and start the service")
    command = verbs.add_parser("do", help="run a command in the local environment")
    command.add_argument("--without-database", action="store_true")
    command.add_argument("words", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    try:
        return _do(asked) if asked.verb == "do" else _run(asked.port)
    except LauncherError as error:
        print(f"Error: {error}", file=sys.stderr)
    except FileNotFoundError as error:
        print(f"Error: {error.filename} is not there", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again: it goes on where this one ended.", file=sys.stderr)
    return 1


def _do(asked: argparse.Namespace) -> int:
    variables = environment(port=asked.port, with_database=not asked.without_database)
    os.execvpe(asked.words[0], asked.words, variables)  # noqa: S606 - the command is the developer's own


def _run(port: int) -> int:
    require_free(port)
    print("Preparing (a first start takes a little longer):", flush=True)
    variables = environment(port=port)
    prepare(variables)
    return serve(variables, port=port, when_ready=lambda: tell(port=port))


if __name__ == "__main__":
    sys.exit(main())
