"""Towns in which citizens rate honestly, each in its way; `bench.stuffing` looks for stuffed ratings in them."""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from feedback.ratings.rules.stuffing import Seen
from feedback.ratings.rules.stuffing.seen import FEWEST_CRITERIA, is_near_best, is_nearly_straight

MONDAY = dt.date(2026, 1, 5)
PAST_WEEKS, WEEKS = 12, 4
OPENS, CLOSES = 7 * 60 + 30, 17 * 60
AT_COUNTER = 0.35
HOME, BEDTIME = 17 * 60 + 30, 22 * 60
LIKE_THE_FIRST = 0.7
"""How often the second step is rated as the first was."""

NEARLY: Sequence[Sequence[int]] = ((5, 5, 5, 5, 4), (5, 5, 5, 4, 4), (5, 5, 5, 4, 4))
"""What satisfied citizens answer who think about it: one in three with a single four."""

NOT_THE_BEST = (5, 4, 4, 3, 3)

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
    sits_on: float = 0
    at_home: float = 0
    brief: float = 0
    praise: Sequence[int] = ()

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
        visits = [self._rating(day, phones) for day in days for _ in range(self._how_many(day))]
        return [one for visit in visits for one in self._sitting(visit)]

    def _sitting(self, one: Seen) -> list[Seen]:
        """Return a rating and perhaps one of the next step, half a minute later and in most cases the same."""
        dice = self.dice
        if not self.sits_on or dice.random() > self.sits_on:
            return [one]
        at = one.at + dt.timedelta(seconds=dice.uniform(15, 60))
        second = replace(one, id=uuid.UUID(int=dice.getrandbits(128)), at=at, told_at=one.told_at and at)
        return [one, second if dice.random() < LIKE_THE_FIRST else replace(second, **seen_of(NOT_THE_BEST))]

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
        if self.at_home and not (at_counter or is_helped) and dice.random() < self.at_home:
            at = instant(day, dice.uniform(HOME, BEDTIME))
        pk = uuid.UUID(int=dice.getrandbits(128))
        return Seen(
            id=pk,
            transaction=pk,
            at=at,
            told_at=at if at_counter else None,
            issued_at=None if at_counter else issued,
            device=None if at_counter else DESK_PHONE if is_helped else phone,
            counter="tablet" if at_counter else "",
            unit=1,
            official=official,
            helper=DESK if is_helped and not at_counter else None,
            **seen_of(self._answers(is_top=is_top), asked=self.questions),
        )

    def _answers(self, *, is_top: bool) -> Sequence[int]:
        """Return what somebody answers who is satisfied in all, or is not."""
        dice = self.dice
        if self.is_short or (self.brief and dice.random() < self.brief):
            return (5,) if is_top else (3,)
        if not is_top:
            return NOT_THE_BEST
        return (5,) * self.questions if dice.random() < self.straight else dice.choice(NEARLY)


def seen_of(answers: Sequence[int], *, asked: int = 5) -> dict[str, Any]:
    """Return what is looked at of such answers to a form of so many questions, from 1 to 5, their mean its value."""
    return {
        "is_short": asked < FEWEST_CRITERIA,
        "is_brief": len(answers) < FEWEST_CRITERIA <= asked,
        "is_top": is_near_best(Decimal(sum(answers) - len(answers)) / (4 * len(answers))),
        "is_straight": is_nearly_straight(answers),
    }


def instant(day: dt.date, minute: float) -> dt.datetime:
    """Return a moment of a day."""
    return dt.datetime.combine(day, dt.time.min) + dt.timedelta(minutes=minute)


@dataclass(frozen=True)
class Honest:
    """A kind of honest world: how the town differs from the first week on, and in the four weeks looked at only."""

    words: str
    always: Callable[[Town], None] = lambda _: None
    lately: Callable[[Town], None] = lambda _: None
    without_network: int = 0
    is_known: bool = True


def _more(town: Town) -> None:
    town.per_day *= 3


def _many(town: Town) -> None:
    town.per_day *= 6


def _two_steps(town: Town) -> None:
    town.sits_on = 0.8


def _briefly(town: Town) -> None:
    town.brief = 0.5


def _evenings(town: Town) -> None:
    town.at_home = 0.5


HONEST: Sequence[Honest] = (
    Honest("usual days"),
    Honest("a day without network", without_network=1),
    Honest("three such days", without_network=3),
    Honest("two steps in one sitting", always=_two_steps),
    Honest("two steps lately", lately=_two_steps),
    Honest("half at home in the evening", always=_evenings),
    Honest("half at home lately", lately=_evenings),
    Honest("half answer what they must", always=_briefly),
    Honest("three times as many lately", lately=_more),
    Honest("telephones of a province", always=_many, is_known=False),
)


def of_nobody(ratings: Sequence[Seen]) -> list[Seen]:
    """Return what telephones sent as it is seen where neither unit nor official is known."""
    return [replace(one, unit=None, official=None) for one in ratings if not one.counter]


def delivered_at_once(ratings: Sequence[Seen], day: dt.date, *, seconds: float) -> list[Seen]:
    """Return the ratings as they come if the tablet's network is away that day until 16:35."""
    back = instant(day, 16 * 60 + 35)
    waiting = sorted((one for one in ratings if one.counter and one.at.date() == day and one.at < back),
                     key=lambda one: one.at)  # fmt: skip
    late = {one.id: back + dt.timedelta(seconds=seconds * place) for place, one in enumerate(waiting)}
    return [replace(one, at=late.get(one.id, one.at)) for one in ratings]
