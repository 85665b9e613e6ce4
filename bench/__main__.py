"""`python -m bench`."""

import argparse
import sys
import time

from bench.lists import Files, Lists
from bench.rounds import Score, play
from bench.stage import Stage, stage
from bench.subjects import Batches, Requests

ROUNDS, MOST_ROUNDS = 3, 5
"""How many rounds a figure needs undisturbed, and how many are played at most to have them."""
BUDGETS = {Requests: 120.0, Batches: 60.0, Lists: 60.0, Files: 30.0}
"""After how many seconds no further round of these begins, so that all is done in five minutes."""
KINDS = (Requests, Batches, Lists, Files)


def main() -> int:
    """Measure everything and print a line a figure."""
    rows, kinds = _asked()
    with stage(rows=rows) as ready:
        print("Measuring: service and counterpart in turn, in rounds ...", flush=True)
        measured = [score for kind in kinds for score in _played(ready, kind)]
    print()
    for score in measured:
        print(score.line_of(ROUNDS))
    print("\nEach line: ratio to its counterpart (floor to reach), then rates and processor time of the servers.")
    print("~ marks a figure with less than three rounds undisturbed by other processes (more than 8 % of the machine).")
    return 0


def _asked() -> tuple[int, tuple[type[Requests | Batches | Lists | Files], ...]]:
    """Read the command line: how many transactions, and which figures (all, unless some are named)."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--rows", type=int, default=100_000, help="transactions that lists and files are read from")
    parser.add_argument("kinds", nargs="*", help=", ".join(kind.__name__.lower() for kind in KINDS))
    told = parser.parse_args()
    return told.rows, tuple(kind for kind in KINDS if not told.kinds or kind.__name__.lower() in told.kinds)


def _played(ready: Stage, make: type[Requests | Batches | Lists | Files]) -> list[Score]:
    return play(make(ready), rounds=ROUNDS, most=MOST_ROUNDS, ends=time.monotonic() + BUDGETS[make])


if __name__ == "__main__":
    sys.exit(main())
