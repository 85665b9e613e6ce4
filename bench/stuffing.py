"""`python -m bench.stuffing`: honest worlds and five ways to stuff the box; what the detector finds of them.

A world is one unit: twelve weeks of honest past, and four weeks in which a share of the ratings was not given by
citizens. Printed are recall (of the stuffed ratings, how many are put aside) and false alarms (of honest worlds, in how
many anything is put aside).
"""

import datetime as dt
import random
import sys
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from feedback.ratings.rules.stuffing import Alarm, Seen, alarms

MONDAY = dt.date(2026, 1, 5)
PAST_WEEKS, WEEKS = 12, 4
OPENS, CLOSES = 7 * 60 + 30, 17 * 60
SHARES = (0.02, 0.05, 0.10, 0.20)
SEEDS = 200


@dataclass
class Town:
    """How honest citizens of one unit rate."""

    dice: random.Random
    officials: list[int] = field(default_factory=list)
    per_day: float = 0
    satisfied: float = 0
    straight: float = 0
    shares_phone: float = 0

    @classmethod
    def of(cls, seed: int) -> "Town":
        """Return the town of a seed: small and large ones, happy and unhappy ones."""
        dice = random.Random(seed)
        return cls(
            dice,
            officials=list(range(1, dice.choice([3, 4, 6]))),
            per_day=dice.uniform(5, 14),
            satisfied=dice.uniform(0.45, 0.85),
            straight=dice.uniform(0.1, 0.4),
            shares_phone=dice.uniform(0, 0.06),
        )

    def weeks(self, first: dt.date, count: int) -> list[Seen]:
        """Return honest ratings of some weeks."""
        days = [first + dt.timedelta(days=7 * week + day) for week in range(count) for day in range(5)]
        phones: list[bytes] = []
        return [self._rating(day, phones) for day in days for _ in range(self._how_many(day))]

    def _how_many(self, day: dt.date) -> int:
        busy = 1.5 if day.weekday() in {0, 4} else 1.0
        return max(0, round(self.dice.gauss(self.per_day * busy, self.per_day**0.5)))

    def _rating(self, day: dt.date, phones: list[bytes]) -> Seen:
        dice = self.dice
        minute = dice.choices([dice.gauss(9.5 * 60, 50), dice.gauss(15 * 60, 55)], [0.6, 0.4])[0]
        issued = instant(day, min(max(minute, OPENS), CLOSES - 5))
        at_counter = dice.random() < 0.35
        waits = dice.expovariate(1 / 90) + 25 if at_counter else dice.expovariate(1 / 14_400) + 60
        phone = dice.choice(phones) if phones and dice.random() < self.shares_phone else dice.randbytes(8)
        phones.append(phone)
        is_top = dice.random() < self.satisfied
        return Seen(
            id=uuid.UUID(int=dice.getrandbits(128)),
            at=issued + dt.timedelta(seconds=waits),
            issued_at=issued,
            device=None if at_counter else phone,
            counter="tablet" if at_counter else "",
            unit=1,
            official=dice.choice(self.officials),
            is_top=is_top,
            is_straight=is_top and dice.random() < self.straight,
        )


def instant(day: dt.date, minute: float) -> dt.datetime:
    """Return a moment of a day."""
    return dt.datetime.combine(day, dt.time.min) + dt.timedelta(minutes=minute)


Strategy = Callable[[Town, int], list[Seen]]
Finder = Callable[[Sequence[Seen], Sequence[Seen]], list[Alarm]]


def _fakes(town: Town, number: int) -> list[Seen]:
    """Return ratings of real slips, all of the best, for one official who gains by them."""
    gains = town.dice.choice(town.officials)
    honest = town.weeks(MONDAY, WEEKS) or town.weeks(MONDAY, WEEKS)
    chosen = [town.dice.choice(honest) for _ in range(number)]
    return [
        replace(one, id=uuid.UUID(int=town.dice.getrandbits(128)), official=gains, is_top=True, is_straight=True,
                device=town.dice.randbytes(8), counter="")
        for one in chosen
    ]  # fmt: skip


def quick_clerk(town: Town, number: int) -> list[Seen]:
    """He scans the slip himself before he hands it over, or instead."""
    return [
        replace(one, at=one.issued_at + dt.timedelta(seconds=town.dice.uniform(4, 25)))
        for one in _fakes(town, number) if one.issued_at
    ]  # fmt: skip


def one_phone(town: Town, number: int) -> list[Seen]:
    """He takes slips home and rates them with his telephone, in his own time."""
    phone = town.dice.randbytes(8)
    return [replace(one, device=phone) for one in _fakes(town, number)]


def evening_hour(town: Town, number: int) -> list[Seen]:
    """On some days, after the last citizen, the day's slips are rated with whatever telephones are there."""
    days = town.dice.sample(range(5 * WEEKS), max(1, number // 8))
    fakes = []
    for place, one in enumerate(_fakes(town, number)):
        day = MONDAY + dt.timedelta(days=7 * (days[place % len(days)] // 5) + days[place % len(days)] % 5)
        fakes.append(replace(one, at=instant(day, town.dice.uniform(16 * 60 + 35, 17 * 60 + 20))))
    return fakes


def tablet_burst(town: Town, number: int) -> list[Seen]:
    """Somebody stands at the tablet and presses the best face, again and again."""
    fakes, left = _fakes(town, number), number
    told: list[Seen] = []
    while left > 0:
        day = MONDAY + dt.timedelta(days=7 * town.dice.randrange(WEEKS) + town.dice.randrange(5))
        at = instant(day, town.dice.uniform(8 * 60, 16 * 60))
        for one in fakes[len(told) : len(told) + town.dice.randint(6, 10)]:
            at += dt.timedelta(seconds=town.dice.uniform(4, 25))
            told.append(replace(one, at=at, issued_at=None, device=None, counter="tablet"))
        left = number - len(told)
    return told


def script(town: Town, number: int) -> list[Seen]:
    """A program posts the best all the way down, each time as another telephone, a few seconds apart."""
    fakes = _fakes(town, number)
    runs = max(1, number // 12)
    told = []
    for run in range(runs):
        day = MONDAY + dt.timedelta(days=7 * town.dice.randrange(WEEKS) + town.dice.randrange(5))
        at = instant(day, town.dice.uniform(8 * 60, 16 * 60))
        for one in fakes[run::runs]:
            at += dt.timedelta(seconds=town.dice.uniform(1, 20))
            told.append(replace(one, at=at))
    return told


STRATEGIES: Sequence[Strategy] = (quick_clerk, one_phone, evening_hour, tablet_burst, script)


def recall(strategy: Strategy, share: float, seed: int, *, find: Finder = alarms) -> float:
    """Return which share of the stuffed ratings of one world is put aside."""
    town = Town.of(seed)
    past, honest = town.weeks(MONDAY - dt.timedelta(weeks=PAST_WEEKS), PAST_WEEKS), town.weeks(MONDAY, WEEKS)
    fakes = strategy(town, max(1, round(len(honest) * share / (1 - share))))
    found = {alarm.rating_id for alarm in find([*honest, *fakes], past)}
    return sum(one.id in found for one in fakes) / len(fakes)


def is_false_alarm(seed: int) -> bool:
    """Tell whether anything is put aside in an honest world."""
    town = Town.of(10_000 + seed)
    past = town.weeks(MONDAY - dt.timedelta(weeks=PAST_WEEKS), PAST_WEEKS)
    return bool(alarms(town.weeks(MONDAY, WEEKS), past))


def main(seeds: int) -> int:
    """Print the table."""
    print(f"{'recall, mean of ' + str(seeds) + ' worlds':32}" + "".join(f"{share:>8.0%}" for share in SHARES))
    for strategy in STRATEGIES:
        means = [sum(recall(strategy, share, seed) for seed in range(seeds)) / seeds for share in SHARES]
        print(f"{strategy.__name__:32}" + "".join(f"{mean:>8.1%}" for mean in means))
    print(f"honest worlds with any alarm: {sum(map(is_false_alarm, range(seeds))) / seeds:.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS))
