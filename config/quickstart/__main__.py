"""`python -m config.quickstart run|do`."""

import argparse
import os
import sys

from config.quickstart.local import environment
from config.quickstart.prepare import prepare
from config.quickstart.serve import serve
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
    if asked.verb == "do":
        variables = environment(port=asked.port, with_database=not asked.without_database)
        os.execvpe(asked.words[0], asked.words, variables)  # noqa: S606 - the command is the developer's own
    print("Preparing (a first start takes a little longer):", flush=True)
    variables = environment(port=asked.port)
    prepare(variables)
    return serve(variables, port=asked.port, when_ready=lambda: tell(port=asked.port))


if __name__ == "__main__":
    sys.exit(main())
