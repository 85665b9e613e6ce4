"""What was said of whom: as it was said, or in the cells of five that are told below the inspectorate."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from feedback.errors import NarrowedTwice
from feedback.monitoring.metrics.charging import ALWAYS, Charged
from feedback.monitoring.metrics.ratings import NARROWING, Ground, Narrowing, Place, tallies
from feedback.monitoring.rules.cells import Block, Tally, added_up, blocks_of, told_cells
from feedback.vocabulary import RatingBreakdown

ONE_DAY = dt.timedelta(days=1)


def exact(by: RatingBreakdown, ground: Ground, today: dt.date) -> Iterator[tuple[Place, Tally]]:
    """Yield what was said as it was said."""
    yield from tallies(by=by, ground=ground).items()


def coarse(by: RatingBreakdown, ground: Ground, today: dt.date) -> Iterator[tuple[Place, Tally]]:
    """Yield the cells of five that lie wholly in the question; raises NarrowedTwice."""
    wanted = ground.only.named()
    narrowed = {*wanted, *({by} & set(NARROWING))}
    if len(narrowed) > 1:
        raise NarrowedTwice
    cut = next(iter(narrowed), RatingBreakdown.NONE)
    for unit, block, cells in _blocks(cut, ground, today):
        is_inside = ground.first_day <= block.first and day_after(block) <= ground.next_day
        if not is_inside or not _stood(ground.charged, unit, block):
            continue
        if by == RatingBreakdown.MONTH and block.first != block.last:
            continue
        told = told_cells(cells) if narrowed else set(cells)
        yield from (
            (Place(unit, block.first, key), cells[key]) for key in told if wanted.get(cut, key) == key
        )  # fmt: skip


def _blocks(
    cut: RatingBreakdown, ground: Ground, today: dt.date
) -> Iterator[tuple[int | None, Block, dict[str, Tally]]]:
    """Yield each unit's blocks of whole years, whatever days were asked for, so that all questions share them."""
    begins, ends = dt.date(ground.first_day.year, 1, 1), dt.date((ground.next_day - ONE_DAY).year + 1, 1, 1)
    anytime = ground.charged._replace(days=[ALWAYS] * len(ground.charged.units))
    whole = replace(ground, charged=anytime, first_day=begins, next_day=min(ends, today.replace(day=1)))
    if whole.next_day <= begins:
        return
    by_year: dict[tuple[int | None, int], dict[dt.date, dict[str, Tally]]] = defaultdict(lambda: defaultdict(dict))
    for place, tally in tallies(by=cut, ground=replace(whole, only=Narrowing())).items():
        by_year[place.unit, place.month.year][place.month][place.key] = tally
    for (unit, _), months in by_year.items():
        for block in blocks_of({month: added_up(cells.values()) for month, cells in months.items()}):
            cells: dict[str, Tally] = defaultdict(Tally)
            for month in months:
                if block.first <= month <= block.last:
                    for key, tally in months[month].items():
                        cells[key] += tally
            yield unit, block, cells


def _stood(charged: Charged, unit: int | None, block: Block) -> bool:
    """Tell whether a unit stood where the question asks through all of a block."""
    if charged.everything:
        return True
    return any(
        (not begins or begins <= block.first.isoformat()) and (not ends or day_after(block).isoformat() <= ends)
        for place, days in zip(charged.units, charged.days, strict=True) if place == unit
        for begins, ends in [days.strip("[]()").split(",")]
    )  # fmt: skip


def day_after(block: Block) -> dt.date:
    """Return the first day behind a block."""
    return (block.last + dt.timedelta(days=31)).replace(day=1)
