"""`python -m bench.stuffing`: honest worlds and seven ways to stuff the box; what the detector finds of them.

A world is one unit and one form, of one question or of five: twelve weeks of honest past, and four weeks in which a
share of the ratings was not given by citizens. Its officials please more or less, a desk helps a few who cannot rate by
themselves. Printed are recall (of the stuffed ratings, how many are put aside) and false alarms (of honest worlds, in
how many anything is put aside: on usual days, and when the tablet was without a network for a while).
"""

import datetime as dt
import random
import sys
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from feedback.ratings.rules.stuffing import Alarm, Seen, alarms
from feedback.ratings.rules.stuffing.seen import FEWEST_CRITERIA

MONDAY = dt.date(2026, 1, 5)
PAST_WEEKS, WEEKS = 12, 4
OPENS, CLOSES = 7 * 60 + 30, 17 * 60
SHARES = (0.02, 0.05, 0.10, 0.20)
SEEDS = 200
QUESTIONS = (1, 5)
AT_COUNTER = 0.35
DESK, DESK_PHONE = 99, b"desk"
"""The official who types in for those who cannot, and what he does it with."""


@dataclass
class Town:
    """How honest citizens of one unit rate."""

    dice: random.Random
    questions: int = 5
    officials: list[int] = field(default_factory=list)
    pleases: dict[int, float] = field(default_factory=dict)
    per_day: float = 0
    straight: float = 0
    shares_phone: float = 0
    helped: float = 0

    @classmethod
    def of(cls, seed: int, *, questions: int = 5) -> "Town":
        """Return the town of a seed: small and large ones, happy and unhappy ones."""
        dice = random.Random(seed)
        officials = list(range(1, dice.choice([3, 4, 6])))
        satisfied = dice.uniform(0.45, 0.85)
        return cls(
            dice,
            questions=questions,
            officials=officials,
            pleases={one: min(0.95, max(0.2, dice.gauss(satisfied, 0.06))) for one in officials},
            per_day=dice.uniform(5, 14),
            straight=dice.uniform(0.1, 0.4),
            shares_phone=dice.uniform(0, 0.06),
            helped=dice.uniform(0, 0.06),
        )

    @property
    def is_short(self) -> bool:
        """Of so few questions it says little that the answers are equal."""
        return self.questions < FEWEST_CRITERIA

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
        at_counter, is_helped = dice.random() < AT_COUNTER, dice.random() < self.helped
        waits = dice.expovariate(1 / 90) + 25 if at_counter or is_helped else dice.expovariate(1 / 14_400) + 60
        phone = dice.choice(phones) if phones and dice.random() < self.shares_phone else dice.randbytes(8)
        if not is_helped:
            phones.append(phone)
        official = dice.choice(self.officials)
        is_top = dice.random() < self.pleases[official]
        at = issued + dt.timedelta(seconds=waits)
        return Seen(
            id=uuid.UUID(int=dice.getrandbits(128)),
            at=at,
            told_at=at if at_counter else None,
            issued_at=None if at_counter else issued,
            device=None if at_counter else DESK_PHONE if is_helped else phone,
            counter="tablet" if at_counter else "",
            unit=1,
            official=official,
            helper=DESK if is_helped and not at_counter else None,
            is_short=self.is_short,
            is_top=is_top,
            is_straight=is_top and (self.is_short or dice.random() < self.straight),
        )


def instant(day: dt.date, minute: float) -> dt.datetime:
    """Return a moment of a day."""
    return dt.datetime.combine(day, dt.time.min) + dt.timedelta(minutes=minute)


Strategy = Callable[[Town, int], list[Seen]]
Finder = Callable[[Sequence[Seen], Sequence[Seen]], list[Alarm]]


def _fakes(town: Town, number: int) -> list[Seen]:
    """Return ratings of real slips, all of the best, for one official who gains by them."""
    gains = town.dice.choice(town.officials)
    slips = [one for one in town.weeks(MONDAY, WEEKS) if one.issued_at]
    chosen = [town.dice.choice(slips) for _ in range(number)]
    return [
        replace(one, id=uuid.UUID(int=town.dice.getrandbits(128)), official=gains, is_top=True, is_straight=True,
                device=town.dice.randbytes(8), helper=None)
        for one in chosen
    ]  # fmt: skip


def quick_clerk(town: Town, number: int) -> list[Seen]:
    """He scans the slip himself before he hands it over, or instead."""
    return [
        replace(one, at=one.issued_at + dt.timedelta(seconds=town.dice.uniform(4, 25)))
        for one in _fakes(town, number) if one.issued_at
    ]  # fmt: skip


def one_phone(town: Town, number: int) -> list[Seen]:
    """He takes slips home and rates them with his telephone, in his own time; somebody's relative, he says."""
    phone = town.dice.randbytes(8)
    return [replace(one, device=phone) for one in _fakes(town, number)]


def helpful_colleague(town: Town, number: int) -> list[Seen]:
    """A colleague who did not serve types them in for citizens who never asked, under his own code."""
    phone = town.dice.randbytes(8)
    return [replace(one, device=phone, helper=DESK + 1) for one in _fakes(town, number)]


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
            told.append(replace(one, at=at, told_at=at, issued_at=None, device=None, counter="tablet"))
        left = number - len(told)
    return told


def false_clock(town: Town, number: int) -> list[Seen]:
    """He does so with a clock that says it was an hour ago, or this morning: there was no network."""
    return [
        replace(one, told_at=one.at - dt.timedelta(minutes=town.dice.uniform(12, 300)))
        for one in tablet_burst(town, number)
    ]


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


STRATEGIES: Sequence[Strategy] = (
    quick_clerk, one_phone, helpful_colleague, evening_hour, tablet_burst, false_clock, script,
)  # fmt: skip


def recall(strategy: Strategy, share: float, seed: int, *, questions: int = 5, find: Finder = alarms) -> float:
    """Return which share of the stuffed ratings of one world is put aside."""
    town = Town.of(seed, questions=questions)
    past, honest = town.weeks(MONDAY - dt.timedelta(weeks=PAST_WEEKS), PAST_WEEKS), town.weeks(MONDAY, WEEKS)
    fakes = strategy(town, max(1, round(len(honest) * share / (1 - share))))
    found = {alarm.rating_id for alarm in find([*honest, *fakes], past)}
    return sum(one.id in found for one in fakes) / len(fakes)


def is_false_alarm(seed: int, *, questions: int = 5, without_network: int = 0, find: Finder = alarms) -> bool:
    """Tell whether anything is put aside in an honest world, its tablet some days without a network."""
    town = Town.of(10_000 + seed, questions=questions)
    past = town.weeks(MONDAY - dt.timedelta(weeks=PAST_WEEKS), PAST_WEEKS)
    now = town.weeks(MONDAY, WEEKS)
    for place in range(without_network):
        now = delivered_at_once(now, MONDAY + dt.timedelta(days=8 * place + 1), seconds=town.dice.uniform(1, 5))
    return bool(find(now, past))


def delivered_at_once(ratings: Sequence[Seen], day: dt.date, *, seconds: float) -> list[Seen]:
    """Return the ratings as they come if the tablet's network is away that day until 16:35."""
    back = instant(day, 16 * 60 + 35)
    waiting = sorted((one for one in ratings if one.counter and one.at.date() == day and one.at < back),
                     key=lambda one: one.at)  # fmt: skip
    late = {one.id: back + dt.timedelta(seconds=seconds * place) for place, one in enumerate(waiting)}
    return [replace(one, at=late.get(one.id, one.at)) for one in ratings]


OUTAGES = {"usual days": 0, "a day without network": 1, "three such days": 3}


def main(seeds: int) -> int:
    """Print the table."""
    for questions in QUESTIONS:
        print(f"{f'{questions} question(s), {seeds} worlds: recall':42}" + "".join(f"{one:>8.0%}" for one in SHARES))
        for strategy in STRATEGIES:
            means = [
                sum(recall(strategy, share, seed, questions=questions) for seed in range(seeds)) / seeds
                for share in SHARES
            ]
            print(f"  {strategy.__name__:40}" + "".join(f"{mean:>8.1%}" for mean in means))
        for words, days in OUTAGES.items():
            alarmed = sum(is_false_alarm(seed, questions=questions, without_network=days) for seed in range(seeds))
            print(f"  {'honest worlds with any alarm, ' + words:62}{alarmed / seeds:>10.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS))
