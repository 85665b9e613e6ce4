"""Another way to the same due day, written apart from the engine: walk from day to day with a pencil."""

from datetime import date, datetime, timedelta

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


def office_open_at(minute: datetime) -> bool:
    """Tell whether the minute that begins here is worked: 7 to 11 and 13 to 17, on Fridays 7 to 11."""
    in_the_afternoon = 13 <= minute.hour < 17 and minute.strftime("%a") != "Fri"
    return office_open(minute.date()) and (7 <= minute.hour < 11 or in_the_afternoon)


def walk_to_due_minute(received: datetime, minutes: int, pauses: list[tuple[datetime, datetime]]) -> datetime:
    """Walk minute by minute until so many worked ones outside every pause have passed."""
    now, used = received, 0
    while used < minutes:
        waiting = any(first <= now < last for first, last in pauses)
        used += office_open_at(now) and not waiting
        now += timedelta(minutes=1)
    return now
