"""`python -m bench`."""

import argparse
import sys
import time

from bench.importing import Imports
from bench.lists import Files, Lists
from bench.rounds import Score, play
from bench.stage import Stage, stage
from bench.subjects import Batches, Requests

ROUNDS, MOST_ROUNDS = 3, 5
"""How many rounds a figure needs undisturbed, and how many are played at most to have them."""
BUDGETS = {Requests: 120.0, Batches: 60.0, Lists: 60.0, Files: 30.0}
"""After how many seconds no further round of these begins: all but the imported file is done in five minutes."""
KINDS = (Requests, Batches, Lists, Files)
IMPORTS = "imports"


def main() -> int:
    """Measure everything and print a line a figure."""
    asked = _asked()
    with stage(rows=asked.rows) as ready:
        print("Measuring: service and counterpart in turn, in rounds ...", flush=True)
        wanted = [kind for kind in KINDS if not asked.kinds or kind.__name__.lower() in asked.kinds]
        lines = [score.line_of(ROUNDS) for kind in wanted for score in _played(ready, kind)]
        if not asked.kinds or IMPORTS in asked.kinds:
            lines += _imported(ready, rows=asked.import_rows)
    print()
    print("\n".join(lines))
    print("\nEach line: ratio to its counterpart (floor to reach), then rates and processor time of the servers.")
    print("~ marks a figure with less than three rounds undisturbed by other processes (more than 8 % of the machine).")
    return 0


def _asked() -> argparse.Namespace:
    """Read the command line: how many transactions, and which figures (all, unless some are named)."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--rows", type=int, default=100_000, help="transactions that lists and files are read from")
    parser.add_argument("--import-rows", type=int, default=50_000, help="rows of the imported file (1000000: all)")
    parser.add_argument("kinds", nargs="*", help=", ".join([*(kind.__name__.lower() for kind in KINDS), IMPORTS]))
    return parser.parse_args()


def _played(ready: Stage, make: type[Requests | Batches | Lists | Files]) -> list[Score]:
    return play(make(ready), rounds=ROUNDS, most=MOST_ROUNDS, ends=time.monotonic() + BUDGETS[make])


def _imported(ready: Stage, *, rows: int) -> list[str]:
    print(f"Measuring: a file of {rows:,} rows, once ...", flush=True)
    imports = Imports(ready, rows=rows)
    (score,) = play(imports, rounds=1, most=1, ends=time.monotonic())
    return [score.line_of(1), imports.told_memory()]


if __name__ == "__main__":
    sys.exit(main())
