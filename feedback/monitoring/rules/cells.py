"""What may be told of ratings below the inspectorate: whole cells of five and more, so that no difference tells less.

Note [Cells of five]: a unit's months are joined until five people spoke on every scale that was used (a block). Within
a block the values of one narrowing (officials, procedures, ...) are cells; those of fewer than five are left out, and
with them the next smallest until what is left out is five of two cells. Every figure below the inspectorate is a sum of
such cells, whatever days, units and narrowing were asked for. So the difference of two figures is a sum of cells too:
neither a window moved by a day nor a total less its parts tells of fewer than five people.
"""

import datetime as dt
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, TypeVar

from feedback.monitoring.rules.figures import FEWEST_SPEAKERS

FEWEST_CELLS = 2
"""A single cell that is left out is the total less the others."""

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Tally:
    """Ratings added up: those that count on five levels (their points, and how many satisfied) and on other scales."""

    five_level: int = 0
    other_scale: int = 0
    satisfied: int = 0
    points: Decimal = Decimal(0)
    quarantined: int = 0
    excluded: int = 0

    @property
    def valid(self) -> int:
        """How many count."""
        return self.five_level + self.other_scale

    def __add__(self, more: "Tally") -> "Tally":
        """Add two up."""
        return Tally(
            self.five_level + more.five_level,
            self.other_scale + more.other_scale,
            self.satisfied + more.satisfied,
            self.points + more.points,
            self.quarantined + more.quarantined,
            self.excluded + more.excluded,
        )


class Block(NamedTuple):
    """Months (their first days) of one unit that are told together or not at all."""

    first: dt.date
    last: dt.date


def added_up(tallies: Collection[Tally]) -> Tally:
    """Return the sum.

    Source: our choice; nobody is counted twice.
    """
    return sum(tallies, Tally())


def may_be_told(tally: Tally) -> bool:
    """Tell whether enough people spoke, on each scale that was used.

    Source: NĐ 61/2018/NĐ-CP, điều 27 khoản 3; the number five is our choice.
    """
    groups = (tally.five_level, tally.other_scale)
    return any(groups) and all(group == 0 or group >= FEWEST_SPEAKERS for group in groups)


def blocks_of(months: Mapping[dt.date, Tally]) -> list[Block]:
    """Join one unit's months of a year, in their order, until each block may be told; what remains is in none.

    Source: our choice, see Note [Cells of five].
    """
    blocks: list[Block] = []
    first, held = None, Tally()
    for month in sorted(months):
        first, held = first or month, held + months[month]
        if may_be_told(held):
            blocks.append(Block(first, month))
            first, held = None, Tally()
    return blocks


def told_cells(cells: Mapping[K, Tally]) -> set[K]:
    """Return the cells of one block that are told: large enough, and not found by taking the others off the total.

    Source: our choice, see Note [Cells of five].
    """
    told = {key for key, tally in cells.items() if may_be_told(tally)}
    by_size = sorted(told, key=lambda key: (cells[key].valid, str(key)))
    for smallest in by_size:
        if _covers([tally for key, tally in cells.items() if key not in told]):
            break
        told.remove(smallest)
    return told


def _covers(left_out: Sequence[Tally]) -> bool:
    """Tell whether what is left out says nothing of fewer than five people or of one cell."""
    spoken = [tally for tally in left_out if tally.valid]
    return not spoken or (len(spoken) >= FEWEST_CELLS and may_be_told(added_up(spoken)))
