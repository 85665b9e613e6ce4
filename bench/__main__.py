"""`python -m bench`."""

import argparse
import sys
import time

from bench.importing import Imports
from bench.rounds import Score, play
from bench.stage import Stage, stage
from bench.subjects import Batches, Requests

ROUNDS, MOST_ROUNDS = 3, 5
"""How many rounds a figure needs undisturbed, and how many are played at most to have them."""
ENDS = {Requests: 130.0, Batches: 190.0}
"""How many seconds after the start no further round begins, so that all but the file is done in four minutes."""


def main() -> int:
    """Measure everything and print a line a figure."""
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument(
        "--import-rows", type=int, default=50_000, help="rows of the imported file (1000000: the promise)"
    )
    rows = asked.parse_args().import_rows
    began = time.monotonic()
    with stage() as ready:
        print("Measuring: service and counterpart in turn, in rounds ...", flush=True)
        measured = [*_played(ready, Requests, began), *_played(ready, Batches, began)]
        print(f"Measuring: a file of {rows:,} rows, once ...", flush=True)
        imports = Imports(ready, rows=rows)
        (imported,) = play(imports, rounds=1, most=1, ends=time.monotonic())
    print()
    for score in measured:
        print(score.line_of(ROUNDS))
    print(imported.line_of(1))
    print(imports.told_memory())
    print("\nEach line: ratio to its counterpart (floor to reach), then rates and processor time of the servers.")
    print("~ marks a figure with less than three rounds undisturbed by other processes (more than 8 % of the machine).")
    return 0


def _played(ready: Stage, make: type[Requests | Batches], began: float) -> list[Score]:
    return play(make(ready), rounds=ROUNDS, most=MOST_ROUNDS, ends=began + ENDS[make])


if __name__ == "__main__":
    sys.exit(main())
