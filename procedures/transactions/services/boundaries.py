"""Which units a message names, and whether its sender was granted them (Note [Words that wait])."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from procedures.calendar.rules import local
from procedures.transactions.queries.directory import Directory
from procedures.transactions.rules.boundaries import Place, Word, counting_words
from procedures.transactions.rules.days import receipt_day, settlement_day
from procedures.transactions.rules.messages import Snapshot, StepTold, Told
from units.queries import heritage


@dataclass(frozen=True, slots=True)
class Heard:
    """What one message tells, for which unit's subtree its sender was let in (None: for all), and when it came."""

    told: Sequence[Told]
    boundary: int | None
    source: str
    digest: str
    came_at: dt.datetime


@dataclass(frozen=True)
class Sorted:
    """The numbers of the messages that count, and of those that are refused; the others wait."""

    counting: AbstractSet[int]
    refused: AbstractSet[int]


class Boundaries:
    """The subtrees that senders are granted, each asked for once."""

    def __init__(self, directory: Directory, *, now: dt.datetime) -> None:
        self._directory = directory
        self._today = local(now).date()
        self._granted: dict[tuple[int, dt.date], AbstractSet[int]] = {}

    def sort(self, heard: Sequence[Heard]) -> Sorted:
        """Sort what was told of one dossier: what counts, what is refused, what waits (Note [Words that wait])."""
        if all(one.boundary is None for one in heard):
            return Sorted(set(range(len(heard))), set())
        words = [self._word(one) for one in heard]
        count = counting_words(words)
        return Sorted(count, {number for number, word in enumerate(words) if word.is_elsewhere} - count)

    def inside(self, boundary: int, on: dt.date) -> AbstractSet[int]:
        """Return the units that a boundary holds on a day."""
        if (boundary, on) not in self._granted:
            self._granted[boundary, on] = heritage(unit_id=boundary, on=on)
        return self._granted[boundary, on]

    def _word(self, one: Heard) -> Word:
        states = [said for said in one.told if isinstance(said, Snapshot)]
        steps = [said for said in one.told if not isinstance(said, Snapshot)]
        is_nameless = not any(said.procedure_code for said in states)
        place: Place | None = (
            (is_nameless, min(said.source_updated_at for said in states), one.source, one.digest) if states else None
        )
        subtree = _Granted(self, one.boundary, (self._today, local(one.came_at).date())) if one.boundary else None
        return Word(
            place,
            frozenset(unit for said in states for unit in self._named(said)),
            frozenset(unit for said in steps for unit in self._done_by(said)),
            frozenset(unit for said in states for unit in self._homes(said)),
            subtree,
        )

    def _homes(self, one: Snapshot) -> Iterator[int]:
        """Yield where it was taken in: the receiving unit or, where its code names none we know, who was at work."""
        code, day, name = one.receiving_unit_code, _receipt_day(one), one.settling_unit_name or ""
        receiving = self._directory.unit(code, day, one.procedure_code or "") if code else None
        return _known([receiving or self._called(name, day, one.procedure_code or "")])

    def _named(self, one: Snapshot) -> Iterator[int]:
        procedure, name = one.procedure_code or "", one.settling_unit_name or ""
        day, settled = _receipt_day(one), settlement_day(one.source_updated_at, one.ended_at)
        codes = [(one.receiving_unit_code, day), (one.settling_unit_code, settled)]
        called = [self._called(name, on, procedure) for on in (day, settled)]
        return _known([*called, *(self._directory.unit(code, on, procedure) for code, on in codes if code)])

    def _done_by(self, one: StepTold) -> Iterator[int]:
        on = local(one.at).date()
        coded = self._directory.unit(one.unit_code, on) if one.unit_code else None
        return _known([coded, self._called(one.unit_name, on)])

    def _called(self, name: str, on: dt.date, procedure: str = "") -> int | None:
        return self._directory.unit_called(name, on, procedure) if name else None


@dataclass(frozen=True)
class _Granted:
    """What a boundary holds today, and what it held when the message came: its sender was let in for that.

    So what counts does not cease to because the organisation changes later.
    """

    boundaries: Boundaries
    boundary: int
    days: tuple[dt.date, ...]

    def touches(self, units: AbstractSet[int]) -> bool:
        """Tell whether any of these units is among them."""
        return any(not held.isdisjoint(units) for held in self._held())

    def covers(self, units: AbstractSet[int]) -> bool:
        """Tell whether all of these units are among them."""
        left = set(units)
        for held in self._held():
            left -= held
            if not left:
                break
        return not left

    def _held(self) -> Iterator[AbstractSet[int]]:
        return (self.boundaries.inside(self.boundary, on) for on in self.days)


def _known(units: Iterable[int | None]) -> Iterator[int]:
    return (unit for unit in units if unit is not None)


def _receipt_day(one: Snapshot) -> dt.date:
    return receipt_day(one.received_at, one.submitted_at, one.source_updated_at)
