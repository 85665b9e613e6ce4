"""Rounds: everything once, in turn; a figure is the median of the rounds' ratios."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.machine import Machine, Spent


@dataclass(frozen=True)
class Run:
    """One subject in one round: how much it did, in how many seconds, and what that cost."""

    amount: int
    seconds: float
    spent: Spent

    @property
    def rate(self) -> float:
        """How much a second."""
        return self.amount / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of the servers' processors for one."""
        return 1000 * self.spent.serving / self.amount


@dataclass(frozen=True)
class Figure:
    """A promise: `ours` at least `floor` times as fast as `theirs`."""

    name: str
    ours: str
    theirs: str
    floor: float


@dataclass
class Score:
    """What a figure came to, round by round."""

    figure: Figure
    pairs: list[tuple[Run, Run]] = field(default_factory=list)

    @property
    def calm(self) -> list[tuple[Run, Run]]:
        """The rounds in which nobody disturbed either side."""
        return [pair for pair in self.pairs if not any(run.spent.is_disturbed for run in pair)]

    def line_of(self, rounds: int) -> str:
        """Print the figure; without enough calm rounds all count, and it is marked."""
        is_calm = len(self.calm) >= rounds
        pairs = self.calm if is_calm else self.pairs
        ratios = [ours.rate / theirs.rate for ours, theirs in pairs]
        ours, theirs = (statistics.median(pair[side].rate for pair in pairs) for side in (0, 1))
        cost, their_cost = (statistics.median(pair[side].cost for pair in pairs) for side in (0, 1))
        mark = "" if is_calm else "~ "
        told = f"{self.figure.name} {statistics.median(ratios):.2f} ({self.figure.floor:g})"
        return (
            f"{told:<50}{mark}{ours:.0f}/s to {theirs:.0f}/s; {cost:.2f} to {their_cost:.2f} ms each; "
            f"rounds {' '.join(f'{ratio:.2f}' for ratio in ratios)}"
        )


class Subjects(Protocol):
    """What is run in turn. `prepare` is called before each round, outside of what is measured."""

    machine: Machine
    figures: Sequence[Figure]

    def prepare(self, number: int) -> dict[str, Callable[[], tuple[int, float]]]:
        """Return the runs of a round in their order, by name: each gives the amount it did and the seconds it took."""


def play(subjects: Subjects, *, rounds: int, most: int, ends: float) -> list[Score]:
    """Play until each figure has enough undisturbed rounds, the most have been played, or `ends` (monotonic)."""
    scores = [Score(figure) for figure in subjects.figures]
    for number in range(most):
        is_enough = all(len(score.calm) >= rounds for score in scores)
        if is_enough or (number and time.monotonic() > ends):
            break
        runs = _round(subjects, number)
        for score in scores:
            score.pairs.append((runs[score.figure.ours], runs[score.figure.theirs]))
    return scores


def play_alone(subjects: Subjects, names: Sequence[str], *, rounds: int) -> dict[str, list[Run]]:
    """Play only these runs, without their counterparts: what is compared with itself at another size."""
    done: dict[str, list[Run]] = {name: [] for name in names}
    for number in range(rounds):
        runs = subjects.prepare(number)
        for name in names:
            done[name].append(_measured(subjects.machine, runs[name]))
    return done


def grown(name: str, *, floor: float, at_last: Score, at_first: Sequence[Run]) -> Score:
    """Hold a figure's own runs against those of the same at a smaller size."""
    ours = [run for run, _ in at_last.pairs]
    return Score(Figure(name, "", "", floor), list(zip(ours, at_first, strict=False)))


def _round(subjects: Subjects, number: int) -> dict[str, Run]:
    return {name: _measured(subjects.machine, run) for name, run in subjects.prepare(number).items()}


def _measured(machine: Machine, run: Callable[[], tuple[int, float]]) -> Run:
    machine.wait_for_calm()
    before = machine.read()
    amount, seconds = run()
    return Run(amount, seconds, machine.since(before))
