"""`python -m bench.releasing`: a year's ratings are told week by week, as every night does; printed as JSON."""

import datetime as dt
import json
import sys

import django

FIRST, LAST = dt.date(2025, 7, 9), dt.date(2026, 7, 22)
"""Wednesdays, when a week that ended on Sunday may be told."""


def main() -> int:
    """Release week after week and tell how many ratings were told."""
    from feedback.ratings.services import release  # noqa: PLC0415 - the service's modules wait for Django

    weeks = (LAST - FIRST).days // 7
    told = sum(release(today=FIRST + dt.timedelta(weeks=week))[0] for week in range(weeks + 1))
    json.dump({"told": told}, sys.stdout)
    return 0


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
