"""`python -m bench`."""

import argparse
import sys
import time

from bench.importing import Imports
from bench.lists import GROWN, Files, Lists
from bench.rounds import Run, Score, grown, play, play_alone
from bench.stage import Stage, stage
from bench.subjects import Batches, Requests

ROUNDS, MOST_ROUNDS = 3, 5
"""How many rounds a figure needs undisturbed, and how many are played at most to have them."""
MANY_ROUNDS, MOST_OF_MANY = 9, 11
"""The same for single requests, whose rounds are short: what a neighbour takes of a processor, no round shows."""
BUDGETS = {Requests: 120.0, Batches: 60.0, Lists: 60.0, Files: 30.0}
"""After how many seconds no further round of these begins: all but the imported file is done in five minutes."""
KINDS = (Requests, Batches, Lists, Files)
IMPORTS = "imports"
FEW_ROWS = 10_000


def main() -> int:
    """Measure everything and print a line a figure."""
    asked = _asked()
    is_grown = asked.rows > FEW_ROWS and _is_asked(asked, Lists)
    at_first = _lists_of_few_rows() if is_grown else {}
    with stage(rows=asked.rows) as ready:
        print("Measuring: service and counterpart in turn, in rounds ...", flush=True)
        scores = [score for kind in KINDS if _is_asked(asked, kind) for score in _played(ready, kind)]
        scores += [
            grown(f"{score.figure.name}-to-{FEW_ROWS:,}-rows", floor=0.75, at_last=score, at_first=at_first[name])
            for score in scores for name in [GROWN.get(score.figure.name, "")] if name in at_first
        ]  # fmt: skip
        lines = [score.line_of(ROUNDS) for score in scores]
        if not asked.kinds or IMPORTS in asked.kinds:
            lines += _imported(ready, rows=asked.import_rows)
    print()
    print("\n".join(lines))
    print("\nEach line: ratio to its counterpart (floor to reach), then rates and processor time of the servers.")
    print(
        "~ marks a figure with fewer than three rounds undisturbed by other processes (more than 8 % of the machine)."
    )
    return 0


def _asked() -> argparse.Namespace:
    """Read the command line: how many transactions, and which figures (all, unless some are named)."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--rows", type=int, default=100_000, help="transactions that lists and files are read from")
    parser.add_argument("--import-rows", type=int, default=50_000, help="rows of the imported file (1000000: all)")
    parser.add_argument("kinds", nargs="*", help=", ".join([*(kind.__name__.lower() for kind in KINDS), IMPORTS]))
    return parser.parse_args()


def _is_asked(asked: argparse.Namespace, kind: type) -> bool:
    return not asked.kinds or kind.__name__.lower() in asked.kinds


def _lists_of_few_rows() -> dict[str, list[Run]]:
    """Measure lists over few rows, on a stage of their own, to hold those over many against."""
    with stage(rows=FEW_ROWS) as ready:
        print(f"Measuring: lists over {FEW_ROWS:,} rows ...", flush=True)
        return play_alone(Lists(ready), list(GROWN.values()), rounds=ROUNDS)


def _played(ready: Stage, make: type[Requests | Batches | Lists | Files]) -> list[Score]:
    rounds, most = (MANY_ROUNDS, MOST_OF_MANY) if make is Requests else (ROUNDS, MOST_ROUNDS)
    return play(make(ready), rounds=rounds, most=most, ends=time.monotonic() + BUDGETS[make])


def _imported(ready: Stage, *, rows: int) -> list[str]:
    print(f"Measuring: a file of {rows:,} rows, once ...", flush=True)
    imports = Imports(ready, rows=rows)
    (score,) = play(imports, rounds=1, most=1, ends=time.monotonic())
    return [score.line_of(1), imports.told_memory()]


if __name__ == "__main__":
    sys.exit(main())
