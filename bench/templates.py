"""The transactions that are multiplied: every kind of course, spread over units, procedures, channels and two weeks."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from bench.bodies import finished

AMOUNT, DAYS = 2000, 10
MONDAY = dt.datetime.fromisoformat("2026-03-02T08:15:00+07:00")
COURSES = (
    ("finished", -1), ("finished", -1), ("finished", 0), ("finished", 2), ("returned", -2), ("returned", 0),
    ("processing", None), ("processing", None), ("supplement_requested", None), ("withdrawn", -1),
)  # fmt: skip
"""Status, and how many days after the due date it ended; None runs still."""


def templates(
    *, prefix: str, units: Sequence[str], procedures: Sequence[str], officials: Sequence[str]
) -> list[dict[str, Any]]:
    """Return rows of a batch; each has two steps."""
    return [_template(f"{prefix}{n:04d}", n, units, procedures, officials) for n in range(AMOUNT)]


def _template(
    code: str, n: int, units: Sequence[str], procedures: Sequence[str], officials: Sequence[str]
) -> dict[str, Any]:
    status, days_over = COURSES[n % len(COURSES)]
    day = n % DAYS
    received = MONDAY + dt.timedelta(days=day // 5 * 7 + day % 5, minutes=n % 480)
    due = (received + dt.timedelta(days=7)).replace(hour=17, minute=0)
    ended = None if days_over is None else due + dt.timedelta(days=days_over, hours=-2)
    unit = units[n * 7 % len(units)]
    told = ended or received + dt.timedelta(hours=2)
    row = finished(code) | {
        "status": status, "procedure": procedures[n * 11 % len(procedures)], "receiving_unit": unit,
        "settling_unit": unit, "channel": ("counter", "online", "post")[n % 3], "received_at": received.isoformat(),
        "due_at": due.isoformat(), "source_updated_at": told.isoformat(),
    }  # fmt: skip
    row["ended_at"] = ended.isoformat() if ended else None
    row["steps"] = [
        {"at": at.isoformat(), "status": step, "official": officials[(n + k) % len(officials)], "unit": unit,
         "content": content}
        for k, (at, step, content) in enumerate(
            [(received, "received", "Tiếp nhận hồ sơ"), (told, status, "Thụ lý, trình ký")]
        )
    ]  # fmt: skip
    return row
