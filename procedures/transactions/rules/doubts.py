"""Where two messages tell something else of the same: the fold settles it by a rule, and both are told of it."""

import datetime as dt
from collections.abc import Iterable, Mapping

from procedures.transactions.rules.messages import Snapshot, StepTold, Told
from procedures.transactions.rules.steps import differs, key_of
from procedures.vocabulary import MessageWarning

Doubts = Mapping[dt.datetime | str, str]
"""What is told in two ways, the instant of a state or the key of a step, with the warning that says so."""


def doubts_in(told: Iterable[Told]) -> Doubts:
    """Return what is told in two ways by what counts of a dossier: states of one instant, steps that came alone.

    Source: our choice, because nothing a sender sends tells which of the two is right.
    """
    before: dict[dt.datetime | str, list[Told]] = {}
    doubts: dict[dt.datetime | str, str] = {}
    for one in told:
        if (mark := _mark(one)) is not None:
            others = before.setdefault(mark, [])
            if warning := next(filter(None, (_doubt(other, one) for other in others)), ""):
                doubts[mark] = warning
            others.append(one)
    return doubts


def doubts_about(told: Iterable[Told], doubts: Doubts) -> tuple[str, ...]:
    """Return the warnings that concern what a message tells, in order.

    Source: our choice (see doubts_in).
    """
    return tuple(sorted({doubts[mark] for mark in map(_mark, told) if mark is not None and mark in doubts}))


def _mark(one: Told) -> dt.datetime | str | None:
    if isinstance(one, Snapshot):
        return one.source_updated_at
    return key_of(one) if one.told_at is None else None


def _doubt(one: Told, other: Told) -> str:
    if isinstance(one, Snapshot) and isinstance(other, Snapshot):
        return MessageWarning.SAME_INSTANT.value if one._replace(source="") != other._replace(source="") else ""
    is_doubtful = isinstance(one, StepTold) and isinstance(other, StepTold) and differs(one, other)
    return MessageWarning.STEP_DIFFERS.value if is_doubtful else ""
