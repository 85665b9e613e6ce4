"""Another way to the same due day, written apart from the engine: walk from day to day with a pencil."""

from datetime import date, timedelta

from tests.procedures.vietnamese_days import DAYS_OFF, DAYS_WORKED


def office_open(day: date) -> bool:
    if day in DAYS_WORKED:
        return True
    return day not in DAYS_OFF and day.strftime("%a") not in {"Sat", "Sun"}


def walk_to_due_day(received: date, amount: int, *, only_working_days: bool, pauses: list[tuple[date, date]]) -> date:
    """Walk until the limit is used up, the office is open and nobody is being waited for."""
    today = received
    while only_working_days and not office_open(today):
        today += timedelta(days=1)
    start, used = today, 0
    while True:
        begun = [(first, last) for first, last in pauses if first <= today]
        waiting = any(today < last for _, last in begun)
        if used == amount and office_open(today) and not waiting:
            return today
        today += timedelta(days=1)
        paused = any(max(first, start) < today <= last for first, last in begun)
        usable = office_open(today) or not only_working_days
        if usable and not paused and used < amount:
            used += 1
