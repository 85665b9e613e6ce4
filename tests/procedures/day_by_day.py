"""Another way to the same due day, written apart from the engine: walk from day to day with a pencil."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from procedures.calendar.rules import ZONE
from tests.procedures.vietnamese_days import DAYS_OFF, DAYS_WORKED

Period = tuple[datetime, datetime]


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


@dataclass
class Pencil:
    """One dossier, walked from day to day: how its days count, and which whole hours were excluded."""

    amount: int
    only_working_days: bool
    moves_after_three: bool
    excluded: Sequence[Period] = ()
    has_half_fridays: bool = False
    waits: list[Period] = field(default_factory=list)

    def hours_of(self, day: date) -> list[datetime]:
        """List the office hours of a day by their beginnings."""
        if not office_open(day):
            return []
        hours = [7, 8, 9, 10]
        if not (self.has_half_fridays and day.strftime("%a") == "Fri"):
            hours += [13, 14, 15, 16]
        return [datetime.combine(day, time(hour), ZONE) for hour in hours]

    def is_lost(self, hour: datetime, since: datetime) -> bool:
        return hour >= since and any(begin <= hour < end for begin, end in self.excluded)

    def next_open(self, day: date, step: int = 1) -> date:
        day += timedelta(days=step)
        while not office_open(day):
            day += timedelta(days=step)
        return day

    def is_day_lost(self, day: date, since: datetime) -> bool:
        """A working day with all its hours; a day off with the working days on both sides of it."""
        if not office_open(day):
            return self.is_day_lost(self.next_open(day, -1), since) and self.is_day_lost(self.next_open(day), since)
        return all(self.is_lost(hour, since) for hour in self.hours_of(day))

    def goes_on(self, day: date, since: datetime) -> bool:
        """Tell whether the office is shut at the end of a day and when the next one begins."""
        if not office_open(day):
            return False
        morning = self.hours_of(self.next_open(day))[0]
        return self.is_lost(self.hours_of(day)[-1], since) and self.is_lost(morning, since)

    def start_of(self, received: datetime) -> date:
        day = received.date()
        if self.moves_after_three and office_open(day) and received.time() > time(15):
            day = self.next_open(day)
        while (self.moves_after_three or self.only_working_days) and not office_open(day):
            day += timedelta(days=1)
        return day

    def due_day(self, received: datetime) -> date:
        today = start = self.start_of(received)
        used = 0
        while True:
            waiting = any(begin.date() <= today < end.date() for begin, end in self.waits)
            shut = self.is_day_lost(today, received) or self.goes_on(today, received)
            if used == self.amount and office_open(today) and not waiting and not shut:
                return today
            today += timedelta(days=1)
            waited = any(max(begin.date(), start) < today <= end.date() for begin, end in self.waits)
            usable = office_open(today) or not self.only_working_days
            if usable and not waited and not self.is_day_lost(today, received) and used < self.amount:
                used += 1

    def walk(self, received: datetime, waits: Sequence[tuple[Period, bool]]) -> date:
        """Walk through waits in their order; some let the limit start again, what comes too late is nothing."""
        for (begin, end), starts_again in waits:
            if begin.date() > self.due_day(received):
                break
            if starts_again:
                received, self.waits = end, []
            else:
                self.waits.append((begin, end))
        return self.due_day(received)
