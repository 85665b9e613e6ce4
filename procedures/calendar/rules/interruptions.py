"""What stops the clock, and the line of time it is cut into."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from procedures.calendar.rules.working_days import local


class Cause(StrEnum):
    """Why the office waits, or that it works."""

    PROCESSING = "processing"
    SUPPLEMENT = "supplement"
    FINANCIAL_DUTY = "financial_duty"
    SECTOR_LAW = "sector_law"
    EXCLUSION = "exclusion"


class Effect(StrEnum):
    """What an interruption does to the limit: it stands still, or is counted again from the start."""

    PAUSE = "pause"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Interruption:
    """A time in which the office waits for somebody else; `ends_at` is None while it lasts or when nobody told.

    `document` names the paper it rests on. Raises ValueError when it ends before it begins.
    """

    cause: Cause
    effect: Effect
    begins_at: datetime
    ends_at: datetime | None = None
    document: str = ""

    def __post_init__(self) -> None:
        if self.ends_at is not None and local(self.ends_at) < local(self.begins_at):
            raise ValueError("an interruption ends before it begins")


@dataclass(frozen=True, slots=True)
class Stop:
    """A stretch in which the clock stands; stops do not overlap. `ends_at` is None while it lasts."""

    effect: Effect
    begins_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of a transaction's time: why, whether it counted, and what it did to the limit (None: nothing)."""

    begins_at: datetime
    ends_at: datetime | None
    cause: Cause
    counts: bool
    effect: Effect | None


def interruptions_within(
    interruptions: Iterable[Interruption], received_at: datetime, ended_at: datetime | None
) -> tuple[Interruption, ...]:
    """Cut interruptions to the time between receipt and end, in order; what is told twice counts once.

    The same request told twice (same cause, effect and beginning) takes the end that is known, the later of two. One
    that is still open at the end is closed by it, and a restart that never came is then only a pause: the clock stood
    from the request on, so the request is what was in time or late. An interruption without duration changes nothing.

    Source: our choice, because senders repeat requests and seldom tell that a wait is over.
    """
    within = []
    for item in _told_once(interruptions):
        begins_at = max(local(item.begins_at), local(received_at))
        if (ended_at and begins_at >= ended_at) or (item.ends_at and item.ends_at <= begins_at):
            continue
        if ended_at and (item.ends_at is None or item.ends_at > ended_at):
            within.append(replace(item, effect=Effect.PAUSE, begins_at=begins_at, ends_at=local(ended_at)))
        else:
            within.append(replace(item, begins_at=begins_at, ends_at=item.ends_at and local(item.ends_at)))
    return tuple(sorted(within, key=lambda item: (item.begins_at, item.effect, item.cause)))


def stops_of(interruptions: Iterable[Interruption]) -> tuple[Stop, ...]:
    """Merge interruptions into stops that do not overlap; where kinds overlap, the restart is stronger.

    Source: our choice, because a limit that is counted again from the start leaves nothing to pause.
    """
    given = tuple(interruptions)
    stops: list[Stop] = []
    for begins_at, ends_at in _stretches(given):
        covering = _strongest(given, begins_at, ends_at)
        if covering is None:
            continue
        if stops and stops[-1].effect is covering.effect and stops[-1].ends_at == begins_at:
            stops[-1] = replace(stops[-1], ends_at=ends_at)
        else:
            stops.append(Stop(covering.effect, begins_at, ends_at))
    return tuple(stops)


def intervals_of(
    interruptions: Iterable[Interruption],
    received_at: datetime,
    ended_at: datetime | None,
    too_late_from: datetime | None = None,
) -> tuple[Interval, ...]:
    """Cut the whole time of a transaction into intervals without gap or overlap; the last is open while it runs.

    An interruption from `too_late_from` on stopped nothing: it counts, and its effect is None.

    Source: our choice, because a figure must show each interval with its cause, never only a sum.
    """
    given = tuple(interruptions)
    start, end = local(received_at), None if ended_at is None else local(ended_at)
    if end is not None and end <= start:
        return ()
    intervals: list[Interval] = []
    for begins_at, ends_at in _stretches(given, start, end):
        covering = _strongest(given, begins_at, ends_at)
        stands = covering is not None and (too_late_from is None or begins_at < too_late_from)
        cause = covering.cause if covering else Cause.PROCESSING
        interval = Interval(begins_at, ends_at, cause, not stands, covering.effect if covering and stands else None)
        if intervals and replace(intervals[-1], begins_at=begins_at, ends_at=ends_at) == interval:
            intervals[-1] = replace(intervals[-1], ends_at=ends_at)
        else:
            intervals.append(interval)
    return tuple(intervals)


def _told_once(interruptions: Iterable[Interruption]) -> Iterable[Interruption]:
    told: dict[tuple[Cause, Effect, datetime], Interruption] = {}
    for item in interruptions:
        key = (item.cause, item.effect, item.begins_at)
        ends = [one.ends_at for one in (item, told.get(key)) if one and one.ends_at]
        told[key] = replace(item, ends_at=max(ends, default=None))
    return told.values()


def _stretches(
    given: tuple[Interruption, ...], start: datetime | None = None, end: datetime | None = None
) -> list[tuple[datetime, datetime | None]]:
    """Cut time at every edge; the last stretch is open unless an end is given."""
    edges = {item.begins_at for item in given} | {item.ends_at for item in given if item.ends_at}
    edges |= {edge for edge in (start, end) if edge}
    ordered = sorted(edges)
    closed: list[tuple[datetime, datetime | None]] = list(pairwise(ordered))
    return closed if end or not ordered else [*closed, (ordered[-1], None)]


def _strongest(given: tuple[Interruption, ...], begins_at: datetime, ends_at: datetime | None) -> Interruption | None:
    covering = [
        item
        for item in given
        if item.begins_at <= begins_at and (item.ends_at is None or (ends_at is not None and ends_at <= item.ends_at))
    ]
    return min(covering, key=lambda item: (item.effect is Effect.PAUSE, item.begins_at, item.cause), default=None)
