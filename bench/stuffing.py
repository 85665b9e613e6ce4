"""`python -m bench.stuffing`: honest worlds and seven ways to stuff the box; what the detector finds of them.

A world is one unit and one form, of one question or of five: twelve weeks of honest past, and four weeks in which a
share of the ratings was not given by citizens. Its officials please more or less, a desk helps a few who cannot rate by
themselves. Printed are recall (of the stuffed ratings, how many are put aside) and false alarms (of honest worlds, in
how many anything is put aside: on usual days, when the tablet was without a network for a while, and when citizens come
to rate otherwise than before: two steps in one sitting, at home in the evening, three times as many; last, what the
telephones of a province tell of which nobody knows whom they rate).
"""

import datetime as dt
import sys
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from bench.towns import (
    DESK,
    HONEST,
    MONDAY,
    PAST_WEEKS,
    WEEKS,
    Honest,
    Town,
    delivered_at_once,
    instant,
    of_nobody,
    seen_of,
)
from feedback.ratings.rules.stuffing import Alarm, Seen, alarms

SHARES = (0.02, 0.05, 0.10, 0.20)
SEEDS = 200
QUESTIONS = (1, 5)
PRAISE: dict[str, tuple[int, Sequence[int]]] = {
    "1 question": (1, (5,)),
    "5 questions": (5, (5, 5, 5, 5, 5)),
    "5 questions, one four": (5, (5, 5, 5, 5, 4)),
    "5 questions, one answered": (5, (5,)),
}
"""How many questions the form has and what the stuffer answers."""


Strategy = Callable[[Town, int], list[Seen]]
Finder = Callable[[Sequence[Seen], Sequence[Seen]], list[Alarm]]


def fakes_of(town: Town, number: int) -> list[Seen]:
    """Return ratings of real slips, all as good as the best, for one official who gains by them."""
    gains = town.dice.choice(town.officials)
    slips = [one for one in town.weeks(MONDAY, WEEKS) if one.issued_at]
    chosen = [town.dice.choice(slips) for _ in range(number)]
    ids = [uuid.UUID(int=town.dice.getrandbits(128)) for _ in chosen]
    return [
        replace(one, id=pk, transaction=pk, official=gains, device=town.dice.randbytes(8), helper=None,
                **seen_of(town.praise, asked=town.questions))
        for one, pk in zip(chosen, ids, strict=True)
    ]  # fmt: skip


def quick_clerk(town: Town, number: int) -> list[Seen]:
    """He scans the slip himself before he hands it over, or instead."""
    return [
        replace(one, at=one.issued_at + dt.timedelta(seconds=town.dice.uniform(4, 25)))
        for one in fakes_of(town, number) if one.issued_at
    ]  # fmt: skip


def one_phone(town: Town, number: int) -> list[Seen]:
    """He takes slips home and rates them with his telephone, in his own time; somebody's relative, he says."""
    phone = town.dice.randbytes(8)
    return [replace(one, device=phone) for one in fakes_of(town, number)]


def helpful_colleague(town: Town, number: int) -> list[Seen]:
    """A colleague who did not serve types them in for citizens who never asked, under his own code."""
    phone = town.dice.randbytes(8)
    return [replace(one, device=phone, helper=DESK + 1) for one in fakes_of(town, number)]


def evening_hour(town: Town, number: int) -> list[Seen]:
    """On some days, after the last citizen, the day's slips are rated with whatever telephones are there."""
    days = town.dice.sample(range(5 * WEEKS), max(1, number // 8))
    fakes = []
    for place, one in enumerate(fakes_of(town, number)):
        day = MONDAY + dt.timedelta(days=7 * (days[place % len(days)] // 5) + days[place % len(days)] % 5)
        fakes.append(replace(one, at=instant(day, town.dice.uniform(16 * 60 + 35, 17 * 60 + 20))))
    return fakes


def tablet_burst(town: Town, number: int) -> list[Seen]:
    """Somebody stands at the tablet and presses the best face, again and again."""
    fakes, left = fakes_of(town, number), number
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
    fakes = fakes_of(town, number)
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


def recall(strategy: Strategy, share: float, seed: int, *, praise: str = "5 questions", find: Finder = alarms) -> float:
    """Return which share of the stuffed ratings of one world is put aside."""
    questions, answers = PRAISE[praise]
    town = Town.of(seed, questions=questions)
    town.praise = answers
    past, honest = town.weeks(MONDAY - dt.timedelta(weeks=PAST_WEEKS), PAST_WEEKS), town.weeks(MONDAY, WEEKS)
    fakes = strategy(town, max(1, round(len(honest) * share / (1 - share))))
    found = {alarm.rating_id for alarm in find([*honest, *fakes], past)}
    return sum(one.id in found for one in fakes) / len(fakes)


def is_false_alarm(seed: int, kind: Honest = HONEST[0], *, questions: int = 5, find: Finder = alarms) -> bool:
    """Tell whether anything is put aside in an honest world of this kind."""
    town = Town.of(10_000 + seed, questions=questions)
    kind.always(town)
    past = town.weeks(MONDAY - dt.timedelta(weeks=PAST_WEEKS), PAST_WEEKS)
    kind.lately(town)
    now = town.weeks(MONDAY, WEEKS)
    for place in range(kind.without_network):
        now = delivered_at_once(now, MONDAY + dt.timedelta(days=8 * place + 1), seconds=town.dice.uniform(1, 5))
    return bool(find(now, past) if kind.is_known else find(of_nobody(now), of_nobody(past)))


def main(seeds: int) -> int:
    """Print the table."""
    for praise in PRAISE:
        print(f"{f'{praise}, {seeds} worlds: recall':42}" + "".join(f"{one:>8.0%}" for one in SHARES))
        for strategy in STRATEGIES:
            means = [
                sum(recall(strategy, share, seed, praise=praise) for seed in range(seeds)) / seeds for share in SHARES
            ]
            print(f"  {strategy.__name__:40}" + "".join(f"{mean:>8.1%}" for mean in means))
    for questions in QUESTIONS:
        for kind in HONEST:
            alarmed = sum(is_false_alarm(seed, kind, questions=questions) for seed in range(seeds))
            words = f"honest worlds, {questions} question(s), with any alarm: {kind.words}"
            print(f"  {words:82}{alarmed / seeds:>8.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS))
