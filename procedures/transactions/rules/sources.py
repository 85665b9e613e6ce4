"""Whose telling counts where several sources tell of one dossier (Note [One source a dossier])."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from procedures.transactions.rules.messages import Snapshot, Told

RankOf = Callable[[str, dt.datetime], int]
"""The rank of a source at an instant; the smaller goes first."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What one source told of a dossier in one message, and whether it might write over what others told."""

    source: str
    may_overwrite: bool
    told: tuple[Told, ...]

    def counts_for(self, keeper: str | None) -> bool:
        """Tell whether it counts for a dossier that this source keeps; where nobody does, everything counts.

        Source: our choice (docs/decisions/0007-sources.md).
        """
        return self.may_overwrite or keeper in {None, self.source}


@dataclass(frozen=True, slots=True, order=True)
class _Claim:
    """How a source stands to a dossier, the best first."""

    is_without_procedure: bool
    rank: int
    first_told_at: dt.datetime
    source: str


def keeper_of(tellings: Iterable[Telling], rank_of: RankOf) -> str | None:
    """Return the source that keeps a dossier, or None while no source without the right to overwrite told a state.

    First a source that named the procedure, then the one of the smaller rank, then the one that told the older state,
    then the name: a function of the set of messages, so the order of arrival changes nothing. Ranks are those of the
    instant of the oldest state of all. Steps claim nothing.

    Source: our choice (docs/decisions/0007-sources.md).
    """
    states = [(one.source, _states(one.told)) for one in tellings if not one.may_overwrite]
    of_source: dict[str, list[Snapshot]] = {}
    for source, told in states:
        if told:
            of_source.setdefault(source, []).extend(told)
    if len(of_source) < 2:  # noqa: PLR2004 - nobody contests it, and no rank is asked for
        return next(iter(of_source), None)
    begun_at = min(one.source_updated_at for told in of_source.values() for one in told)
    return min(_claim(source, told, rank_of(source, begun_at)) for source, told in of_source.items()).source


def _states(told: Sequence[Told]) -> list[Snapshot]:
    return [one for one in told if isinstance(one, Snapshot)]


def _claim(source: str, told: Sequence[Snapshot], rank: int) -> _Claim:
    first_told_at = min(one.source_updated_at for one in told)
    return _Claim(not any(one.procedure_code for one in told), rank, first_told_at, source)
