"""`python -m bench.releasing`: what the routines do of a year (ratings told, counts folded); printed as JSON."""

import datetime as dt
import json
import sys

import django

FIRST, LAST = dt.date(2025, 7, 9), dt.date(2026, 7, 22)
"""Wednesdays, when a week that ended on Sunday may be told."""


def main() -> int:
    """Fold the counts, release week after week; tell how many ratings were told, and how many sums are left."""
    from feedback.monitoring.services import fold_counts  # noqa: PLC0415 - the service's modules wait for Django
    from feedback.ratings.services import release  # noqa: PLC0415 - the service's modules wait for Django

    weeks = (LAST - FIRST).days // 7
    told = sum(release(today=FIRST + dt.timedelta(weeks=week))[0] for week in range(weeks + 1))
    json.dump({"told": told, "sums": fold_counts()}, sys.stdout)
    return 0


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
